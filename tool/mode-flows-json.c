/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows for programs: one JSON object a line, when a flow leaves or at the end. A snapshot prints
 * objects of flows that come again later; of those with the same number the last one counts.
 */
#include <stdlib.h>

#include "core/names.h"
#include "tool/flow-list.h"
#include "tool/json.h"
#include "tool/mode.h"

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

static void print_identity(struct output *out, const struct vsock_flow *flow, uint64_t now)
{
	const char *state = vsock_flow_state_name(vsock_flow_state_at(flow, now));

	json_first_key(out, "flow");
	json_u64(out, true, flow->number);
	print_number(out, "client_cid", flow->client_cid);
	print_number(out, "client_port", flow->client_port);
	print_number(out, "server_cid", flow->server_cid);
	print_number(out, "server_port", flow->server_port);
	json_key(out, "type");
	json_keyword(out, true, vsock_type_keyword(flow->type), flow->type);
	json_key(out, "state");
	json_string(out, state, strlen(state));
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

static void print_flow(struct output *out, const struct vsock_flow *flow, uint64_t now)
{
	print_identity(out, flow, now);
	print_counts(out, flow);
	json_key(out, "handshake_us");
	json_microseconds(out, vsock_flow_handshake_ns(flow));
	print_mark(out, "midstream", flow, VSOCK_FLOW_MIDSTREAM);
	print_mark(out, "roles_guessed", flow, VSOCK_FLOW_ROLES_GUESSED);
	json_end(out);
}

static void print_left(struct run *run, const struct vsock_flow *flow)
{
	print_flow(run->out, flow, flow_list_now(run));
}

static void print_all(struct run *run)
{
	uint64_t now = flow_list_now(run);
	uint32_t count = 0;
	const struct vsock_flow **flows = flow_list_all(run, &count);

	for (uint32_t i = 0; flows != NULL && i < count; i++)
		print_flow(run->out, flows[i], now);
	free(flows);
}

static void print_snapshot(struct run *run)
{
	print_all(run);
	output_flush(run->out);
}

const struct mode mode_flows_json = {
    .name = "flows as JSON",
    .needs_flows = true,
    .keep_ended_flows = true,
    .packet = flow_list_packet,
    .flow_left = print_left,
    .snapshot = print_snapshot,
    .end = print_all,
};
