/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passes payload to the dissectors of the protocols inside, PDU by PDU. */
#ifndef VSOCK_DISSECTOR_PAYLOAD_PAYLOAD_H
#define VSOCK_DISSECTOR_PAYLOAD_PAYLOAD_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "core/packet.h"
#include "dissector/records.h"

/* The table vsock.port and the list of heuristics, where other dissectors register. */
void payload_register(int protocol);
void payload_handoff(void);

/*
 * Shows the payload in `vsock_tree` (may be NULL) and passes it to its dissector, which adds its
 * tree to `top`. `frame` may be NULL: then no bytes of other packets are used.
 */
void payload_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *top, proto_tree *vsock_tree,
		     const struct vsock_packet *packet, struct frame_record *frame);

#endif
