/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What to report of a flow as a whole: the verdict, and what the flow waits for. The tool and the
 * plugin take both from here, so that they never disagree.
 *
 * Only a flow that was judged, waits for nothing and has no findings is "healthy". Both functions
 * describe a flow as it is at the moment; after vsock_analysis_end(), that is final.
 */
#ifndef VSOCK_CORE_VERDICT_H
#define VSOCK_CORE_VERDICT_H

#include "core/flow.h"

enum vsock_waiting {
	VSOCK_WAITS_FOR_NOTHING,
	VSOCK_WAITS_FOR_RESPONSE,        /* its REQUEST has no answer */
	VSOCK_WAITS_FOR_CREDIT,          /* its peer's buffer is full */
	VSOCK_WAITS_FOR_CREDIT_ANSWER,   /* its CREDIT_REQUEST has no answer */
	VSOCK_WAITS_FOR_SHUTDOWN_ANSWER, /* its SHUTDOWN has no RST as its answer */
	VSOCK_WAITS_FOR_MESSAGE,         /* the rest of its peer's SEQPACKET message is missing */
	VSOCK_WAITS_FOR_ACCEPTANCE,      /* the client of a bare flow: the server accepts it */
	VSOCK_WAITINGS
};

enum vsock_verdict {
	VSOCK_HEALTHY,
	VSOCK_WAITING,   /* it waits for something, and nothing was found */
	VSOCK_REFUSED,   /* the server refused it */
	VSOCK_GIVEN_UP,  /* the client gave up, or dialed its own address */
	VSOCK_RECOVERED, /* its findings are over, or are information */
	VSOCK_UNHEALTHY,
	VSOCK_UNJUDGED, /* too little of it was captured */
	VSOCK_VERDICTS
};

/* What the flow waits for. *who is the side that waits; it is set only if the flow waits. */
enum vsock_waiting vsock_flow_waiting(const struct vsock_flow *flow, enum vsock_side *who);

enum vsock_verdict vsock_flow_verdict(const struct vsock_flow *flow);

/* "response", "credit", "credit-answer", "shutdown-answer", "message", "acceptance"; NULL for
 * nothing. */
const char *vsock_waiting_name(enum vsock_waiting waiting);

/* "healthy", "waiting", "refused", "given-up", "recovered", "unhealthy", "unjudged". */
const char *vsock_verdict_name(enum vsock_verdict verdict);

#endif
