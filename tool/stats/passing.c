/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/stats/passing.h"

#include "lib/common/time.h"
#include "tool/mode/flow-list.h"

/* The microseconds of a stall that are between two times. */
static uint64_t part_us(uint64_t since, uint64_t from, uint64_t to)
{
	if (since > from)
		from = since;
	return to > from ? (to - from) / 1000 : 0;
}

/* Stalls that last: how long they did between these times. */
static uint64_t lasting_stalls(const struct session *session, uint64_t from, uint64_t to)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;
	uint64_t sum = 0;

	if (vsock_flow_table_count(session->flows) > PASSING_FLOWS_MAX ||
	    !flow_list_walk(session, &walk))
		return 0;
	while ((flow = flow_list_next(session, &walk))) {
		if (vsock_flow_state_ended(flow->state))
			continue;
		for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++)
			if (flow->side[side].marks & VSOCK_SIDE_STALLED)
				sum += part_us(flow->side[side].last_data_ts, from, to);
	}
	vsock_flow_walk_end(&walk);
	return sum;
}

/* Packets that were dropped since this was last asked. False if nobody counts them. */
static bool new_drops(const struct session *session, struct stats *stats, uint64_t *news)
{
	struct capture_statistics now = session_statistics(session);
	uint64_t all;

	if (now.kernel_drops == CAPTURE_NOT_KNOWN)
		return false;
	all = now.kernel_drops;
	if (now.interface_drops != CAPTURE_NOT_KNOWN)
		all += now.interface_drops;
	*news = all > stats->dropped ? all - stats->dropped : 0;
	stats->dropped = all;
	return true;
}

/* The present interval, up to `to`. */
static void show_present(struct session *session, struct stats *stats, uint64_t to,
			 passing_shower *show)
{
	struct interval_walk walk = {0};
	struct shown_interval shown;

	if (!intervals_next(&stats->intervals, &walk, &shown)) {
		shown.sum.start = stats->from;
		shown.sum.open = stats->open;
	}
	shown.stall_us += lasting_stalls(session, stats->from, to);
	shown.drops_known = new_drops(session, stats, &shown.dropped);
	show(session, &shown);
	intervals_clear(&stats->intervals);
}

/* Intervals without a packet, because the program slept, or the clock was set. */
static void show_silence(struct session *session, const struct stats *stats, uint64_t from,
			 uint64_t to, passing_shower *show)
{
	if (to > from)
		show(session, &(struct shown_interval){
				  .sum = {.start = from, .open = stats->open},
				  .count = (to - from) / stats->intervals.width,
				  .stall_us = lasting_stalls(session, from, to),
				  .drops_known = true,
			      });
}

void passing_clock(struct session *session, struct stats *stats, uint64_t now, passing_shower *show)
{
	uint64_t width = stats->intervals.width;
	uint64_t start = now - now % width;

	if (!stats->live || start <= stats->from)
		return;
	if (stats->from) {
		show_present(session, stats, stats->from + width, show);
		show_silence(session, stats, stats->from + width, start, show);
	}
	stats->from = start;
}

/* The packet may end a stall: its flow no longer says that it lasted when the interval ended. */
void passing_packet(struct session *session, struct stats *stats, const struct seen *seen,
		    passing_shower *show)
{
	uint64_t end = stats->from + stats->intervals.width;
	const struct vsock_flow_event *event = &seen->event;

	if (!stats->live)
		return;
	if (stats->from && seen->record->ts >= end && event->flow &&
	    event->facts & VSOCK_FACT_STALL_ENDED)
		intervals_at(&stats->intervals, stats->from)->stall_us += part_us(
		    event->flow->side[vsock_peer(event->sender)].last_data_ts, stats->from, end);
	passing_clock(session, stats, seen->record->ts, show);
}

uint64_t passing_due(const struct stats *stats)
{
	return stats->from + stats->intervals.width;
}

void passing_end(struct session *session, struct stats *stats, passing_shower *show)
{
	uint64_t now = flow_list_now(session);

	if (!stats->live)
		return;
	passing_clock(session, stats, now, show);
	if (stats->from)
		show_present(session, stats, now, show);
}
