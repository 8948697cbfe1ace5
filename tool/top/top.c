/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --top for people: a table at each interval, with the flows that matter most, and below it the
 * newest causes of trouble. At the end, the counters and the causes.
 */
#include "tool/mode/diagnose-both.h"
#include "tool/mode/flow-list.h"
#include "tool/top/top-print.h"

struct own {
	struct top top;
	struct causes causes;
	struct top_screen screen;
};

static void begin(struct session *session)
{
	struct own *own;

	if (!session_make_own(session, sizeof(*own)))
		return;
	own = session->own;
	if (!top_begin(session, &own->top))
		session_free_own(session);
}

static void show(struct session *session)
{
	struct own *own = session->own;

	top_print_table(session, &own->top, &own->screen, &own->causes);
}

static void packet(struct session *session, const struct seen *seen)
{
	struct own *own = session->own;

	top_packet(session, &own->top, seen, show);
	diagnose_note(&own->causes, seen);
}

static void finding(struct session *session, const struct vsock_finding *found)
{
	struct own *own = session->own;

	causes_add(&own->causes, found);
}

static void flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct own *own = session->own;

	connection_totals_add(&own->causes.totals, flow);
}

static void tick(struct session *session, uint64_t now)
{
	struct own *own = session->own;

	top_clock(session, &own->top, now, show);
}

static uint64_t due(const struct session *session)
{
	const struct own *own = session->own;

	return top_pace_next(&own->top.pace);
}

static void snapshot(struct session *session)
{
	struct own *own = session->own;

	top_show(session, &own->top, flow_list_now(session), show);
}

static void end(struct session *session)
{
	struct own *own = session->own;
	struct connection_totals totals;

	if (!own)
		return;
	totals = flow_list_totals(session, &own->causes.totals);
	top_print_end(session, &own->screen, &own->causes, &totals);
	causes_free(&own->causes);
	top_free(&own->top);
	session_free_own(session);
}

const struct mode mode_top = {
    .option = "--top",
    .json = &mode_top_json,
    .for_files = "--flows",
    .takes = MODE_TAKES_SORT | MODE_TAKES_TABLES,
    .prints_live = true,
    .needs_flows = true,
    .begin = begin,
    .packet = packet,
    .finding = finding,
    .flow_left = flow_left,
    .clock = tick,
    .clock_due = due,
    .snapshot = snapshot,
    .end = end,
};
