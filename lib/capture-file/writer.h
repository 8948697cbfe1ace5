/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes capture files, pcap and pcapng of little-endian order whatever the machine. Ours because
 * libpcap's pcap_dump() returns nothing: a full disk goes unnoticed, and may leave half a record
 * that other tools choke on; and because it knows no pcapng.
 *
 * What was written is a readable capture at every moment a write returns: a record that could
 * only be written in part is taken back (the file is truncated to its last whole record; a pipe
 * cannot be). One writer writes one file; rotation.h makes several of a capture.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_WRITER_H
#define VSOCK_LIB_CAPTURE_FILE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/capture-file/comments.h"
#include "lib/capture-file/origin.h"
#include "lib/capture-file/record.h"
#include "lib/common/system-call.h"

/* The most that libpcap reads back whole, and four times the largest frame. */
#define CAPTURE_DEFAULT_SNAPLEN 262144

struct capture_writer_options {
	bool pcapng;
	bool nanosecond;    /* times in nanoseconds, else microseconds */
	bool packet_buffer; /* flush after each record (-U) */
	uint32_t snaplen;   /* for the header; longer records are written cut to it; 0: 256 KiB */
	/* What pcapng says of the capture; NULL: nothing. Needed during the call that takes it. */
	const struct capture_origin *origin;
	const char *application;
};

struct capture_writer;

extern const struct system_call capture_writer_system_calls[];

/*
 * Takes over a file that is open for writing, and writes its header through to the kernel, so that
 * even an empty capture is a valid file. NULL with errno on failure; the file is closed then.
 *
 * The process must ignore SIGPIPE and SIGXFSZ: else the closed pipe (EPIPE) or the file-size
 * limit (EFBIG) kills it before the failure can be handled. Signals do not break off a write.
 */
struct capture_writer *capture_writer_open(int fd, const struct capture_writer_options *options);

/* The descriptor, still owned by the writer. */
int capture_writer_fd(const struct capture_writer *writer);

/*
 * Functions that return int return 0, or the errno of the first failure, which sticks: nothing is
 * written after it.
 */

/* The comments go with the record, if the format has any; may be NULL. */
int capture_writer_write(struct capture_writer *writer, const struct capture_record *record,
			 const struct capture_comments *comments);
int capture_writer_flush(struct capture_writer *writer);

/*
 * Ends the file: what pcapng says at its end, and what is still in the buffer, go to the kernel.
 * Unknown times are those of the records. To be followed by nothing but questions and close.
 */
int capture_writer_finish(struct capture_writer *writer,
			  const struct capture_statistics *statistics,
			  const struct capture_comments *comments);

/* Flushes, closes and frees; a failure to close is a failure. NULL is nothing to do. */
int capture_writer_close(struct capture_writer *writer);

/*
 * Records written, those still in the buffer included; after a failure exactly those that are
 * whole in the file. For the final number finish or flush first, ask, then close.
 */
uint64_t capture_writer_records(const struct capture_writer *writer);

/* Bytes of the file, those still in the buffer and those of its end without comments included. */
uint64_t capture_writer_size(const struct capture_writer *writer);
/* By how much this record would make it larger. */
uint64_t capture_writer_growth(const struct capture_writer *writer,
			       const struct capture_record *record,
			       const struct capture_comments *comments);

#endif
