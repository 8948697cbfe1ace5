/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a capture may see nothing, as far as a look at the loaded modules tells. */
#ifndef VSOCKDUMP_RUN_BLIND_SPOT_H
#define VSOCKDUMP_RUN_BLIND_SPOT_H

#include <stdbool.h>

/*
 * Whether a driver has a device: its folder in /sys/bus has a link to it, whose name contains
 * `mark`. The kernel loads some drivers also where there is no device.
 */
bool driver_has_device(const char *root, const char *folder, const char *mark);

#define DRIVER_VIRTIO "virtio/drivers/vmw_vsock_virtio_transport"
#define DRIVER_VMCI   "pci/drivers/vmw_vmci"

/*
 * A reason for "no packet seen: ..."; NULL if there is none to see. `root` is put in front of /sys:
 * "" for this system. Call it before the capture opens anything, which may load modules, and before
 * the sandbox.
 */
const char *blind_spot_read(const char *root);

#endif
