/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The files that a capture is written to: their names, and opening them.
 *
 * Everything that -w opens after the start is opened here, in capture_files_next(), with openat(2)
 * below a folder that was opened at the start: whoever confines the process need allow no more.
 *
 * Names are tcpdump's: the name as given; with a number behind it where a capture is cut by size or
 * packets, none for the first unless there is a ring, whose numbers have leading zeros; with the
 * time in it, as strftime(3) does it, where a capture is cut by time.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_FILES_H
#define VSOCK_LIB_CAPTURE_FILE_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "lib/common/system-call.h"

extern const struct system_call capture_files_system_calls[];

struct capture_naming {
	bool timed;    /* the name has conversions for strftime(3) */
	bool counted;  /* a number may stand behind it */
	uint32_t ring; /* numbers go from 0 to one below; 0: there is no ring */
};

/* What capture_files_next() makes of a file that is there already. */
enum capture_existing {
	CAPTURE_REPLACE, /* its contents go; a symbolic link is followed */
	CAPTURE_REUSE,   /* the same, but a symbolic link is not followed: ELOOP */
	CAPTURE_KEEP,    /* it stays, and the error is EEXIST */
};

struct capture_files {
	struct capture_naming naming;
	int directory; /* -1: standard output */
	mode_t mode;
	/* Never to be opened, as that would empty what is being read; zeros: there is none. */
	dev_t input_device;
	ino_t input_inode;
	char *folder;            /* its path; NULL with standard output */
	const char *path;        /* as given, with what leads to the folder */
	int folder_length;       /* of the part of it that leads there */
	char name[NAME_MAX + 1]; /* in the folder: of the file that was asked for last */
};

/*
 * Opens the folder of `path`, which must stay valid, "-" being standard output. Returns 0 or
 * errno. Files are made with mode 0600 when this is root's, else as the umask has it.
 */
int capture_files_open(struct capture_files *files, const char *path, struct capture_naming naming);
void capture_files_close(struct capture_files *files);

/*
 * Whether files that begin at these times have good names, and different ones where there is a time
 * in them: not if such a name has a '/' or is too long.
 */
bool capture_files_names_are_good(const struct capture_files *files, uint64_t ts, uint64_t later);

/*
 * Opens file number `number` of those that began at `ts` (nanoseconds since 1970), empty. Returns
 * a descriptor, or -1 with errno; EBUSY: it is the input. Sets files->name in any case but
 * ENAMETOOLONG.
 */
int capture_files_next(struct capture_files *files, uint32_t number, uint64_t ts,
		       enum capture_existing existing);

/* Whether there is a file of that name. */
bool capture_files_exists(struct capture_files *files, uint32_t number, uint64_t ts);

#endif
