/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a pcapng file says about its packets: where they come from, and how many were counted. pcap
 * files have no place for it.
 *
 * The names of the fields that store it are in pcapng-about.c (reading) and pcapng-encode.c
 * (writing). They are options of pcapng's blocks, in draft-ietf-opsawg-pcapng.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_ORIGIN_H
#define VSOCK_LIB_CAPTURE_FILE_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/kernel.h"

/* Room for a text, with its null byte; a longer one from a file is cut. */
#define CAPTURE_TEXT_MAX 256

/* Room for an id of 32 hexadecimal digits, with its null byte. */
#define CAPTURE_ID_MAX 33

/* Where packets come from, in UTF-8. An empty text is not known. */
struct capture_origin {
	char os[CAPTURE_TEXT_MAX]; /* of the machine that captured: "Linux 6.1.0-56-amd64" */
	char interface[CAPTURE_TEXT_MAX];
	char description[CAPTURE_TEXT_MAX]; /* of the interface */
	/* Which machine captured, and which boot of it: hashes, see tool/run/host.h. */
	char host[CAPTURE_ID_MAX];
	char boot[CAPTURE_ID_MAX];
	/*
	 * A BPF program captured the packets, not vsockmon (lib/bpf-tap). Then the faults of the
	 * kernel's own copies do not matter.
	 */
	bool bpf;
};

/* The known faults of the payload that comes from there. */
static inline struct vsock_kernel_payload
capture_origin_payload(const struct capture_origin *origin)
{
	return vsock_kernel_payload(origin->bpf ? "" : origin->os);
}

#define CAPTURE_NOT_KNOWN UINT64_MAX

/* Counters since the capture began; each may be CAPTURE_NOT_KNOWN. */
struct capture_statistics {
	uint64_t received;        /* packets that the interface received */
	uint64_t interface_drops; /* packets that the interface dropped */
	uint64_t accepted;        /* packets that passed the filter, later drops included */
	uint64_t kernel_drops;    /* packets dropped because the kernel's buffer was full */
	uint64_t delivered;       /* packets that the capturing program received */
	uint64_t start;           /* of the capture, nanoseconds since 1970 */
	uint64_t end;             /* of the time that these counters cover, likewise */
};

static inline struct capture_statistics capture_statistics_not_known(void)
{
	return (struct capture_statistics){CAPTURE_NOT_KNOWN, CAPTURE_NOT_KNOWN, CAPTURE_NOT_KNOWN,
					   CAPTURE_NOT_KNOWN, CAPTURE_NOT_KNOWN, CAPTURE_NOT_KNOWN,
					   CAPTURE_NOT_KNOWN};
}

#endif
