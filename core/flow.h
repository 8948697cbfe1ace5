/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a flow is: a conversation of two sockets, with its state and what each side sent.
 *
 * A flow is one epoch of a pair of socket addresses, from its REQUEST to its end. Linux 6.7 and
 * later may use the same pair again at once. That is a new flow with a new number, and the old one
 * keeps its record.
 *
 * A bare flow is one of bare frames (see core/packet.h). It has no type and no credit: buf_alloc,
 * fwd_cnt, in_flight and the stalls are not known, and 0. Flows of the two kinds never mix.
 *
 * flow-update.h says what packets do to a flow, and flow-table.h keeps flows.
 */
#ifndef VSOCK_CORE_FLOW_H
#define VSOCK_CORE_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/packet.h"

/*
 * States of a flow. "Ended" states are final. A packet that follows within VSOCK_FLOW_LINGER is
 * still counted to the flow. A REQUEST, or a later packet, opens a new flow.
 */
enum vsock_flow_state {
	/* REQUEST seen. RESPONSE: established. RST: refused. Another REQUEST repeats the first. */
	VSOCK_FLOW_REQUESTED,
	/*
	 * REQUEST without an answer for longer than VSOCK_CONNECT_TIMEOUT. Only
	 * vsock_flow_state_at() returns it. It is never stored, because no packet causes it, and a
	 * late RESPONSE still establishes the connection.
	 */
	VSOCK_FLOW_TIMED_OUT,
	/* Data may flow both ways. Also the first state of a flow whose start was not captured. */
	VSOCK_FLOW_ESTABLISHED,
	/*
	 * One side or both gave up one direction (SHUTDOWN 1 or 2). Neither can take it back. A
	 * bare flow: one side closed.
	 */
	VSOCK_FLOW_HALF_CLOSED,
	/* One side sent SHUTDOWN for both directions. Its peer owes an RST. */
	VSOCK_FLOW_CLOSING,

	/*
	 * Ended in a healthy way: by an RST from the peer of the side that closed, or after both
	 * sides said that they would send no more. A bare flow: both sides closed, or the client
	 * did before the server accepted.
	 */
	VSOCK_FLOW_CLOSED,
	/* Ended: RST from the closing side itself; Linux sends it after waiting 8 s for the peer's.
	 */
	VSOCK_FLOW_FORCED,
	/* Ended: RST before any side had closed. */
	VSOCK_FLOW_RESET,
	/* Ended: RST in answer to REQUEST. A bare flow: the server closed without accepting. */
	VSOCK_FLOW_REFUSED,
	/* Ended: a REQUEST of the same addresses came before an RST. */
	VSOCK_FLOW_SUPERSEDED,
	/* Ended for us: its record was removed to make room. The flow itself may have continued. */
	VSOCK_FLOW_EVICTED,
	VSOCK_FLOW_STATES
};

static inline bool vsock_flow_state_ended(enum vsock_flow_state state)
{
	return state >= VSOCK_FLOW_CLOSED;
}

/* "requested", "timed-out", "established", "half-closed", ... */
const char *vsock_flow_state_name(enum vsock_flow_state state);

/* Index into vsock_flow.side. */
enum vsock_side {
	VSOCK_CLIENT = 0, /* sent the REQUEST */
	VSOCK_SERVER = 1,
};

static inline enum vsock_side vsock_peer(enum vsock_side side)
{
	return (enum vsock_side)(side ^ 1);
}

/* Bits of vsock_flow.marks. */
enum vsock_flow_mark {
	/* The first packet was no REQUEST, so earlier packets are unknown. */
	VSOCK_FLOW_MIDSTREAM = 1u << 0,
	/*
	 * No packet showed which side is the client. The side with the lower port counts as the
	 * server.
	 */
	VSOCK_FLOW_ROLES_GUESSED = 1u << 1,
	/* Packets other than RESPONSE and RST came while a RESPONSE was due. */
	VSOCK_FLOW_NO_RESPONSE = 1u << 2,
	/* The RESPONSE was captured before its REQUEST (tap of Linux 4.12 to 5.6). */
	VSOCK_FLOW_REORDERED = 1u << 3,
	/* Bytes were acknowledged that were not captured, or a split packet lacks a part. */
	VSOCK_FLOW_LOSSY = 1u << 4,
	/*
	 * Its REQUEST ended a live flow of the same addresses. One of these flows may be misjudged.
	 */
	VSOCK_FLOW_SUPERSEDING = 1u << 5,
	/* It follows a flow of the same addresses, which was live or had ended shortly before. */
	VSOCK_FLOW_SUCCESSOR = 1u << 6,
	/* A packet of it has a time that is not its own. */
	VSOCK_FLOW_TIMELESS = 1u << 7,
	/* The side that sent the RST that ended it has sent something since. */
	VSOCK_FLOW_RST_FOLLOWED = 1u << 8,
	/* It is also captured at another point, where it has another number. */
	VSOCK_FLOW_COPY = 1u << 9,
	/*
	 * The flow is two connections: the capture has each packet twice, or two vsock namespaces
	 * have equal addresses. Nothing about the flow is judged.
	 */
	VSOCK_FLOW_TWICE = 1u << 10,
	/*
	 * Its REQUEST came again while it was live. If its RESPONSE comes again, too, it is TWICE.
	 */
	VSOCK_FLOW_REQUEST_AGAIN = 1u << 11,
	/* Its RST is not judged yet: see check-flow.c. */
	VSOCK_FLOW_RST_PENDING = 1u << 12,
	/* The findings that waited for its end are decided. */
	VSOCK_FLOW_SETTLED = 1u << 13,
	/*
	 * Addresses and time do not distinguish it from another flow: it began in the same
	 * microsecond as its predecessor, or its first packet had no valid time.
	 */
	VSOCK_FLOW_SAME_START = 1u << 14,
	/* For the caller: a filter selected a packet of the flow. */
	VSOCK_FLOW_SELECTED = 1u << 15,
};

