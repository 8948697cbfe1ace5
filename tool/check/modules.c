/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module that is loaded has a folder in /sys/module. The lists in /lib/modules name those that
 * can be loaded, and those that are part of the kernel. Without the lists, a symbol in
 * /proc/kallsyms shows that the code is part of the kernel.
 */
#include "tool/check/modules.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_MAX_BYTES 512
#define LINE_MAX_BYTES 8192

static const struct {
	const char *name;
	const char *symbol; /* a function of the module */
} modules[CHECK_MODULES] = {
    [MODULE_VSOCKMON] = {"vsockmon", "vsockmon_setup"},
    [MODULE_LOOPBACK] = {"vsock_loopback", "vsock_loopback_send_pkt"},
    [MODULE_VHOST] = {"vhost_vsock", "vhost_transport_send_pkt"},
    [MODULE_VIRTIO] = {"vmw_vsock_virtio_transport", "virtio_vsock_probe"},
    [MODULE_VMCI] = {"vmw_vsock_vmci_transport", "vmci_transport_connect"},
    [MODULE_HYPERV] = {"hv_sock", "hvs_probe"},
    [MODULE_DIAG] = {"vsock_diag", "vsock_diag_dump"},
    [MODULE_VSOCK] = {"vsock", "vsock_create"},
};

const char *module_name(enum check_module module)
{
	return modules[module].name;
}

const char *module_state_name(enum module_state state)
{
	static const char *const names[] = {
	    [MODULE_UNKNOWN] = "unknown",   [MODULE_ABSENT] = "absent",
	    [MODULE_PRESENT] = "present",   [MODULE_LOADED] = "loaded",
	    [MODULE_BUILT_IN] = "built-in",
	};

	return names[state];
}

static bool exists(const char *root, const char *folder, const char *name)
{
	char path[PATH_MAX_BYTES];

	snprintf(path, sizeof(path), "%s%s/%s", root, folder, name);
	return access(path, F_OK) == 0;
}

/* "kernel/net/vmw_vsock/hv-sock.ko.xz: kernel/..." names the module: "-" and "_" are the same. */
static bool line_names(const char *line, const char *name)
{
	const size_t length = strcspn(line, ":\n");
	const char *start = line;

	for (const char *p = line; p < line + length; p++)
		if (*p == '/')
			start = p + 1;
	for (; *name; name++, start++)
		if ((*start == '-' ? '_' : *start) != *name)
			return false;
	return strncmp(start, ".ko", 3) == 0;
}

/* A list may name a module whose file is in a package that is not installed. */
static bool has_file(const char *root, const char *release, const char *line)
{
	char path[PATH_MAX_BYTES];

	snprintf(path, sizeof(path), "%s/lib/modules/%s/%.*s", root, release,
		 (int)strcspn(line, ":\n"), line);
	return access(path, F_OK) == 0;
}

/* Gives a state to each module of the list that has none yet. False: there is no such list. */
static bool read_list(enum module_state states[static CHECK_MODULES], const char *root,
		      const char *release, const char *list, enum module_state state)
{
	char path[PATH_MAX_BYTES];
	char line[LINE_MAX_BYTES];
	FILE *file;

	snprintf(path, sizeof(path), "%s/lib/modules/%s/%s", root, release, list);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		for (int i = 0; i < CHECK_MODULES; i++)
			if (states[i] == MODULE_UNKNOWN && line_names(line, modules[i].name) &&
			    (state != MODULE_PRESENT || has_file(root, release, line)))
				states[i] = state;
	fclose(file);
	return true;
}

/* "ffffffff81234560 t vsockmon_setup\n": a line with "[module]" is no part of the kernel. */
static void read_symbols(enum module_state states[static CHECK_MODULES], const char *root)
{
	char path[PATH_MAX_BYTES];
	char line[LINE_MAX_BYTES];
	char symbol[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/proc/kallsyms", root);
	file = fopen(path, "re");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*s %*c %127s", symbol) != 1 || strchr(line, '['))
			continue;
		for (int i = 0; i < CHECK_MODULES; i++)
			if (states[i] == MODULE_UNKNOWN && strcmp(symbol, modules[i].symbol) == 0)
				states[i] = MODULE_BUILT_IN;
	}
	fclose(file);
}

void modules_read(enum module_state states[static CHECK_MODULES], const char *root,
		  const char *release)
{
	bool listed;

	for (int i = 0; i < CHECK_MODULES; i++)
		states[i] =
		    exists(root, "/sys/module", modules[i].name) ? MODULE_LOADED : MODULE_UNKNOWN;
	listed = read_list(states, root, release, "modules.builtin", MODULE_BUILT_IN);
	listed = read_list(states, root, release, "modules.dep", MODULE_PRESENT) && listed;
	if (!listed)
		read_symbols(states, root);
	/* A kernel without /proc/modules cannot load any. */
	if (!listed && exists(root, "/proc", "modules"))
		return;
	for (int i = 0; i < CHECK_MODULES; i++)
		if (states[i] == MODULE_UNKNOWN)
			states[i] = MODULE_ABSENT;
}
