/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/stats/gather.h"

#include "tool/mode/flow-list.h"

const uint32_t stats_sizes[STATS_SIZES - 1] = {64, 1024, 4096, 32768, 65536};

void stats_begin(struct stats *stats, bool live, uint32_t seconds)
{
	*stats = (struct stats){.live = live};
	if (live && seconds == 0)
		seconds = 1;
	intervals_begin(&stats->intervals, seconds);
}

void stats_free(struct stats *stats)
{
	intervals_free(&stats->intervals);
	services_free(&stats->services);
	flow_totals_free(&stats->totals);
}

static struct op_count *op_of(struct stats *stats, const struct vsock_packet *packet)
{
	if (vsock_is_bare(packet))
		return &stats->bare[packet->monitor_op];
	if (vsock_has(packet, VSOCK_FIELD_OP) && packet->op > VSOCK_OP_INVALID &&
	    packet->op < VSOCK_OPS)
		return &stats->ops[packet->op];
	return &stats->others;
}

static void count_op(struct stats *stats, const struct vsock_packet *packet)
{
	struct op_count *op = op_of(stats, packet);
	bool known = vsock_has(packet, VSOCK_FIELD_LEN) || vsock_is_bare(packet);
	uint32_t bytes = known ? packet->len : 0;
	unsigned size = 0;

	op->packets++;
	op->bytes += bytes;
	while (size < STATS_SIZES - 1 && bytes > stats_sizes[size])
		size++;
	op->sizes[size]++;
}

/* A stall of this side, up to `now`. What came before the present interval was shown then. */
static void add_stall(struct stats *stats, const struct vsock_flow *flow, int side, uint64_t now)
{
	uint64_t from = flow->side[side].last_data_ts;

	if (!(flow->marks & VSOCK_FLOW_TIMELESS))
		intervals_stall(&stats->intervals, from < stats->from ? stats->from : from, now);
}

static void add_lasting_stalls(struct stats *stats, const struct vsock_flow *flow, uint64_t now)
{
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++)
		if (flow->side[side].marks & VSOCK_SIDE_STALLED)
			add_stall(stats, flow, side, now);
}

static void close_flow(struct stats *stats, struct interval *row)
{
	row->ended++;
	if (stats->open > 0)
		stats->open--;
}

/* The states of flows, and their bytes. */
static void count_event(struct stats *stats, struct interval *row, const struct seen *seen)
{
	const struct vsock_flow_event *event = &seen->event;

	if (event->facts & VSOCK_FACT_SUPERSEDES)
		close_flow(stats, row);
	if (event->facts & VSOCK_FACT_OPENED) {
		row->opened++;
		stats->open++;
	}
	if (!vsock_flow_state_ended(event->before) && vsock_flow_state_ended(event->flow->state)) {
		close_flow(stats, row);
		row->refused += event->flow->state == VSOCK_FLOW_REFUSED;
	}
	if (event->has_segment)
		row->bytes[event->sender] += seen->packet->len;
	if (event->facts & VSOCK_FACT_FWD_AHEAD) {
		row->missing += event->ahead;
		stats->missing += event->ahead;
	}
}

/* After the row is complete: this may move it. */
static void count_stalls(struct stats *stats, const struct seen *seen, uint64_t ts)
{
	const struct vsock_flow_event *event = &seen->event;
	const struct vsock_flow *flow = event->flow;

	if (event->facts & VSOCK_FACT_STALL_ENDED)
		add_stall(stats, flow, vsock_peer(event->sender), ts);
	if (!vsock_flow_state_ended(event->before) && vsock_flow_state_ended(flow->state))
		add_lasting_stalls(stats, flow, ts);
	if (event->old)
		add_lasting_stalls(stats, event->old, ts);
}

/* Packets come again after a time in which nothing was captured. */
static void end_blindness(struct stats *stats, uint64_t ts)
{
	stats->off = false;
	if (ts <= stats->latest_end || stats->blind_count == STATS_BLIND_MAX)
		return;
	stats->blind[stats->blind_count].from = stats->latest_end;
	stats->blind[stats->blind_count].to = ts;
	stats->blind_count++;
}

void stats_packet(struct stats *stats, const struct seen *seen)
{
	uint64_t ts = seen->record->ts;
	struct interval *row;

	count_op(stats, seen->packet);
	if (seen->record->clock == CAPTURE_TIME_NONE) {
		stats->timeless++;
		return;
	}
	if (stats->off)
		end_blindness(stats, ts);
	/* A packet that comes late belongs to an interval that was shown. */
	if (stats->live && ts < stats->from)
		ts = stats->from;
	row = intervals_at(&stats->intervals, ts);
	row->packets++;
	if (seen->event.flow)
		count_event(stats, row, seen);
	row->open = stats->open;
	if (seen->event.flow)
		count_stalls(stats, seen, ts);
}

void stats_flow_left(const struct session *session, struct stats *stats,
		     const struct vsock_flow *flow)
{
	if (flow->state == VSOCK_FLOW_EVICTED || !vsock_flow_state_ended(flow->state)) {
		if (stats->open > 0)
			stats->open--;
		add_lasting_stalls(stats, flow, session->latest_ts);
	}
	services_add(&stats->services, flow, session->latest_ts);
	flow_totals_add(&stats->totals, flow);
	connection_totals_add(&stats->verdicts, flow);
}

/* With a filter, the next packet that is seen may not be the first that was captured. */
static bool all_points_ended(const struct session *session, const struct stats *stats)
{
	const struct json_context *points = &session->json;

	return !session->choosy && points->count &&
	       stats->points_ended >= points->count(points->source);
}

void stats_point_end(const struct session *session, struct stats *stats, uint16_t point,
		     uint64_t end)
{
	bool ended = end > 0;

	if (point >= STATS_POINTS_MAX || stats->point_ended[point] == ended)
		return;
	stats->point_ended[point] = ended;
	stats->points_ended += ended ? 1 : -1u;
	if (end > stats->latest_end)
		stats->latest_end = end;
	if (ended && all_points_ended(session, stats))
		stats->off = true;
}

void stats_end_stalls(const struct session *session, struct stats *stats)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(session, &walk))
		return;
	while ((flow = flow_list_next(session, &walk)))
		if (!vsock_flow_state_ended(flow->state))
			add_lasting_stalls(stats, flow, session->latest_ts);
	vsock_flow_walk_end(&walk);
}

void stats_flows(const struct session *session, const struct stats *stats,
		 struct stats_flows *flows)
{
	const uint64_t now = flow_list_now(session);
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	*flows = (struct stats_flows){.verdicts = stats->verdicts};
	if (flow_list_walk(session, &walk)) {
		while ((flow = flow_list_next(session, &walk))) {
			services_add(&flows->services, flow, now);
			flow_totals_add(&flows->totals, flow);
			connection_totals_add(&flows->verdicts, flow);
		}
		vsock_flow_walk_end(&walk);
	}
	services_merge(&flows->services, &stats->services);
	services_sort(&flows->services);
	flow_totals_merge(&flows->totals, &stats->totals);
}

void stats_flows_free(struct stats_flows *flows)
{
	services_free(&flows->services);
	flow_totals_free(&flows->totals);
}

bool stats_next_interval(const struct stats *stats, struct interval_walk *walk,
			 struct shown_interval *shown)
{
	if (!intervals_next(&stats->intervals, walk, shown))
		return false;
	for (unsigned i = 0; i < stats->blind_count; i++)
		if (shown->sum.start >= stats->blind[i].from && walk->end <= stats->blind[i].to)
			shown->blind = true;
	return true;
}
