/* SPDX-License-Identifier: BSD-3-Clause */
/* What a missing packet shows: an answer, an acknowledgement, or the end of a connection is due. */
#include "core/check-report.h"
#include "core/checks.h"
#include "core/flow-event.h"
#include "core/timeouts.h"

/* What a side waits for, unless that was reported already. */
enum waiting {
	WAITING_FOR_NOTHING,
	WAITING_FOR_CREDIT,
	WAITING_TO_GO_ON, /* it has credit again but sends nothing */
	WAITING_FOR_ANSWER,
};

/* A side without any of these waits for nothing. */
#define WAITING_MARKS (VSOCK_SIDE_STALLED | VSOCK_SIDE_REOPENED | VSOCK_SIDE_ASKED)

static enum waiting side_waiting(const struct vsock_flow *flow, enum vsock_side side)
{
	unsigned marks = flow->side[side].marks;

	/* The finding of a stall covers an unanswered CREDIT_REQUEST of the stalled side. */
	if (marks & VSOCK_SIDE_STALLED)
		return vsock_check_reported(flow, VSOCK_FINDING_CREDIT_STALL) ? WAITING_FOR_NOTHING
									      : WAITING_FOR_CREDIT;
	if (marks & VSOCK_SIDE_REOPENED && !vsock_check_reported(flow, VSOCK_FINDING_SENDER_SILENT))
		return WAITING_TO_GO_ON;
	if (marks & VSOCK_SIDE_ASKED &&
	    !vsock_check_reported(flow, VSOCK_FINDING_CREDIT_REQUEST_UNANSWERED))
		return WAITING_FOR_ANSWER;
	return WAITING_FOR_NOTHING;
}

static uint64_t side_due(const struct vsock_flow *flow, enum vsock_side side, uint64_t stall)
{
	switch (side_waiting(flow, side)) {
	case WAITING_FOR_CREDIT:
		return flow->side[side].last_data_ts + stall;
	case WAITING_TO_GO_ON:
	case WAITING_FOR_ANSWER:
		return flow->last_ts + stall;
	case WAITING_FOR_NOTHING:
		break;
	}
	return 0;
}

uint64_t vsock_check_due(const struct vsock_flow *flow, const struct vsock_analysis_config *config)
{
	uint64_t client;
	uint64_t server;

	if (vsock_flow_state_ended(flow->state))
		return 0;
	if (flow->state == VSOCK_FLOW_REQUESTED)
		return vsock_check_reported(flow, VSOCK_FINDING_CONNECT_TIMEOUT)
			   ? 0
			   : flow->state_ts + VSOCK_CONNECT_TIMEOUT;
	if (flow->state == VSOCK_FLOW_CLOSING)
		return vsock_check_reported(flow, VSOCK_FINDING_CLOSE_UNANSWERED)
			   ? 0
			   : flow->state_ts + VSOCK_CLOSE_TIME;
	/* One test for what most flows are most of the time. */
	if (!((flow->side[VSOCK_CLIENT].marks | flow->side[VSOCK_SERVER].marks) & WAITING_MARKS))
		return 0;
	client = side_due(flow, VSOCK_CLIENT, config->stall);
	server = side_due(flow, VSOCK_SERVER, config->stall);
	return client && (!server || client < server) ? client : server;
}

static enum vsock_culprit culprit(const struct vsock_flow *flow, enum vsock_side sender)
{
	const struct vsock_flow_side *own = &flow->side[sender];
	const struct vsock_flow_side *peer = &flow->side[vsock_peer(sender)];

	if (vsock_side_shutdown(peer) & VSOCK_SHUTDOWN_RECEIVE || peer->buf_alloc == 0)
		return VSOCK_CULPRIT_NEVER;
	if (own->marks & VSOCK_SIDE_ASKED && peer->packets)
		return VSOCK_CULPRIT_UNANSWERED;
	if (own->in_flight >= 0 && (uint32_t)own->in_flight < peer->buf_alloc)
		return VSOCK_CULPRIT_SENDER_CAP;
	return VSOCK_CULPRIT_READER;
}

static void report_stall(const struct vsock_check *check, struct vsock_flow *flow,
			 enum vsock_side side)
{
	struct vsock_flow_side *own = &flow->side[side];

	flow->stall_us = vsock_microseconds(own->last_data_ts, check->now);
	flow->stall_detail = (uint8_t)culprit(flow, side);
	own->marks |= VSOCK_SIDE_STALL_REPORTED;
	vsock_report(check, flow,
		     &(struct vsock_report){
			 .code = VSOCK_FINDING_CREDIT_STALL,
			 /* A program may have reasons not to read. A device has no excuse. */
			 .excused = flow->stall_detail != VSOCK_CULPRIT_UNANSWERED,
			 .about = side,
			 .detail = flow->stall_detail,
			 .amount = flow->stall_us,
			 .other_packet = own->last_data_packet,
		     });
}

void vsock_check_stall_lasted(const struct vsock_check *check, struct vsock_flow *flow,
			      enum vsock_side side, uint32_t us)
{
	const struct vsock_flow_side *own = &flow->side[side];

