/* SPDX-License-Identifier: BSD-3-Clause */
/* One frame as it comes from an interface or a file, and goes to a file; and how reading ends. */
#ifndef VSOCK_LIB_CAPTURE_FILE_RECORD_H
#define VSOCK_LIB_CAPTURE_FILE_RECORD_H

#include <stdint.h>

struct capture_record {
	uint64_t ts;         /* nanoseconds since 1970 */
	const uint8_t *data; /* the source's; valid until its next record */
	uint32_t captured;   /* bytes at data */
	uint32_t on_wire;    /* bytes the frame had before the snap length cut it */
};

/* Room for the sentence about a file that cannot be read. */
#define CAPTURE_ERROR_MAX 512

/* A record larger than this is damage, not data: the largest frame is below 128 KiB. */
#define CAPTURE_RECORD_MAX (UINT32_C(1) << 20)

enum capture_read {
	CAPTURE_READ_RECORD, /* *record is filled */
	CAPTURE_READ_END,    /* the file ended where it should */
	CAPTURE_READ_CUT,    /* it ended inside a record; all whole records were delivered */
	CAPTURE_READ_ERROR,  /* damaged or unreadable; what was delivered before is good */
	/*
	 * A pipe, socket or terminal has nothing to read at the moment: the caller shows what it
	 * has, polls capture_reader_fd() for POLLIN and calls again. Never from a regular file.
	 */
	CAPTURE_READ_WAIT,
};

#endif
