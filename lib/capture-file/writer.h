/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes capture files, pcap and pcapng, in little-endian byte order on every machine.
 *
 * libpcap's pcap_dump() cannot replace it. It returns nothing: a full disk goes unnoticed, and may
 * leave half a record that other tools refuse. It also does not write pcapng.
 *
 * The file is a readable capture file whenever a write returns. If only a part of a record can be
 * written, the writer truncates the file to its last whole record. (A pipe cannot be truncated.)
 *
 * One writer writes one file; rotation.h writes several. One thread uses a writer.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_WRITER_H
#define VSOCK_LIB_CAPTURE_FILE_WRITER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/capture-file/comments.h"
#include "lib/capture-file/origin.h"
#include "lib/capture-file/record.h"
#include "lib/common/system-call.h"

/* The largest that libpcap reads without cutting, and more than any frame. */
#define CAPTURE_DEFAULT_SNAPLEN 262144

struct capture_writer_options {
	bool pcapng;
	bool nanosecond;    /* times in nanoseconds, otherwise microseconds */
	bool packet_buffer; /* flush after each record (-U) */
	uint32_t snaplen;   /* snapshot length; longer records are cut to it; 0: 256 KiB */
	/* For pcapng only; NULL: not known. The writer uses them only while it opens the file. */
	const struct capture_origin *origin;
	const char *application; /* the program's name and version */
	/* See lib/common/patience.h. A write that blocks for too long fails with ECANCELED. */
	const volatile sig_atomic_t *patience;
};

struct capture_writer;

extern const struct system_call capture_writer_system_calls[];

/*
 * Becomes the owner of a file that is open for writing, and passes its header to the kernel, so
 * that the file is valid even without packets. NULL with errno on failure; the file is closed then.
 *
 * The process must ignore SIGPIPE and SIGXFSZ. Otherwise a closed pipe (EPIPE) or the limit of file
 * sizes (EFBIG) kills it before the writer can handle the failure. Signals do not interrupt a
 * write, unless `patience` ends.
 */
struct capture_writer *capture_writer_open(int fd, const struct capture_writer_options *options);

/* The descriptor, still owned by the writer. */
int capture_writer_fd(const struct capture_writer *writer);

/*
 * Functions that return int return 0, or the errno of the first failure. After a failure nothing is
 * written, and every call returns that errno.
 */

/* Writes one record, with the comments if the format is pcapng; they may be NULL. */
int capture_writer_write(struct capture_writer *writer, const struct capture_record *record,
			 const struct capture_comments *comments);

/* Passes everything written to the kernel. */
int capture_writer_flush(struct capture_writer *writer);

/*
 * Ends the file: passes the block that ends a pcapng file, and everything in the buffer, to the
 * kernel. Times that are not known become those of the records. Write nothing after it.
 */
int capture_writer_finish(struct capture_writer *writer,
			  const struct capture_statistics *statistics,
			  const struct capture_comments *comments);

/* Flushes, closes and frees; a failure to close is returned, too. Accepts NULL. */
int capture_writer_close(struct capture_writer *writer);

/*
 * Records written, including those in the buffer; after a failure exactly those that are complete
 * in the file. For the final number, finish or flush first.
 */
uint64_t capture_writer_records(const struct capture_writer *writer);

/* Bytes of the file, including those in the buffer and those of its end without comments. */
uint64_t capture_writer_size(const struct capture_writer *writer);

/* By how many bytes this record would make the file larger. */
uint64_t capture_writer_growth(const struct capture_writer *writer,
			       const struct capture_record *record,
			       const struct capture_comments *comments);

#endif
