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

/* The quality of a record's time. */
enum capture_time {
	CAPTURE_TIME_GOOD,
	CAPTURE_TIME_NONE, /* the file has no time for it (Simple Packet Block); ts is 0 */
	/*
	 * The time in the file is impossible, or other times of the file prove that the writer got
	 * them wrong. ts is a guess, good enough to show.
	 */
	CAPTURE_TIME_BAD,
};

struct capture_record {
	uint64_t ts;         /* nanoseconds since 1970 */
	const uint8_t *data; /* owned by the source; valid until its next record */
	uint32_t captured;   /* bytes at data */
	uint32_t on_wire;    /* bytes the frame had before the snapshot length cut it */
	/*
	 * The place in the file, from 1, which is Wireshark's frame.number: packets of other link
	 * types count. 0 if the record is not from a file.
	 */
	uint64_t number;
	uint16_t point; /* where it was captured: capture_reader_point() describes it */
	uint8_t clock;  /* enum capture_time */
};

/* A record larger than this is damage, not data: the largest frame is below 128 KiB. */
#define CAPTURE_RECORD_MAX (UINT32_C(1) << 20)

/* The most files that are read together. */
#define CAPTURE_INPUTS_MAX 256

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
