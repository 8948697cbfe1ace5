/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Most packets need no extra, because what it would have follows from the packet: an RW usually has
 * the bytes that its header says, and they are at the end of the frame.
 */
#include "dissector/wireshark.h"

#include "dissector/record-row.h"

#include "core/flow-event.h"

#define FRAME_MARKS UINT32_C(0xff)

G_STATIC_ASSERT(VSOCK_OPS <= 1 << 3);
G_STATIC_ASSERT(VSOCK_FLOW_STATES <= 1 << 4);

/* Where the bytes of an RW are in its frame, and which part of a message. */
struct segment_place {
	uint32_t offset;
	uint32_t known;
	uint32_t message;
};

static struct segment_place plain_place(tvbuff_t *tvb, const struct vsock_packet *packet)
{
	struct segment_place place = {.known = MIN(packet->captured, packet->len)};

	if (place.known > 0)
		place.offset = tvb_captured_length(tvb) - packet->captured;
	if (packet->type == VSOCK_TYPE_SEQPACKET)
		place.message = packet->len;
	return place;
}

static bool has_plain_segment(const struct frame_record *frame, tvbuff_t *tvb,
			      const struct vsock_packet *packet)
{
	struct segment_place place = plain_place(tvb, packet);

	return frame->offset == place.offset && frame->known == place.known &&
	       frame->message == place.message;
}

static void pack_segment(const struct frame_record *frame, struct packet_row *row, tvbuff_t *tvb,
			 const struct vsock_packet *packet)
{
	struct packet_extra *extra;

	row->position = frame->position;
	row->length = frame->length;
	if (has_plain_segment(frame, tvb, packet)) {
		row->marks |= ROW_PLAIN_SEGMENT;
	} else if (frame->known > 0 || frame->message > 0) {
		extra = packet_table_extra(row);
		extra->offset = frame->offset;
		extra->known = frame->known;
		extra->message = frame->message;
	}
}

static void pack_extra(const struct frame_record *frame, struct packet_row *row)
{
	struct packet_extra *extra;

	if (!frame->findings && frame->handshake_ns < 0 && !frame->stalled_us && !frame->lost)
		return;
	extra = packet_table_extra(row);
	extra->findings = frame->findings;
	extra->handshake_ns = frame->handshake_ns;
	extra->stalled_us = frame->stalled_us;
	extra->lost = frame->lost;
}

void record_pack(const struct frame_record *frame, struct packet_row *row, tvbuff_t *tvb,
		 const struct vsock_packet *packet)
{
	row->ts = frame->ts;
	row->stream = frame->stream ? frame->stream->number + 1 : 0;
	row->in_flight = frame->in_flight;
	row->credit = frame->credit;
	row->window = frame->window;
	row->facts = frame->facts;
	row->marks |= frame->marks;
	row->sender = frame->sender & 1u;
	row->before = frame->before & 15u;
	row->state = frame->state & 15u;
	row->op = frame->op & 7u;
	if (frame->marks & FRAME_HAS_SEGMENT)
		pack_segment(frame, row, tvb, packet);
	pack_extra(frame, row);
}

static void unpack_links(struct frame_record *frame, const struct packet_row *row)
{
	if (row->marks & ROW_LINKED) {
		if (row->marks & FRAME_HAS_SEGMENT)
			frame->acked_by = row->link;
		else
			frame->answered_by = row->link;
	}
	if (row->acks) {
		frame->acks = packet_table_row(row->acks)->number;
		frame->acks_ts = packet_table_row(row->acks)->ts;
	}
}

static void unpack_extra(struct frame_record *frame, const struct packet_extra *extra)
{
	frame->findings = extra->findings;
	frame->payload = extra->payload;
	frame->handshake_ns = extra->handshake_ns;
	frame->stalled_us = extra->stalled_us;
	frame->lost = extra->lost;
	frame->offset = extra->offset;
	frame->known = extra->known;
	frame->message = extra->message;
	if (extra->answers) {
		frame->answers = packet_table_row(extra->answers)->number;
		frame->answers_ts = packet_table_row(extra->answers)->ts;
	}
}

void record_unpack(struct frame_record *frame, const struct packet_row *row, tvbuff_t *tvb,
		   const struct vsock_packet *packet)
{
	struct segment_place place;

	frame->number = row->number;
	frame->ts = row->ts;
	frame->position = row->position;
	frame->in_flight = row->in_flight;
	frame->credit = row->credit;
	frame->window = row->window;
	frame->length = row->length;
	frame->facts = row->facts;
	frame->marks = (uint8_t)(row->marks & FRAME_MARKS);
	frame->sender = row->sender;
	frame->before = row->before;
	frame->state = row->state;
	frame->op = row->op;
	frame->handshake_ns = -1;
	unpack_links(frame, row);
	if (row->extra)
		unpack_extra(frame, packet_table_find_extra(row));
	if (row->marks & ROW_PLAIN_SEGMENT) {
		place = plain_place(tvb, packet);
		frame->offset = place.offset;
		frame->known = place.known;
		frame->message = place.message;
	}
}
