/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/flow-page.h"

#include <inttypes.h>

#include "lib/common/plural.h"
#include "tool/mode/flow-list.h"
#include "tool/print/address.h"
#include "tool/print/process-name.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"

#define BAR_WIDTH 20

static void print_address(struct session *session, const struct vsock_flow *flow,
			  enum vsock_side side)
{
	const struct print_settings *settings = &session->settings->print;
	const struct process_entry *process =
	    settings->processes ? process_of_flow(settings, flow, side) : NULL;
	bool client = side == VSOCK_CLIENT;

	output_text(session->out, client ? " client     " : " server     ");
	address_print_marked(session->out, settings, client ? flow->client_cid : flow->server_cid,
			     client ? flow->client_port : flow->server_port,
			     flow->made_up >> side & 1);
	if (process) {
		output_text(session->out, "  ");
		process_print(session->out, process);
	}
	output_char(session->out, '\n');
}

static void print_sent(struct session *session, const struct vsock_flow *flow,
		       const struct top_row *row)
{
	struct output *out = session->out;

	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		output_text(out, side == VSOCK_CLIENT ? " sent       > " : "            < ");
		size_print(out, flow->side[side].bytes);
		output_printf(out, " in %" PRIu64 " packet%s", flow->side[side].packets,
			      plural(flow->side[side].packets));
		if (row && row->rate_known) {
			output_text(out, ", now ");
			size_print(out, row->rate[side]);
			output_text(out, "/s");
		}
		output_char(out, '\n');
	}
}

static void print_bar(struct output *out, uint32_t in_flight, uint32_t buffer)
{
	uint64_t full = buffer ? (uint64_t)in_flight * BAR_WIDTH / buffer : 0;

	output_char(out, '[');
	for (unsigned i = 0; i < BAR_WIDTH; i++)
		output_char(out, i < full ? '#' : '.');
	output_char(out, ']');
}

/* "credit  > [####......] 65536 of 262144 bytes": what is in flight, and the receiver's buffer. */
static void print_credit(struct session *session, const struct vsock_flow *flow,
			 enum vsock_side sender)
{
	const struct vsock_flow_side *side = &flow->side[sender];
	const struct vsock_flow_side *peer = &flow->side[vsock_peer(sender)];
	uint32_t in_flight = side->in_flight > 0 ? (uint32_t)side->in_flight : 0;
	uint64_t now = flow_list_now(session);
	struct output *out = session->out;

	output_text(out, sender == VSOCK_CLIENT ? " credit     > " : "            < ");
	if (flow->bare || !(peer->marks & VSOCK_SIDE_CREDIT_KNOWN)) {
		output_text(out, "not known\n");
		return;
	}
	print_bar(out, in_flight, peer->buf_alloc);
	output_printf(out, " %" PRIu32 " of %" PRIu32 " bytes", in_flight, peer->buf_alloc);
	if (side->marks & VSOCK_SIDE_STALLED && !vsock_flow_state_ended(flow->state)) {
		output_text(out, ", full for ");
		timestamp_print_duration(out,
					 now > side->last_data_ts ? now - side->last_data_ts : 0);
	}
	output_char(out, '\n');
}

static void print_time(struct session *session, const struct vsock_flow *flow)
{
	int64_t handshake = vsock_flow_handshake_ns(flow);
	uint64_t now = flow_list_now(session);
	bool ended = vsock_flow_state_ended(flow->state);
	uint64_t until = ended ? flow->state_ts : now;
	struct output *out = session->out;

	output_text(out, ended ? " lasted     " : " age        ");
	timestamp_print_duration(out, until > flow->first_ts ? until - flow->first_ts : 0);
	if (handshake >= 0) {
		output_text(out, ", handshake ");
		timestamp_print_duration(out, (uint64_t)handshake);
	}
	if (flow->marks & VSOCK_FLOW_MIDSTREAM)
		output_text(out, "; the connection is older than the capture");
	output_char(out, '\n');
}

void flow_page_print(struct session *session, const struct top_row *row,
		     const struct record *record)
{
	const struct vsock_flow *flow = row ? &row->flow : &record->ladder.flow;

	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++)
		print_address(session, flow, (enum vsock_side)side);
	print_time(session, flow);
	print_sent(session, flow, row);
	print_credit(session, flow, VSOCK_CLIENT);
	print_credit(session, flow, VSOCK_SERVER);
	output_char(session->out, '\n');
	if (!record)
		output_text(session->out, "no packets: too many other flows are recorded\n");
	else if (record->late && record->ladder.packets == 0)
		output_text(session->out, "no packet since this page is open; earlier ones were "
					  "not recorded\n");
	else
		ladder_print(session, &record->ladder);
}
