/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One capture, or one read of the files, from the first packet to the last. */
#ifndef VSOCKDUMP_MODE_SESSION_H
#define VSOCKDUMP_MODE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/analysis.h"
#include "tool/confine/sandbox.h"
#include "tool/exit-status.h"
#include "tool/print/json-context.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/* The data that all modes share. */
struct session {
	const struct settings *settings;
	const char *program;             /* "vsockdump 1.2.3" */
	struct output *out;              /* data: standard output */
	struct vsock_analysis *analysis; /* NULL for modes that need no flows */
	struct vsock_flow_table *flows;  /* the analysis' own, or NULL */
	uint64_t packets;                /* that matched so far, with the present one */
	bool choosy;              /* only flows with the mark VSOCK_FLOW_SELECTED are wanted */
	bool nanosecond;          /* show nine digits of a second, not six */
	uint64_t findings;        /* so far, without those that are information only */
	uint64_t cut_headers;     /* packets that are cut within their headers */
	bool timeless;            /* a packet had no valid time */
	bool failing;             /* an error that is printed at the end explains missing packets */
	bool ended;               /* the capture is over: no snapshot */
	uint64_t first_ts;        /* of the first packet */
	uint64_t lowest_ts;       /* the lowest, because times may run backwards */
	uint64_t previous_ts;     /* of the previous packet; first_ts for the first */
	uint64_t latest_ts;       /* the highest; when ended, the end of the capture if known */
	enum exit_status failure; /* set by a mode, after a message: ends the session */

	/* Gives the present counters of the source; NULL: they are not known. */
	void (*statistics)(void *context, struct capture_statistics *statistics);
	void *source; /* its context */

	struct json_context json; /* of all objects of the modes that print JSON */

	/* Where files are created later; set before the first packet. */
	struct output_folders folders;

	/* The mode's state. begin() makes it, end() frees it. NULL if begin() failed. */
	void *own;
};

/* Sets session->own to memory of zeros. False without memory: then session->failure is set. */
bool session_make_own(struct session *session, size_t size);
void session_free_own(struct session *session);

static inline struct capture_statistics session_statistics(const struct session *session)
{
	struct capture_statistics statistics = capture_statistics_not_known();

	if (session->statistics)
		session->statistics(session->source, &statistics);
	return statistics;
}

/* The time that the capture spans, in nanoseconds; -1 if nothing in it has a time. */
static inline int64_t session_span(const struct session *session)
{
	if (session->packets == 0 || session->latest_ts < session->lowest_ts)
		return 0;
	if (session->timeless && session->latest_ts == session->lowest_ts)
		return -1;
	return (int64_t)(session->latest_ts - session->lowest_ts);
}

/*
 * Whether the flow is shown: a packet of it matches the filter, or there is no filter. A flow that
 * is the copy of another one from another point is not shown.
 */
static inline bool session_wants(const struct session *session, const struct vsock_flow *flow)
{
	return session->choosy ? flow->marks & VSOCK_FLOW_SELECTED
			       : !(flow->marks & VSOCK_FLOW_COPY);
}

#endif
