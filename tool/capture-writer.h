/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes capture files, pcap of little-endian order whatever the machine. Ours because libpcap's
 * pcap_dump() returns nothing: a full disk goes unnoticed, and may leave half a record that other
 * tools choke on.
 *
 * What was written is a readable capture at every moment a write returns: a record that could
 * only be written in part is taken back (the file is truncated to its last whole record; a pipe
 * cannot be). Files are made with mode 0600 when root writes them: they hold other people's data.
 */
#ifndef VSOCKDUMP_CAPTURE_WRITER_H
#define VSOCKDUMP_CAPTURE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/capture-record.h"
#include "tool/system-call.h"

struct capture_writer_options {
	bool nanosecond;    /* times in nanoseconds, else microseconds */
	bool packet_buffer; /* flush after each record (-U) */
	uint32_t snaplen;   /* for the header; longer records are written cut to it; 0: 256 KiB */
};

struct capture_writer;

extern const struct system_call capture_writer_system_calls[];

/*
 * Creates (or truncates) the file, "-" being standard output, and writes its header through to
 * the kernel, so that even an empty capture is a valid file. NULL with errno on failure.
 *
 * The process must ignore SIGPIPE and SIGXFSZ: else the closed pipe (EPIPE) or the file-size
 * limit (EFBIG) kills it before the failure can be handled. Signals do not break off a write.
 */
struct capture_writer *capture_writer_open(const char *path,
					   const struct capture_writer_options *options);

/* Each returns 0, or the errno of the first failure, which sticks: nothing is written after it. */
int capture_writer_write(struct capture_writer *writer, const struct capture_record *record);
int capture_writer_flush(struct capture_writer *writer);
/* Flushes, closes and frees; a failure to close is a failure. */
int capture_writer_close(struct capture_writer *writer);

/*
 * Records written, those still in the buffer included; after a failure exactly those that are
 * whole in the file. For the final number flush first, ask, then close.
 */
uint64_t capture_writer_records(const struct capture_writer *writer);

#endif
