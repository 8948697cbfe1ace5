/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One frame, as an interface or a capture file gives it and as a capture file stores it; and the
 * results of reading the next one.
 *
 * Numbers are in the byte order of this machine. The frame's bytes are not interpreted: they start
 * with the header of link type VSOCK (271), which core/packet.h decodes.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_RECORD_H
#define VSOCK_LIB_CAPTURE_FILE_RECORD_H

#include <stdint.h>

struct capture_record {
	uint64_t ts;         /* nanoseconds since 1970 */
	const uint8_t *data; /* owned by the source; valid until its next record */
	uint32_t captured;   /* bytes at data */
	uint32_t on_wire;    /* bytes the frame had before the snapshot length cut it */
};

/* A record larger than this is damage, not data: the largest frame is below 128 KiB. */
#define CAPTURE_RECORD_MAX (UINT32_C(1) << 20)

enum capture_read {
	CAPTURE_READ_RECORD, /* *record is filled */
	CAPTURE_READ_END,    /* the file ended between two records */
	CAPTURE_READ_CUT,    /* the file ended inside a record; all whole records were returned */
	CAPTURE_READ_ERROR,  /* damaged or unreadable; the records before it are good */
	/*
	 * A pipe, socket or terminal has no data at the moment. The caller prints what it has,
	 * polls capture_reader_fd() for POLLIN and calls again. Never from a regular file.
	 */
	CAPTURE_READ_WAIT,
};

/* Room for the message about a file that cannot be read, with its null byte. */
#define CAPTURE_ERROR_MAX 512

#endif
