/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the kernel that runs has the addresses of a socket and the data of a process, from its
 * description of its types (BTF). Also checks that the functions to attach to get what the programs
 * expect.
 */
#ifndef VSOCK_LIB_BPF_TAP_PROCESS_LAYOUT_H
#define VSOCK_LIB_BPF_TAP_PROCESS_LAYOUT_H

#include "lib/bpf-tap/bpf-tap.h"
#include "lib/bpf-tap/process-record.h"

#define PROCESS_FUNCTION_CALL    "vsock_connect"
#define PROCESS_FUNCTION_CONNECT "virtio_transport_connect"
#define PROCESS_FUNCTION_ACCEPT  "security_sock_graft"

/* Fills the layout; see kernel_layout_read(). */
enum bpf_tap_result process_layout_read(struct process_layout *layout, const char *folder,
					char error[static BPF_TAP_ERROR_MAX]);

#endif
