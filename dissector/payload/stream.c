/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dissectors keep what they know of a connection in Wireshark's "conversation". Its key is normally
 * made of addresses and ports. That fails here: the same ports can be connected again at once, and
 * on loopback the directions of a stream can have different CIDs. So the key is the stream's
 * number, and dissectors that ask for the packet's conversation get that one.
 */
#include "dissector/wireshark.h"

#include "dissector/payload/stream.h"

#include <epan/wmem_scopes.h>

#include "dissector/address.h"

static void set_cid(struct payload_stream *payload, enum vsock_side side, uint32_t cid)
{
	for (int i = 0; i < 4; i++)
		payload->cid_bytes[side][i] = (uint8_t)(cid >> 8 * i);
	address_set_cid(&payload->cid[side], payload->cid_bytes[side]);
}

struct payload_stream *payload_stream_of(packet_info *pinfo, struct stream_record *stream)
{
	struct payload_stream *payload = stream->payload;

	if (payload)
		return payload;
	payload = wmem_new0(wmem_file_scope(), struct payload_stream);
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		set_cid(payload, (enum vsock_side)side, stream->cid[side]);
		payload->port[side] = stream->port[side];
	}
	payload->joined = !stream->request;
	payload->key[0].type = CE_STRING;
	payload->key[0].str_val = "vsock";
	payload->key[1].type = CE_UINT;
	payload->key[1].uint_val = stream->number;
	payload->key[2].type = CE_CONVERSATION_TYPE;
	payload->key[2].conversation_type_val = CONVERSATION_NONE;
	payload->conversation = conversation_new_full(pinfo->num, payload->key);
	stream->payload = payload;
	return payload;
}

struct payload_record *payload_record_of(struct frame_record *frame)
{
	if (!frame->payload)
		records_keep_payload(frame, wmem_new0(wmem_file_scope(), struct payload_record));
	return frame->payload;
}
