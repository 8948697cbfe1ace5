/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving up what opening took. The order in a run: open the handle and the outputs, then this, then
 * the sandbox, then read the first packet. All of it is for the calling thread, or the process as
 * the kernel sees fit: call it before another thread is made.
 */
#ifndef VSOCKDUMP_CONFINE_PRIVILEGES_H
#define VSOCKDUMP_CONFINE_PRIVILEGES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tool/confine/sandbox.h"
#include "tool/exit-status.h"

/* Who the process goes on as. */
struct unprivileged {
	bool change; /* the rest counts */
	bool chosen; /* by -Z: what fails then is an error, not a warning */
	uid_t uid;
	gid_t gid;
	char name[64];
};

/*
 * Refuses, with a message, to run set-user-ID or set-group-ID. Call it before anything that the
 * user chooses is read: the rights to read it would be those of the program's owner.
 */
enum exit_status privileges_check(void);

/* True if the program's file gives capabilities to a user who is not root (setcap). */
bool privileges_of_file(void);

/*
 * Who that is: the user of -Z, else for root the first of "vsockdump", "tcpdump" and "nobody" that
 * there is, else nobody else. Refuses, with a message, an unknown user.
 */
enum exit_status privileges_find(const char *wanted, struct unprivileged *found);

/*
 * Becomes that user, with no other groups, no capabilities, none to be had by exec, and no core
 * dumps. Folders that this process made are given to the user first; that it may make files in the
 * others is checked. EXIT_OK, or the exit status with a message printed.
 */
enum exit_status privileges_drop(const struct unprivileged *user,
				 const struct output_folders *folders);

/*
 * For a process that goes on with the capabilities of the set `keep` (bits by number): becomes that
 * user, loses all other capabilities, and leaves no core dumps. Returns 0 or errno. As with
 * privileges_drop(), a user that nobody chose and that cannot be had is no error.
 */
int privileges_keep(const struct unprivileged *user, uint64_t keep);

/*
 * Capabilities of the set `keep` (bits by number) stay, the bounding set goes, and nothing can be
 * gained again. Returns 0 or errno.
 */
int privileges_limit(uint64_t keep);

#endif
