/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of all connections: the state behind inside.h. */
#ifndef VSOCKDUMP_INSIDE_TRACKER_H
#define VSOCKDUMP_INSIDE_TRACKER_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/inside/call-classes.h"
#include "tool/inside/open-calls.h"
#include "tool/print/output.h"

/* Bytes of memory for header blocks of HTTP/2. */
#define HPACK_BUDGET ((size_t)4 * 1024 * 1024)
/* The longest first line, with what is escaped. */
#define FIRST_LINE_SIZE 1024

/* A call that ended without an answer, for whoever wants it. */
struct ended_call {
	const struct vsock_flow *flow;
	const struct call_class *class;
	const struct open_call *call;
	enum vsock_side caller;
	enum vsock_side closer; /* the side that closed first; of an open call: not set */
	bool seen;              /* all bytes of both sides were read: it is certain */
	bool closed;            /* the connection ended. Otherwise the capture did */
	uint64_t waited;        /* nanoseconds */
};

typedef void ended_call_fn(void *context, const struct ended_call *ended);

struct inside {
	bool calls; /* what is wanted */
	bool lines;
	ended_call_fn *on_unanswered; /* or NULL */
	void *context;

	struct connections connections;
	struct open_calls open;
	struct call_classes classes;
	struct hpack_budget budget;

	/* The first line of the packet. */
	char line_text[FIRST_LINE_SIZE];
	struct output line;
	unsigned line_count; /* messages that begin in it */

	/* Sums over all classes. */
	uint64_t answered;
	uint64_t unnamed;      /* of these, those whose method was not seen */
	uint64_t unanswered;   /* the connection ended first */
	uint64_t unpaired;     /* calls over lost bytes, and answers without a call */
	uint64_t waited;       /* nanoseconds */
	uint64_t not_followed; /* connections, because there were too many ... */
	uint64_t left_out;     /* ... and calls */
	uint64_t late;         /* connections of a protocol that are older than the capture */
	uint64_t of_protocol;  /* connections whose protocol was recognized */
};

#endif
