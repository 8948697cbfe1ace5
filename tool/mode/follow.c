/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --follow: finds the packets of flows, and passes their bytes to a printer. */
#include <inttypes.h>

#include "tool/message.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/follower.h"

static bool is_wanted(const struct settings *settings, enum vsock_side side)
{
	switch (settings->flow.sides) {
	case FOLLOW_CLIENT:
		return side == VSOCK_CLIENT;
	case FOLLOW_SERVER:
		return side == VSOCK_SERVER;
	case FOLLOW_BOTH:
		break;
	}
	return true;
}

static void follow_begin(struct session *session)
{
	struct follow *follow;

	if (!session_make_own(session, sizeof(*follow)))
		return;
	follow = session->own;
	follow->session = session;
	follow->follower = session->settings->flow.raw ? &follow_raw : &follow_text;
	follow->text.out = session->out;
	follow->many = follow_is_many(session->settings->flow.what);
}

/* Whether this packet's flow is shown. "next" is the first connection that opens. */
static bool follow_wants(const struct follow *follow, const struct seen *seen)
{
	const struct flow_settings *settings = &follow->session->settings->flow;
	const struct vsock_flow *flow = seen->event.flow;

	switch (settings->what) {
	case FOLLOW_FLOW:
		return flow->number == settings->follow;
	case FOLLOW_PORT:
		return flow->client_port == settings->follow ||
		       flow->server_port == settings->follow;
	case FOLLOW_CID:
		return flow->client_cid == settings->follow || flow->server_cid == settings->follow;
	case FOLLOW_NEXT:
		if (follow->seen)
			return flow->number == follow->number;
		return seen->event.facts & VSOCK_FACT_OPENED &&
		       !(flow->marks & VSOCK_FLOW_MIDSTREAM);
	case FOLLOW_ALL:
		break;
	}
	return true;
}

static void follow_packet(struct session *session, const struct seen *seen)
{
	struct follow *follow = session->own;
	struct stream_loss losses[STREAM_LOSSES_MAX];
	struct stream_segment segment;
	size_t count;

	if (!seen->event.flow || !follow_wants(follow, seen))
		return;
	follow->seen = true;
	follow->number = seen->event.flow->number;
	count = stream_losses(seen, losses);
	for (size_t i = 0; i < count; i++)
		if (is_wanted(session->settings, losses[i].side))
			follow->follower->loss(follow, &losses[i]);
	if (stream_segment_of(seen, &segment) && is_wanted(session->settings, segment.side))
		follow->follower->segment(follow, seen, &segment);
}

/* A flow that left the table, or is still there at the end. */
static void end_flow(struct follow *follow, const struct vsock_flow *flow)
{
	for (int i = VSOCK_CLIENT; i <= VSOCK_SERVER; i++) {
		enum vsock_side side = (enum vsock_side)i;
		struct stream_loss loss;

		if (!is_wanted(follow->session->settings, side))
			continue;
		if (stream_loss_at_end(flow, side, &loss))
			follow->follower->loss(follow, &loss);
		if (follow->follower->flow_end)
			follow->follower->flow_end(follow, flow, side);
	}
}

/* Whether this flow was shown. */
static bool was_shown(const struct follow *follow, const struct vsock_flow *flow)
{
	const struct vsock_flow_event event = {.flow = (struct vsock_flow *)(uintptr_t)flow};
	const struct seen seen = {.event = event};

	return follow->seen && follow_wants(follow, &seen);
}

static void follow_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct follow *follow = session->own;

	if (!was_shown(follow, flow))
		return;
	follow->left = !follow->many;
	follow->number = flow->number;
	end_flow(follow, flow);
	if (flow->state == VSOCK_FLOW_EVICTED)
		print_error("flow %" PRIu64 " left the table while alive: its later data are not "
			    "shown (see --max-flows)",
			    flow->number);
}

/* Ends the flows that are still in the table. */
static void end_flows(struct follow *follow)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(follow->session, &walk))
		return;
	while ((flow = flow_list_next(follow->session, &walk))) {
		if (!was_shown(follow, flow))
			continue;
		follow->number = flow->number;
		end_flow(follow, flow);
	}
	vsock_flow_walk_end(&walk);
}

static void report_nothing(const struct session *session)
{
	const struct flow_settings *settings = &session->settings->flow;

	switch (settings->what) {
	case FOLLOW_FLOW:
		flow_list_report_missing(session, mode_follow.option, settings->follow);
		break;
	case FOLLOW_PORT:
		print_error("no flow has port %" PRIu64 ": --flows lists the flows",
			    settings->follow);
		break;
	case FOLLOW_CID:
		print_error("no flow has CID %" PRIu64 ": --flows lists the flows",
			    settings->follow);
		break;
	case FOLLOW_NEXT:
		print_error("--follow next: no connection was opened");
		break;
	case FOLLOW_ALL:
		print_error("--follow all: there is no flow");
		break;
	}
}

static void follow_end(struct session *session)
{
	struct follow *follow = session->own;

	if (!follow)
		return;
	if (follow->seen && !follow->left)
		end_flows(follow);
	follow->follower->end(follow);
	if (!follow->seen) {
		report_nothing(session);
		session->failure = EXIT_INPUT;
	}
	session_free_own(session);
}

const struct mode mode_follow = {
    .option = "--follow",
    .whole_flows = true,
    .takes = MODE_TAKES_RAW | MODE_TAKES_NO_FINDINGS,
    .needs_flows = true,
    .begin = follow_begin,
    .packet = follow_packet,
    .flow_left = follow_flow_left,
    .end = follow_end,
};
