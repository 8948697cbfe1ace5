/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The capture files that are written: their names, and opening them.
 *
 * capture_files_next() opens every file, with openat(2) in a folder that was opened at the start.
 * So a sandbox has to allow no other way to open files for writing.
 *
 * Others may write in that folder, too. A capture must not wait in open(2) for the reader of a
 * FIFO, and its packets must not get into a file that another user made and can read. So every
 * file is a new one (O_EXCL), with two exceptions: a private file of this user, and whatever the
 * user names as the one file of a capture, such as a FIFO or a device.
 *
 * Names are those of tcpdump. A single file has the name that was given. If files are limited by
 * size or packets, a number follows the name; the first file has no number, except in a ring, whose
 * numbers have leading zeros. If files are limited by time, the name has conversions of
 * strftime(3), in local time. If a name is taken and the file must not be replaced, "-1" follows,
 * or the first free number above it. That happens when summer time ends, since an hour comes twice.
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

/* What capture_files_next() does with whatever has the name already. */
enum capture_existing {
	CAPTURE_SINGLE,  /* replaces a regular file; writes to anything else, also through a link */
	CAPTURE_REPLACE, /* replaces a regular file; otherwise takes another name */
	CAPTURE_REMOVE,  /* replaces all but directories and devices; otherwise another name */
	CAPTURE_KEEP,    /* replaces nothing: takes another name */
};

struct capture_input {
	dev_t device;
	ino_t inode;
};

/* Up to "-10000" is tried. More files of one name are no accident. */
#define CAPTURE_AGAIN_MAX 10000

struct capture_files {
	struct capture_naming naming;
	int directory;  /* descriptor of the folder; -1: standard output */
	mode_t mode;    /* of new files */
	uid_t user;     /* who opened the folder */
	bool made;      /* the last file is a new one; otherwise it existed and was emptied */
	uint32_t again; /* number after the last name, which was taken; or 0 */
	/* The files that are being read, which must not be emptied. */
	struct capture_input inputs[CAPTURE_INPUTS_MAX];
	size_t input_count;
	char *folder;            /* its path; NULL with standard output */
	const char *path;        /* as given, with the folder; owned by the caller */
	int folder_length;       /* of the folder's part of `path` */
	char name[NAME_MAX + 1]; /* in the folder: of the last file that was opened or tried */
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
 * Opens file number `number` of those that began at `ts` (nanoseconds since 1970). The file is
 * empty. `again` is the first number to try after the name, usually 0, which means no number. Sets
 * files->name, files->again and files->made, except for standard output.
 *
 * Returns a descriptor that the caller owns, or -1 with errno. EBUSY: it is the input file.
 */
int capture_files_next(struct capture_files *files, uint32_t number, uint32_t again, uint64_t ts,
		       enum capture_existing existing);

/* Whether a file is one of those that are being read. */
bool capture_files_is_input(const struct capture_files *files, const struct stat *status);

#endif
