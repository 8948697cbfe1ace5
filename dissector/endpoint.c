/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark makes filters from the rows of its tables. With CID and port as two fields they would
 * be wrong: Wireshark writes ports as signed numbers, while vsock's use all 32 bits; and if the
 * client dialled an alias, packets name other ends than the stream does. So there is a separate
 * field for both.
 */
#include "dissector/wireshark.h"

#include "dissector/endpoint.h"

#include "dissector/fields.h"

static void print_side(char text[static ENDPOINT_TEXT_SIZE], const struct stream_record *stream,
		       enum vsock_side side)
{
	address_print_end(text, stream->cid[side], stream->port[side], stream->made_up >> side & 1);
}

/* Those of the packet itself. False if it has none. */
static bool print_addresses(struct endpoint_texts *texts, const struct vsock_packet *packet)
{
	if (!vsock_has(packet, VSOCK_FIELD_DST_PORT))
		return false;
	address_print_end(texts->source, packet->src_cid, packet->src_port,
			  packet->hints & VSOCK_HINT_SRC_PORT_MADE_UP);
	address_print_end(texts->destination, packet->dst_cid, packet->dst_port,
			  packet->hints & VSOCK_HINT_DST_PORT_MADE_UP);
	return true;
}

bool endpoint_texts(struct endpoint_texts *texts, const struct vsock_packet *packet,
		    const struct frame_record *frame)
{
	if (frame && frame->stream) {
		const struct stream_record *stream = frame->stream;
		enum vsock_side peer = vsock_peer(frame->sender);

		print_side(texts->source, stream, (enum vsock_side)frame->sender);
		print_side(texts->destination, stream, peer);
		return true;
	}
	return print_addresses(texts, packet);
}

static void add_endpoint(proto_tree *tree, tvbuff_t *tvb, int field, const char *text)
{
	proto_item *item = proto_tree_add_string(tree, field, tvb, 0, 0, text);

	proto_item_set_generated(item);
	proto_item_set_hidden(item);
}

/* To print texts takes time, so only filters that ask for them get them. */
void endpoint_add_fields(proto_tree *tree, tvbuff_t *tvb, const struct vsock_packet *packet,
			 const struct frame_record *frame)
{
	struct endpoint_texts texts;

	if ((wireshark_wants_field(tree, hf.src_end) || wireshark_wants_field(tree, hf.dst_end)) &&
	    print_addresses(&texts, packet)) {
		add_endpoint(tree, tvb, hf.src_end, texts.source);
		add_endpoint(tree, tvb, hf.dst_end, texts.destination);
	}
	if (!wireshark_wants_field(tree, hf.endpoint) &&
	    !wireshark_wants_field(tree, hf.src_endpoint) &&
	    !wireshark_wants_field(tree, hf.dst_endpoint))
		return;
	if (!endpoint_texts(&texts, packet, frame))
		return;
	add_endpoint(tree, tvb, hf.endpoint, texts.source);
	add_endpoint(tree, tvb, hf.endpoint, texts.destination);
	add_endpoint(tree, tvb, hf.src_endpoint, texts.source);
	add_endpoint(tree, tvb, hf.dst_endpoint, texts.destination);
}
