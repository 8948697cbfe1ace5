/* SPDX-License-Identifier: BSD-3-Clause */
/* What a check works with, and how it reports what it found. Internal to the core. */
#ifndef VSOCK_CORE_CHECK_REPORT_H
#define VSOCK_CORE_CHECK_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/analysis-config.h"
#include "core/finding.h"
#include "core/flow.h"
#include "core/packet.h"

/* What the whole capture has shown so far. */
struct vsock_capture {
	uint32_t ops_seen; /* as bits 1 << op */
	uint32_t withheld; /* see vsock_analysis_withheld() */
	bool timeless;     /* nothing is judged by times */
	bool at_end;       /* no more packets come */
	bool bare_answers; /* a server sent a bare frame ... */
	bool bare_more;    /* ... or a client one after its CONNECT */
	/* Flows with both sides captured, and flows that show that one side was not. */
	uint64_t two_sided;
	uint64_t one_sided;
	/*
	 * The last REQUEST that opened a flow. "Hasty": some REQUEST came while another still
	 * waited.
	 */
	struct vsock_capture_request {
		uint64_t ts;
		uint32_t client_cid;
		uint32_t server_cid;
		uint32_t server_port;
		bool hasty;
	} request;
};

/* The input of a check, and where it reports. */
struct vsock_check {
	const struct vsock_packet *packet; /* NULL: a timer */
	uint64_t number;
	uint64_t now;
	struct vsock_capture *capture;
	const struct vsock_analysis_config *config;
	void (*report)(void *context, const struct vsock_finding *finding);
	void *context;
};

struct vsock_report {
	enum vsock_finding_code code;
	/*
	 * Something else, such as a lost packet, may explain what was captured. The finding is one
	 * class lower than its row in finding-text.c says.
	 */
	bool excused;
	bool update; /* see struct vsock_finding */
	enum vsock_side about;
	uint8_t detail;
	uint64_t amount;
	uint32_t buffer;       /* see struct vsock_finding */
	uint32_t other_packet; /* an earlier packet that proves it, mod 2^32; 0: none */
};

/* Whether the capture has shown a packet with this op so far. */
static inline bool vsock_check_saw(const struct vsock_check *check, enum vsock_op op)
{
	return check->capture->ops_seen >> op & 1;
}

/* Whether this code was reported for the flow. Each code is reported once per flow. */
bool vsock_check_reported(const struct vsock_flow *flow, enum vsock_finding_code code);

/*
 * Whether the capture has both sides of the flow, and a packet with this op in any flow. Otherwise
 * a filter may have left out the packet that seems to be missing: a filter for one direction, or
 * against this op.
 */
static inline bool vsock_check_complete(const struct vsock_check *check,
					const struct vsock_flow *flow, enum vsock_op op)
{
	if (check->config->lossless || check->config->unfiltered)
		return true;
	if (check->config->filtered || !flow->side[VSOCK_CLIENT].packets ||
	    !flow->side[VSOCK_SERVER].packets)
		return false;
	if (!vsock_check_saw(check, op))
		check->capture->withheld |= UINT32_C(1) << op;
	return vsock_check_saw(check, op);
}

enum vsock_machine vsock_machine_of(uint32_t cid);

/* Reports the finding, unless it was reported before. */
__attribute__((cold, noinline)) void vsock_report(const struct vsock_check *check,
						  struct vsock_flow *flow,
						  const struct vsock_report *r);

/* For a packet without a flow: the finding has the packet's own addresses. */
__attribute__((cold, noinline)) void vsock_report_packet(const struct vsock_check *check,
							 const struct vsock_report *r);

#endif
