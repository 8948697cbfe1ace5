/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Captures vsock packets with a BPF program, without a vsockmon interface.
 *
 * The kernel calls one function for each packet that a vsockmon interface would get, and the
 * program is attached to that function. So the frames are those of vsockmon, in the same order. The
 * payload is better than that of many kernels: see kernel.h in core.
 *
 * Needs Linux 6.3, or 6.1.63 of the series 6.1: in earlier ones, the function gets another
 * structure. Needs the kernel's description of its types (BTF), and a processor of x86-64 or arm64.
 * On arm64, the payload of a packet in several pieces of memory is cut after the first.
 *
 * Rights to open: CAP_SYS_ADMIN, or CAP_BPF and CAP_PERFMON. On kernels that cannot attach to
 * several functions at once (kprobe.multi), the latter two are enough only if
 * kernel.perf_event_paranoid is at most 2. CAP_SYSLOG is needed besides to read payload in several
 * pieces of memory. No rights are needed later.
 *
 * In a build without libbpf, bpf_tap_open() fails with BPF_TAP_NOT_BUILT.
 */
#ifndef VSOCK_LIB_BPF_TAP_BPF_TAP_H
#define VSOCK_LIB_BPF_TAP_BPF_TAP_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/common/system-call.h"

#define BPF_TAP_ERROR_MAX 512

enum bpf_tap_result {
	BPF_TAP_OK,
	BPF_TAP_NOT_BUILT,     /* this program was built without libbpf */
	BPF_TAP_NO_PERMISSION, /* a capability is missing */
	BPF_TAP_NO_KERNEL,     /* this kernel lacks something, or is too old */
	BPF_TAP_NO_TRANSPORT,  /* no module is loaded that carries vsock packets */
	BPF_TAP_ERROR,
};

struct bpf_tap_options {
	uint32_t snaplen;     /* bytes to copy of a frame; 0: all. Never less than both headers */
	uint64_t buffer_size; /* bytes; rounded up to a power of 2; 0: 16 MiB */
};

struct bpf_tap_frame {
	uint64_t ts;         /* nanoseconds since 1970 */
	const uint8_t *data; /* valid during the call */
	uint32_t captured;
	uint32_t on_wire;
};

struct bpf_tap_counters {
	uint64_t seen; /* all packets, also those that were dropped */
	uint64_t dropped;
	uint64_t cut; /* packets with payload that could not be read; the frame ends before it */
};

struct bpf_tap;

/*
 * Attaches the program. Returns NULL after a failure, with the reason in *result and a message in
 * `error`. May load the kernel's modules for vsock, as each program that opens a socket does.
 */
struct bpf_tap *bpf_tap_open(const struct bpf_tap_options *options, enum bpf_tap_result *result,
			     char error[static BPF_TAP_ERROR_MAX]);
void bpf_tap_close(struct bpf_tap *tap);

/*
 * Whether this kernel has what the program needs, rights left out. Changes nothing and loads no
 * module: BPF_TAP_NO_TRANSPORT may become BPF_TAP_OK when a module is loaded. Otherwise with a
 * message in `error`.
 */
enum bpf_tap_result bpf_tap_check(char error[static BPF_TAP_ERROR_MAX]);

/* How the program is attached: "kprobe.multi", "kprobe" or "fentry". */
const char *bpf_tap_way(const struct bpf_tap *tap);

/* False if payload in several pieces of memory is cut after the first. */
bool bpf_tap_reads_all(const struct bpf_tap *tap);

/*
 * Passes each frame that waits to the function, until that returns false. Returns the number of
 * frames that it got.
 */
int bpf_tap_read(struct bpf_tap *tap, bool (*take)(void *context, const struct bpf_tap_frame *),
		 void *context);

/*
 * A descriptor that becomes readable when the kernel wakes the reader: when many bytes wait, and
 * with the first packet after bpf_tap_sleep() returned true. Otherwise read at regular times.
 */
int bpf_tap_fd(const struct bpf_tap *tap);

/* Before a wait without an end: false if there are frames to read first. */
bool bpf_tap_sleep(struct bpf_tap *tap);

struct bpf_tap_counters bpf_tap_counters(const struct bpf_tap *tap);

/* How often the kernel could not call the program: packets that are lost. Reads a file. */
uint64_t bpf_tap_missed(const struct bpf_tap *tap);

/* Whether this build has the BPF tap. */
bool bpf_tap_is_built(void);

/* What reading needs. */
extern const struct system_call bpf_tap_system_calls[];

#endif
