/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --stats for people: a row for each interval, then tables of servers, ops and sizes. The rows of a
 * live capture come as time passes.
 */
#include "tool/stats/passing.h"
#include "tool/stats/stats-print.h"

struct screen {
	struct stats stats;
	struct stats_rows rows; /* of a live capture */
	bool headed;
};

static void screen_begin(struct session *session)
{
	struct screen *screen;

	if (!session_make_own(session, sizeof(*screen)))
		return;
	screen = session->own;
	stats_begin(&screen->stats, session->settings->source.file_count == 0,
		    session->settings->flow.stats_seconds);
	screen->rows = (struct stats_rows){
	    .dated = session->settings->print.time == TIME_DATE,
	    .drops = true,
	    .folds = true,
	    .repeats = session->out->columns > 0,
	};
}

static void show_passed(struct session *session, const struct shown_interval *shown)
{
	struct screen *screen = session->own;

	if (!screen->headed && !screen->rows.repeats)
		stats_print_heading(session, &screen->rows);
	screen->headed = true;
	stats_print_interval(session, &screen->rows, screen->stats.intervals.width, shown);
	output_flush(session->out);
}

static void screen_packet(struct session *session, const struct seen *seen)
{
	struct screen *screen = session->own;

	passing_packet(session, &screen->stats, seen, show_passed);
	stats_packet(&screen->stats, seen);
}

static void screen_clock(struct session *session, uint64_t now)
{
	struct screen *screen = session->own;

	passing_clock(session, &screen->stats, now, show_passed);
}

static uint64_t screen_due(const struct session *session)
{
	const struct screen *screen = session->own;

	return passing_due(&screen->stats);
}

static void screen_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct screen *screen = session->own;

	stats_flow_left(session, &screen->stats, flow);
}

static void screen_point_end(struct session *session, uint16_t point, uint64_t end)
{
	struct screen *screen = session->own;

	stats_point_end(session, &screen->stats, point, end);
}

static void print_all(struct session *session)
{
	const struct screen *screen = session->own;
	struct stats_flows flows;

	if (session->packets == 0 && session->failing)
		return;
	stats_flows(session, &screen->stats, &flows);
	if (screen->headed)
		output_char(session->out, '\n');
	stats_print_capture(session, &screen->stats, &flows.verdicts);
	if (!screen->stats.live)
		stats_print_intervals(session, &screen->stats);
	stats_print_tables(session, &screen->stats, &flows);
	stats_flows_free(&flows);
}

static void screen_snapshot(struct session *session)
{
	struct screen *screen = session->own;

	print_all(session);
	output_char(session->out, '\n');
	/* The rows that follow need their heading again. */
	screen->headed = false;
	screen->rows.since = 0;
}

static void screen_end(struct session *session)
{
	struct screen *screen = session->own;

	if (!screen)
		return;
	passing_end(session, &screen->stats, show_passed);
	stats_end_stalls(session, &screen->stats);
	print_all(session);
	stats_free(&screen->stats);
	session_free_own(session);
}

const struct mode mode_stats = {
    .option = "--stats",
    .json = &mode_stats_json,
    .prints_at_end = true,
    .prints_live = true,
    .needs_flows = true,
    .begin = screen_begin,
    .packet = screen_packet,
    .clock = screen_clock,
    .clock_due = screen_due,
    .flow_left = screen_flow_left,
    .point_end = screen_point_end,
    .snapshot = screen_snapshot,
    .end = screen_end,
};
