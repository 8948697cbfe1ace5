/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads names for CIDs from files and from the command line into the table of core/cid-names.h.
 *
 * A line of a file is "CID NAME" with blanks between, similar to /etc/hosts. '#' starts a comment
 * that ends with the line. Somebody else may have written the file: a line that is not valid is an
 * error with the file's name and the line's number, never a guess.
 *
 * The caller owns the table. The functions are as thread-safe as that table: one thread at a time.
 */
#ifndef VSOCK_LIB_COMMON_CID_FILE_H
#define VSOCK_LIB_COMMON_CID_FILE_H

#include <stdbool.h>

#include "core/cid-names.h"

/* Room for a message, with its null byte. */
#define CID_FILE_ERROR_MAX 512

/* The system's file. A user's file is vsockdump/cids in $XDG_CONFIG_HOME or ~/.config. */
#define CID_FILE_SYSTEM "/etc/vsockdump/cids"

/* Adds "CID=NAME", as on the command line. False with a message in `error`. */
bool cid_file_assign(struct vsock_cid_names *names, const char *assignment,
		     char error[static CID_FILE_ERROR_MAX]);

/*
 * Adds all names of a file ("-" is a file of that name, not standard input). False with a message
 * in `error` at the first bad line; the names before it stay.
 */
bool cid_file_read(struct vsock_cid_names *names, const char *path,
		   char error[static CID_FILE_ERROR_MAX]);

/*
 * Reads the system's file and then the user's file, if they exist. False if one of them is bad:
 * `error` has the message about the last bad file. The names before the bad line stay.
 */
bool cid_file_read_defaults(struct vsock_cid_names *names, char error[static CID_FILE_ERROR_MAX]);

#endif
