/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the dissector of a PDU, and calls it. */
#ifndef VSOCK_DISSECTOR_PAYLOAD_SUBDISSECTOR_H
#define VSOCK_DISSECTOR_PAYLOAD_SUBDISSECTOR_H

#include "dissector/wireshark.h"

#include "dissector/payload/stream.h"

void subdissector_register(int protocol);

/* A dissector's request: it has used `offset` bytes, and needs more for the rest. */
struct subdissector_wish {
	bool more;
	uint32_t offset;
	uint32_t length; /* how many more, or DESEGMENT_ONE_MORE_SEGMENT or _UNTIL_FIN */
};

/*
 * Finds the dissector that accepts the PDU, records it in the PDU, and calls it. `stream` is NULL
 * if the packet belongs to none. The tree shows exceptions of the dissector.
 */
struct subdissector_wish subdissector_find(struct payload_stream *stream, struct payload_pdu *pdu,
					   tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* The same call again. */
void subdissector_repeat(struct payload_stream *stream, const struct payload_pdu *pdu,
			 tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* Whether the direction's bytes were refused so often that dissectors do not get them any more. */
bool subdissector_unwanted(struct payload_stream *stream, enum vsock_side side,
			   const packet_info *pinfo);

#endif
