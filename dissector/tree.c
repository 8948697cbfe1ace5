/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/tree.h"

#include "core/flow-event.h"
#include "core/names.h"
#include "core/wire.h"
#include "dissector/address.h"
#include "dissector/fields.h"

#define SECOND UINT64_C(1000000000)

/* A field of a header: its place and its size. */
struct place {
	int *field;
	int *either; /* a hidden second field of the same value, for either side; or NULL */
	uint8_t offset;
	uint8_t size;
	uint8_t needs; /* enum vsock_field */
};

static const struct place monitor[] = {
    {&hf.src_cid, &hf.cid, VSOCK_MON_SRC_CID, 8, VSOCK_FIELD_SRC_CID},
    {&hf.dst_cid, &hf.cid, VSOCK_MON_DST_CID, 8, VSOCK_FIELD_DST_CID},
    {&hf.src_port, &hf.port, VSOCK_MON_SRC_PORT, 4, VSOCK_FIELD_SRC_PORT},
    {&hf.dst_port, &hf.port, VSOCK_MON_DST_PORT, 4, VSOCK_FIELD_DST_PORT},
    {&hf.monitor_op, NULL, VSOCK_MON_OP, 2, VSOCK_FIELD_MONITOR_OP},
    {&hf.transport, NULL, VSOCK_MON_TRANSPORT, 2, VSOCK_FIELD_TRANSPORT},
    {&hf.transport_len, NULL, VSOCK_MON_LEN, 2, VSOCK_FIELD_TRANSPORT_LEN},
};

static const struct place virtio[] = {
    {&hf.inner_src_cid, NULL, VSOCK_VIRTIO_SRC_CID, 8, VSOCK_FIELD_INNER_SRC_CID},
    {&hf.inner_dst_cid, NULL, VSOCK_VIRTIO_DST_CID, 8, VSOCK_FIELD_INNER_DST_CID},
    {&hf.inner_src_port, &hf.inner_src_prot, VSOCK_VIRTIO_SRC_PORT, 4, VSOCK_FIELD_INNER_SRC_PORT},
    {&hf.inner_dst_port, &hf.inner_dst_prot, VSOCK_VIRTIO_DST_PORT, 4, VSOCK_FIELD_INNER_DST_PORT},
    {&hf.len, NULL, VSOCK_VIRTIO_LEN, 4, VSOCK_FIELD_LEN},
    {&hf.type, NULL, VSOCK_VIRTIO_TYPE, 2, VSOCK_FIELD_TYPE},
    {&hf.op, NULL, VSOCK_VIRTIO_OP, 2, VSOCK_FIELD_OP},
};

/* Whether a packet has this hidden field for both sides: then JSON would have two equal keys. */
static bool is_twice(int field)
{
	return field == hf.cid || field == hf.port;
}

static void add_places(proto_tree *tree, tvbuff_t *tvb, const struct vsock_packet *packet,
		       const struct place *places, size_t count, int base)
{
	for (size_t i = 0; i < count; i++) {
		const struct place *p = &places[i];

		if (!vsock_has(packet, (enum vsock_field)p->needs))
			return;
		proto_tree_add_item(tree, *p->field, tvb, base + p->offset, p->size,
				    ENC_LITTLE_ENDIAN);
		if (p->either && (!is_twice(*p->either) || wireshark_wants_field(tree, *p->either)))
			proto_item_set_hidden(proto_tree_add_item(
			    tree, *p->either, tvb, base + p->offset, p->size, ENC_LITTLE_ENDIAN));
	}
}

/* The meaning of the bits depends on op and type: only bits that have one are named. */
static void add_flags(proto_tree *tree, tvbuff_t *tvb, const struct vsock_packet *packet)
{
	static int *const shutdown[] = {&hf.flag_receive, &hf.flag_send, NULL};
	static int *const message[] = {&hf.flag_eom, &hf.flag_eor, NULL};
	int offset = VSOCK_MON_SIZE + VSOCK_VIRTIO_FLAGS;
	char text[VSOCK_FLAGS_TEXT_MAX];
	int *const *bits = NULL;
	proto_item *item;

	if (packet->op == VSOCK_OP_SHUTDOWN)
		bits = shutdown;
	else if (packet->op == VSOCK_OP_RW && packet->type == VSOCK_TYPE_SEQPACKET)
		bits = message;
	item = proto_tree_add_item(tree, hf.flags, tvb, offset, 4, ENC_LITTLE_ENDIAN);
	if (packet->flags) {
		vsock_flags_text(text, packet->op, packet->type, packet->flags);
		proto_item_append_text(item, " (%s)", text);
	}
	if (bits)
		proto_tree_add_bitmask_list(proto_item_add_subtree(item, ett.flags), tvb, offset, 4,
					    bits, ENC_LITTLE_ENDIAN);
}

