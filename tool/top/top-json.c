/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --top for programs: one JSON object for each row of a table, in the order of the table. It has
 * all keys of a flow.
 */
#include "core/finding.h"
#include "tool/mode/flow-list.h"
#include "tool/print/json-flow.h"
#include "tool/print/json.h"
#include "tool/print/timestamp.h"
#include "tool/top/gather.h"

static void begin(struct session *session)
{
	if (session_make_own(session, sizeof(struct top)) &&
	    !top_begin(session, session->own, TOP_ROWS_DEFAULT))
		session_free_own(session);
}

static void print_number(struct output *out, const char *key, bool there, uint64_t value)
{
	json_key(out, key);
	json_u64(out, there, value);
}

static void print_row(struct session *session, const struct top *top, const struct top_row *row)
{
	const struct vsock_flow *flow = &row->flow;
	struct output *out = session->out;

	json_flow_of_kind(out, "top", &session->json, &session->settings->print, flow,
			  top->table.now, false);
	json_key(out, "table_ts");
	output_char(out, '"');
	timestamp_print_epoch(out, top->table.now);
	output_char(out, '"');
	print_number(out, "interval_us", true, top->table.passed / 1000);
	print_number(out, "client_rate", row->rate_known, row->rate[VSOCK_CLIENT]);
	print_number(out, "server_rate", row->rate_known, row->rate[VSOCK_SERVER]);
	print_number(out, "full_us", row->credit.known, row->credit.full_ns / 1000);
	json_text(out, "class",
		  flow->reported ? vsock_class_name((enum vsock_class)flow->worst) : NULL);
	json_end(out);
}

static void show(struct session *session)
{
	const struct top *top = session->own;

	for (uint32_t i = 0; i < top_table_count(&top->table); i++)
		print_row(session, top, top_table_row(&top->table, i));
}

static void packet(struct session *session, const struct seen *seen)
{
	top_packet(session, session->own, seen, show);
}

static void tick(struct session *session, uint64_t now)
{
	top_clock(session, session->own, now, show);
}

static uint64_t due(const struct session *session)
{
	const struct top *top = session->own;

	return top_pace_next(&top->pace);
}

static void snapshot(struct session *session)
{
	top_show(session, session->own, flow_list_now(session), show);
}

static void end(struct session *session)
{
	if (!session->own)
		return;
	top_free(session->own);
	session_free_own(session);
}

const struct mode mode_top_json = {
    .prints_json = true,
    .prints_live = true,
    .needs_flows = true,
    .begin = begin,
    .packet = packet,
    .clock = tick,
    .clock_due = due,
    .snapshot = snapshot,
    .end = end,
};
