/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --follow: finds the packets of one flow, and hands their bytes to what prints them. */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "tool/message.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/follower.h"

static bool is_wanted(const struct settings *settings, enum vsock_side side)
{
	switch (settings->follow_sides) {
	case FOLLOW_CLIENT:
		return side == VSOCK_CLIENT;
	case FOLLOW_SERVER:
		return side == VSOCK_SERVER;
	case FOLLOW_BOTH:
		break;
	}
	return true;
}

static void begin(struct run *run)
{
	struct follow *follow;

	if (run->settings->raw && isatty(STDOUT_FILENO)) {
		message("--raw is not for a terminal: redirect standard output");
		run->failure = EXIT_USAGE;
		return;
	}
	follow = calloc(1, sizeof(*follow));
	if (!follow) {
		message("not enough memory");
		run->failure = EXIT_FAILED;
		return;
	}
	follow->run = run;
	follow->follower = run->settings->raw ? &follow_raw : &follow_text;
	follow->text.out = run->out;
	run->own = follow;
}

static void take_packet(struct run *run, const struct seen *seen)
{
	struct follow *follow = run->own;
	struct stream_loss losses[STREAM_LOSSES_MAX];
	struct stream_piece piece;
	size_t count;

	if (!seen->event.flow || seen->event.flow->number != run->settings->follow)
		return;
	follow->seen = true;
	count = stream_losses(seen, losses);
	for (size_t i = 0; i < count; i++)
		if (is_wanted(run->settings, losses[i].side))
			follow->follower->loss(follow, &losses[i]);
	if (stream_piece_of(seen, &piece) && is_wanted(run->settings, piece.side))
		follow->follower->piece(follow, seen, &piece);
}

static void tell_losses_at_end(struct follow *follow, const struct vsock_flow *flow)
{
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		struct stream_loss loss;

		if (is_wanted(follow->run->settings, (enum vsock_side)side) &&
		    stream_loss_at_end(flow, (enum vsock_side)side, &loss))
			follow->follower->loss(follow, &loss);
	}
}

static void take_leave(struct run *run, const struct vsock_flow *flow)
{
	struct follow *follow = run->own;

	if (flow->number != run->settings->follow)
		return;
	follow->left = true;
	tell_losses_at_end(follow, flow);
	if (flow->state == VSOCK_FLOW_EVICTED)
		message("flow %" PRIu64 " left the table while alive: what it said later is not "
			"shown (see --max-flows)",
			flow->number);
}

/* The flow is still in the table. */
static void end_flow(struct follow *follow)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(follow->run, &walk))
		return;
	while ((flow = vsock_flow_walk_next(&walk)))
		if (flow->number == follow->run->settings->follow)
			tell_losses_at_end(follow, flow);
	vsock_flow_walk_end(&walk);
}

static void end(struct run *run)
{
	struct follow *follow = run->own;

	if (!follow)
		return;
	if (follow->seen && !follow->left)
		end_flow(follow);
	follow->follower->end(follow);
	if (!follow->seen) {
		message("there was no flow %" PRIu64 ": --flows lists them", run->settings->follow);
		run->failure = EXIT_INPUT;
	}
	free(follow);
	run->own = NULL;
}

const struct mode mode_follow = {
    .name = "follow",
    .needs_flows = true,
    .begin = begin,
    .packet = take_packet,
    .flow_left = take_leave,
    .end = end,
};
