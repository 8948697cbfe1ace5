/* SPDX-License-Identifier: BSD-3-Clause */
/* What a capture says of itself besides its packets; pcapng files keep it. */
#ifndef VSOCK_LIB_CAPTURE_FILE_ORIGIN_H
#define VSOCK_LIB_CAPTURE_FILE_ORIGIN_H

#include <stdint.h>

/* Room for a text; a longer one from a file is cut. */
#define CAPTURE_TEXT_MAX 256

/* Where packets come from. Empty texts are not known. */
struct capture_origin {
	char os[CAPTURE_TEXT_MAX]; /* that captured: "Linux 6.1.0-56-amd64" */
	char interface[CAPTURE_TEXT_MAX];
	char description[CAPTURE_TEXT_MAX]; /* of the interface */
};

#define CAPTURE_NOT_KNOWN UINT64_MAX

/* Counters since the capture began; each may be CAPTURE_NOT_KNOWN. */
struct capture_statistics {
	uint64_t received;        /* packets that the interface had */
	uint64_t interface_drops; /* packets that the interface lost */
	uint64_t accepted;        /* packets that passed the filter, those dropped then included */
	uint64_t kernel_drops;    /* packets that found the kernel's buffer full */
	uint64_t delivered;       /* packets that were handed to the tool */
	uint64_t start;           /* of the capture, nanoseconds since 1970 */
	uint64_t end;             /* of what is counted here */
};

static inline struct capture_statistics capture_statistics_not_known(void)
{
	return (struct capture_statistics){CAPTURE_NOT_KNOWN, CAPTURE_NOT_KNOWN, CAPTURE_NOT_KNOWN,
					   CAPTURE_NOT_KNOWN, CAPTURE_NOT_KNOWN, CAPTURE_NOT_KNOWN,
					   CAPTURE_NOT_KNOWN};
}

#endif
