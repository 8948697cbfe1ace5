/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Loads the program and attaches it to the kernel's function, in the first way that works:
 *
 * 1. kprobe.multi takes the fewest rights, but older kernels lack it.
 * 2. kprobe needs more rights on systems that restrict perf events.
 * 3. fentry needs CAP_SYS_ADMIN, since the kernel then looks into the types of a module. On a
 *    kernel that may interrupt itself it can miss a packet, which the others cannot.
 */
#ifndef VSOCK_LIB_BPF_TAP_ATTACH_H
#define VSOCK_LIB_BPF_TAP_ATTACH_H

#include "lib/bpf-tap/bpf-tap.h"
#include "lib/bpf-tap/record.h"

struct bpf_link;
struct bpf_object;

struct attachment {
	const char *way;
	struct bpf_object *object;
	struct bpf_link *link;
};

/*
 * `ring_size` is a power of 2 and a multiple of the page size. On failure returns the reason, with
 * a message in `error`. Detach in any case.
 */
enum bpf_tap_result attach(struct attachment *attachment, const struct tap_config *config,
			   uint32_t ring_size, char error[static BPF_TAP_ERROR_MAX]);
void detach(struct attachment *attachment);

#endif
