/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records: what the plugin knows about a packet or a stream besides its bytes.
 *
 * Wireshark dissects all packets once in their order, and later any of them again in any order.
 * Results that depend on the order are kept at the first time, so that later dissections show the
 * same. They exist as long as the capture file is open: a packet's as a row of packet-table.h, from
 * which each dissection fills a record.
 */
#ifndef VSOCK_DISSECTOR_RECORD_H
#define VSOCK_DISSECTOR_RECORD_H

#include "dissector/wireshark.h"

#include "core/finding.h"
#include "core/flow.h"

struct payload_stream;
struct payload_record;

/* One flow of the core. A new connection of the same addresses is a new stream. */
struct stream_record {
	uint32_t number; /* vsock.stream, from 0: the number of the core's flow */

	/*
	 * By enum vsock_side. The server's CID is the one that the client dialed, which may be an
	 * alias.
	 */
	uint32_t cid[2];
	uint32_t port[2];

	/* Rows; 0: none. */
	uint32_t first;
	uint32_t request;
	uint32_t answer;   /* RESPONSE, or RST to the REQUEST */
	uint32_t shutdown; /* the latest */

	/* Rows of RWs that the peer has not acknowledged, oldest first, by their sender. */
	struct {
		uint32_t first;
		uint32_t last;
	} unacked[2];

	struct payload_stream *payload; /* owned by dissector/payload/payload.c */

	/* Final when the stream has left the analysis; else see records_settle(). */
	uint8_t verdict; /* enum vsock_verdict */
	uint8_t waiting; /* enum vsock_waiting */
	uint8_t waiter;  /* enum vsock_side */
	bool bare;       /* without credit: see core/flow.h */
	uint8_t made_up; /* sides whose port the capture made up, as bits 1 << side */
	bool copy;       /* of a stream at another capture point, which has the findings */
	bool refused;    /* the answer is an RST */
	bool timeless;   /* the first packet has no usable time; else it is first_ts */
	uint64_t first_ts;
};

struct finding_record {
	struct finding_record *next;
	struct vsock_finding finding;
};

enum frame_mark {
	FRAME_HAS_SEGMENT = 1u << 0, /* see vsock_event_segment() */
	FRAME_CREDIT_KNOWN = 1u << 1,
	FRAME_WINDOW_KNOWN = 1u << 2,
	FRAME_MISPLACED = 1u << 3, /* see struct vsock_segment */
	FRAME_END_OF_MESSAGE = 1u << 4,
	FRAME_END_OF_RECORD = 1u << 5,
	FRAME_TIMELESS = 1u << 6,   /* the file has no usable time for it */
	FRAME_UNRELIABLE = 1u << 7, /* see struct vsock_segment */
};

/* One packet, for the present dissection. Numbers of frames are Wireshark's; 0: none. */
struct frame_record {
	uint32_t row;                 /* where it is kept */
	struct stream_record *stream; /* NULL: the packet has no stream */
	struct finding_record *findings;
	struct payload_record *payload; /* see records_keep_payload() */

	uint64_t ts;          /* nanoseconds since 1970 */
	uint64_t acks_ts;     /* of the RW in `acks` */
	uint64_t answers_ts;  /* of the packet in `answers` */
	uint64_t position;    /* position of this packet's first byte in the sender's bytes */
	int64_t handshake_ns; /* RESPONSE: since the REQUEST; else -1 */

	uint32_t number;
	uint32_t answered_by; /* REQUEST: RESPONSE or RST; SHUTDOWN: RST */
	uint32_t answers;     /* RESPONSE and RST: what they answer */
	uint32_t acked_by;    /* RW: the first packet that acknowledges all of it */
	uint32_t acks;        /* the last RW that this packet acknowledges */

	uint32_t in_flight;  /* bytes of the sender that the peer has not acknowledged */
	uint32_t credit;     /* bytes that the sender may send now */
	uint32_t window;     /* bytes that the peer may send now */
	uint32_t stalled_us; /* how long the stall was that this packet ended */
	uint32_t lost;       /* bytes of its peer that it acknowledges and that were not captured */

	/* The bytes of the stream: `known` of `length`, from `offset` in the frame. */
	uint32_t offset;
	uint32_t known;
	uint32_t length;
	uint32_t message; /* SEQPACKET: bytes of the message up to the end of these */

	uint32_t facts; /* bits of enum vsock_flow_fact */
	uint8_t marks;  /* bits of enum frame_mark */
	uint8_t sender; /* enum vsock_side */
	uint8_t before; /* enum vsock_flow_state before the packet ... */
	uint8_t state;  /* ... and after it */
	uint8_t op;     /* enum vsock_op, also of a bare frame that means the same; 0: unknown */
	bool first;     /* of its stream */
	bool again;     /* the packet was dissected before */
};

#endif
