/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --top for people: a table at each interval, with the flows that matter most, and below it the
 * newest causes of trouble. On a terminal, the table is drawn in place, and obeys keys. At the end,
 * the counters and the causes.
 */
#include "tool/message.h"
#include "tool/mode/diagnose-both.h"
#include "tool/mode/flow-list.h"
#include "tool/screen/screen.h"
#include "tool/top/top-print.h"
#include "tool/top/window.h"

struct own {
	struct top top;
	struct causes causes;
	struct top_screen screen;
	struct window *window; /* NULL: tables are printed */
};

static void begin(struct session *session)
{
	const char *reason;
	struct own *own;

	if (!session_make_own(session, sizeof(*own)))
		return;
	own = session->own;
	if (!diagnose_watch_calls(session, &own->causes)) {
		session_free_own(session);
		return;
	}
	own->window = window_open(session, &own->top, &own->causes, &reason);
	if (reason)
		notice("%s", reason);
	if (session->failure ||
	    !top_begin(session, &own->top, own->window ? TOP_ROWS_MAX : TOP_ROWS_DEFAULT)) {
		window_close(own->window);
		causes_free(&own->causes);
		session_free_own(session);
		return;
	}
	if (own->window)
		window_join(own->window);
}

static void show(struct session *session)
{
	struct own *own = session->own;

	if (own->window)
		window_show(own->window);
	else
		top_print_table(session, &own->top, &own->screen, &own->causes);
}

static bool is_paused(const struct own *own)
{
	return own->window && window_is_paused(own->window);
}

static void packet(struct session *session, const struct seen *seen)
{
	struct own *own = session->own;

	top_packet(session, &own->top, seen, is_paused(own) ? NULL : show);
	inside_packet(own->causes.inside, seen);
	if (own->window)
		window_packet(own->window, seen);
	diagnose_note(&own->causes, seen);
}

static void finding(struct session *session, const struct vsock_finding *found)
{
	struct own *own = session->own;

	causes_add(&own->causes, found);
	if (own->window)
		window_finding(own->window, found);
}

static void flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct own *own = session->own;

	connection_totals_add(&own->causes.totals, flow);
	inside_flow_left(own->causes.inside, flow);
}

static void tick(struct session *session, uint64_t now)
{
	struct own *own = session->own;

	if (!is_paused(own))
		top_clock(session, &own->top, now, show);
}

static uint64_t due(const struct session *session)
{
	const struct own *own = session->own;

	return is_paused(own) ? UINT64_MAX : top_pace_next(&own->top.pace);
}

static unsigned waits(const struct session *session, struct pollfd fds[static MODE_WAITS])
{
	const struct own *own = session->own;

	return own->window ? window_waits(own->window, fds) : 0;
}

static void ready(struct session *session, const struct pollfd *fds, unsigned count)
{
	struct own *own = session->own;

	window_ready(own->window, fds, count);
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
	window_close(own->window);
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
    .takes = MODE_TAKES_SORT | MODE_TAKES_ROWS | MODE_TAKES_INTERVAL,
    .prints_live = true,
    .needs_flows = true,
    .system_calls = screen_system_calls,
    .begin = begin,
    .packet = packet,
    .finding = finding,
    .flow_left = flow_left,
    .clock = tick,
    .clock_due = due,
    .waits = waits,
    .ready = ready,
    .snapshot = snapshot,
    .end = end,
};
