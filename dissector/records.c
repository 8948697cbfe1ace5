/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/records.h"

#include <string.h>
#include <sys/random.h>

#include <epan/packet.h>
#include <epan/wmem_scopes.h>

#include "core/analysis.h"
#include "core/credit.h"
#include "core/verdict.h"
#include "dissector/capture-point.h"
#include "dissector/fields.h"
#include "dissector/kernel.h"
#include "dissector/packet-table.h"
#include "dissector/preferences.h"
#include "dissector/record-row.h"

#define SECOND UINT64_C(1000000000)

/* The records of the capture file that is open. Wireshark opens one at a time. */
static struct {
	struct vsock_analysis *analysis;
	wmem_array_t *streams;        /* of struct stream_record *, by their number */
	struct frame_record *present; /* the packet under analysis: it gets the findings */
	GArray *end_findings;         /* of struct vsock_finding: see records_settle() */
	bool settled;                 /* no packet has come since */
} records;

static void keep_finding(void *context _U_, const struct vsock_finding *finding)
{
	struct finding_record **end = &records.present->findings;

	while (*end)
		end = &(*end)->next;
	*end = wmem_new0(wmem_file_scope(), struct finding_record);
	(*end)->finding = *finding;
}

uint32_t records_stream_count(void)
{
	return records.streams ? wmem_array_get_count(records.streams) : 0;
}

static struct stream_record *stream_at(uint32_t number)
{
	return *(struct stream_record **)wmem_array_index(records.streams, number);
}

const struct stream_record *records_stream(uint32_t number)
{
	return stream_at(number);
}

static void keep_verdict(void *context _U_, const struct vsock_flow *flow)
{
	enum vsock_side waiter = VSOCK_CLIENT;
	struct stream_record *stream;

	if (flow->number >= records_stream_count())
		return;
	stream = stream_at((uint32_t)flow->number);
	stream->verdict = (uint8_t)vsock_flow_verdict(flow);
	stream->waiting = (uint8_t)vsock_flow_waiting(flow, &waiter);
	stream->waiter = (uint8_t)waiter;
}

static void keep_end_finding(void *context, const struct vsock_finding *finding)
{
	g_array_append_vals(context, finding, 1);
}

void records_settle(void)
{
	if (records.settled || !records.analysis)
		return;
	g_array_set_size(records.end_findings, 0);
	records.settled = vsock_analysis_preview_end(records.analysis, records.end_findings,
						     keep_end_finding, keep_verdict);
}

const struct vsock_finding *records_end_findings(unsigned *count)
{
	*count = records.end_findings ? records.end_findings->len : 0;
	return *count > 0 ? (const struct vsock_finding *)(void *)records.end_findings->data : NULL;
}

/* At the first packet, because Wireshark does not name the kernel of a file earlier. */
static struct vsock_analysis *new_analysis(const packet_info *pinfo)
{
	struct vsock_analysis_config config = {.on_finding = keep_finding,
					       .flows.on_leave = keep_verdict,
					       .payload = *kernel_payload(pinfo)};

	/* Without random bytes, a crafted file can slow the flow table down, but nothing worse. */
	if (getrandom(config.flows.key, sizeof(config.flows.key), 0) < 0)
		memset(config.flows.key, 0, sizeof(config.flows.key));
	return vsock_analysis_new(&config);
}

static void open_records(void)
{
	packet_table_open();
	records.streams = wmem_array_new(wmem_file_scope(), sizeof(struct stream_record *));
	records.end_findings = g_array_new(FALSE, FALSE, sizeof(struct vsock_finding));
}

static void close_records(void)
{
	packet_table_close();
	vsock_analysis_free(records.analysis);
	if (records.end_findings)
		g_array_free(records.end_findings, TRUE);
	memset(&records, 0, sizeof(records));
}

void records_register(void)
{
	register_init_routine(open_records);
	register_cleanup_routine(close_records);
}

/* The core numbers flows as they appear, so a new one is appended. */
static struct stream_record *stream_of(const struct vsock_flow *flow, struct frame_record *frame)
{
	struct stream_record *stream;

	if (flow->number < records_stream_count())
		return stream_at((uint32_t)flow->number);
	stream = wmem_new0(wmem_file_scope(), struct stream_record);
	stream->number = records_stream_count();
	stream->first = frame->row;
	stream->first_ts = frame->ts;
	stream->timeless = frame->marks & FRAME_TIMELESS;
	wmem_array_append_one(records.streams, stream);
	return stream;
}

static void note_addresses(struct stream_record *stream, const struct vsock_flow *flow)
{
	stream->cid[VSOCK_CLIENT] = flow->client_cid;
	stream->cid[VSOCK_SERVER] = flow->server_cid;
	stream->port[VSOCK_CLIENT] = flow->client_port;
	stream->port[VSOCK_SERVER] = flow->server_port;
	stream->bare = flow->bare;
	stream->made_up = flow->made_up;
}

