/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/payload.h"

#include <epan/decode_as.h>

#include "dissector/fields.h"
#include "dissector/vsock.h"

static dissector_table_t ports;

void payload_register(int protocol)
{
	ports = register_dissector_table("vsock.port", "vsock port", protocol, FT_UINT32, BASE_DEC);
	dissector_table_allow_decode_as(ports);
	register_heur_dissector_list("vsock", protocol);
}

void payload_handoff(int protocol _U_)
{
	(void)ports;
}

/* Where the true bytes of the payload are; false when there are none. */
static bool true_bytes(tvbuff_t *tvb, const struct vsock_packet *packet,
		       const struct frame_record *frame, int *offset, int *length)
{
	if (frame && frame->marks & FRAME_HAS_SEGMENT) {
		*offset = (int)frame->offset;
		*length = (int)frame->known;
		return frame->known > 0;
	}
	if (!packet->payload)
		return false;
	*offset = (int)(tvb_captured_length(tvb) - packet->captured);
	*length = (int)(packet->captured < packet->len ? packet->captured : packet->len);
	return *length > 0;
}

void payload_dissect(tvbuff_t *tvb, packet_info *pinfo _U_, proto_tree *top _U_, proto_tree *tree,
		     const struct vsock_packet *packet, struct frame_record *frame)
{
	int offset;
	int length;

	if (!true_bytes(tvb, packet, frame, &offset, &length))
		return;
	proto_tree_add_item(tree, hf.payload, tvb, offset, length, ENC_NA);
}
