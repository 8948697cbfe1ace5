/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows payload and reassembly. */
#ifndef VSOCK_DISSECTOR_PAYLOAD_TREE_H
#define VSOCK_DISSECTOR_PAYLOAD_TREE_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "core/packet.h"
#include "dissector/payload/stream.h"

void payload_tree_register(int protocol);

/* The `length` bytes at `offset` are the payload. All others that were captured are surplus. */
void payload_tree_add(proto_tree *tree, tvbuff_t *tvb, const struct vsock_packet *packet,
		      uint32_t offset, uint32_t length);

/* The same for a packet that was captured with bytes that are not its payload. */
void payload_tree_add_unknown(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
			      const struct vsock_packet *packet);

/* The packets of a reassembled PDU, shown right after the node `behind`. */
void payload_tree_add_parts(proto_tree *tree, proto_node *behind, tvbuff_t *tvb,
			    const struct payload_pdu *pdu);

/* The end of the packet that waits for later ones, and a PDU that was given up. */
void payload_tree_add_tail(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
			   const struct payload_record *record);

#endif
