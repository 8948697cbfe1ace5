/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Captures the vsock connections of VMMs whose host's end is a UNIX socket: Firecracker, Cloud
 * Hypervisor, vhost-device-vsock, Dragonball, OpenVMM, Alioth and libkrun. No vsock packet passes
 * the kernel of such a host. BPF programs watch the UNIX sockets, and connections.h makes frames of
 * what they report.
 *
 * Needs Linux 6.1 with its description of its types (BTF), CONFIG_SECURITY_NETWORK, and UNIX
 * sockets that are no module. Needs a processor of x86-64, or of arm64 from Linux 6.4 on.
 *
 * Rights to open: CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN. No rights are needed later.
 * CAP_SYS_PTRACE is needed besides to look into the folders of VMMs of other users.
 *
 * In a build without libbpf, opening fails with BPF_TAP_NOT_BUILT.
 */
#ifndef VSOCK_LIB_HYBRID_HYBRID_H
#define VSOCK_LIB_HYBRID_HYBRID_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bpf-tap/bpf-tap.h"
#include "lib/hybrid/connections.h"
#include "lib/hybrid/targets.h"

struct hybrid_options {
	const struct hybrid_targets *targets; /* valid until the end */
	uint32_t snaplen;                     /* bytes to copy of a frame; 0: all */
	uint64_t buffer_size;                 /* bytes; rounded up to a power of 2; 0: 16 MiB */
};

struct hybrid_totals {
	struct hybrid_counters frames;
	uint64_t waiting;      /* records that were not read yet */
	uint64_t dropped;      /* records that were lost */
	uint64_t cut;          /* payload that could not be read */
	uint64_t not_followed; /* connections above HYBRID_CONNECTIONS_MAX */
};

struct hybrid;

/* Attaches the programs. NULL after a failure, with the reason in *result and in `error`. */
struct hybrid *hybrid_open(const struct hybrid_options *options, enum bpf_tap_result *result,
			   char error[static BPF_TAP_ERROR_MAX]);
void hybrid_close(struct hybrid *hybrid);

/* Passes what waits to the functions. Returns the number of frames. */
int hybrid_read(struct hybrid *hybrid, const struct hybrid_output *output);

/* Stops hybrid_read() after the present record. Its function `frame` may call this. */
void hybrid_stop(struct hybrid *hybrid);

/* As bpf_tap_fd() and bpf_tap_sleep(). */
int hybrid_fd(const struct hybrid *hybrid);
bool hybrid_sleep(struct hybrid *hybrid);

struct hybrid_totals hybrid_totals(const struct hybrid *hybrid);

/* How often the kernel could not call a program. Each time it may have lost a record. Reads files.
 */
uint64_t hybrid_missed(const struct hybrid *hybrid);

/* Whether this kernel has what the programs need, rights left out. Otherwise with a message. */
enum bpf_tap_result hybrid_check(char error[static BPF_TAP_ERROR_MAX]);

#endif
