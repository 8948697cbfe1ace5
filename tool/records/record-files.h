/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of --flow-log.
 *
 * In a folder, the present file is called flows-20260125T023000Z-1.ndjson.part. The time is that of
 * its first record, in UTC. When it has enough bytes or is old enough, it loses the ".part", by
 * one rename. So a file called *.ndjson is complete, and never changes. A process that is killed
 * leaves a .part file. The next start takes a cut line off it and completes it. A .part file of a
 * process that still runs is locked (flock), and left alone.
 *
 * Otherwise there is one file, which is appended to, or a FIFO, or standard output. If the reader
 * of a FIFO leaves, records are lost until another one comes.
 *
 * Functions that return int return 0 or errno. After an error, later calls try again.
 */
#ifndef VSOCKDUMP_RECORDS_RECORD_FILES_H
#define VSOCKDUMP_RECORDS_RECORD_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/common/system-call.h"
#include "tool/confine/sandbox.h"

/* With those of metrics-file.c, and of the thread of writer.c. */
extern const struct system_call record_files_system_calls[];

/* Bytes of a file in a folder, by default. */
#define RECORD_FILE_BYTES UINT64_C(64000000)
/* Seconds of a file in a folder, by default in a live capture. */
#define RECORD_FILE_SECONDS 60
/* Files of the same second. */
#define RECORD_FILES_SAME 10000

struct record_files {
	uint64_t limit_bytes;
	uint64_t limit_time;     /* nanoseconds; 0: no limit */
	bool blocking;           /* write(2) may wait for a reader */
	bool patient;            /* waits for a slow reader of a FIFO; else for a second */
	int directory;           /* -1: standard output */
	char *folder;            /* its path; NULL with standard output */
	bool made;               /* the folder, by this process */
	bool rotated;            /* many files */
	char name[NAME_MAX + 1]; /* of the present file, complete, or of the only one */
	mode_t mode;
	int fd;       /* -1: none is open */
	bool regular; /* a cut line can be taken off */
	bool cut;     /* the last line is cut */
	uint64_t size;
	uint64_t began; /* time of its first record */
};

/*
 * Opens the folder, and completes what an earlier process left. A folder means many files. If the
 * path does not exist, and its name has no dot, the folder is made. EEXIST: the file exists, and
 * is no file of records.
 */
int record_files_open(struct record_files *files, const char *path);

/* Where files are made later. False with standard output. */
bool record_files_folder(const struct record_files *files, struct output_folder *folder);

/*
 * Writes whole lines, which were made at `ts`. Begins another file if it is time. *written is the
 * number of bytes of whole lines that are in the file.
 */
int record_files_write(struct record_files *files, const char *lines, size_t length, uint64_t ts,
		       size_t *written);

/* It is `now`, and no earlier record comes: completes the present file if it is old enough. */
int record_files_tick(struct record_files *files, uint64_t now);

/* Completes the last file, and closes everything. */
int record_files_close(struct record_files *files);

#endif
