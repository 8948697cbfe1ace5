/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packs the record of a packet into the row that keeps it, and unpacks it at later visits. */
#ifndef VSOCK_DISSECTOR_RECORD_ROW_H
#define VSOCK_DISSECTOR_RECORD_ROW_H

#include "dissector/wireshark.h"

#include <epan/tvbuff.h>

#include "core/packet.h"
#include "dissector/packet-table.h"
#include "dissector/record.h"

/* Packs everything except the links between packets, which records.c writes to the rows. */
void record_pack(const struct frame_record *frame, struct packet_row *row, tvbuff_t *tvb,
		 const struct vsock_packet *packet);

/* Fills *frame, except `row` and `stream`. `tvb` and *packet are the same as at the first visit. */
void record_unpack(struct frame_record *frame, const struct packet_row *row, tvbuff_t *tvb,
		   const struct vsock_packet *packet);

#endif