	if (!(own->marks & VSOCK_SIDE_STALL_REPORTED) || us <= flow->stall_us)
		return;
	flow->stall_us = us;
	vsock_report(check, flow,
		     &(struct vsock_report){
			 .code = VSOCK_FINDING_CREDIT_STALL,
			 .update = true,
			 .excused = flow->stall_detail != VSOCK_CULPRIT_UNANSWERED,
			 .about = side,
			 .detail = flow->stall_detail,
			 .amount = us,
			 .other_packet = own->last_data_packet,
		     });
}

static void report_side(const struct vsock_check *check, struct vsock_flow *flow,
			enum vsock_side side)
{
	const struct vsock_flow_side *own = &flow->side[side];
	struct vsock_report r = {
	    .about = side,
	    .other_packet = own->last_data_packet,
	};

	switch (side_waiting(flow, side)) {
	case WAITING_FOR_CREDIT:
		report_stall(check, flow, side);
		return;
	case WAITING_TO_GO_ON:
		r.code = VSOCK_FINDING_SENDER_SILENT;
		r.amount = (check->now - flow->last_ts) / 1000;
		break;
	case WAITING_FOR_ANSWER:
		if (check->config->filtered || !flow->side[vsock_peer(side)].packets)
			return;
		r.code = VSOCK_FINDING_CREDIT_REQUEST_UNANSWERED;
		r.amount = (check->now - flow->last_ts) / 1000;
		break;
	case WAITING_FOR_NOTHING:
		return;
	}
	vsock_report(check, flow, &r);
}

/*
 * Most flows lack a side, so the capture has one direction only. If only a few lack one, packets
 * were lost, or the capture began in the middle of these flows.
 */
static bool has_one_direction(const struct vsock_capture *capture)
{
	return capture->one_sided > capture->two_sided;
}

/*
 * A capture with nothing but REQUESTs comes from a silent server, or from a filter that takes only
 * REQUESTs. A client of a silent server waits until connect() gives up. A client that sends its
 * next REQUEST earlier may have got an answer.
 */
static bool is_silent_server(const struct vsock_capture *capture)
{
	/* Bare frames have op 0. */
	const uint32_t ops = capture->ops_seen & ~UINT32_C(1);

	return ops == UINT32_C(1) << VSOCK_OP_REQUEST && !capture->request.hasty;
}

/*
 * A capture without any RESPONSE or RST may have been filtered, and so may a capture of one
 * direction only. Later packets may still show that it was not. So only the end shows whether a
 * server was silent.
 */
static bool answers_are_captured(const struct vsock_check *check)
{
	const uint32_t answers = UINT32_C(1) << VSOCK_OP_RESPONSE | UINT32_C(1) << VSOCK_OP_RST;

	if (check->config->unfiltered || check->config->lossless)
		return true;
	if (check->config->filtered || has_one_direction(check->capture))
		return false;
	if ((check->capture->ops_seen & answers) == answers)
		return true;
	if (is_silent_server(check->capture))
		return check->capture->at_end;
	check->capture->withheld |= answers & ~check->capture->ops_seen;
	return false;
}

/* The same for bare frames: CONNECT, PAYLOAD and DISCONNECT come from both sides. */
static bool bare_answers_are_captured(const struct vsock_check *check)
{
	const struct vsock_capture *capture = check->capture;

	if (check->config->unfiltered || check->config->lossless)
		return true;
	if (check->config->filtered)
		return false;
	return capture->bare_answers ||
	       (capture->at_end && !capture->bare_more && !capture->request.hasty);
}

static void report_timeout(const struct vsock_check *check, struct vsock_flow *flow,
			   struct vsock_report *r)
{
	if (!(flow->bare ? bare_answers_are_captured(check) : answers_are_captured(check)))
		return;
	r->code = VSOCK_FINDING_CONNECT_TIMEOUT;
	r->detail =
	    flow->bare ? VSOCK_MACHINE_UNKNOWN : (uint8_t)vsock_machine_of(flow->server_cid);
	vsock_report(check, flow, r);
}

void vsock_check_waiting(const struct vsock_check *check, struct vsock_flow *flow)
{
	struct vsock_report r = {
	    .amount = (check->now - flow->state_ts) / 1000,
	    .other_packet = flow->state_packet,
	};

	if (flow->state == VSOCK_FLOW_REQUESTED) {
		report_timeout(check, flow, &r);
		return;
	}
	if (flow->state == VSOCK_FLOW_CLOSING) {
		bool client;

		if (!vsock_check_complete(check, flow, VSOCK_OP_RST))
			return;
		client = vsock_side_shutdown(&flow->side[VSOCK_CLIENT]) == VSOCK_SHUTDOWN_BOTH;

		r.code = VSOCK_FINDING_CLOSE_UNANSWERED;
		r.about = client ? VSOCK_CLIENT : VSOCK_SERVER;
		vsock_report(check, flow, &r);
		return;
	}
	for (int i = VSOCK_CLIENT; i <= VSOCK_SERVER; i++) {
		uint64_t due = side_due(flow, (enum vsock_side)i, check->config->stall);

		if (due && due <= check->now)
			report_side(check, flow, (enum vsock_side)i);
	}
}
