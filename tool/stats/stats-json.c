/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --stats for programs: one JSON object for each interval, server and op. Intervals without a
 * packet that follow one another are one object. Those of a live capture come as time passes.
 */
#include "core/names.h"
#include "tool/print/json.h"
#include "tool/stats/passing.h"

/* As in the table: a percentile needs so many samples. */
#define P99_LEAST 100

static void json_begin(struct session *session)
{
	if (session_make_own(session, sizeof(struct stats)))
		stats_begin(session->own, session->settings->source.file_count == 0,
			    session->settings->flow.stats_seconds);
}

static void print_number(struct output *out, const char *key, uint64_t value)
{
	json_key(out, key);
	json_u64(out, true, value);
}

static void print_interval(struct session *session, const struct shown_interval *shown)
{
	const struct stats *stats = session->own;
	const struct interval *sum = &shown->sum;
	uint64_t length = shown->count * stats->intervals.width;
	uint64_t end = sum->start > UINT64_MAX - length ? UINT64_MAX : sum->start + length;
	struct output *out = session->out;

	json_kind(out, "interval");
	json_span(out, &session->json, true, sum->start, end);
	print_number(out, "packets", sum->packets);
	print_number(out, "client_bytes", sum->bytes[VSOCK_CLIENT]);
	print_number(out, "server_bytes", sum->bytes[VSOCK_SERVER]);
	print_number(out, "open_flows", sum->open);
	print_number(out, "new_flows", sum->opened);
	print_number(out, "ended_flows", sum->ended);
	print_number(out, "refused_flows", sum->refused);
	print_number(out, "blocked_us", shown->stall_us);
	json_key(out, "dropped");
	json_u64(out, shown->drops_known, shown->dropped);
	print_number(out, "missing_bytes", sum->missing);
	json_key(out, "captured");
	json_bool(out, !shown->blind);
	json_common_place(out, &session->json);
	json_end(out);
}

static void show_passed(struct session *session, const struct shown_interval *shown)
{
	print_interval(session, shown);
	output_flush(session->out);
}

static void json_packet(struct session *session, const struct seen *seen)
{
	passing_packet(session, session->own, seen, show_passed);
	stats_packet(session->own, seen);
}

static void json_clock(struct session *session, uint64_t now)
{
	passing_clock(session, session->own, now, show_passed);
}

static uint64_t json_due(const struct session *session)
{
	return passing_due(session->own);
}

static void json_flow_left(struct session *session, const struct vsock_flow *flow)
{
	stats_flow_left(session, session->own, flow);
}

static void json_point_end(struct session *session, uint16_t point, uint64_t end)
{
	stats_point_end(session, session->own, point, end);
}

static void print_percentile(struct output *out, const char *key, const struct histogram *setups,
			     unsigned percent, uint64_t least)
{
	int64_t ns = -1;

	if (setups->count >= least)
		ns = (int64_t)histogram_percentile(setups, percent);
	json_key(out, key);
	json_microseconds(out, ns);
}

/* `address`: false for the sum of the servers that have no object of their own. */
static void print_service(struct session *session, const struct service *service, bool address)
{
	struct output *out = session->out;

	json_kind(out, "service");
	json_key(out, "server_cid");
	json_u64(out, address, service->cid);
	if (address) {
		json_cid_name(out, "server_name", &session->settings->print, service->cid);
	} else {
		json_key(out, "server_name");
		json_null(out);
	}
	json_key(out, "server_port");
	json_u64(out, address, service->port);
	if (address && service->made_up) {
		json_key(out, "server_port_made_up");
		json_bool(out, true);
	}
	print_number(out, "flows", service->flows);
	print_number(out, "refused_flows", service->refused);
	print_number(out, "troubled_flows", service->troubled);
	print_number(out, "packets", service->packets);
	print_number(out, "client_bytes", service->bytes[VSOCK_CLIENT]);
	print_number(out, "server_bytes", service->bytes[VSOCK_SERVER]);
	print_number(out, "handshakes", service->setups.count);
	print_percentile(out, "handshake_p50_us", &service->setups, 50, 1);
	print_percentile(out, "handshake_p99_us", &service->setups, 99, P99_LEAST);
	print_number(out, "blocked_us", service->stall_us);
	json_common_place(out, &session->json);
	json_end(out);
}

static void print_sizes(struct output *out, const struct op_count *op)
{
	json_key(out, "sizes");
	output_char(out, '[');
	for (int i = 0; i < STATS_SIZES; i++) {
		output_text(out, i > 0 ? "," : "");
		json_first_key(out, "up_to");
		json_u64(out, i < STATS_SIZES - 1, i < STATS_SIZES - 1 ? stats_sizes[i] : 0);
		print_number(out, "packets", op->sizes[i]);
		output_char(out, '}');
	}
	output_char(out, ']');
}

/* Each name may be NULL. */
static void print_op(struct session *session, const char *op, const char *monitor_op,
		     const struct op_count *count)
{
	struct output *out = session->out;

	if (count->packets == 0)
		return;
	json_kind(out, "op");
	json_key(out, "op");
	json_keyword(out, op, op, 0);
	json_key(out, "monitor_op");
	json_keyword(out, monitor_op, monitor_op, 0);
	print_number(out, "packets", count->packets);
	print_number(out, "bytes", count->bytes);
	print_sizes(out, count);
	json_common_place(out, &session->json);
	json_end(out);
}

static void print_all(struct session *session)
{
	const struct stats *stats = session->own;
	struct interval_walk walk = {0};
	struct shown_interval shown;
	struct stats_flows flows;

	while (!stats->live && stats_next_interval(stats, &walk, &shown))
		print_interval(session, &shown);
	stats_flows(session, stats, &flows);
	for (uint32_t i = 0; i < flows.services.count; i++)
		print_service(session, &flows.services.sorted[i], true);
	if (flows.services.others.flows > 0)
		print_service(session, &flows.services.others, false);
	stats_flows_free(&flows);
	for (int op = 0; op < VSOCK_OPS; op++)
		print_op(session, vsock_op_keyword((uint16_t)op), NULL, &stats->ops[op]);
	for (int op = 0; op < VSOCK_MONITOR_OPS; op++)
		print_op(session, NULL, vsock_monitor_op_keyword((uint16_t)op), &stats->bare[op]);
	print_op(session, NULL, NULL, &stats->others);
}

static void json_snapshot(struct session *session)
{
	print_all(session);
	output_flush(session->out);
}

static void json_finish(struct session *session)
{
	struct stats *stats = session->own;

	if (!stats)
		return;
	passing_end(session, stats, show_passed);
	stats_end_stalls(session, stats);
	print_all(session);
	stats_free(stats);
	session_free_own(session);
}

const struct mode mode_stats_json = {
    .prints_json = true,
    .prints_at_end = true,
    .prints_live = true,
    .needs_flows = true,
    .begin = json_begin,
    .packet = json_packet,
    .clock = json_clock,
    .clock_due = json_due,
    .flow_left = json_flow_left,
    .point_end = json_point_end,
    .snapshot = json_snapshot,
    .end = json_finish,
};
