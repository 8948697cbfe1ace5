/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is left to the process once it reads what guests send: the system calls of its tables
 * (seccomp), and no file but those that are open and those in its output folders (Landlock).
 */
#ifndef VSOCKDUMP_CONFINE_SANDBOX_H
#define VSOCKDUMP_CONFINE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/common/system-call.h"

/* A folder in which files are made while packets are read. */
struct output_folder {
	int fd; /* open from the start; files are made, renamed and removed relative to it */
	const char *path; /* as the user gave it, for messages */
	bool made;        /* by this process */
	int file;         /* a file in it that is open already; -1: none */
};

/* That of --export, and that of the files of -w. */
#define OUTPUT_FOLDERS_MAX 2

struct output_folders {
	size_t count;
	struct output_folder list[OUTPUT_FOLDERS_MAX];
};

/* What every run needs (sandbox-calls.c). */
extern const struct system_call sandbox_base_system_calls[];
/* Making a thread. One that is made later is as confined as its maker. */
extern const struct system_call sandbox_thread_system_calls[];
/*
 * Ends the process: nothing of ours or of libc's makes these while packets are read. A call that a
 * table of the process names is not one of them for that process.
 */
extern const struct system_call sandbox_deadly_system_calls[];

/*
 * False where the build has instruments (sanitizers, coverage) that need files and calls of
 * their own: then both functions below do nothing and succeed.
 */
bool sandbox_built(void);

/*
 * Both return 0, or errno: ENOSYS or EOPNOTSUPP where the kernel does not have it. They need
 * no_new_privs, are for good, and hold for threads that exist (seccomp) or are made later (both).
 */
int sandbox_files(const struct output_folders *folders);
int sandbox_calls(const struct system_call *const *tables, size_t count,
		  const struct output_folders *folders);

#endif