/* Bits of vsock_flow_side.marks. The lowest two are the side's VSOCK_SHUTDOWN_ bits. */
enum vsock_side_mark {
	VSOCK_SIDE_SHUTDOWN = VSOCK_SHUTDOWN_BOTH,
	/* Its buf_alloc and fwd_cnt are known: it sent a packet other than RST. */
	VSOCK_SIDE_CREDIT_KNOWN = 1u << 2,
	/* It has no credit left to send. Since last_data_ts. */
	VSOCK_SIDE_STALLED = 1u << 3,
	/* It had more in flight than its own buf_alloc: its kernel has no such limit. */
	VSOCK_SIDE_UNCAPPED = 1u << 4,
	/* It has more in flight than its peer's buf_alloc, by all packets so far. */
	VSOCK_SIDE_OVER = 1u << 5,
	/* It sent a CREDIT_REQUEST and has heard nothing from its peer since. */
	VSOCK_SIDE_ASKED = 1u << 6,
	/* Its peer sent something while it was stalled, without making room. */
	VSOCK_SIDE_UNHEEDED = 1u << 7,
	/* One of its RWs looked like the one before: its counts may be too high. */
	VSOCK_SIDE_REPEATED = 1u << 8,
	/*
	 * Each chunk of its split packets was captured with the rest of the packet: see
	 * core/stream.h.
	 */
	VSOCK_SIDE_SPLIT_REST = 1u << 9,
	/* Each chunk was captured with the whole packet. */
	VSOCK_SIDE_SPLIT_WHOLE = 1u << 10,
	/* It is inside a split packet whose start was not captured. */
	VSOCK_SIDE_SPLIT_LOST = 1u << 11,
	/* It sent data. */
	VSOCK_SIDE_DATA = 1u << 12,
	/* It got credit again after a long stall, and has not sent since. */
	VSOCK_SIDE_REOPENED = 1u << 13,
	/* It made its buffer smaller, and its peer may have learned that too late. */
	VSOCK_SIDE_SHRUNK = 1u << 14,
	/* Its stall was reported. */
	VSOCK_SIDE_STALL_REPORTED = 1u << 15,
};

#define VSOCK_ANSWERS_MOST 3

/* What one side sent. Durations are in microseconds, or UINT32_MAX for 71 minutes and more. */
struct vsock_flow_side {
	uint64_t packets;
	uint64_t bytes;        /* payload, by the headers' lengths, without repetitions */
	uint64_t last_data_ts; /* of its last RW */

	/* As it said last: bytes that it has consumed, mod 2^32, and its receive buffer. */
	uint32_t fwd_cnt;
	uint32_t buf_alloc;
	/*
	 * Bytes that it sent and that its peer has not acknowledged. With VSOCK_FLOW_MIDSTREAM or
	 * VSOCK_FLOW_LOSSY this is a lower limit. Negative: more was acknowledged than was captured
	 * until now. The missing packet may still come.
	 */
	int32_t in_flight;
	uint32_t in_flight_packets; /* RWs these bytes came in, about */

	uint32_t message;          /* bytes of the present SEQPACKET message */
	uint32_t last_data_packet; /* number of its last RW, mod 2^32 */
	uint16_t last_hash;        /* of its last packet: finds repetitions */
	uint16_t marks;            /* bits of enum vsock_side_mark */
	uint16_t split_total;      /* present split packet: payload bytes minus 1, ... */
	uint16_t split_done;       /* ... and how many of them came; 0: no split packet */

	uint32_t first_data_us;  /* from the flow's first packet to this side's first RW */
	uint32_t longest_gap_us; /* from its peer's last RW to its own next */
};
_Static_assert(sizeof(struct vsock_flow_side) == 64, "a side is a cache line");

/* How long one side was stalled. Microseconds, or UINT32_MAX for 71 minutes and more. */
struct vsock_flow_stalls {
	uint32_t blocked_us; /* all the time */
	uint32_t longest_us; /* the longest stall */
};

/*
 * One flow. The table owns it: it is valid until the next update, expiry or eviction of that table.
 * Times are nanoseconds since 1970, as in the capture. It has 256 bytes, and 272 with its part of
 * the index.
 *
 * A cache line of what each packet needs, then a line for each side, then a line that few packets
 * need.
 */