static void link_to_question(struct frame_record *frame, uint32_t question)
{
	struct packet_row *asked = question ? packet_table_row(question) : NULL;

	if (!asked || asked->marks & ROW_LINKED)
		return;
	asked->link = frame->number;
	asked->marks |= ROW_LINKED;
	packet_table_extra(packet_table_row(frame->row))->answers = question;
	frame->answers = asked->number;
	frame->answers_ts = asked->ts;
}

/* Finds the packet that this one answers. */
static void link_answer(struct frame_record *frame, const struct vsock_flow *flow)
{
	struct stream_record *stream = frame->stream;

	switch (frame->op) {
	case VSOCK_OP_REQUEST:
		if (!stream->request)
			stream->request = frame->row;
		break;
	case VSOCK_OP_RESPONSE:
		if (!stream->answer) {
			stream->answer = frame->row;
			stream->refused = false;
			frame->handshake_ns = vsock_flow_handshake_ns(flow);
			link_to_question(frame, stream->request);
		}
		break;
	case VSOCK_OP_SHUTDOWN:
		stream->shutdown = frame->row;
		break;
	case VSOCK_OP_RST:
		if (frame->before == VSOCK_FLOW_REQUESTED) {
			stream->answer = frame->row;
			stream->refused = true;
			link_to_question(frame, stream->request);
		} else {
			link_to_question(frame, stream->shutdown);
		}
		break;
	default:
		break;
	}
}

static void append_unacked(const struct frame_record *frame)
{
	struct stream_record *stream = frame->stream;
	uint32_t last = stream->unacked[frame->sender].last;

	if (last)
		packet_table_row(last)->link = frame->row;
	else
		stream->unacked[frame->sender].first = frame->row;
	stream->unacked[frame->sender].last = frame->row;
}

/* Ends the wait of the peer's RWs that its first `acked` bytes cover. */
static void link_acknowledged(struct frame_record *frame, int64_t acked)
{
	struct stream_record *stream = frame->stream;
	enum vsock_side peer = vsock_peer(frame->sender);
	uint32_t row = stream->unacked[peer].first;

	while (row) {
		struct packet_row *rw = packet_table_row(row);
		uint32_t next = rw->link;

		if ((int64_t)(rw->position + rw->length) > acked)
			break;
		rw->link = frame->number;
		rw->marks |= ROW_LINKED;
		packet_table_row(frame->row)->acks = row;
		frame->acks = rw->number;
		frame->acks_ts = rw->ts;
		row = next;
	}
	stream->unacked[peer].first = row;
	if (!row)
		stream->unacked[peer].last = 0;
}

static void note_credit(struct frame_record *frame, const struct vsock_flow *flow)
{
	const struct vsock_flow_side *own = &flow->side[frame->sender];
	const struct vsock_flow_side *peer = &flow->side[vsock_peer(frame->sender)];
	enum vsock_side sender = (enum vsock_side)frame->sender;

	frame->in_flight = own->in_flight > 0 ? (uint32_t)own->in_flight : 0;
	if (vsock_credit_free(flow, sender, &frame->credit))
		frame->marks |= FRAME_CREDIT_KNOWN;
	if (vsock_credit_free(flow, vsock_peer(sender), &frame->window))
		frame->marks |= FRAME_WINDOW_KNOWN;
	if (own->marks & VSOCK_SIDE_CREDIT_KNOWN && frame->op != VSOCK_OP_RST)
		link_acknowledged(frame, (int64_t)peer->bytes - peer->in_flight);
}

static void note_segment(struct frame_record *frame, const struct vsock_segment *segment,
			 const uint8_t *bytes)
{
	frame->marks |= FRAME_HAS_SEGMENT;
	if (segment->misplaced)
		frame->marks |= FRAME_MISPLACED;
	if (segment->unreliable)
		frame->marks |= FRAME_UNRELIABLE;
	if (segment->end_of_message)
		frame->marks |= FRAME_END_OF_MESSAGE;
	if (segment->end_of_record)
		frame->marks |= FRAME_END_OF_RECORD;
	frame->known = vsock_segment_known(segment);
	frame->length = segment->length;
	frame->message = segment->message;
	if (segment->known)
		frame->offset = (uint32_t)(segment->data - bytes);
	frame->position = segment->offset;
	append_unacked(frame);
}

/* The op that means the same to the links between packets. */
static uint8_t op_of_bare(const struct vsock_packet *packet, const struct vsock_flow_event *event)
{
	bool server = event->sender == VSOCK_SERVER;

	if (packet->monitor_op == VSOCK_MONITOR_PAYLOAD)
		return VSOCK_OP_RW;
	if (packet->monitor_op == VSOCK_MONITOR_CONNECT)
		return server ? VSOCK_OP_RESPONSE : VSOCK_OP_REQUEST;
	return server && event->before == VSOCK_FLOW_REQUESTED ? VSOCK_OP_RST : VSOCK_OP_SHUTDOWN;
}

