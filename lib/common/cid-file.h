/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names for CIDs from the command line and from files.
 *
 * A file has one "CID NAME" a line, blanks between, as /etc/hosts has it; from '#' to the end of
 * a line is comment. Such a file is text that somebody else may have written: a line that is
 * not understood is an error with the file's name and the line's number, never a guess.
 */
#ifndef VSOCK_LIB_COMMON_CID_FILE_H
#define VSOCK_LIB_COMMON_CID_FILE_H

#include <stdbool.h>

#include "core/cid-names.h"

#define CID_NAMES_ERROR_MAX 512

/* The system's file; a user's own is vsockdump/cids in $XDG_CONFIG_HOME or ~/.config. */
#define CID_NAMES_SYSTEM_FILE "/etc/vsockdump/cids"

/* Adds "CID=NAME". False with a message in `error`. */
bool cid_names_assign(struct vsock_cid_names *names, const char *assignment,
		      char error[static CID_NAMES_ERROR_MAX]);

/*
 * Adds all names of a file ("-" is a file of that name, not standard input). False with a message
 * in `error` at the first bad line; the names before it stay.
 */
bool cid_names_read(struct vsock_cid_names *names, const char *path,
		    char error[static CID_NAMES_ERROR_MAX]);

/*
 * Reads the system's file and then the user's, where they exist. False when one of them is bad:
 * `error` says what about the last such one, and the good lines before it count.
 */
bool cid_names_read_defaults(struct vsock_cid_names *names, char error[static CID_NAMES_ERROR_MAX]);

#endif
