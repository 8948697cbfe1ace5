/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A capture in one file, or in several of a bounded size, number of packets or stretch of time.
 *
 * The next file is open, and its header written, before the one before it is closed; when that
 * fails the packet at hand still goes into the old one. So a name that is taken or a full disk
 * ends a capture, and loses nothing of it. A file is complete, with all that its format has at the
 * end, when the next one has packets.
 *
 * Time is that of the packets, which goes on by itself where the caller says so (_tick) while none
 * come. Stretches of time follow each other without gaps from the first one; those in which
 * nothing happened, not even a tick, have no file.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_ROTATION_H
#define VSOCK_LIB_CAPTURE_FILE_ROTATION_H

#include "lib/capture-file/files.h"
#include "lib/capture-file/writer.h"

struct capture_rotation_config {
	/* When the next file is due; 0: never for this reason. */
	uint64_t bytes; /* a file is larger only if its one packet is */
	uint64_t packets;
	uint64_t interval; /* nanoseconds */
	/*
	 * How many files there are. Those cut by bytes or packets make up a ring: the oldest gives
	 * way; at least 2. With time alone the capture ends after so many. 0: any number.
	 */
	uint32_t files;
	uint64_t start; /* of the first stretch of time; 0: the first packet's */
	struct capture_writer_options writer;
	struct capture_origin origin; /* writer.origin is made to point here */
	/* Asks for the counters, for the end of a file; may be NULL. */
	void (*statistics)(void *context, struct capture_statistics *statistics);
	void *context;
};

struct capture_rotation {
	struct capture_rotation_config config;
	struct capture_files files;
	struct capture_writer *writer; /* NULL before the first file */
	uint32_t number;               /* of the file, within its stretch of time */
	uint64_t interval_start;
	uint64_t intervals;   /* begun, those without a file not counted */
	uint64_t records;     /* in files that are closed */
	int error;            /* errno of the first failure: nothing is written after it */
	bool went_round;      /* the ring has begun anew within this stretch of time */
	bool finished;        /* there are as many files as were wanted */
	bool failed_to_begin; /* the failure is one of the file named in `files` */
	char current[NAME_MAX + 1];
};

/* What the file names of such a configuration look like. */
struct capture_naming capture_rotation_naming(const struct capture_rotation_config *config);

/*
 * Begins the first file, unless it is to begin with the first packet. Functions that return int
 * return 0 or errno. `files`, open, is owned from now on, also on failure.
 */
int capture_rotation_open(struct capture_rotation *rotation,
			  const struct capture_rotation_config *config,
			  const struct capture_files *files);

/* Whether a packet of this time is one too many: then `finished` is set. */
bool capture_rotation_is_over(struct capture_rotation *rotation, uint64_t ts);

int capture_rotation_write(struct capture_rotation *rotation, const struct capture_record *record,
			   const struct capture_comments *comments);
/* It is `now`: begins the next file if its time has come. Never with packets yet to come first. */
int capture_rotation_tick(struct capture_rotation *rotation, uint64_t now);
int capture_rotation_flush(struct capture_rotation *rotation);

/* Ends and closes the last file. Not yet done: capture_rotation_release(). */
int capture_rotation_finish(struct capture_rotation *rotation,
			    const struct capture_comments *comments);
void capture_rotation_release(struct capture_rotation *rotation);

/* Records written; after a failure, and at the end, exactly those that are whole in the files. */
uint64_t capture_rotation_records(const struct capture_rotation *rotation);

/* The file that the error is about, or else the current one; in the folder. */
const char *capture_rotation_name(const struct capture_rotation *rotation);

#endif
