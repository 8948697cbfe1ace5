/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the process may still do when it reads guests' packets: the system calls of its tables
 * (seccomp). It has the files that are open, and those in its output folders (Landlock).
 */
#ifndef VSOCKDUMP_CONFINE_SANDBOX_H
#define VSOCKDUMP_CONFINE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/common/system-call.h"

/* A folder for files that are created while packets are read. */
struct output_folder {
	int fd; /* open from the start; files are created, renamed and removed relative to it */
	const char *path; /* as the user gave it, for messages */
	bool made;        /* by this process */
	int file;         /* a file in it that is open already; -1: none */
};

/* The folder of --export, or those of --flow-log and --metrics, and the folder of the files of -w.
 */
#define OUTPUT_FOLDERS_MAX 3

struct output_folders {
	size_t count;
	struct output_folder list[OUTPUT_FOLDERS_MAX];
};

/* What every run needs (sandbox-calls.c). */
extern const struct system_call sandbox_base_system_calls[];
/* The start of a thread. A new thread has the same sandbox. */
extern const struct system_call sandbox_thread_system_calls[];
/*
 * These calls end the process: neither our code nor libc makes them while packets are read. If a
 * table of the process names such a call, the call is allowed.
 */
extern const struct system_call sandbox_deadly_system_calls[];

/*
 * False if the build has instruments (sanitizers, coverage) that need more files and calls. Then
 * both functions below do nothing and succeed.
 */
bool sandbox_built(void);

/*
 * Both return 0, or errno: ENOSYS or EOPNOTSUPP if the kernel lacks the feature. They need
 * no_new_privs and cannot be undone. seccomp also covers threads that exist; both cover threads
 * that start later.
 */
int sandbox_files(const struct output_folders *folders);
int sandbox_calls(const struct system_call *const *tables, size_t count,
		  const struct output_folders *folders);

#endif
