/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that vsockdump wrote into a pcapng file, as comments of packets: the processes at the ends
 * of connections, and virtual machines. lib/common/comment.h has their form. They are kept as long
 * as the file is open.
 */
#ifndef VSOCK_DISSECTOR_CAPTURED_NAMES_H
#define VSOCK_DISSECTOR_CAPTURED_NAMES_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "core/packet.h"
#include "dissector/record.h"
#include "lib/common/process-table.h"

void captured_names_register(void);

/* Reads the comments of the packet, at its first visit. */
void captured_names_read(const packet_info *pinfo);

/* The process of this side of the stream, or NULL. Valid until the next packet. */
const struct process_entry *captured_names_process(const struct stream_record *stream,
						   enum vsock_side side);

/* Fields of the sender and the receiver. `frame` may be NULL. */
void captured_names_add_fields(proto_tree *tree, tvbuff_t *tvb, const struct vsock_packet *packet,
			       const struct frame_record *frame);

#endif
