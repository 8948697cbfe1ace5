/* SPDX-License-Identifier: BSD-3-Clause */
/* The path of the running program, for commands in messages. */
#ifndef VSOCK_LIB_COMMON_PROGRAM_PATH_H
#define VSOCK_LIB_COMMON_PROGRAM_PATH_H

#include <string.h>
#include <unistd.h>

/* With the null. Libpcap's messages have 256 bytes, so a longer path would leave no room. */
#define PROGRAM_PATH_MAX 100

/*
 * The path from the kernel. "PROGRAM" if it is not known, is too long, or has characters that a
 * shell would change.
 */
static inline const char *program_path(char path[static PROGRAM_PATH_MAX])
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789/._+-";
	ssize_t length = readlink("/proc/self/exe", path, PROGRAM_PATH_MAX);

	if (length <= 0 || length >= PROGRAM_PATH_MAX)
		return "PROGRAM";
	path[length] = '\0';
	return path[strspn(path, plain)] ? "PROGRAM" : path;
}

#endif
