/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/json-flow.h"

#include <string.h>

#include "core/names.h"
#include "core/verdict.h"
#include "tool/print/json.h"
#include "tool/print/process-name.h"

static void print_number(struct output *out, const char *key, uint64_t value)
{
	json_key(out, key);
	json_u64(out, true, value);
}

static void print_true(struct output *out, const char *key)
{
	json_key(out, key);
	json_bool(out, true);
}

static void print_address(struct output *out, const struct print_settings *settings,
			  const char *const keys[static 3], uint32_t cid, uint32_t port)
{
	print_number(out, keys[0], cid);
	json_cid_name(out, keys[1], settings, cid);
	print_number(out, keys[2], port);
}

/* The flow's identity and state. */
static void print_head(struct output *out, const char *kind, struct json_context *context,
		       const struct print_settings *settings, const struct vsock_flow *flow,
		       enum vsock_flow_state state)
{
	static const char *const client[] = {"client_cid", "client_name", "client_port"};
	static const char *const server[] = {"server_cid", "server_name", "server_port"};
	const char *name = vsock_flow_state_name(state);
	const char *verdict = vsock_verdict_name(vsock_flow_verdict(flow));

	json_kind(out, kind);
	print_number(out, "flow", flow->number);
	json_flow_uid(out, context, flow);
	print_address(out, settings, client, flow->client_cid, flow->client_port);
	print_address(out, settings, server, flow->server_cid, flow->server_port);
	if (flow->made_up & 1)
		print_true(out, "client_port_made_up");
	if (flow->made_up & 2)
		print_true(out, "server_port_made_up");
	json_key(out, "type");
	json_keyword(out, !flow->bare, vsock_type_keyword(flow->type), flow->type);
	json_key(out, "state");
	json_string(out, name, strlen(name));
	json_key(out, "verdict");
	json_string(out, verdict, strlen(verdict));
}

static void print_mark(struct output *out, const char *key, const struct vsock_flow *flow,
		       enum vsock_flow_mark mark)
{
	json_key(out, key);
	json_bool(out, flow->marks & mark);
}

static void print_counts(struct output *out, const struct vsock_flow *flow)
{
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

/* A stall that still lasts ends for us with the flow. */
static uint64_t ongoing_stall_us(const struct vsock_flow *flow, const struct vsock_flow_side *side,
				 uint64_t now)
{
	uint64_t until = vsock_flow_state_ended(flow->state) ? flow->last_ts : now;

	if (!(side->marks & VSOCK_SIDE_STALLED) || until < side->last_data_ts)
		return 0;
	return (until - side->last_data_ts) / 1000;
}

/* What follows from credit is not known of a bare flow. */
static void print_credit(struct output *out, const char *key, const struct vsock_flow *flow,
			 uint64_t value)
{
	json_key(out, key);
	json_u64(out, !flow->bare, value);
}

/* What one side did, and what its peer allowed it. */
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
	const struct vsock_flow_stalls *stalls = &flow->stalls[which];
	uint64_t stall = ongoing_stall_us(flow, side, now);

	json_key(out, key->buf_alloc);
	json_u64(out, side->marks & VSOCK_SIDE_CREDIT_KNOWN, side->buf_alloc);
	print_credit(out, key->in_flight, flow,
		     side->in_flight > 0 ? (uint32_t)side->in_flight : 0);
	json_key(out, key->first_data);
	json_u64(out, side->marks & VSOCK_SIDE_DATA, side->first_data_us);
	print_number(out, key->gap, side->longest_gap_us);
	print_credit(out, key->blocked, flow, stalls->blocked_us + stall);
	print_credit(out, key->stall, flow,
		     stall > stalls->longest_us ? stall : stalls->longest_us);
}

void json_flow(struct output *out, struct json_context *context,
	       const struct print_settings *settings, const struct vsock_flow *flow, uint64_t now,
	       bool final)
{
	json_flow_of_kind(out, "flow", context, settings, flow, now, final);
}

void json_flow_of_kind(struct output *out, const char *kind, struct json_context *context,
		       const struct print_settings *settings, const struct vsock_flow *flow,
		       uint64_t now, bool final)
{
	print_head(out, kind, context, settings, flow, vsock_flow_state_at(flow, now));
	json_span(out, context, true, flow->first_ts, flow->last_ts);
	print_counts(out, flow);
	json_key(out, "handshake_us");
	json_microseconds(out, vsock_flow_handshake_ns(flow));
	print_mark(out, "midstream", flow, VSOCK_FLOW_MIDSTREAM);
	print_mark(out, "roles_guessed", flow, VSOCK_FLOW_ROLES_GUESSED);
	print_mark(out, "lossy", flow, VSOCK_FLOW_LOSSY);
	print_history(out, flow);
	print_side(out, flow, VSOCK_CLIENT, now);
	print_side(out, flow, VSOCK_SERVER, now);
	process_json_flow(out, settings, flow);
	json_place(out, context, flow->point);
	json_key(out, "filtered");
	json_bool(out, settings->filtered);
	json_key(out, "final");
	json_bool(out, final);
}
