/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --follow: finds the packets of one flow, and hands their bytes to what prints them. */
#include <inttypes.h>
#include <unistd.h>

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

	if (session->settings->flow.raw && isatty(STDOUT_FILENO)) {
		print_error("--raw is not for a terminal: redirect standard output");
		session->failure = EXIT_USAGE;
		return;
	}
	if (!session_make_own(session, sizeof(*follow)))
		return;
	follow = session->own;
	follow->session = session;
	follow->follower = session->settings->flow.raw ? &follow_raw : &follow_text;
	follow->text.out = session->out;
}

static void follow_packet(struct session *session, const struct seen *seen)
{
	struct follow *follow = session->own;
	struct stream_loss losses[STREAM_LOSSES_MAX];
	struct stream_segment segment;
	size_t count;

	if (!seen->event.flow || seen->event.flow->number != session->settings->flow.follow)
		return;
	follow->seen = true;
	count = stream_losses(seen, losses);
	for (size_t i = 0; i < count; i++)
		if (is_wanted(session->settings, losses[i].side))
			follow->follower->loss(follow, &losses[i]);
	if (stream_segment_of(seen, &segment) && is_wanted(session->settings, segment.side))
		follow->follower->segment(follow, seen, &segment);
}

static void report_losses_at_end(struct follow *follow, const struct vsock_flow *flow)
{
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		struct stream_loss loss;

		if (is_wanted(follow->session->settings, (enum vsock_side)side) &&
		    stream_loss_at_end(flow, (enum vsock_side)side, &loss))
			follow->follower->loss(follow, &loss);
	}
}

static void follow_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct follow *follow = session->own;

	if (flow->number != session->settings->flow.follow)
		return;
	follow->left = true;
	report_losses_at_end(follow, flow);
	if (flow->state == VSOCK_FLOW_EVICTED)
		print_error("flow %" PRIu64
			    " left the table while alive: what it said later is not "
			    "shown (see --max-flows)",
			    flow->number);
}

/* The flow is still in the table. */
static void end_flow(struct follow *follow)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(follow->session, &walk))
		return;
	while ((flow = flow_list_next(follow->session, &walk)))
		if (flow->number == follow->session->settings->flow.follow)
			report_losses_at_end(follow, flow);
	vsock_flow_walk_end(&walk);
}

static void follow_end(struct session *session)
{
	struct follow *follow = session->own;

	if (!follow)
		return;
	if (follow->seen && !follow->left)
		end_flow(follow);
	follow->follower->end(follow);
	if (!follow->seen) {
		print_error("there was no flow %" PRIu64 ": --flows lists them",
			    session->settings->flow.follow);
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