struct vsock_flow {
	uint64_t last_ts;
	uint64_t state_ts; /* of the packet that caused the present state */

	uint32_t client_cid;
	uint32_t server_cid; /* as the client dialed it, even if that is an alias */
	uint32_t client_port;
	uint32_t server_port;

	/* The table's own. */
	uint32_t slot;
	uint32_t newer; /* see core/flow-table.c */
	uint32_t older;

	uint32_t state_packet; /* number of the packet that caused the present state, mod 2^32 */
	uint16_t type;
	uint16_t marks;  /* bits of enum vsock_flow_mark */
	uint8_t state;   /* enum vsock_flow_state */
	uint8_t list;    /* the table's own: enum vsock_flow_list */
	uint16_t events; /* kinds of events in the history, as bits */
	uint16_t point;  /* see struct vsock_moment */
	/* RWs of this side that followed its peer's, up to VSOCK_ANSWERS_MOST. */
	uint8_t answers[2];
	uint8_t rst_sender : 1;   /* enum vsock_side of the RST that ended it */
	uint8_t rst_answered : 1; /* the other side has sent an RST since */
	uint8_t bare : 1;         /* its frames are bare: see above */
	uint8_t made_up : 2;      /* sides whose port the capture made up, as bits 1 << side */
	uint8_t rst_code;         /* RST_PENDING: enum vsock_finding_code of what it seems to be */
	uint16_t first_hash;      /* of its first packet; see core/packet-hash.h */

	struct vsock_flow_side side[2];

	uint64_t number; /* 0, 1, 2 ... in order of appearance; never used twice */
	uint64_t first_ts;
	uint64_t response_ts; /* 0: no RESPONSE seen */
	uint64_t history;     /* see vsock_flow_history() */
	uint64_t reported;    /* codes of findings that were reported, as bits 1 << code */
	struct vsock_flow_stalls stalls[2];
	uint32_t stall_us;    /* the last duration that was reported for a stall */
	uint8_t stall_detail; /* enum vsock_culprit of it */
	uint8_t worst;        /* enum vsock_class of the worst finding; see `reported` */
	uint16_t response_hash;
};
_Static_assert(sizeof(struct vsock_flow) == 256, "a flow has its documented size");
_Static_assert(offsetof(struct vsock_flow, side) == 64, "the first line is full");
_Static_assert(offsetof(struct vsock_flow, number) == 192, "the last line begins here");

/*
 * The key that finds a flow: the canonical form of its two addresses, and its capture point. The
 * lower one (port, then CID) comes first, because the key ignores the direction. On loopback the
 * key also ignores the CIDs. A loopback socket always sends from CID 1, even if the client connects
 * to another CID: connect() to CID 2 gives 1:c > 2:s one way and 1:s > 1:c the other. So if either
 * CID is VSOCK_CID_LOCAL, both are set to it, and the ports alone make the key.
 */
struct vsock_flow_key {
	uint32_t low_cid;
	uint32_t high_cid;
	uint32_t low_port;
	uint32_t high_port;
	uint32_t point;
};

/* The bit of vsock_flow_key.point that bare flows have besides. */
#define VSOCK_BARE_POINT UINT32_C(0x10000)

struct vsock_flow_key vsock_flow_key(uint32_t a_cid, uint32_t a_port, uint32_t b_cid,
				     uint32_t b_port, uint16_t point);

static inline unsigned vsock_side_shutdown(const struct vsock_flow_side *side)
{
	return side->marks & VSOCK_SIDE_SHUTDOWN;
}

/*
 * The capture has one direction only: the packets of one side show that the other side took part,
 * but its packets are missing. Never true of a bare flow: there, no packet acknowledges another.
 */
bool vsock_flow_one_sided(const struct vsock_flow *flow);

/* The client sent nothing but its REQUEST, maybe repeated, and an RST. */
bool vsock_flow_client_only_asked(const struct vsock_flow *flow);

/* The flow's state at `now`, by the observer's clock or last packet. */
enum vsock_flow_state vsock_flow_state_at(const struct vsock_flow *flow, uint64_t now);

/*
 * Writes the flow's events in the order of their first appearance: capital letters for the client,
 * small letters for the server. Q REQUEST, P RESPONSE, D data, C CREDIT_UPDATE, K CREDIT_REQUEST, H
 * SHUTDOWN of one direction, F SHUTDOWN of both, R RST. "QpDcdFr" is a healthy flow. In a bare
 * flow, Q is the client's CONNECT, p the server's, and F a DISCONNECT: "QpDdFf" is a healthy one.
 * Returns the length without the terminating null.
 */
#define VSOCK_FLOW_HISTORY_MAX 17
size_t vsock_flow_history(const struct vsock_flow *flow, char text[static VSOCK_FLOW_HISTORY_MAX]);

/*
 * Nanoseconds from REQUEST to RESPONSE, or -1 if one of them was not captured, or if they were
 * captured in the wrong order.
 */
int64_t vsock_flow_handshake_ns(const struct vsock_flow *flow);

#endif
