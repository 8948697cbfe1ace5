/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The core's findings as expert items: vsock.expert.refused and so on, by the findings' names with
 * underscores. Certain findings are errors, suspicious ones are warnings, information is a note.
 */
#ifndef VSOCK_DISSECTOR_EXPERTS_H
#define VSOCK_DISSECTOR_EXPERTS_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "dissector/records.h"

void experts_register(int protocol);

/* Adds the findings of this packet. `frame` may be NULL. */
void experts_add(packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree,
		 const struct frame_record *frame);

#endif
