/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -w: writes packets to files, with comments for --annotate. Makes a capture_rotation from the
 * settings, and messages from its errors.
 */
#ifndef VSOCKDUMP_RUN_OUTPUT_FILE_H
#define VSOCKDUMP_RUN_OUTPUT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/finding.h"
#include "lib/capture-file/comments.h"
#include "lib/capture-file/rotation.h"
#include "tool/confine/confine.h"
#include "tool/exit-status.h"
#include "tool/print/seen.h"
#include "tool/run/packet-source.h"
#include "tool/settings.h"

struct output_file {
	const struct settings *settings;
	struct capture_rotation rotation;
	struct capture_comments comments; /* for the next packet */
	uint32_t machines_in; /* the number of the file that has the names of virtual machines */
	bool open;
	bool at_end; /* of the last file */
};

/*
 * Reports mistakes in -w, before a live capture needs privileges. Creates no file. Does nothing
 * without -w.
 */
enum exit_status output_file_check(const struct settings *settings);

/*
 * Opens the first file. Returns EXIT_OK, also without -w, or another exit status after a message.
 * `shown_nanosecond`: a pcap file gets nanoseconds.
 */
enum exit_status output_file_open(struct output_file *file, const struct settings *settings,
				  const struct packet_source *source, bool shown_nanosecond);

/* After output_file_open(): what writing still needs of the system. */
void output_file_needs(const struct output_file *file, struct confinement *confinement);

/* Whether a packet of this time comes after the last file. */
bool output_file_is_over(struct output_file *file, uint64_t ts);

/* Adds a comment to the next packet; see annotation.h. */
void output_file_finding(struct output_file *file, const struct vsock_finding *finding,
			 bool elsewhere);

/* --process: adds the name of a process to the next packet, unless this file has it. */
void output_file_process(struct output_file *file, const struct process_entry *entry);

/*
 * Writes a packet with all comments since the last one. `seen` is the same packet, for the names of
 * the processes at both ends of its flow; or NULL.
 */
void output_file_packet(struct output_file *file, const struct capture_record *record,
			const struct seen *seen);
/* The time is `now`, and no earlier packet can come. */
void output_file_tick(struct output_file *file, uint64_t now);
void output_file_flush(struct output_file *file);

/* Whether nothing more is written: after a failure, or after the last file. */
static inline bool output_file_ended(const struct output_file *file)
{
	return file->rotation.error || file->rotation.finished;
}

/* The number of the `packets` that could not be written; 0 without -w. */
uint64_t output_file_lost(const struct output_file *file, uint64_t packets);

/*
 * Ends the last file. After this the numbers are final. output_file_close() closes and reports
 * errors.
 */
void output_file_finish(struct output_file *file);
enum exit_status output_file_close(struct output_file *file);

#endif
