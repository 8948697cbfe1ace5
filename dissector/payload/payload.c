/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the PDUs of a packet at its first visit, and repeats the calls of their dissectors at later
 * ones. Only the dissector knows where a PDU ends, so it is called with the bytes so far, and says
 * if they are too few. Then they wait for more, and the call is undone, since later visits do not
 * repeat it.
 */
#include "dissector/wireshark.h"

#include "dissector/payload/payload.h"

#include <epan/wmem_scopes.h>

#include "core/flow-event.h"
#include "core/wire.h"
#include "dissector/kernel.h"
#include "dissector/payload/guess.h"
#include "dissector/payload/ports.h"
#include "dissector/payload/reassembly.h"
#include "dissector/payload/subdissector.h"
#include "dissector/payload/tree.h"
#include "dissector/payload/undo.h"
#include "dissector/preferences.h"

/* A visit of Wireshark to a packet. */
struct visit {
	tvbuff_t *tvb;
	packet_info *pinfo;
	proto_tree *top;
	const struct vsock_packet *packet;
	struct frame_record *frame;
	struct payload_stream *stream;
	uint32_t shown; /* PDUs so far */
};

void payload_register(int protocol)
{
	payload_ports_register(protocol);
	subdissector_register(protocol);
	payload_tree_register(protocol);
}

void payload_handoff(void)
{
	payload_ports_handoff();
	payload_guess_handoff();
}

/* If a packet has several PDUs, a dissector must keep the present text of the column Info. */
static void begin_pdu(struct visit *visit)
{
	if (visit->shown++ == 0)
		return;
	col_append_str(visit->pinfo->cinfo, COL_INFO, " ");
	col_set_fence(visit->pinfo->cinfo, COL_INFO);
}

static tvbuff_t *bytes_of(struct visit *visit, const struct payload_pdu *pdu)
{
	uint32_t room = tvb_reported_length(visit->tvb) - pdu->offset;
	tvbuff_t *tvb;

	if (!pdu->parts)
		return tvb_new_subset_length_caplen(visit->tvb, (gint)pdu->offset,
						    (gint)pdu->length,
						    (gint)MIN(pdu->reported, room));
	tvb = tvb_new_child_real_data(visit->tvb, pdu->bytes, pdu->length, (gint)pdu->length);
	add_new_data_source(visit->pinfo, tvb, "Reassembled vsock");
	return tvb;
}

/* Records a PDU before its dissector is called, because an exception may end the call. */
static struct payload_pdu *append_pdu(struct visit *visit, const struct payload_pdu *pdu)
{
	struct payload_record *record = payload_record_of(visit->frame);
	struct payload_pdu *copy = wmem_memdup(wmem_file_scope(), pdu, sizeof(*pdu));

	if (record->last)
		record->last->next = copy;
	else
		record->first = copy;
	record->last = copy;
	return copy;
}

static void drop_last_pdu(struct payload_record *record)
{
	struct payload_pdu *before = NULL;

	for (struct payload_pdu *pdu = record->first; pdu != record->last; pdu = pdu->next)
		before = pdu;
	if (before)
		before->next = NULL;
	else
		record->first = NULL;
	record->last = before;
}

/* Finds the PDU's dissector. True: it needs more bytes before it can do anything. */
static bool first_call(struct visit *visit, struct payload_pdu *pdu, struct subdissector_wish *wish)
{
	struct undo_mark mark = undo_mark(visit->pinfo, visit->top, visit->shown == 0);
	tvbuff_t *tvb = bytes_of(visit, pdu);

	begin_pdu(visit);
	*wish = subdissector_find(visit->stream, pdu, tvb, visit->pinfo, visit->top);
	if (!wish->more || wish->offset > 0) {
		payload_tree_add_parts(visit->top, mark.last, tvb, pdu);
		return false;
	}
	undo_to(&mark, visit->pinfo, visit->packet, visit->frame);
	if (pdu->parts)
		remove_last_data_source(visit->pinfo);
	drop_last_pdu(visit->frame->payload);
	visit->shown--;
	return true;
}

