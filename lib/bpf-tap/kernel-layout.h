/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the kernel that runs has the data of a packet, from its description of its types (BTF, in
 * /sys/kernel/btf). Also checks that the function to attach to gets what the program expects.
 */
#ifndef VSOCK_LIB_BPF_TAP_KERNEL_LAYOUT_H
#define VSOCK_LIB_BPF_TAP_KERNEL_LAYOUT_H

#include "lib/bpf-tap/bpf-tap.h"
#include "lib/bpf-tap/record.h"

/* The function that gets each packet, and its module. In some kernels it is not in a module. */
#define TAP_FUNCTION "virtio_transport_deliver_tap_pkt"
#define TAP_MODULE   "vmw_vsock_virtio_transport_common"

/*
 * Fills the layout. `folder` is /sys/kernel/btf, or one with files of the same names. Returns
 * BPF_TAP_OK, or the reason, with a message in `error`: BPF_TAP_NO_TRANSPORT if there is no such
 * function, BPF_TAP_NO_KERNEL if it gets something else or a type is not known.
 */
enum bpf_tap_result kernel_layout_read(struct tap_layout *layout, const char *folder,
				       char error[static BPF_TAP_ERROR_MAX]);

#endif
