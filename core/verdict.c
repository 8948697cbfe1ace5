/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/verdict.h"

#include "core/finding.h"

static enum vsock_waiting side_waiting(const struct vsock_flow *flow, enum vsock_side side)
{
	const struct vsock_flow_side *own = &flow->side[side];

	if (own->marks & VSOCK_SIDE_STALLED)
		return VSOCK_WAITS_FOR_CREDIT;
	if (own->marks & VSOCK_SIDE_ASKED)
		return VSOCK_WAITS_FOR_CREDIT_ANSWER;
	if (flow->type == VSOCK_TYPE_SEQPACKET && flow->side[vsock_peer(side)].message)
		return VSOCK_WAITS_FOR_MESSAGE;
	return VSOCK_WAITS_FOR_NOTHING;
}

enum vsock_waiting vsock_flow_waiting(const struct vsock_flow *flow, enum vsock_side *who)
{
	if (vsock_flow_state_ended(flow->state))
		return VSOCK_WAITS_FOR_NOTHING;
	*who = VSOCK_CLIENT;
	if (flow->state == VSOCK_FLOW_REQUESTED)
		return flow->bare ? VSOCK_WAITS_FOR_ACCEPTANCE : VSOCK_WAITS_FOR_RESPONSE;
	if (flow->state == VSOCK_FLOW_CLOSING) {
		if (vsock_side_shutdown(&flow->side[VSOCK_CLIENT]) != VSOCK_SHUTDOWN_BOTH)
			*who = VSOCK_SERVER;
		return VSOCK_WAITS_FOR_SHUTDOWN_ANSWER;
	}
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		enum vsock_waiting waiting = side_waiting(flow, (enum vsock_side)side);

		*who = (enum vsock_side)side;
		if (waiting != VSOCK_WAITS_FOR_NOTHING)
			return waiting;
	}
	return VSOCK_WAITS_FOR_NOTHING;
}

#define CODE(code) (UINT64_C(1) << (code))

/* A stall that was reported and has not ended. */
static bool is_stuck(const struct vsock_flow *flow)
{
	const unsigned stuck = VSOCK_SIDE_STALLED | VSOCK_SIDE_STALL_REPORTED;

	return (flow->side[VSOCK_CLIENT].marks & stuck) == stuck ||
	       (flow->side[VSOCK_SERVER].marks & stuck) == stuck;
}

/* Its later packets are unknown, or some of its packets are missing. */
static bool is_unjudged(const struct vsock_flow *flow)
{
	if (flow->state == VSOCK_FLOW_EVICTED || flow->marks & VSOCK_FLOW_RST_PENDING ||
	    flow->reported & CODE(VSOCK_FINDING_CAPTURE_LOSS))
		return true;
	if (flow->reported)
		return false;
	return flow->state == VSOCK_FLOW_SUPERSEDED || flow->marks & VSOCK_FLOW_LOSSY ||
	       (flow->marks & VSOCK_FLOW_NO_RESPONSE && !flow->response_ts);
}

/* Healthy are only connections that opened, or that closed on both sides, in the capture. */
static bool bare_is_unjudged(const struct vsock_flow *flow)
{
	if (flow->state == VSOCK_FLOW_EVICTED || flow->state == VSOCK_FLOW_SUPERSEDED)
		return true;
	if (flow->marks & VSOCK_FLOW_MIDSTREAM)
		return flow->state != VSOCK_FLOW_CLOSED;
	return !flow->response_ts;
}

enum vsock_verdict vsock_flow_verdict(const struct vsock_flow *flow)
{
	enum vsock_side who;

	if (flow->marks & VSOCK_FLOW_TWICE || (vsock_flow_one_sided(flow) && !flow->reported))
		return VSOCK_UNJUDGED;
	if (flow->reported && (flow->worst > VSOCK_INFORMATION || is_stuck(flow)))
		return VSOCK_UNHEALTHY;
	if (flow->reported & CODE(VSOCK_FINDING_REFUSED))
		return VSOCK_REFUSED;
	if (flow->reported & (CODE(VSOCK_FINDING_GAVE_UP) | CODE(VSOCK_FINDING_SELF_CONNECT)))
		return VSOCK_GIVEN_UP;
	if (vsock_flow_waiting(flow, &who) != VSOCK_WAITS_FOR_NOTHING)
		return VSOCK_WAITING;
	if (flow->bare ? bare_is_unjudged(flow) : is_unjudged(flow))
		return VSOCK_UNJUDGED;
	return flow->reported ? VSOCK_RECOVERED : VSOCK_HEALTHY;
}

const char *vsock_waiting_name(enum vsock_waiting waiting)
{
	static const char *const names[VSOCK_WAITINGS] = {
	    [VSOCK_WAITS_FOR_RESPONSE] = "response",
	    [VSOCK_WAITS_FOR_CREDIT] = "credit",
	    [VSOCK_WAITS_FOR_CREDIT_ANSWER] = "credit-answer",
	    [VSOCK_WAITS_FOR_SHUTDOWN_ANSWER] = "shutdown-answer",
	    [VSOCK_WAITS_FOR_MESSAGE] = "message",
	    [VSOCK_WAITS_FOR_ACCEPTANCE] = "acceptance",
	};

	return waiting < VSOCK_WAITINGS ? names[waiting] : NULL;
}

const char *vsock_verdict_name(enum vsock_verdict verdict)
{
	static const char *const names[VSOCK_VERDICTS] = {
	    [VSOCK_HEALTHY] = "healthy",     [VSOCK_WAITING] = "waiting",
	    [VSOCK_REFUSED] = "refused",     [VSOCK_GIVEN_UP] = "given-up",
	    [VSOCK_RECOVERED] = "recovered", [VSOCK_UNHEALTHY] = "unhealthy",
	    [VSOCK_UNJUDGED] = "unjudged",
	};

	return verdict < VSOCK_VERDICTS ? names[verdict] : NULL;
}