static void set_tail(struct visit *visit, const struct payload_pending *pending)
{
	struct payload_record *record = payload_record_of(visit->frame);
	const struct payload_part *last = &pending->parts[pending->count - 1];

	/* The bytes that wait are always the packet's last ones. */
	record->tail_length = last->length;
	record->tail_offset = visit->frame->offset + visit->frame->known - last->length;
}

/*
 * Passes the waiting bytes to the dissector. The PDU borrows them for the call, and owns them as
 * soon as the dissector has used some of them.
 */
static void pass_pending(struct visit *visit, enum vsock_side side, bool may_ask)
{
	struct payload_pending *pending = &visit->stream->side[side].pending;
	struct payload_pending lent = *pending;
	struct subdissector_wish wish;
	struct payload_pdu *pdu = append_pdu(visit, &(struct payload_pdu){
							.bytes = pending->bytes,
							.parts = pending->parts,
							.count = pending->count,
							.length = pending->length,
							.reported = pending->length,
							.side = (uint8_t)side,
							.may_ask = may_ask,
						    });

	*pending = (struct payload_pending){.bytes = NULL};
	if (first_call(visit, pdu, &wish)) {
		*pending = lent;
		reassembly_want(pending, wish.length);
		set_tail(visit, pending);
		return;
	}
	*pending = lent;
	reassembly_finish(pending, pdu, wish.more ? pdu->length - wish.offset : 0,
			  visit->frame->number);
	if (wish.more) {
		reassembly_want(pending, wish.length);
		set_tail(visit, pending);
	}
}

/* Passes bytes of this packet alone. Those that the dissector does not use yet will wait. */
static void pass_in_place(struct visit *visit, uint32_t offset, uint32_t length, bool may_ask)
{
	struct frame_record *frame = visit->frame;
	struct payload_pending *pending = &visit->stream->side[frame->sender].pending;
	struct subdissector_wish wish;
	struct payload_pdu *pdu = append_pdu(visit, &(struct payload_pdu){
							.offset = offset,
							.length = length,
							.reported = length,
							.side = frame->sender,
							.may_ask = may_ask,
						    });

	first_call(visit, pdu, &wish);
	if (!wish.more)
		return;
	offset += wish.offset;
	length -= wish.offset;
	reassembly_add(pending, tvb_get_ptr(visit->tvb, (gint)offset, (gint)length), length, frame);
	reassembly_want(pending, wish.length);
	set_tail(visit, pending);
}

/* No byte will follow the waiting ones, so the dissector gets them now. */
static void flush_pending(struct visit *visit, enum vsock_side side)
{
	if (visit->stream->side[side].pending.length > 0)
		pass_pending(visit, side, false);
}

static void make_way(struct visit *visit, uint32_t length)
{
	struct payload_pending *pending = &visit->stream->side[visit->frame->sender].pending;

	if (length <= REASSEMBLY_MAX - pending->length)
		return;
	payload_record_of(visit->frame)->gave_up = true;
	flush_pending(visit, visit->frame->sender);
}

/* Bytes of a stream: PDUs begin and end anywhere in them. */
static void read_stream(struct visit *visit, uint32_t offset, uint32_t length)
{
	struct payload_pending *pending = &visit->stream->side[visit->frame->sender].pending;

	while (length > 0) {
		uint32_t share;

		make_way(visit, length);
		if (pending->length == 0) {
			pass_in_place(visit, offset, length, true);
			return;
		}
		share = reassembly_share(pending, length);
		reassembly_add(pending, tvb_get_ptr(visit->tvb, (gint)offset, (gint)share), share,
			       visit->frame);
		offset += share;
		length -= share;
		if (reassembly_due(pending))
			pass_pending(visit, visit->frame->sender, true);
		else
			set_tail(visit, pending);
	}
}

