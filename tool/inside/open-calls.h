/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that wait for the end of their answer. Each connection has its list, in the order of the
 * requests.
 */
#ifndef VSOCKDUMP_INSIDE_OPEN_CALLS_H
#define VSOCKDUMP_INSIDE_OPEN_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/inside/call-classes.h"
#include "tool/inside/connection.h"

/* In all connections, and in one. Further calls are counted, but not followed. */
#define OPEN_CALLS_MAX       32768
#define CONNECTION_CALLS_MAX 256

struct open_call {
	uint64_t packet;   /* where the request begins */
	uint64_t asked_ts; /* of the last byte of the request, until now */
	uint64_t waited;   /* answered: nanoseconds from there to the first byte of the answer */
	uint64_t bytes[2]; /* of the request, and of the answer */
	struct call_class *class; /* NULL: not known yet */
	uint32_t id;              /* of its stream; of HTTP/1: 0 */
	uint32_t next;            /* index plus 1; 0: the last one */
	uint16_t status;
	uint8_t protocol; /* enum call_protocol */
	bool whole;       /* all of the request has come */
	bool answered;    /* the answer has begun */
	bool waits;       /* long by design */
	bool streams;     /* the caller may send more at any time */
	bool head;        /* HTTP/1: the answer has no body */
	bool connects;    /* HTTP/1: the answer may begin a tunnel */
};

/* All zeros: none. */
struct open_calls {
	struct open_call *pool;
	uint32_t used; /* those above were never used */
	uint32_t free; /* index plus 1, chained by `next`; 0: none */
	uint32_t count;
};

void open_calls_free(struct open_calls *calls);

/* The newest call of the connection. NULL if there is no room. */
struct open_call *open_calls_add(struct open_calls *calls, struct connection *connection,
				 uint32_t id);
void open_calls_remove(struct open_calls *calls, struct connection *connection,
		       struct open_call *call);

struct open_call *open_calls_first(const struct open_calls *calls,
				   const struct connection *connection);
struct open_call *open_calls_last(const struct open_calls *calls,
				  const struct connection *connection);
struct open_call *open_calls_next(const struct open_calls *calls, const struct open_call *call);
struct open_call *open_calls_find(const struct open_calls *calls,
				  const struct connection *connection, uint32_t id);

#endif
