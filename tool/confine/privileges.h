/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives up the rights that opening the capture needed. The order in a run: open the handle and the
 * outputs, drop the privileges, enter the sandbox, read the first packet. Some of this changes only
 * the calling thread, so call it before another thread starts.
 */
#ifndef VSOCKDUMP_CONFINE_PRIVILEGES_H
#define VSOCKDUMP_CONFINE_PRIVILEGES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tool/confine/sandbox.h"
#include "tool/exit-status.h"

/* The user that the process becomes. */
struct unprivileged {
	bool change; /* false: the process keeps its user, and the rest has no meaning */
	bool chosen; /* by -Z: then a failure is an error, not a warning */
	uid_t uid;
	gid_t gid;
	char name[64];
};

/*
 * Refuses, with a message, to run set-user-ID or set-group-ID. Call it before the program reads
 * any file that the user names: it would read the file with the rights of the program's owner.
 */
enum exit_status privileges_check(void);

/* True if the program's file gives capabilities to a user who is not root (setcap). */
bool privileges_of_file(void);

/*
 * Finds that user: the one of -Z; otherwise, for root, the first of "vsockdump", "tcpdump" and
 * "nobody" that exists; otherwise the user does not change. Refuses an unknown user with a message.
 */
enum exit_status privileges_find(const char *wanted, struct unprivileged *found);

/*
 * Becomes that user, without other groups, without capabilities, also after an exec, and without
 * core dumps. Before that, it gives the folders that this process created to the user, and checks
 * that the user may create files in the others. EXIT_OK, or the exit status after a message.
 */
enum exit_status privileges_drop(const struct unprivileged *user,
				 const struct output_folders *folders);

/*
 * For a process that keeps the capabilities of the set `keep` (bits by number): becomes that user,
 * loses all other capabilities, and leaves no core dumps. Returns 0 or errno. As in
 * privileges_drop(), it is no error if the process cannot become a user that -Z did not choose.
 */
int privileges_keep(const struct unprivileged *user, uint64_t keep);

/*
 * Capabilities of the set `keep` (bits by number) stay, the bounding set goes, and nothing can be
 * gained again. Returns 0 or errno.
 */
int privileges_limit(uint64_t keep);

#endif