/* A message: all of it, and nothing else, is one PDU. */
static void read_message(struct visit *visit, uint32_t offset, uint32_t length)
{
	struct payload_pending *pending = &visit->stream->side[visit->frame->sender].pending;
	bool ends = visit->frame->marks & FRAME_END_OF_MESSAGE;

	make_way(visit, length);
	if (ends && pending->length == 0) {
		pass_in_place(visit, offset, length, false);
		return;
	}
	reassembly_add(pending, tvb_get_ptr(visit->tvb, (gint)offset, (gint)length), length,
		       visit->frame);
	if (ends)
		pass_pending(visit, visit->frame->sender, false);
	else
		set_tail(visit, pending);
}

/* All bytes of the packet, when the bytes before or after them are unknown. */
static void read_alone(struct visit *visit, uint32_t offset, uint32_t length, uint32_t reported)
{
	struct subdissector_wish wish;

	first_call(visit,
		   append_pdu(visit, &(struct payload_pdu){.offset = offset,
							   .length = length,
							   .reported = reported,
							   .side = visit->frame->sender}),
		   &wish);
}

/* Whether no byte is missing before these. */
static bool follows_on(struct payload_direction *direction, const struct frame_record *frame)
{
	bool does = !direction->started || direction->position == frame->position;

	direction->started = true;
	direction->position = frame->position + frame->length;
	return does && !(frame->facts & VSOCK_FACT_SPLIT_BROKEN);
}

static void read_segment(struct visit *visit)
{
	const struct frame_record *frame = visit->frame;
	struct payload_direction *direction = &visit->stream->side[frame->sender];
	/* Bare frames have no type, but their bytes are in the order of the stream. */
	uint16_t type = visit->frame->stream->bare ? VSOCK_TYPE_STREAM : visit->packet->type;

	if (!follows_on(direction, frame))
		flush_pending(visit, frame->sender);
	if (direction->pending.length == 0 &&
	    subdissector_unwanted(visit->stream, frame->sender, visit->pinfo))
		return;
	if (frame->known < frame->length) {
		flush_pending(visit, frame->sender);
		if (frame->known > 0)
			read_alone(visit, frame->offset, frame->known, frame->length);
	} else if (frame->known == 0) {
		return;
	} else if (type == VSOCK_TYPE_STREAM && preferences()->reassemble) {
		read_stream(visit, frame->offset, frame->known);
	} else if (type == VSOCK_TYPE_SEQPACKET && preferences()->reassemble) {
		read_message(visit, frame->offset, frame->known);
	} else {
		read_alone(visit, frame->offset, frame->known, frame->known);
	}
}

/* SHUTDOWN ends the bytes of its sender's direction, RST ends both directions. */
static void read_end(struct visit *visit)
{
	if (visit->frame->op == VSOCK_OP_SHUTDOWN &&
	    (visit->packet->flags & VSOCK_SHUTDOWN_SEND || vsock_is_bare(visit->packet))) {
		flush_pending(visit, visit->frame->sender);
	} else if (visit->frame->op == VSOCK_OP_RST) {
		flush_pending(visit, VSOCK_CLIENT);
		flush_pending(visit, VSOCK_SERVER);
	}
}

static void first_visit(struct visit *visit)
{
	if (visit->frame->marks & FRAME_HAS_SEGMENT) {
		visit->stream = payload_stream_of(visit->pinfo, visit->frame->stream);
		read_segment(visit);
	} else if (visit->stream) {
		read_end(visit);
	}
}

static void later_visit(struct visit *visit)
{
	const struct payload_record *record = visit->frame->payload;

	for (const struct payload_pdu *pdu = record ? record->first : NULL; pdu; pdu = pdu->next) {
		proto_node *last = visit->top ? visit->top->last_child : NULL;
		tvbuff_t *tvb = bytes_of(visit, pdu);

		begin_pdu(visit);
		subdissector_repeat(visit->stream, pdu, tvb, visit->pinfo, visit->top);
		payload_tree_add_parts(visit->top, last, tvb, pdu);
	}
}

