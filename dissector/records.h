/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of the capture file that is open. */
#ifndef VSOCK_DISSECTOR_RECORDS_H
#define VSOCK_DISSECTOR_RECORDS_H

#include "dissector/wireshark.h"

#include <epan/packet_info.h>

#include "core/packet.h"
#include "dissector/record.h"

/* Makes Wireshark empty the records when it opens and closes a capture file. */
void records_register(void);

/*
 * The record of the present packet. The first visit makes it, later ones find it. It exists until
 * the packet is dissected. NULL if the user does not want to follow streams. packet->payload points
 * into the bytes of `tvb`.
 */
struct frame_record *records_make(packet_info *pinfo, tvbuff_t *tvb,
				  const struct vsock_packet *packet);

/* Sets the record's payload for this dissection and later ones. */
void records_keep_payload(struct frame_record *frame, struct payload_record *payload);

/*
 * A plugin does not learn when a capture is over: windows are drawn many times while it is read,
 * and may be open during a live capture. So this computes the results as if the last packet were
 * the end: the verdicts of all streams, and findings that belong to no packet.
 */
void records_settle(void);

/*
 * After records_settle(): the `count` findings that only the end shows. Valid until the next
 * packet.
 */
const struct vsock_finding *records_end_findings(unsigned *count);

/* The streams, by their numbers from 0. */
uint32_t records_stream_count(void);
const struct stream_record *records_stream(uint32_t number);

/* The stream of a packet that was dissected before, or NULL. Only pinfo->fd must be set. */
const struct stream_record *records_stream_of(const packet_info *pinfo);

#endif