static void add_virtio(proto_tree *parent, tvbuff_t *tvb, const struct vsock_packet *packet)
{
	int there = tvb_captured_length_remaining(tvb, VSOCK_MON_SIZE);
	int size = there < VSOCK_VIRTIO_SIZE ? there : VSOCK_VIRTIO_SIZE;
	proto_tree *tree;

	if (packet->fields <= VSOCK_MONITOR_FIELDS)
		return;
	tree = proto_tree_add_subtree(parent, tvb, VSOCK_MON_SIZE, size, ett.virtio, NULL,
				      "virtio transport header");
	add_places(tree, tvb, packet, virtio, G_N_ELEMENTS(virtio), VSOCK_MON_SIZE);
	if (vsock_has(packet, VSOCK_FIELD_FLAGS))
		add_flags(tree, tvb, packet);
	if (vsock_has(packet, VSOCK_FIELD_BUF_ALLOC))
		proto_tree_add_item(tree, hf.buf_alloc, tvb,
				    VSOCK_MON_SIZE + VSOCK_VIRTIO_BUF_ALLOC, 4, ENC_LITTLE_ENDIAN);
	if (vsock_has(packet, VSOCK_FIELD_FWD_CNT))
		proto_tree_add_item(tree, hf.fwd_cnt, tvb, VSOCK_MON_SIZE + VSOCK_VIRTIO_FWD_CNT, 4,
				    ENC_LITTLE_ENDIAN);
}

/* "host:5000", or the CID's number if it has no name. "host:?5000" if the port was made up. */
static void append_address(proto_item *item, const char *label, uint64_t cid, uint32_t port,
			   bool made_up)
{
	const char *name = address_name(cid);
	const char *mark = made_up ? "?" : "";

	if (name)
		proto_item_append_text(item, ", %s: %s:%s%u", label, name, mark, port);
	else
		proto_item_append_text(item, ", %s: %" PRIu64 ":%s%u", label, cid, mark, port);
}

/* The reserved bytes. The first one of a bare frame has a meaning. */
static void add_reserved(proto_tree *tree, tvbuff_t *tvb, const struct vsock_packet *packet)
{
	static int *const hints[] = {&hf.src_port_made_up, &hf.dst_port_made_up, &hf.older, NULL};

	proto_tree_add_item(tree, hf.reserved, tvb, VSOCK_MON_RESERVED, 2, ENC_NA);
	if (vsock_is_bare(packet))
		proto_tree_add_bitmask(tree, tvb, VSOCK_MON_HINTS, hf.hints, ett.flags, hints,
				       ENC_NA);
}

/* How many bytes of headers were captured. */
static int header_size(tvbuff_t *tvb, const struct vsock_packet *packet)
{
	int there = (int)tvb_captured_length(tvb);
	int size = VSOCK_MON_SIZE + packet->transport_len;

	return size < there ? size : there;
}

proto_tree *tree_add_headers(tvbuff_t *tvb, proto_tree *parent, const struct vsock_packet *packet)
{
	proto_item *item;
	proto_tree *tree;

	if (!parent)
		return NULL;
	item =
	    proto_tree_add_item(parent, vsock_protocol(), tvb, 0, header_size(tvb, packet), ENC_NA);
	tree = proto_item_add_subtree(item, ett.vsock);
	if (vsock_has(packet, VSOCK_FIELD_DST_PORT)) {
		append_address(item, "Src", packet->src_cid, packet->src_port,
			       packet->hints & VSOCK_HINT_SRC_PORT_MADE_UP);
		append_address(item, "Dst", packet->dst_cid, packet->dst_port,
			       packet->hints & VSOCK_HINT_DST_PORT_MADE_UP);
	}
	if (vsock_has_virtio(packet) || vsock_is_bare(packet))
		proto_item_append_text(item, ", Len: %u", packet->len);
	add_places(tree, tvb, packet, monitor, G_N_ELEMENTS(monitor), 0);
	if (tvb_captured_length(tvb) >= VSOCK_MON_SIZE)
		add_reserved(tree, tvb, packet);
	if (packet->transport == VSOCK_TRANSPORT_VIRTIO)
		add_virtio(tree, tvb, packet);
	else if (packet->transport_len > 0 && header_size(tvb, packet) > VSOCK_MON_SIZE)
		proto_tree_add_item(tree, hf.foreign_header, tvb, VSOCK_MON_SIZE,
				    header_size(tvb, packet) - VSOCK_MON_SIZE, ENC_NA);
	return tree;
}

