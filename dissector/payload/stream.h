/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of the payload, per packet and per stream.
 *
 * A PDU is the bytes of one call of a subdissector. The PDUs of a packet depend on the packets
 * before it, and on what their dissectors asked for. So they are found once, in order, and
 * recorded. Every later visit to the packet repeats the recorded calls.
 */
#ifndef VSOCK_DISSECTOR_PAYLOAD_STREAM_H
#define VSOCK_DISSECTOR_PAYLOAD_STREAM_H

#include "dissector/wireshark.h"

#include <epan/conversation.h>
#include <epan/packet.h>

#include "core/flow.h"
#include "dissector/records.h"

/* Bytes of a PDU that one packet brought. */
struct payload_part {
	struct payload_record *record;
	uint32_t frame;
	uint32_t length;
};

struct payload_pdu {
	struct payload_pdu *next;

	/* Bytes of the packet from `offset`; or, with parts, put together in `bytes`. */
	const uint8_t *bytes;
	struct payload_part *parts;
	uint32_t count; /* of parts */
	uint32_t offset;
	uint32_t length;
	uint32_t reported; /* as it was on the wire: more than length, if the capture is cut */

	/* The dissector that accepted it. Without one it is data. */
	dissector_handle_t handle;
	heur_dtbl_entry_t *heuristic;

	bool by_sight; /* one of the heuristics accepted it, but it is not known which */

	uint8_t side; /* enum vsock_side: who sent it, not always who sent the packet */
	bool may_ask; /* the dissector may ask for bytes of packets to come */
};

struct payload_record {
	struct payload_pdu *first;
	struct payload_pdu *last;

	/* Bytes at the end of the packet's that are part of a PDU that ends in a later one. */
	uint32_t tail_offset;
	uint32_t tail_length;
	uint32_t reassembled_in; /* 0: it never ends */

	bool gave_up; /* a dissector got an unfinished PDU, because it is too long */
};

/* One direction's bytes that wait for more. */
struct payload_pending {
	uint8_t *bytes;
	struct payload_part *parts;
	uint32_t length;
	uint32_t capacity;
	uint32_t count; /* of parts */
	uint32_t room;  /* for parts */

	uint32_t target;   /* with this length the dissector is asked again */
	uint32_t attempts; /* how often it needed more */
	bool exact;        /* append no byte beyond the target: it may begin another PDU */
};

struct payload_direction {
	struct payload_pending pending;
	uint64_t position; /* of the byte that is to come next */
	uint32_t refused;  /* PDUs in a row that no dissector accepted */
	bool started;      /* position is known */
};

struct payload_stream {
	struct payload_direction side[2]; /* by enum vsock_side of the sender */
	conversation_t *conversation;
	conversation_element_t key[3];
	uint8_t cid_bytes[2][8];
	address cid[2];
	uint32_t port[2];
	bool joined; /* its beginning was not captured */
};

/* The payload's record of the stream, made at its first payload. */
struct payload_stream *payload_stream_of(packet_info *pinfo, struct stream_record *stream);

/* The payload's record of the packet, made if it does not exist. */
struct payload_record *payload_record_of(struct frame_record *frame);

#endif
