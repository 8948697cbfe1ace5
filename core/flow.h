/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a flow is: a conversation of two sockets, the state it is in, and what each side sent.
 *
 * A flow is one epoch of a pair of socket addresses, from its REQUEST to its end. The same pair
 * may come back at once (Linux 6.7 and later reuse it immediately); that is a new flow with a
 * new number, while the old one keeps its record.
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
 * States of a flow. "Ended" states are final for the flow: a packet that follows within
 * VSOCK_FLOW_LINGER is still counted to it, a REQUEST or a later packet opens a new flow.
 */
enum vsock_flow_state {
	/* REQUEST seen. RESPONSE: established. RST: refused. Another REQUEST repeats the first. */
	VSOCK_FLOW_REQUESTED,
	/*
	 * REQUEST unanswered for longer than VSOCK_CONNECT_TIMEOUT. Never stored, for no packet
	 * brings it about and a late RESPONSE still establishes: vsock_flow_state_at() says it.
	 */
	VSOCK_FLOW_TIMED_OUT,
	/* Data may flow both ways. Also the first state of a flow whose start was not captured. */
	VSOCK_FLOW_ESTABLISHED,
	/* One side or both gave up one direction (SHUTDOWN 1 or 2). Neither can take it back. */
	VSOCK_FLOW_HALF_CLOSED,
	/* One side sent SHUTDOWN for both directions. Its peer owes an RST. */
	VSOCK_FLOW_CLOSING,

	/*
	 * Ended: RST from the peer of the side that closed, or after both said that they would
	 * send no more. The healthy end.
	 */
	VSOCK_FLOW_CLOSED,
	/* Ended: RST from the closing side itself; Linux sends it after waiting 8 s for the peer's.
	 */
	VSOCK_FLOW_FORCED,
	/* Ended: RST where no side had closed. */
	VSOCK_FLOW_RESET,
	/* Ended: RST in answer to REQUEST. */
	VSOCK_FLOW_REFUSED,
	/* Ended: a REQUEST for the same addresses came before an RST. */
	VSOCK_FLOW_SUPERSEDED,
	/* Ended for us: its record made room for another while the flow may have lived on. */
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
	/* The first packet was no REQUEST: what came before is unknown. */
	VSOCK_FLOW_MIDSTREAM = 1u << 0,
	/* No packet told who is the client; the side with the lower port is taken for the server.
	 */
	VSOCK_FLOW_ROLES_GUESSED = 1u << 1,
	/* Packets other than RESPONSE and RST came while a RESPONSE was due. */
	VSOCK_FLOW_NO_RESPONSE = 1u << 2,
	/* The RESPONSE was captured before its REQUEST (tap of Linux 4.12 to 5.6). */
	VSOCK_FLOW_REORDERED = 1u << 3,
	/* Bytes were acknowledged that were not captured, or a split packet lacks a part. */
	VSOCK_FLOW_LOSSY = 1u << 4,
	/* Its REQUEST ended a live flow of the same addresses. One of both may be misunderstood. */
	VSOCK_FLOW_SUPERSEDING = 1u << 5,
	/* It follows a flow of the same addresses, which was live or had ended shortly before. */
	VSOCK_FLOW_SUCCESSOR = 1u << 6,
	/* A packet of it has a time that is not its own. */
	VSOCK_FLOW_TIMELESS = 1u << 7,
	/* Who sent the RST that ended it has sent something since. */
	VSOCK_FLOW_RST_FOLLOWED = 1u << 8,
	/* It is also captured at another point, where it has another number. */
	VSOCK_FLOW_COPY = 1u << 9,
	/*
	 * The capture has two connections in one: each packet twice, or those of two vsock
	 * namespaces that have equal addresses. Nothing about it is judged.
	 */
	VSOCK_FLOW_TWICE = 1u << 10,
	/* Its REQUEST came again while it was live. If its RESPONSE does as well, it is TWICE. */
	VSOCK_FLOW_REQUEST_AGAIN = 1u << 11,
	/* Its RST is not judged yet: see check-flow.c. */
	VSOCK_FLOW_RST_PENDING = 1u << 12,
	/* What waited for its end to be judged is judged. */
	VSOCK_FLOW_SETTLED = 1u << 13,
	/*
	 * Addresses and time do not distinguish it from another flow: it began in the same
	 * microsecond as its predecessor, or its first packet had no valid time.
	 */
	VSOCK_FLOW_SAME_START = 1u << 14,
	/* The caller's own: the flow has a packet that a filter chose. */
	VSOCK_FLOW_SELECTED = 1u << 15,
};

