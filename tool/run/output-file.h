/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What -w asks for: packets in files, with comments where --annotate wants them. This is where
 * settings become a capture_rotation, and its errors messages.
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
#include "tool/run/packet-source.h"
#include "tool/settings.h"

struct output_file {
	const struct settings *settings;
	struct capture_rotation rotation;
	struct capture_comments comments; /* for the next packet */
	bool open;
	bool at_end; /* of the last file */
};

/*
 * Before a live capture asks for rights: reports what the user can fix about -w. Makes no file.
 * Nothing without -w.
 */
enum exit_status output_file_check(const struct settings *settings);

/*
 * Opens the first file. EXIT_OK, also without -w, or the exit status with a message printed.
 * `shown_nanosecond`: how fine the times of a pcap file are to be.
 */
enum exit_status output_file_open(struct output_file *file, const struct settings *settings,
				  const struct packet_source *source, bool shown_nanosecond);

/* After output_file_open(): what writing still needs of the system. */
void output_file_needs(const struct output_file *file, struct confinement *confinement);

/* Whether a packet of this time is one too many. */
bool output_file_is_over(struct output_file *file, uint64_t ts);

/* For the comments of the next packet; see annotation.h. */
void output_file_finding(struct output_file *file, const struct vsock_finding *finding,
			 bool elsewhere);

/* Writes a packet with all comments since the last one. */
void output_file_packet(struct output_file *file, const struct capture_record *record);
/* It is `now`, and no packet from before is yet to come. */
void output_file_tick(struct output_file *file, uint64_t now);
void output_file_flush(struct output_file *file);

/* Whether there is nothing more to do: after a failure, or with all files that were wanted. */
static inline bool output_file_ended(const struct output_file *file)
{
	return file->rotation.error || file->rotation.finished;
}

/* Of `packets` that were captured, those that could not be written; 0 without -w. */
uint64_t output_file_lost(const struct output_file *file, uint64_t packets);

/* Ends the last file. Then the numbers are final; output_file_close() closes and reports errors. */
void output_file_finish(struct output_file *file);
enum exit_status output_file_close(struct output_file *file);

#endif
