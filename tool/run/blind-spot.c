/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/blind-spot.h"

#include <dirent.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
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

bool driver_has_device(const char *root, const char *folder, const char *mark)
{
	char path[PATH_MAX_BYTES];
	const struct dirent *entry;
	bool found = false;
	DIR *entries;

	snprintf(path, sizeof(path), "%s/sys/bus/%s", root, folder);
	entries = opendir(path);
	if (!entries)
		return false;
	while ((entry = readdir(entries)))
		found |= strstr(entry->d_name, mark) != NULL;
	closedir(entries);
	return found;
}

const char *blind_spot_read(const char *root)
{
	/* The folder of devices without class: without it, /sys is not there or says nothing. */
	if (exists(root, "class", "misc") && !exists(root, "class/misc", "vsock"))
		return "no vsock module was loaded when the capture began";
	/* A host of guests may be a guest itself. */
	if (is_loaded(root, "vhost_vsock") || driver_has_device(root, DRIVER_VIRTIO, "virtio"))
		return NULL;
	if (is_loaded(root, "vmw_vsock_vmci_transport") &&
	    driver_has_device(root, DRIVER_VMCI, ":"))
		return "vsock is carried by VMCI of VMware here, whose packets no capture sees";
	if (is_loaded(root, "hv_sock"))
		return "vsock is carried by Hyper-V here, whose packets no capture sees";
	return NULL;
}
