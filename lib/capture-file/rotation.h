/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes packets to one capture file, or to several files with a limit of size, packets or time.
 *
 * The next file is opened and its header is written before the previous file is closed. If that
 * fails, the present packet still goes into the old file. So a full disk ends the capture, but
 * loses no packet. A file is complete, with everything that its format has at the end, before the
 * next one gets packets.
 *
 * A name that is taken does not end the capture: see lib/capture-file/files.h.
 *
 * The time is that of the packets. While no packets come, capture_rotation_tick() advances it.
 * Intervals follow each other without gaps from the first one. An interval without a packet or a
 * tick has no file.
 *
 * One thread uses a rotation. All times are nanoseconds since 1970.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_ROTATION_H
#define VSOCK_LIB_CAPTURE_FILE_ROTATION_H

#include "lib/capture-file/files.h"
#include "lib/capture-file/writer.h"

struct capture_rotation_config {
	/* The limits of a file; 0: no limit. */
	uint64_t bytes; /* a file is larger only if it has one packet and that is larger */
	uint64_t packets;
	uint64_t interval; /* nanoseconds */
	/*
	 * How many files there are. Files limited by bytes or packets form a ring of at least 2:
	 * the oldest is replaced. With time alone the capture ends after that many. 0: any number.
	 */
	uint32_t files;
	uint64_t start; /* of the first interval; 0: the time of the first packet */
	struct capture_writer_options writer;
	struct capture_origin origin; /* capture_rotation_open() sets writer.origin to it */
	/* Fills in the counters for the end of a file; may be NULL. */
	void (*statistics)(void *context, struct capture_statistics *statistics);
	void *context;
	/* Called once, when the first file gets another name than `taken`; may be NULL. */
	void (*renamed)(const struct capture_files *files, const char *taken);
};

struct capture_rotation {
	struct capture_rotation_config config;
	struct capture_files files;
	struct capture_writer *writer; /* NULL before the first file */
	uint32_t number;               /* of the file, within its interval */
	uint64_t interval_start;
	uint64_t intervals;   /* that have a file */
	uint32_t begun;       /* files */
	uint64_t records;     /* in files that are closed */
	int error;            /* errno of the first failure: nothing is written after it */
	bool went_round;      /* the ring has started again within this interval */
	bool finished;        /* the limit of files is reached */
	bool failed_to_begin; /* the error is about the file named in `files` */
	bool renamed;         /* config.renamed was called */
	/* In a ring with a time in its names: files.again of the files of this interval, or 0. */
	uint32_t *again;
	uint32_t again_count;
	char current[NAME_MAX + 1]; /* name of the file that `writer` writes */
};

/* What the file names of this configuration contain. */
struct capture_naming capture_rotation_naming(const struct capture_rotation_config *config);

/*
 * Begins the first file, unless it begins with the first packet. Functions that return int return 0
 * or errno. The rotation becomes the owner of `files`, which is open, also on failure. In every
 * case the caller ends with capture_rotation_release().
 */
int capture_rotation_open(struct capture_rotation *rotation,
			  const struct capture_rotation_config *config,
			  const struct capture_files *files);

/* True if a packet of this time comes after the last file: `finished` is set then. */
bool capture_rotation_is_over(struct capture_rotation *rotation, uint64_t ts);

/* Writes a packet, to the next file if one is due. The comments may be NULL. */
int capture_rotation_write(struct capture_rotation *rotation, const struct capture_record *record,
			   const struct capture_comments *comments);

/*
 * The time is `now`: begins the next file if it is due. Call it only when no earlier packet can
 * come.
 */
int capture_rotation_tick(struct capture_rotation *rotation, uint64_t now);

/* Passes everything written to the kernel. */
int capture_rotation_flush(struct capture_rotation *rotation);

/* Ends and closes the last file. capture_rotation_release() must follow. */
int capture_rotation_finish(struct capture_rotation *rotation,
			    const struct capture_comments *comments);

/* Closes everything and frees the rotation's memory, not the rotation itself. */
void capture_rotation_release(struct capture_rotation *rotation);

/* Records written; after a failure, and at the end, exactly those that are complete in the files.
 */
uint64_t capture_rotation_records(const struct capture_rotation *rotation);

/* The name, in the folder, of the file that the error is about; without an error the present one.
 */
const char *capture_rotation_name(const struct capture_rotation *rotation);

#endif