/* Values that are not in the packet's bytes are marked as generated. */
static void add_frame_link(proto_tree *tree, tvbuff_t *tvb, int id, uint32_t number)
{
	if (number)
		proto_item_set_generated(proto_tree_add_uint(tree, id, tvb, 0, 0, number));
}

static void add_number(proto_tree *tree, tvbuff_t *tvb, int id, uint32_t number)
{
	proto_item_set_generated(proto_tree_add_uint(tree, id, tvb, 0, 0, number));
}

static void add_duration(proto_tree *tree, tvbuff_t *tvb, int id, uint64_t nanoseconds)
{
	nstime_t time = {
	    .secs = (time_t)(nanoseconds / SECOND),
	    .nsecs = (int)(nanoseconds % SECOND),
	};

	proto_item_set_generated(proto_tree_add_time(tree, id, tvb, 0, 0, &time));
}

static void add_stream_links(proto_tree *tree, tvbuff_t *tvb, const struct frame_record *frame)
{
	switch (frame->op) {
	case VSOCK_OP_REQUEST:
		add_frame_link(tree, tvb, frame->stream->refused ? hf.refused_in : hf.response_in,
			       frame->answered_by);
		break;
	case VSOCK_OP_RESPONSE:
		add_frame_link(tree, tvb, hf.response_to, frame->answers);
		break;
	case VSOCK_OP_SHUTDOWN:
		add_frame_link(tree, tvb, hf.reset_in, frame->answered_by);
		break;
	case VSOCK_OP_RST:
		add_frame_link(tree, tvb,
			       frame->before == VSOCK_FLOW_REQUESTED ? hf.refuses : hf.resets,
			       frame->answers);
		break;
	default:
		break;
	}
	add_frame_link(tree, tvb, hf.acked_in, frame->acked_by);
	add_frame_link(tree, tvb, hf.acks, frame->acks);
}

static void add_credit(proto_tree *tree, tvbuff_t *tvb, const struct frame_record *frame)
{
	add_number(tree, tvb, hf.in_flight, frame->in_flight);
	if (frame->marks & FRAME_CREDIT_KNOWN) {
		add_number(tree, tvb, hf.credit_free, frame->credit);
		if (wireshark_wants_field(tree, hf.credit_left))
			proto_item_set_hidden(
			    proto_tree_add_uint(tree, hf.credit_left, tvb, 0, 0, frame->credit));
	}
	if (frame->marks & FRAME_WINDOW_KNOWN)
		add_number(tree, tvb, hf.window, frame->window);
}

static void add_times(proto_tree *tree, tvbuff_t *tvb, const struct frame_record *frame)
{
	const struct stream_record *stream = frame->stream;

	if (frame->marks & FRAME_TIMELESS || stream->timeless)
		return;
	if (frame->ts >= stream->first_ts)
		add_duration(tree, tvb, hf.time_relative, frame->ts - stream->first_ts);
	if (frame->handshake_ns >= 0)
		add_duration(tree, tvb, hf.handshake_time, (uint64_t)frame->handshake_ns);
	if (frame->facts & VSOCK_FACT_STALL_ENDED)
		add_duration(tree, tvb, hf.stall_time, (uint64_t)frame->stalled_us * 1000);
	if (frame->acks && frame->ts >= frame->acks_ts)
		add_duration(tree, tvb, hf.ack_time, frame->ts - frame->acks_ts);
}

void tree_add_analysis(tvbuff_t *tvb, proto_tree *parent, const struct frame_record *frame)
{
	proto_item *item;
	proto_tree *tree;

	if (!parent || !frame || !frame->stream)
		return;
	proto_item_set_generated(
	    proto_tree_add_uint(parent, hf.stream, tvb, 0, 0, frame->stream->number));
	tree = proto_tree_add_subtree(parent, tvb, 0, 0, ett.analysis, &item, "Stream analysis");
	proto_item_set_generated(item);
	add_number(tree, tvb, hf.sender, frame->sender);
	add_number(tree, tvb, hf.state, frame->state);
	if (frame->marks & FRAME_HAS_SEGMENT)
		proto_item_set_generated(
		    proto_tree_add_uint64(tree, hf.position, tvb, 0, 0, frame->position));
	if (frame->message)
		add_number(tree, tvb, hf.message_len, frame->message);
	add_stream_links(tree, tvb, frame);
	if (!frame->stream->bare)
		add_credit(tree, tvb, frame);
	add_times(tree, tvb, frame);
}
