/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports each packet to Wireshark's statistics and windows.
 *
 * "vsock" and "vsock_cid" get all packets: Wireshark names a tap of conversations as its protocol.
 * "vsock_follow" gets those that carry bytes of a stream or show that some are missing. All get a
 * struct tap_data.
 */
#ifndef VSOCK_DISSECTOR_TAP_H
#define VSOCK_DISSECTOR_TAP_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "core/packet.h"
#include "dissector/records.h"

#define TAP_NAME        "vsock"
#define TAP_CID_NAME    "vsock_cid"
#define TAP_FOLLOW_NAME "vsock_follow"

struct tap_data {
	struct vsock_packet packet;       /* do not use its payload pointer */
	const struct frame_record *frame; /* NULL: streams are not followed */
	tvbuff_t *bytes;                  /* vsock_follow: the stream's bytes; NULL: not known */
};

void tap_register(void);

/* Reports the packet to all listeners. `frame` may be NULL. */
void tap_packet(tvbuff_t *tvb, packet_info *pinfo, const struct vsock_packet *packet,
		const struct frame_record *frame);

#endif
