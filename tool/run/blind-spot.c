/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/blind-spot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#define PATH_MAX_BYTES 512

static bool exists(const char *root, const char *folder, const char *name)
{
	char path[PATH_MAX_BYTES];

	snprintf(path, sizeof(path), "%s/sys/%s/%s", root, folder, name);
	return access(path, F_OK) == 0;
}

static bool is_loaded(const char *root, const char *module)
{
	return exists(root, "module", module);
}

const char *blind_spot_read(const char *root)
{
	/* The folder of devices without class: without it, /sys is not there or says nothing. */
	if (exists(root, "class", "misc") && !exists(root, "class/misc", "vsock"))
		return "no vsock module was loaded when the capture began";
	/* A host of guests may be a guest itself. */
	if (is_loaded(root, "vsock_loopback") || is_loaded(root, "vhost_vsock") ||
	    is_loaded(root, "vmw_vsock_virtio_transport"))
		return NULL;
	if (is_loaded(root, "vmw_vsock_vmci_transport"))
		return "vsock is carried by VMCI of VMware here, whose packets no capture sees";
	if (is_loaded(root, "hv_sock"))
		return "vsock is carried by Hyper-V here, whose packets no capture sees";
	return NULL;
}
