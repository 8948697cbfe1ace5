/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/gather.h"

#include "lib/common/time.h"
#include "tool/message.h"
#include "tool/mode/flow-list.h"

bool top_begin(struct session *session, struct top *top, uint32_t rows)
{
	const struct flow_settings *settings = &session->settings->flow;

	if (settings->top_rows)
		rows = settings->top_rows;
	*top = (struct top){
	    .pace.interval = settings->interval ? settings->interval : NANOSECONDS_PER_SECOND,
	};
	if (top_table_make(&top->table, rows, top_sort_of(settings->sort)))
		return true;
	top_table_free(&top->table);
	print_error("not enough memory");
	session->failure = EXIT_FAILED;
	return false;
}

void top_free(struct top *top)
{
	top_table_free(&top->table);
}

static void fill_rows(struct session *session, struct top *top)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (top->before)
		top->before(top->context);
	if (vsock_flow_walk(&walk, session->flows)) {
		while ((flow = vsock_flow_walk_next(&walk)))
			top_table_flow(&top->table, flow,
				       session_wants(session, flow) &&
					   (!top->wants || top->wants(top->context, flow)));
		vsock_flow_walk_end(&walk);
	}
	top_table_end(&top->table);
}

void top_show(struct session *session, struct top *top, uint64_t now, top_shower *show)
{
	uint64_t start = clock_now(CLOCK_MONOTONIC);

	top_table_begin(&top->table, now, top_pace_passed(&top->pace, now));
	fill_rows(session, top);
	for (int side = 0; side < 2; side++) {
		top->rate[side] = top_rate(top->bytes[side], top->table.passed);
		top->bytes[side] = 0;
	}
	show(session);
	top_pace_done(&top->pace, now, clock_now(CLOCK_MONOTONIC) - start);
}

void top_refill(struct session *session, struct top *top)
{
	top_table_begin_again(&top->table);
	fill_rows(session, top);
}

void top_clock(struct session *session, struct top *top, uint64_t now, top_shower *show)
{
	if (top_pace_due(&top->pace, now))
		top_show(session, top, now, show);
	else if (top->began == 0)
		top->began = now;
}

static void count_packet(struct top *top, const struct seen *seen)
{
	const struct vsock_flow_event *event = &seen->event;

	if (!event->flow)
		return;
	if (event->has_segment)
		top->bytes[event->sender] += seen->packet->len;
	if (event->facts & VSOCK_FACT_SUPERSEDES)
		top->ended++;
	if (!vsock_flow_state_ended(event->before) && vsock_flow_state_ended(event->flow->state)) {
		top->ended++;
		top->refused += event->flow->state == VSOCK_FLOW_REFUSED;
	}
}

void top_packet(struct session *session, struct top *top, const struct seen *seen, top_shower *show)
{
	/* The packet itself is in the flow's sums, and may be in the rate of the table before. */
	if (show)
		top_clock(session, top, seen->record->ts, show);
	count_packet(top, seen);
}
