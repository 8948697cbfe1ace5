/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the kernel that runs has what hybrid.bpf.c reads. */
#ifndef VSOCK_LIB_HYBRID_LAYOUT_H
#define VSOCK_LIB_HYBRID_LAYOUT_H

#include <stdbool.h>

#include "lib/bpf-tap/bpf-tap.h"
#include "lib/hybrid/record.h"

/* One of these two carries sendfile() and splice(); which one depends on the kernel. */
#define HYBRID_FUNCTION_SPLICE "skb_splice_from_iter"
#define HYBRID_FUNCTION_PAGE   "unix_stream_sendpage"

struct hybrid_functions {
	bool splice;
	bool page;
};

/*
 * Reads the description of types in a folder such as /sys/kernel/btf. BPF_TAP_NO_KERNEL with a
 * message in `error` if something is missing.
 */
enum bpf_tap_result hybrid_layout_read(struct hybrid_layout *layout,
				       struct hybrid_functions *functions, const char *folder,
				       char error[static BPF_TAP_ERROR_MAX]);

#endif
