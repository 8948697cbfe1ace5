/* SPDX-License-Identifier: BSD-3-Clause */
/* The processes in /proc and their open files. */
#ifndef VSOCK_LIB_COMMON_PROCESS_FOLDER_H
#define VSOCK_LIB_COMMON_PROCESS_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/common/process.h"

/* Its control group is not filled; see process_folder_cgroup(). */
struct process_folder_walk {
	/* Whether the open files of the process matter; NULL: they do. */
	bool (*process)(void *context, const struct process *process);
	/* What a descriptor of the process is: "socket:[1234]", or the path of a file. */
	void (*link)(void *context, const struct process *process, const char *link);
	/* After its files. `hidden`: the kernel did not show all of them. May be NULL. */
	void (*end)(void *context, const struct process *process, bool hidden);
	void *context;
};

/*
 * Calls the functions for all processes. Open files of other users are left out where the kernel
 * hides them. `root` is "", or a folder that has an invented /proc.
 */
void process_folder_each(const char *root, const struct process_folder_walk *walk);

/* Fills the control group of version 2; "" if it is not known. */
void process_folder_cgroup(const char *root, struct process *process);

/* The inode of a link "socket:[1234]"; false for another link. */
bool process_folder_socket(const char *link, uint32_t *inode);

#endif
