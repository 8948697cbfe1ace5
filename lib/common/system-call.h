/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a part of the program asks of the kernel once it reads packets. Each part has its table
 * beside its code, so that who adds a call there sees what has to be added to the table;
 * tool/confine/sandbox.c makes one filter of the tables that a run needs.
 *
 * Calls are given by name: one that an architecture does not have (poll on arm64) is left out
 * there, and a table costs its file no library.
 */
#ifndef VSOCK_LIB_COMMON_SYSTEM_CALL_H
#define VSOCK_LIB_COMMON_SYSTEM_CALL_H

#include <stddef.h>
#include <stdint.h>

enum system_call_limit {
	CALL_FREE,      /* with any arguments */
	CALL_IF,        /* only if (argument & mask) == value */
	CALL_IN_FOLDER, /* only if the first argument is the descriptor of an output folder */
	CALL_ON_SELF,   /* only if the first argument is this process */
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
