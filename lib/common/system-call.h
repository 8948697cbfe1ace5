/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The system calls that a part of the program needs while it reads packets. Each part has a table
 * called *_system_calls next to its code, so that a developer who adds a call there sees the table
 * that needs it, too. tool/confine/sandbox.c builds one seccomp filter from the tables that a
 * session needs.
 *
 * A table has the names of calls. A call that an architecture does not have (poll on arm64) is left
 * out there. A file with a table needs no library.
 */
#ifndef VSOCK_LIB_COMMON_SYSTEM_CALL_H
#define VSOCK_LIB_COMMON_SYSTEM_CALL_H

#include <stddef.h>
#include <stdint.h>

enum system_call_limit {
	CALL_FREE,          /* allowed with any arguments */
	CALL_IF,            /* only if (argument & mask) == value */
	CALL_IN_FOLDER,     /* only if the first argument is the descriptor of an output folder */
	CALL_WITHIN_FOLDER, /* ... and the third argument is the same descriptor */
	CALL_ON_SELF,       /* only if the first argument is this process */
};

struct system_call {
	const char *name;
	enum system_call_limit limit;
	unsigned argument; /* of CALL_IF, counted from 0; arguments are 64 bits wide */
	uint64_t mask;
	uint64_t value;
};

#define CALL(call)                                                                                 \
	{                                                                                          \
		.name = (call)                                                                     \
	}
#define CALL_WITH(call, n, bits, are)                                                              \
	{                                                                                          \
		.name = (call), .limit = CALL_IF, .argument = (n), .mask = (bits), .value = (are)  \
	}
#define CALL_LIMITED(call, how)                                                                    \
	{                                                                                          \
		.name = (call), .limit = (how)                                                     \
	}

/* A table ends with this. */
#define SYSTEM_CALLS_END                                                                           \
	{                                                                                          \
		.name = NULL                                                                       \
	}

#endif
