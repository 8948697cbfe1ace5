/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Undoes a dissector's call.
 *
 * A dissector may ask for more bytes after it has added items, layers and text to the packet. The
 * packet must not show them, because a later visit does not repeat the call.
 */
#ifndef VSOCK_DISSECTOR_PAYLOAD_UNDO_H
#define VSOCK_DISSECTOR_PAYLOAD_UNDO_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "core/packet.h"
#include "dissector/records.h"

/* What the packet shows before the call. */
struct undo_mark {
	proto_tree *tree;
	proto_node *last; /* in the tree */
	guint layers;
	guint8 layer;
	const char *info; /* NULL: the column shows the packet without PDUs */
};

/* Call it before the dissector. `first`: no other PDU of the packet is shown yet. */
struct undo_mark undo_mark(packet_info *pinfo, proto_tree *tree, bool first);

/* Removes all that the packet shows since `mark`. */
void undo_to(const struct undo_mark *mark, packet_info *pinfo, const struct vsock_packet *packet,
	     const struct frame_record *frame);

#endif
