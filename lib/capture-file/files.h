/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The capture files that are written: their names, and opening them.
 *
 * capture_files_next() opens every file, with openat(2) in a folder that was opened at the start.
 * So a sandbox has to allow no other way to open files for writing.
 *
 * Names are those of tcpdump. A single file has the name that was given. If files are limited by
 * size or packets, a number follows the name; the first file has no number, except in a ring, whose
 * numbers have leading zeros. If files are limited by time, the name has conversions of
 * strftime(3), in local time.
 *
 * One thread uses these functions.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_FILES_H
#define VSOCK_LIB_CAPTURE_FILE_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "lib/capture-file/record.h"
#include "lib/common/system-call.h"

extern const struct system_call capture_files_system_calls[];

struct capture_naming {
	bool timed;    /* the name has conversions for strftime(3) */
	bool counted;  /* a number may follow the name */
	uint32_t ring; /* files in the ring, numbered from 0; 0: there is no ring */
};

/* What capture_files_next() does with an existing file. */
enum capture_existing {
	CAPTURE_REPLACE, /* empties it; follows a symbolic link */
	CAPTURE_REUSE,   /* empties it; a symbolic link is an error (ELOOP) */
	CAPTURE_KEEP,    /* leaves it alone; the error is EEXIST */
};

struct capture_input {
	dev_t device;
	ino_t inode;
};

struct capture_files {
	struct capture_naming naming;
	int directory; /* descriptor of the folder; -1: standard output */
	mode_t mode;   /* of new files */
	/* The files that are being read, which must not be emptied. */
	struct capture_input inputs[CAPTURE_INPUTS_MAX];
	size_t input_count;
	char *folder;            /* its path; NULL with standard output */
	const char *path;        /* as given, with the folder; owned by the caller */
	int folder_length;       /* of the folder's part of `path` */
	char name[NAME_MAX + 1]; /* in the folder: of the last file that was asked for */
};

/*
 * Opens the folder of `path` ("-" is standard output). `path` must stay valid. Returns 0 or errno.
 * root creates files with mode 0600, other users with the mode that the umask gives.
 */
int capture_files_open(struct capture_files *files, const char *path, struct capture_naming naming);
void capture_files_close(struct capture_files *files);

/*
 * Whether files that begin at these times (nanoseconds since 1970) have valid names: without a '/',
 * not too long, and different from each other if the name contains a time.
 */
bool capture_files_names_are_good(const struct capture_files *files, uint64_t ts, uint64_t later);

/*
 * Opens file number `number` of those that began at `ts` (nanoseconds since 1970), and empties it.
 * Returns a descriptor that the caller owns, or -1 with errno; EBUSY: it is the input file. Sets
 * files->name, except for standard output or if the error is ENAMETOOLONG.
 */
int capture_files_next(struct capture_files *files, uint32_t number, uint64_t ts,
		       enum capture_existing existing);

/* Whether a file of that name exists. Sets files->name. */
bool capture_files_exists(struct capture_files *files, uint32_t number, uint64_t ts);

/* Whether a file is one of those that are being read. */
bool capture_files_is_input(const struct capture_files *files, const struct stat *status);

#endif
