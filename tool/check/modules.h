/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which kernel modules of vsock are loaded, or could be. Only reads files: it asks the kernel for
 * nothing that would load a module.
 */
#ifndef VSOCKDUMP_CHECK_MODULES_H
#define VSOCKDUMP_CHECK_MODULES_H

#include <stdbool.h>

enum check_module {
	MODULE_VSOCKMON,
	MODULE_LOOPBACK,
	MODULE_VHOST,
	MODULE_VIRTIO,
	MODULE_VMCI,
	MODULE_HYPERV,
	MODULE_DIAG,
	MODULE_VSOCK, /* the sockets */
	CHECK_MODULES
};

enum module_state {
	MODULE_UNKNOWN, /* the folder of this kernel's modules is missing, as in a container */
	MODULE_ABSENT,
	MODULE_PRESENT, /* a file that could be loaded */
	MODULE_LOADED,
	MODULE_BUILT_IN,
};

/* The module's name, as modprobe(8) takes it. */
const char *module_name(enum check_module module);

/* "loaded", and so on. */
const char *module_state_name(enum module_state state);

/* Whether the kernel has the module's code now. */
static inline bool module_is_active(enum module_state state)
{
	return state == MODULE_LOADED || state == MODULE_BUILT_IN;
}

/* `root` is put in front of /sys, /proc and /lib/modules: "" for this system. */
void modules_read(enum module_state states[static CHECK_MODULES], const char *root,
		  const char *release);

#endif
