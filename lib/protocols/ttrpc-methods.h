/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of the methods that services offer over ttRPC: those of Kata's agent. */
#ifndef LIB_PROTOCOLS_TTRPC_METHODS_H
#define LIB_PROTOCOLS_TTRPC_METHODS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ttrpc_method {
	const char *name;      /* "service/method" */
	uint32_t container_id; /* the number of this field in the request; 0: it has none */
	uint32_t exec_id;
	bool waits;  /* it waits for an event, so a call without an answer is no fault */
	bool secret; /* request or response hold data of the user: input, keys, environments */
};

/* NULL: the method is not known. */
const struct ttrpc_method *ttrpc_method_find(const char *name);

/* The methods in order. NULL after the last one. */
const struct ttrpc_method *ttrpc_method_get(size_t index);

#endif