static void note_event(struct frame_record *frame, const struct vsock_flow_event *event,
		       const uint8_t *bytes)
{
	const struct vsock_flow *flow = event->flow;

	frame->stream = stream_of(flow, frame);
	note_addresses(frame->stream, flow);
	frame->stream->copy = flow->marks & VSOCK_FLOW_COPY;
	frame->sender = (uint8_t)event->sender;
	frame->before = (uint8_t)event->before;
	frame->state = flow->state;
	frame->facts = event->facts;
	if (event->facts & VSOCK_FACT_FWD_AHEAD)
		frame->lost = event->ahead;
	if (event->facts & VSOCK_FACT_STALL_ENDED)
		frame->stalled_us = event->stalled_us;
	if (vsock_event_segment(event))
		note_segment(frame, vsock_event_segment(event), bytes);
	link_answer(frame, flow);
	note_credit(frame, flow);
}

/* Simple Packet Blocks have no time, and other records may have an impossible one. */
static bool has_time(const packet_info *pinfo)
{
	return pinfo->presence_flags & PINFO_HAS_TS && pinfo->abs_ts.secs >= 0 &&
	       (uint64_t)pinfo->abs_ts.secs < UINT64_MAX / SECOND && pinfo->abs_ts.nsecs >= 0 &&
	       (uint64_t)pinfo->abs_ts.nsecs < SECOND;
}

static uint64_t time_of(const packet_info *pinfo)
{
	if (!has_time(pinfo))
		return 0;
	return (uint64_t)pinfo->abs_ts.secs * SECOND + (uint64_t)pinfo->abs_ts.nsecs;
}

static struct frame_record *make_record(packet_info *pinfo, tvbuff_t *tvb,
					const struct vsock_packet *packet)
{
	struct frame_record *frame = wmem_new0(pinfo->pool, struct frame_record);
	struct vsock_flow_event event;
	struct vsock_moment moment = {
	    .number = pinfo->num,
	    .ts = time_of(pinfo),
	    .point = capture_point_of(pinfo, tvb),
	    .timeless = !has_time(pinfo),
	};

	frame->row = packet_table_append(pinfo);
	frame->number = pinfo->num;
	frame->ts = moment.ts;
	if (moment.timeless)
		frame->marks |= FRAME_TIMELESS;
	frame->handshake_ns = -1;
	frame->op = packet->op < VSOCK_OPS ? (uint8_t)packet->op : VSOCK_OP_INVALID;
	records.present = frame;
	records.settled = false;
	vsock_analysis_packet(records.analysis, packet, &moment, &event);
	if (event.flow && event.flow->bare)
		frame->op = op_of_bare(packet, &event);
	if (event.flow)
		note_event(frame, &event, tvb_get_ptr(tvb, 0, -1));
	/* Timeouts that have expired belong to this packet, because there may be no later one. */
	vsock_analysis_tick(records.analysis, frame->ts);
	records.present = NULL;
	frame->first = frame->stream && frame->stream->first == frame->row;
	record_pack(frame, packet_table_row(frame->row), tvb, packet);
	packet_table_publish(frame->row);
	return frame;
}

static struct frame_record *recall_record(packet_info *pinfo, tvbuff_t *tvb,
					  const struct vsock_packet *packet, uint32_t row)
{
	const struct packet_row *kept = packet_table_row(row);
	struct frame_record *frame = wmem_new0(pinfo->pool, struct frame_record);

	frame->again = true;
	frame->row = row;
	frame->stream = kept->stream ? stream_at(kept->stream - 1) : NULL;
	frame->first = frame->stream && frame->stream->first == row;
	record_unpack(frame, kept, tvb, packet);
	return frame;
}

struct frame_record *records_make(packet_info *pinfo, tvbuff_t *tvb,
				  const struct vsock_packet *packet)
{
	uint32_t row;

	if (!preferences()->analysis)
		return NULL;
	row = packet_table_find(pinfo, pinfo->curr_layer_num);
	if (row)
		return recall_record(pinfo, tvb, packet, row);
	if (PINFO_FD_VISITED(pinfo))
		return NULL;
	if (!records.analysis)
		records.analysis = new_analysis(pinfo);
	return records.analysis ? make_record(pinfo, tvb, packet) : NULL;
}

void records_keep_payload(struct frame_record *frame, struct payload_record *payload)
{
	frame->payload = payload;
	packet_table_extra(packet_table_row(frame->row))->payload = payload;
}

const struct stream_record *records_stream_of(const packet_info *pinfo)
{
	uint32_t row = packet_table_find_first(pinfo);
	uint32_t stream = row ? packet_table_row(row)->stream : 0;

	return stream ? stream_at(stream - 1) : NULL;
}