/* Bits of vsock_flow_side.marks. The lowest two are its VSOCK_SHUTDOWN_ bits. */
enum vsock_side_mark {
	VSOCK_SIDE_SHUTDOWN = VSOCK_SHUTDOWN_BOTH,
	/* Its buf_alloc and fwd_cnt are known: it sent a packet other than RST. */
	VSOCK_SIDE_CREDIT_KNOWN = 1u << 2,
	/* It has no credit left to send. Since last_data_ts. */
	VSOCK_SIDE_STALLED = 1u << 3,
	/* It had more in flight than its own buf_alloc: its kernel does not cap itself. */
	VSOCK_SIDE_UNCAPPED = 1u << 4,
	/* It has more in flight than its peer's buf_alloc, by all packets so far. */
	VSOCK_SIDE_OVER = 1u << 5,
	/* It sent a CREDIT_REQUEST and has heard nothing from its peer since. */
	VSOCK_SIDE_ASKED = 1u << 6,
	/* Its peer sent something while it was stalled, without making room. */
	VSOCK_SIDE_UNHEEDED = 1u << 7,
	/* One of its RWs looked like the one before: its counts may be too high. */
	VSOCK_SIDE_REPEATED = 1u << 8,
	/* Each chunk of its split packets was captured with what is left: see core/stream.h. */
	VSOCK_SIDE_SPLIT_REST = 1u << 9,
	/* Or with the whole packet. */
	VSOCK_SIDE_SPLIT_WHOLE = 1u << 10,
	/* Inside of a split packet whose start was not captured. */
	VSOCK_SIDE_SPLIT_LOST = 1u << 11,
	/* It sent data. */
	VSOCK_SIDE_DATA = 1u << 12,
	/* It got credit again after a long stall, and has not sent since. */
	VSOCK_SIDE_REOPENED = 1u << 13,
	/* It made its buffer smaller, which its peer may have heard of too late. */
	VSOCK_SIDE_SHRUNK = 1u << 14,
	/* Its stall was reported. */
	VSOCK_SIDE_STALL_REPORTED = 1u << 15,
};

#define VSOCK_ANSWERS_MOST 3

/* What one side sent. Durations are in microseconds, or UINT32_MAX for 71 minutes and more. */
struct vsock_flow_side {
	uint64_t packets;
	uint64_t bytes;        /* payload, by the headers' lengths, repetitions left out */
	uint64_t last_data_ts; /* of its last RW */

	/* As it said last: bytes that it has consumed, mod 2^32, and its receive buffer. */
	uint32_t fwd_cnt;
	uint32_t buf_alloc;
	/*
	 * Bytes it sent that its peer has not acknowledged; with VSOCK_FLOW_MIDSTREAM or
	 * VSOCK_FLOW_LOSSY at least so many. Negative: more was acknowledged than was captured,
	 * for now; the packet may only have been captured late.
	 */
	int32_t in_flight;
	uint32_t in_flight_packets; /* RWs these bytes came in, about */

	uint32_t message;          /* bytes of the SEQPACKET message under way */
	uint32_t last_data_packet; /* number of its last RW, mod 2^32 */
	uint16_t last_hash;        /* of its last packet: finds repetitions */
	uint16_t marks;            /* bits of enum vsock_side_mark */
	uint16_t split_total;      /* split packet under way: payload bytes minus 1, ... */
	uint16_t split_done;       /* ... and how many of them have come; 0: none under way */

