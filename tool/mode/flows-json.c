/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows for programs: one JSON object a line, when a flow leaves or at the end. A snapshot prints
 * objects of flows that come again later; of those with the same number the last one counts.
 * What is found without a flow is a line of its own, at once.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"
#include "core/verdict.h"
#include "tool/message.h"
#include "tool/mode/finding-store.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/mode.h"
#include "tool/print/json-finding.h"
#include "tool/print/json-flow.h"
#include "tool/print/json.h"

static void print_number(struct output *out, const char *key, uint64_t value)
{
	json_key(out, key);
	json_u64(out, true, value);
}

static void print_mark(struct output *out, const char *key, const struct vsock_flow *flow,
		       enum vsock_flow_mark mark)
{
	json_key(out, key);
	json_bool(out, flow->marks & mark);
}

static void print_counts(struct output *out, const struct vsock_flow *flow)
{
	json_key(out, "first_ts");
	json_time(out, flow->first_ts);
	json_key(out, "last_ts");
	json_time(out, flow->last_ts);
	print_number(out, "client_packets", flow->side[VSOCK_CLIENT].packets);
	print_number(out, "server_packets", flow->side[VSOCK_SERVER].packets);
	print_number(out, "client_bytes", flow->side[VSOCK_CLIENT].bytes);
	print_number(out, "server_bytes", flow->side[VSOCK_SERVER].bytes);
}

static void print_history(struct output *out, const struct vsock_flow *flow)
{
	char history[VSOCK_FLOW_HISTORY_MAX];
	size_t length = vsock_flow_history(flow, history);

	json_key(out, "history");
	json_string(out, history, length);
}

/* A stall that goes on is over for us when the flow is. */
static uint64_t ongoing_stall_us(const struct vsock_flow *flow, const struct vsock_flow_side *side,
				 uint64_t now)
{
	uint64_t until = vsock_flow_state_ended(flow->state) ? flow->last_ts : now;

	if (!(side->marks & VSOCK_SIDE_STALLED) || until < side->last_data_ts)
		return 0;
	return (until - side->last_data_ts) / 1000;
}

/* What one side did, and what its peer said it may do. */
static void print_side(struct output *out, const struct vsock_flow *flow, enum vsock_side which,
		       uint64_t now)
{
	static const struct keys {
		const char *buf_alloc, *in_flight, *first_data, *gap, *blocked, *stall;
	} keys[] = {
	    {"client_buf_alloc", "client_in_flight", "client_first_data_us",
	     "client_longest_gap_us", "client_blocked_us", "client_longest_stall_us"},
	    {"server_buf_alloc", "server_in_flight", "server_first_data_us",
	     "server_longest_gap_us", "server_blocked_us", "server_longest_stall_us"},
	};
	const struct keys *key = &keys[which];
	const struct vsock_flow_side *side = &flow->side[which];
	uint64_t stall = ongoing_stall_us(flow, side, now);

	json_key(out, key->buf_alloc);
	json_u64(out, side->marks & VSOCK_SIDE_CREDIT_KNOWN, side->buf_alloc);
	print_number(out, key->in_flight, side->in_flight > 0 ? (uint32_t)side->in_flight : 0);
	json_key(out, key->first_data);
	json_u64(out, side->marks & VSOCK_SIDE_DATA, side->first_data_us);
	print_number(out, key->gap, side->longest_gap_us);
	print_number(out, key->blocked, side->blocked_us + stall);
	print_number(out, key->stall,
		     stall > side->longest_stall_us ? stall : side->longest_stall_us);
}

static void flows_json_begin(struct session *session)
{
	session_make_own(session, sizeof(struct finding_store));
}

static void print_findings(struct session *session, uint64_t flow)
{
	const struct finding_store *findings = session->own;
	const struct vsock_finding *finding = finding_store_next(findings, flow, NULL);

	json_key(session->out, "findings");
	output_char(session->out, '[');
	while (finding) {
		json_finding(session->out, &session->settings->print, finding);
		finding = finding_store_next(findings, flow, finding);
		if (finding)
			output_char(session->out, ',');
	}
	output_char(session->out, ']');
}

static void print_flow(struct session *session, const struct vsock_flow *flow, uint64_t now)
{
	struct output *out = session->out;
	const char *verdict = vsock_verdict_name(vsock_flow_verdict(flow));

	json_flow(out, flow, vsock_flow_state_at(flow, now));
	json_key(out, "verdict");
	json_string(out, verdict, strlen(verdict));
	print_counts(out, flow);
	json_key(out, "handshake_us");
	json_microseconds(out, vsock_flow_handshake_ns(flow));
	print_mark(out, "midstream", flow, VSOCK_FLOW_MIDSTREAM);
	print_mark(out, "roles_guessed", flow, VSOCK_FLOW_ROLES_GUESSED);
	print_mark(out, "lossy", flow, VSOCK_FLOW_LOSSY);
	print_history(out, flow);
	print_side(out, flow, VSOCK_CLIENT, now);
	print_side(out, flow, VSOCK_SERVER, now);
	print_findings(session, flow->number);
	json_key(out, "filtered");
	json_bool(out, session->settings->print.filtered);
	json_end(out);
}

static void flows_json_flow_left(struct session *session, const struct vsock_flow *flow)
{
	print_flow(session, flow, flow_list_now(session));
	finding_store_forget(session->own, flow->number);
}

static void print_all(struct session *session)
{
	flow_list_each(session, print_flow, flow_list_now(session));
}

static void flows_json_snapshot(struct session *session)
{
	print_all(session);
	output_flush(session->out);
}

static void flows_json_end(struct session *session)
{
	struct finding_store *findings = session->own;

	if (!findings)
		return;
	print_all(session);
	if (findings->dropped)
		notice("%" PRIu64 " findings left out, for which there was no room",
		       findings->dropped);
	flow_list_report_evicted(session);
	finding_store_free(findings);
	session_free_own(session);
}

static void flows_json_finding(struct session *session, const struct vsock_finding *finding)
{
	if (finding->flow != VSOCK_NO_FLOW)
		finding_store_add(session->own, finding);
	else
		json_finding_alone(session->out, &session->settings->print, finding);
}

static void flows_json_packet(struct session *session, const struct seen *seen)
{
	for (size_t i = 0; i < seen->finding_count; i++)
		flows_json_finding(session, &seen->findings[i]);
}

const struct mode mode_flows_json = {
    .prints_json = true,
    .prints_at_end = true,
    .needs_flows = true,
    .keep_ended_flows = true,
    .begin = flows_json_begin,
    .packet = flows_json_packet,
    .finding = flows_json_finding,
    .flow_left = flows_json_flow_left,
    .snapshot = flows_json_snapshot,
    .end = flows_json_end,
};
