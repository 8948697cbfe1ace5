/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet is looked at for the first time once: then its PDUs are found. To find a PDU's end is
 * the dissector's affair, so it is called with what there is, and says when that was too little.
 * Those bytes wait for more, and of such a call nothing may be seen, since later looks at the
 * packet do without it.
 */
#include "dissector/wireshark.h"

#include "dissector/payload/payload.h"

#include <epan/wmem_scopes.h>

#include "core/wire.h"
#include "dissector/payload/guess.h"
#include "dissector/payload/ports.h"
#include "dissector/payload/reassembly.h"
#include "dissector/payload/subdissector.h"
#include "dissector/payload/tree.h"
#include "dissector/payload/undo.h"
#include "dissector/preferences.h"

/* The packet that is being looked at. */
struct look {
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

/* In a line with several PDUs, a dissector must not wipe out what those before have said. */
static void begin_pdu(struct look *look)
{
	if (look->shown++ == 0)
		return;
	col_append_str(look->pinfo->cinfo, COL_INFO, " ");
	col_set_fence(look->pinfo->cinfo, COL_INFO);
}

static tvbuff_t *bytes_of(struct look *look, const struct payload_pdu *pdu)
{
	uint32_t room = tvb_reported_length(look->tvb) - pdu->offset;
	tvbuff_t *tvb;

	if (!pdu->parts)
		return tvb_new_subset_length_caplen(look->tvb, (gint)pdu->offset, (gint)pdu->length,
						    (gint)MIN(pdu->reported, room));
	tvb = tvb_new_child_real_data(look->tvb, pdu->bytes, pdu->length, (gint)pdu->length);
	add_new_data_source(look->pinfo, tvb, "Reassembled vsock");
	return tvb;
}

/* A PDU of this packet, put on record before its dissector is called, for that may not return. */
static struct payload_pdu *append_pdu(struct look *look, const struct payload_pdu *pdu)
{
	struct payload_record *record = payload_record_of(look->frame);
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

/* Finds the PDU's dissector. True: it wants more before it can do anything. */
static bool first_call(struct look *look, struct payload_pdu *pdu, struct subdissector_wish *wish)
{
	struct undo_mark mark = undo_mark(look->pinfo, look->top, look->shown == 0);
	tvbuff_t *tvb = bytes_of(look, pdu);

	begin_pdu(look);
	*wish = subdissector_find(look->stream, pdu, tvb, look->pinfo, look->top);
	if (!wish->more || wish->offset > 0) {
		payload_tree_add_parts(look->top, mark.last, tvb, pdu);
		return false;
	}
	undo_to(&mark, look->pinfo, look->packet, look->frame);
	if (pdu->parts)
		remove_last_data_source(look->pinfo);
	drop_last_pdu(look->frame->payload);
	look->shown--;
	return true;
}

static void set_tail(struct look *look, const struct payload_pending *pending)
{
	struct payload_record *record = payload_record_of(look->frame);
	const struct payload_part *last = &pending->parts[pending->count - 1];

	/* The packet's last bytes, since whatever waits waits to its end. */
	record->tail_length = last->length;
	record->tail_offset = look->frame->offset + look->frame->known - last->length;
}

/*
 * What waits is handed over. For the call its bytes are lent to the PDU; they become its own when
 * the dissector has done something with them.
 */
static void hand_pending(struct look *look, enum vsock_side side, bool may_ask)
{
	struct payload_pending *pending = &look->stream->side[side].pending;
	struct payload_pending lent = *pending;
	struct subdissector_wish wish;
	struct payload_pdu *pdu = append_pdu(look, &(struct payload_pdu){
						       .bytes = pending->bytes,
						       .parts = pending->parts,
						       .count = pending->count,
						       .length = pending->length,
						       .reported = pending->length,
						       .side = (uint8_t)side,
						       .may_ask = may_ask,
						   });

	*pending = (struct payload_pending){.bytes = NULL};
	if (first_call(look, pdu, &wish)) {
		*pending = lent;
		reassembly_want(pending, wish.length);
		set_tail(look, pending);
		return;
	}
	*pending = lent;
	reassembly_finish(pending, pdu, wish.more ? pdu->length - wish.offset : 0,
			  look->frame->number);
	if (wish.more) {
		reassembly_want(pending, wish.length);
		set_tail(look, pending);
	}
}

/* Bytes of this packet alone; those that their dissector has not done with will wait. */
static void hand_in_place(struct look *look, uint32_t offset, uint32_t length, bool may_ask)
{
	struct frame_record *frame = look->frame;
	struct payload_pending *pending = &look->stream->side[frame->sender].pending;
	struct subdissector_wish wish;
	struct payload_pdu *pdu = append_pdu(look, &(struct payload_pdu){
						       .offset = offset,
						       .length = length,
						       .reported = length,
						       .side = frame->sender,
						       .may_ask = may_ask,
						   });

	first_call(look, pdu, &wish);
	if (!wish.more)
		return;
	offset += wish.offset;
	length -= wish.offset;
	reassembly_add(pending, tvb_get_ptr(look->tvb, (gint)offset, (gint)length), length, frame);
	reassembly_want(pending, wish.length);
	set_tail(look, pending);
}

/* What waits will not be continued: it is handed over as it is. */
static void flush(struct look *look, enum vsock_side side)
{
	if (look->stream->side[side].pending.length > 0)
		hand_pending(look, side, false);
}

static void make_way(struct look *look, uint32_t length)
{
	struct payload_pending *pending = &look->stream->side[look->frame->sender].pending;

	if (length <= REASSEMBLY_MAX - pending->length)
		return;
	payload_record_of(look->frame)->gave_up = true;
	flush(look, look->frame->sender);
}

/* Bytes of a stream: PDUs begin and end anywhere in them. */
static void take_stream(struct look *look, uint32_t offset, uint32_t length)
{
	struct payload_pending *pending = &look->stream->side[look->frame->sender].pending;

	while (length > 0) {
		uint32_t share;

		make_way(look, length);
		if (pending->length == 0) {
			hand_in_place(look, offset, length, true);
			return;
		}
		share = reassembly_share(pending, length);
		reassembly_add(pending, tvb_get_ptr(look->tvb, (gint)offset, (gint)share), share,
			       look->frame);
		offset += share;
		length -= share;
		if (reassembly_due(pending))
			hand_pending(look, look->frame->sender, true);
		else
			set_tail(look, pending);
	}
}

/* A message: all of it, and nothing else, is one PDU. */
static void take_message(struct look *look, uint32_t offset, uint32_t length)
{
	struct payload_pending *pending = &look->stream->side[look->frame->sender].pending;
	bool ends = look->frame->marks & FRAME_END_OF_MESSAGE;

	make_way(look, length);
	if (ends && pending->length == 0) {
		hand_in_place(look, offset, length, false);
		return;
	}
	reassembly_add(pending, tvb_get_ptr(look->tvb, (gint)offset, (gint)length), length,
		       look->frame);
	if (ends)
		hand_pending(look, look->frame->sender, false);
	else
		set_tail(look, pending);
}

/* All that the packet has, when there is no telling what belongs before or behind it. */
static void take_alone(struct look *look, uint32_t offset, uint32_t length, uint32_t reported)
{
	struct subdissector_wish wish;

	first_call(look,
		   append_pdu(look, &(struct payload_pdu){.offset = offset,
							  .length = length,
							  .reported = reported,
							  .side = look->frame->sender}),
		   &wish);
}

/* Whether the bytes follow on those before. */
static bool continues(struct payload_direction *direction, const struct frame_record *frame)
{
	bool does = !direction->started || direction->position == frame->position;

	direction->started = true;
	direction->position = frame->position + frame->length;
	return does && !(frame->facts & VSOCK_FACT_SPLIT_BROKEN);
}

static void take_segment(struct look *look)
{
	const struct frame_record *frame = look->frame;
	struct payload_direction *direction = &look->stream->side[frame->sender];
	uint16_t type = look->packet->type;

	if (!continues(direction, frame))
		flush(look, frame->sender);
	if (direction->pending.length == 0 &&
	    subdissector_unwanted(look->stream, frame->sender, look->pinfo))
		return;
	if (frame->known < frame->length) {
		flush(look, frame->sender);
		if (frame->known > 0)
			take_alone(look, frame->offset, frame->known, frame->length);
	} else if (frame->known == 0) {
		return;
	} else if (type == VSOCK_TYPE_STREAM && preferences()->reassemble) {
		take_stream(look, frame->offset, frame->known);
	} else if (type == VSOCK_TYPE_SEQPACKET && preferences()->reassemble) {
		take_message(look, frame->offset, frame->known);
	} else {
		take_alone(look, frame->offset, frame->known, frame->known);
	}
}

/* A direction's bytes end with its sender's word that there are no more, all end with an RST. */
static void take_end(struct look *look)
{
	if (look->frame->op == VSOCK_OP_SHUTDOWN && look->packet->flags & VSOCK_SHUTDOWN_SEND) {
		flush(look, look->frame->sender);
	} else if (look->frame->op == VSOCK_OP_RST) {
		flush(look, VSOCK_CLIENT);
		flush(look, VSOCK_SERVER);
	}
}

static void look_first(struct look *look)
{
	if (look->frame->marks & FRAME_HAS_SEGMENT) {
		look->stream = payload_stream_of(look->pinfo, look->frame->stream);
		take_segment(look);
	} else if (look->stream) {
		take_end(look);
	}
}

static void look_again(struct look *look)
{
	const struct payload_record *record = look->frame->payload;

	for (const struct payload_pdu *pdu = record ? record->first : NULL; pdu; pdu = pdu->next) {
		proto_node *last = look->top ? look->top->last_child : NULL;
		tvbuff_t *tvb = bytes_of(look, pdu);

		begin_pdu(look);
		subdissector_repeat(look->stream, pdu, tvb, look->pinfo, look->top);
		payload_tree_add_parts(look->top, last, tvb, pdu);
	}
}

static void show_data(struct look *look)
{
	struct payload_pdu pdu = {.offset = look->frame->offset,
				  .length = look->frame->known,
				  .reported = look->frame->length};

	call_data_dissector(bytes_of(look, &pdu), look->pinfo, look->top);
}

static void show_segment(struct look *look, proto_tree *tree)
{
	const struct payload_record *record = look->frame->payload;

	if (!record) {
		/* Nobody wanted it. */
		if (look->frame->marks & FRAME_HAS_SEGMENT && look->frame->known > 0)
			show_data(look);
		return;
	}
	if (record->tail_length > 0 && look->shown == 0)
		col_append_str(look->pinfo->cinfo, COL_INFO, " [segment of a reassembled PDU]");
	payload_tree_add_tail(tree, look->tvb, look->pinfo, record);
}

static void dissect_in_stream(struct look *look, proto_tree *tree)
{
	look->stream = look->frame->stream->payload;
	if (PINFO_FD_VISITED(look->pinfo))
		look_again(look);
	else
		look_first(look);
	show_segment(look, tree);
}

/* Without a stream to tell more, the packet's own bytes by its ports. */
static void dissect_alone(struct look *look, uint32_t offset, uint32_t length)
{
	struct payload_pdu pdu = {
	    .offset = offset, .length = length, .reported = MAX(length, look->packet->len)};

	if (vsock_has_virtio(look->packet) && look->packet->op != VSOCK_OP_RW)
		return;
	if (length > 0)
		subdissector_find(NULL, &pdu, bytes_of(look, &pdu), look->pinfo, look->top);
}

/* Where the true bytes of the payload are. */
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

void payload_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *top, proto_tree *tree,
		     const struct vsock_packet *packet, struct frame_record *frame)
{
	struct look look = {tvb, pinfo, top, packet, frame, NULL, 0};
	uint32_t offset;
	uint32_t length;

	find_bytes(tvb, packet, frame, &offset, &length);
	payload_tree_add(tree, tvb, packet, offset, length);
	payload_ports_remember(pinfo);
	if (frame && frame->stream)
		dissect_in_stream(&look, tree);
	else
		dissect_alone(&look, offset, length);
}