static void show_data(struct visit *visit)
{
	struct payload_pdu pdu = {.offset = visit->frame->offset,
				  .length = visit->frame->known,
				  .reported = visit->frame->length};

	call_data_dissector(bytes_of(visit, &pdu), visit->pinfo, visit->top);
}

static void show_segment(struct visit *visit, proto_tree *tree)
{
	const struct payload_record *record = visit->frame->payload;

	if (!record) {
		/* No dissector accepted it. */
		if (visit->frame->marks & FRAME_HAS_SEGMENT && visit->frame->known > 0)
			show_data(visit);
		return;
	}
	if (record->tail_length > 0 && visit->shown == 0)
		col_append_str(visit->pinfo->cinfo, COL_INFO, " [segment of a reassembled PDU]");
	payload_tree_add_tail(tree, visit->tvb, visit->pinfo, record);
}

static void dissect_in_stream(struct visit *visit, proto_tree *tree)
{
	visit->stream = visit->frame->stream->payload;
	if (PINFO_FD_VISITED(visit->pinfo))
		later_visit(visit);
	else
		first_visit(visit);
	show_segment(visit, tree);
}

/* Without a stream, the ports alone choose the dissector of the packet's bytes. */
static void dissect_alone(struct visit *visit, uint32_t offset, uint32_t length)
{
	struct payload_pdu pdu = {
	    .offset = offset, .length = length, .reported = MAX(length, visit->packet->len)};

	if (vsock_has_virtio(visit->packet) && visit->packet->op != VSOCK_OP_RW)
		return;
	if (length > 0)
		subdissector_find(NULL, &pdu, bytes_of(visit, &pdu), visit->pinfo, visit->top);
}

/* Where the payload is, without surplus. */
static void find_bytes(tvbuff_t *tvb, const struct vsock_packet *packet,
		       const struct frame_record *frame, uint32_t *offset, uint32_t *length)
{
	*offset = tvb_captured_length(tvb) - packet->captured;
	*length = MIN(packet->captured, packet->len);
	if (frame && frame->marks & FRAME_HAS_SEGMENT) {
		*length = frame->known;
		if (frame->known > 0)
			*offset = frame->offset;
	}
}

/* Whether the captured bytes are known not to be the payload. */
static bool is_unknown(tvbuff_t *tvb, const packet_info *pinfo, const struct vsock_packet *packet,
		       const struct frame_record *frame, uint32_t offset, uint32_t length)
{
	if (frame && frame->marks & FRAME_HAS_SEGMENT)
		return frame->marks & FRAME_UNRELIABLE;
	return length > 0 && kernel_payload(pinfo)->unreliable && packet->op == VSOCK_OP_RW &&
	       vsock_kernel_payload_is_wrong(kernel_payload(pinfo), packet->on_wire,
					     tvb_get_ptr(tvb, (gint)offset, (gint)length), length);
}

void payload_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *top, proto_tree *tree,
		     const struct vsock_packet *packet, struct frame_record *frame)
{
	struct visit visit = {tvb, pinfo, top, packet, frame, NULL, 0};
	uint32_t offset;
	uint32_t length;
	bool unknown;

	find_bytes(tvb, packet, frame, &offset, &length);
	unknown = is_unknown(tvb, pinfo, packet, frame, offset, length);
	if (unknown)
		payload_tree_add_unknown(tree, tvb, pinfo, packet);
	else
		payload_tree_add(tree, tvb, packet, offset, length);
	payload_ports_remember(pinfo, frame ? frame->stream : NULL);
	if (frame && frame->stream)
		dissect_in_stream(&visit, tree);
	else if (!unknown)
		dissect_alone(&visit, offset, length);
	if (unknown)
		col_append_str(pinfo->cinfo, COL_INFO, " [payload unknown]");
}