	uint32_t first_data_us;    /* from the flow's first packet to this side's first RW */
	uint32_t blocked_us;       /* all the time it was stalled */
	uint32_t longest_stall_us; /* the longest single one */
	uint32_t longest_gap_us;   /* from its peer's last RW to its own next */
};

/*
 * One flow. Owned by the table: valid until the next update, expiry or eviction of that table.
 * Times are nanoseconds since 1970, as the capture gives them. 256 bytes; with its share of the
 * index a flow takes 264.
 */
struct vsock_flow {
	uint64_t number; /* 0, 1, 2 ... in order of appearance; never given twice */
	uint64_t first_ts;
	uint64_t last_ts;
	uint64_t response_ts; /* 0: no RESPONSE seen */
	uint64_t state_ts;    /* of the packet that brought the present state */
	uint64_t history;     /* see vsock_flow_history() */
	uint64_t reported;    /* codes of findings that were reported, as bits 1 << code */

	uint32_t client_cid;
	uint32_t server_cid; /* as dialled: the alias, when the client used one */
	uint32_t client_port;
	uint32_t server_port;

	uint32_t state_packet; /* number of the packet that brought the present state, mod 2^32 */
	uint16_t type;
	uint16_t marks;  /* bits of enum vsock_flow_mark */
	uint8_t state;   /* enum vsock_flow_state */
	uint8_t list;    /* the table's own: enum vsock_flow_list */
	uint16_t events; /* kinds of events in the history, as bits */

	uint32_t stall_us;    /* the duration that was reported last of a stall */
	uint8_t stall_detail; /* enum vsock_culprit of it */
	uint8_t worst;        /* enum vsock_class of the worst finding; see `reported` */
	uint16_t point;       /* see struct vsock_moment */
	/* RWs of this side that followed its peer's, up to VSOCK_ANSWERS_MOST. */
	uint8_t answers[2];
	uint8_t rst_sender : 1;   /* enum vsock_side of the RST that ended it */
	uint8_t rst_answered : 1; /* the other side has sent an RST since */
	uint8_t rst_code;         /* RST_PENDING: enum vsock_finding_code of what it seems to be */
	uint16_t first_hash;      /* of its first packet; see core/packet-hash.h */
	uint16_t response_hash;

	/* The table's own. */
	uint32_t hash;
	uint32_t newer; /* neighbours in its list, as slots */
	uint32_t older;

	struct vsock_flow_side side[2];
};
_Static_assert(sizeof(struct vsock_flow) == 256, "a flow keeps to its documented size");

static inline unsigned vsock_side_shutdown(const struct vsock_flow_side *side)
{
	return side->marks & VSOCK_SIDE_SHUTDOWN;
}

/*
 * Only one side's packets were captured, though they show that the other side took part: the
 * capture has one direction only.
 */
bool vsock_flow_one_sided(const struct vsock_flow *flow);

/* The client sent nothing but its REQUEST, maybe repeated, and an RST. */
bool vsock_flow_client_only_asked(const struct vsock_flow *flow);

/* The flow's state for an observer whose clock, or last packet, says `now`. */
enum vsock_flow_state vsock_flow_state_at(const struct vsock_flow *flow, uint64_t now);

/*
 * The flow's events in the order of their first appearance, in capitals if the client caused it,
 * otherwise in small letters: Q REQUEST, P RESPONSE, D data, C CREDIT_UPDATE, K CREDIT_REQUEST,
 * H SHUTDOWN of one direction, F SHUTDOWN of both, R RST. "QpDcdFr" is a healthy life.
 * Returns the length without the terminating null.
 */
#define VSOCK_FLOW_HISTORY_MAX 17
size_t vsock_flow_history(const struct vsock_flow *flow, char text[static VSOCK_FLOW_HISTORY_MAX]);

/*
 * Nanoseconds from REQUEST to RESPONSE, or -1 when one of them was not seen, or when they were
 * captured in the wrong order.
 */
int64_t vsock_flow_handshake_ns(const struct vsock_flow *flow);

#endif
