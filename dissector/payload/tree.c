/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/payload/tree.h"

#include <epan/expert.h>

#include "core/wire.h"
#include "dissector/fields.h"

static struct {
	int segments, segment, count, length, data; /* of what was put together */
	int reassembled_in, tail;
} field;

static struct {
	int segments;
} subtree = {-1};

static expert_field gave_up, unknown;

#define NUMBER(abbreviation, label, text)                                                          \
	{                                                                                          \
		label, abbreviation, FT_UINT32, BASE_DEC, NULL, 0, text, HFILL                     \
	}
#define FRAME(abbreviation, label, text)                                                           \
	{                                                                                          \
		label, abbreviation, FT_FRAMENUM, BASE_NONE, NULL, 0, text, HFILL                  \
	}
#define BYTES(abbreviation, label, text)                                                           \
	{                                                                                          \
		label, abbreviation, FT_BYTES, BASE_NONE, NULL, 0, text, HFILL                     \
	}

void payload_tree_register(int protocol)
{
	static hf_register_info list[] = {
	    {&field.segments,
	     {"Reassembled segments", "vsock.segments", FT_NONE, BASE_NONE, NULL, 0,
	      "The packets whose bytes were reassembled", HFILL}},
	    {&field.segment,
	     FRAME("vsock.segment", "Segment", "A packet whose bytes were reassembled")},
	    {&field.count, NUMBER("vsock.segment.count", "Segment count", NULL)},
	    {&field.length, NUMBER("vsock.reassembled.length", "Reassembled length", NULL)},
	    {&field.data, BYTES("vsock.reassembled.data", "Reassembled data", NULL)},
	    {&field.reassembled_in,
	     FRAME("vsock.reassembled_in", "Reassembled in",
		   "The packet that ends the PDU whose part is at the end of this one")},
	    {&field.tail, BYTES("vsock.segment_data", "Segment data",
				"Bytes of a PDU that ends in a later packet")},
	};
	static int *const subtrees[] = {&subtree.segments};
	static ei_register_info experts[] = {
	    {&gave_up,
	     {"vsock.expert.reassembly_given_up", PI_REASSEMBLE, PI_WARN,
	      "Too long to reassemble: the dissector gets a part", EXPFILL}},
	    {&unknown,
	     {"vsock.expert.payload_unknown", PI_UNDECODED, PI_WARN,
	      "Payload unknown: this kernel's tap copies it wrongly", EXPFILL}},
	};

	proto_register_field_array(protocol, list, G_N_ELEMENTS(list));
	proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
	expert_register_field_array(expert_register_protocol(protocol), experts,
				    G_N_ELEMENTS(experts));
}

static void add_surplus(proto_tree *tree, tvbuff_t *tvb, uint32_t start, uint32_t end)
{
	if (end > start)
		proto_tree_add_item(tree, hf.surplus, tvb, (gint)start, (gint)(end - start),
				    ENC_NA);
}

void payload_tree_add(proto_tree *tree, tvbuff_t *tvb, const struct vsock_packet *packet,
		      uint32_t offset, uint32_t length)
{
	uint32_t end = tvb_captured_length(tvb);

	if (!tree || !packet->payload)
		return;
	if (length == 0)
		offset = end;
	add_surplus(tree, tvb, end - packet->captured, offset);
	if (length > 0)
		proto_tree_add_item(tree, hf.payload, tvb, (gint)offset, (gint)length, ENC_NA);
	add_surplus(tree, tvb, offset + length, end);
}

void payload_tree_add_unknown(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
			      const struct vsock_packet *packet)
{
	gint start = (gint)(tvb_captured_length(tvb) - packet->captured);
	proto_item *item = proto_tree_add_item(tree, hf.payload_unknown, tvb, start,
					       (gint)packet->captured, ENC_NA);

	expert_add_info(pinfo, item, &unknown);
}

void payload_tree_add_parts(proto_tree *tree, proto_node *behind, tvbuff_t *tvb,
			    const struct payload_pdu *pdu)
{
	uint32_t offset = 0;
	proto_item *item;
	proto_item *top;
	proto_tree *parts;

	if (!tree || !pdu->parts)
		return;
	top = item = proto_tree_add_none_format(tree, field.segments, tvb, 0, (gint)pdu->length,
						"%u Reassembled vsock segments (%u bytes)",
						pdu->count, pdu->length);
	proto_item_set_generated(item);
	parts = proto_item_add_subtree(item, subtree.segments);
	for (uint32_t i = 0; i < pdu->count; i++) {
		item = proto_tree_add_uint_format(parts, field.segment, tvb, (gint)offset,
						  (gint)pdu->parts[i].length, pdu->parts[i].frame,
						  "Frame: %u, bytes: %u", pdu->parts[i].frame,
						  pdu->parts[i].length);
		proto_item_set_generated(item);
		offset += pdu->parts[i].length;
	}
	proto_item_set_generated(proto_tree_add_uint(parts, field.count, tvb, 0, 0, pdu->count));
	proto_item_set_generated(proto_tree_add_uint(parts, field.length, tvb, 0, 0, pdu->length));
	if (behind && top && behind->next != top)
		proto_tree_move_item(tree, behind, top);
	proto_item_set_generated(
	    proto_tree_add_item(parts, field.data, tvb, 0, (gint)pdu->length, ENC_NA));
}

void payload_tree_add_tail(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
			   const struct payload_record *record)
{
	if (record->gave_up)
		expert_add_info(pinfo, tree, &gave_up);
	if (record->tail_length == 0)
		return;
	proto_tree_add_item(tree, field.tail, tvb, (gint)record->tail_offset,
			    (gint)record->tail_length, ENC_NA);
	if (record->reassembled_in)
		proto_item_set_generated(proto_tree_add_uint(tree, field.reassembled_in, tvb, 0, 0,
							     record->reassembled_in));
}
