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

struct save {
	const struct settings *settings;
	struct capture_rotation rotation;
	struct capture_comments comments; /* for the next packet */
	bool open;
	bool at_end; /* of the last file */
};

/*
 * Opens the first file. EXIT_OK, also without -w, or the exit status with a message printed.
 * `shown_nanosecond`: how fine the times of a pcap file are to be.
 */
enum exit_status save_open(struct save *save, const struct settings *settings,
			   const struct packet_source *source, bool shown_nanosecond);

/* After save_open(): what writing needs of the system from now on. */
void save_needs(const struct save *save, struct confinement *confinement);

/* Whether a packet of this time is one too many. */
bool save_is_over(struct save *save, uint64_t ts);

/* For the comments of the next packet; see annotation.h. */
void save_finding(struct save *save, const struct vsock_finding *finding, bool elsewhere);

/* Writes a packet with all comments since the last one. */
void save_packet(struct save *save, const struct capture_record *record);
/* It is `now`, and no packet from before is yet to come. */
void save_tick(struct save *save, uint64_t now);
void save_flush(struct save *save);

/* Whether there is nothing more to do: after a failure, or with all files that were wanted. */
static inline bool save_ended(const struct save *save)
{
	return save->rotation.error || save->rotation.finished;
}

/* Of `packets` that were captured, those that could not be written; 0 without -w. */
uint64_t save_lost(const struct save *save, uint64_t packets);

/* Ends the last file. Then the numbers are final, and save_close() closes, and tells what failed.
 */
void save_finish(struct save *save);
enum exit_status save_close(struct save *save);

#endif
