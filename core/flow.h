/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The flow table: which conversation a packet belongs to, and what state that conversation is in.
 *
 * A flow is one epoch of a pair of socket addresses, from its REQUEST to its end. The same pair
 * may come back at once (Linux 6.7 and later reuse it immediately); that is a new flow with a
 * new number, while the old one keeps its record.
 *
 * Finding a flow ignores direction, and ignores CIDs on loopback: a loopback socket always sends
 * from CID 1, whatever CID was dialled, so connect() to CID 2 gives 1:c > 2:s one way and
 * 1:s > 1:c the other. When either side is CID 1 the ports alone make the key.
 *
 * Memory is bounded by max_flows. When it is used up, the flow that ended longest ago makes
 * room, else the one that was silent longest; the caller is told of each flow that leaves. The
 * table is hashed with a secret key, so a file made to collide does not slow it down.
 */
#ifndef VSOCK_CORE_FLOW_H
#define VSOCK_CORE_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/packet.h"
#include "core/stream.h"

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
	/* A RW of its own looked like the one before: its counts may be too high. */
	VSOCK_SIDE_REPEATED = 1u << 8,
	/* How its split packets are captured was seen: see core/stream.h. */
	VSOCK_SIDE_SPLIT_A = 1u << 9,
	VSOCK_SIDE_SPLIT_B = 1u << 10,
	/* Inside of a split packet whose start was not captured. */
	VSOCK_SIDE_SPLIT_LOST = 1u << 11,
	/* It sent data. */
	VSOCK_SIDE_DATA = 1u << 12,
	/* It got credit again after a long stall, and has not sent since. */
	VSOCK_SIDE_REOPENED = 1u << 13,
	/* It made its buffer smaller, which its peer may have heard of too late. */
	VSOCK_SIDE_SHRUNK = 1u << 14,
};

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
 * Times are nanoseconds since 1970, as the capture gives them. 240 bytes; with its share of the
 * index a flow takes 248.
 */
struct vsock_flow {
	uint64_t number; /* 1, 2, 3 ... in order of appearance; never given twice */
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

	/* The table's own. */
	uint32_t hash;
	uint32_t newer; /* neighbours in its list, as slots */
	uint32_t older;

	struct vsock_flow_side side[2];
};
_Static_assert(sizeof(struct vsock_flow) == 240, "a flow keeps to its documented size");

static inline unsigned vsock_side_shutdown(const struct vsock_flow_side *side)
{
	return side->marks & VSOCK_SIDE_SHUTDOWN;
}

/* connect() of Linux gives up after this many nanoseconds unless told otherwise. */
#define VSOCK_CONNECT_TIMEOUT UINT64_C(2000000000)

/* The flow's state for an observer whose clock, or last packet, says `now`. */
enum vsock_flow_state vsock_flow_state_at(const struct vsock_flow *flow, uint64_t now);

/*
 * The flow's events in the order in which each was first seen, in capitals when the client caused
 * it, else in small letters: Q REQUEST, P RESPONSE, D data, C CREDIT_UPDATE, K CREDIT_REQUEST,
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

/* A packet after an ended flow's end belongs to that flow for this long, in nanoseconds. */
#define VSOCK_FLOW_LINGER UINT64_C(10000000000)

/* The default cap of max_flows, and the highest that can be asked for. */
#define VSOCK_FLOW_MAX_DEFAULT (UINT32_C(1) << 20)
#define VSOCK_FLOW_MAX_LIMIT   ((UINT32_C(1) << 24) - 1)

struct vsock_flow_table;

struct vsock_flow_config {
	uint32_t max_flows; /* 0: VSOCK_FLOW_MAX_DEFAULT */
	uint8_t key[16];    /* secret for the hash: random for hostile input, fixed for tests */
	/*
	 * Keep the records of ended flows until room is needed (true), or only for
	 * VSOCK_FLOW_LINGER (false).
	 */
	bool keep_ended;
	/* Called for each flow that leaves the table before it is freed; may be NULL. */
	void (*on_leave)(void *context, const struct vsock_flow *flow);
	void *context;
};

/* A table that the caller frees, or NULL without memory. Freeing calls no on_leave. */
struct vsock_flow_table *vsock_flow_table_new(const struct vsock_flow_config *config);
void vsock_flow_table_free(struct vsock_flow_table *table);

/* Bits of vsock_flow_event.facts: what about a packet does not follow from its flow's states. */
enum vsock_flow_fact {
	VSOCK_FACT_OPENED = 1u << 0,          /* the packet is the flow's first */
	VSOCK_FACT_SUPERSEDES = 1u << 1,      /* the REQUEST ended a live flow of its addresses */
	VSOCK_FACT_REPETITION = 1u << 2,      /* the tap delivered the packet again; not counted */
	VSOCK_FACT_FWD_BACKWARDS = 1u << 3,   /* fwd_cnt fell */
	VSOCK_FACT_FWD_AHEAD = 1u << 4,       /* more acknowledged than was captured */
	VSOCK_FACT_BUF_SHRANK = 1u << 5,      /* buf_alloc fell */
	VSOCK_FACT_OVER = 1u << 6,            /* more in flight than the peer's buf_alloc */
	VSOCK_FACT_OVER_CONFIRMED = 1u << 7,  /* and the peer's later packet does not excuse it */
	VSOCK_FACT_STALL_ENDED = 1u << 8,     /* the peer has room again */
	VSOCK_FACT_AFTER_OWN_END = 1u << 9,   /* RW after the sender's SHUTDOWN(SEND) */
	VSOCK_FACT_AFTER_PEER_END = 1u << 10, /* RW after the peer's SHUTDOWN(RECEIVE) */
	VSOCK_FACT_TYPE_CHANGED = 1u << 11,   /* not the flow's type, and no RST */
	VSOCK_FACT_AFTER_FLOW_END = 1u << 12, /* the flow had ended already */
	VSOCK_FACT_EARLY = 1u << 13,          /* neither RESPONSE nor RST while a RESPONSE is due */
	VSOCK_FACT_SPLIT_BROKEN = 1u << 15,   /* a split packet lacks a part */
	VSOCK_FACT_FWD_ON_START = 1u << 14,   /* REQUEST or RESPONSE that acknowledges data */
};

/* What a packet did. Durations are UINT32_MAX for 71 minutes and more. */
struct vsock_flow_event {
	struct vsock_flow *flow;      /* NULL: the packet belongs to no flow */
	enum vsock_side sender;       /* which side of the flow sent it */
	enum vsock_flow_state before; /* the flow's state before the packet */
	uint32_t facts;               /* bits of enum vsock_flow_fact */
	uint32_t ahead;               /* FWD_AHEAD: bytes that were not captured */
	uint32_t backwards;           /* FWD_BACKWARDS: by so many bytes */
	uint32_t buf_before;          /* BUF_SHRANK: what it was, bytes */
	uint32_t in_flight;           /* OVER_CONFIRMED: bytes */
	uint32_t stalled_us;          /* STALL_ENDED: how long it was, microseconds */
	uint32_t replaced;            /* SUPERSEDES: enum vsock_flow_state of the old flow */
	uint32_t state_packet;        /* the flow's state_packet before the packet */
	uint32_t silence_us;          /* since the flow's packet before, microseconds */
	uint32_t in_state_us;         /* how long the flow was in that state, microseconds */
	struct vsock_segment segment; /* RW: the bytes that the peer's application reads */
};

/*
 * Counts a packet to its flow, opening or ending one where the packet does that, and fills *event
 * wholly. `number` is the
 * packet's number in the capture, 1 for the first. Packets without a whole virtio header belong
 * to no flow, nor do those with upper bits of a CID set (no kernel takes them), nor an RST for
 * which no flow is known. Without memory for a new flow an old one is evicted early.
 */
void vsock_flow_update(struct vsock_flow_table *table, const struct vsock_packet *packet,
		       uint64_t number, uint64_t ts, struct vsock_flow_event *event);

uint32_t vsock_flow_table_count(const struct vsock_flow_table *table);

/*
 * A walk through all flows in the table in the order of their numbers. The table must not change
 * meanwhile. Start it with vsock_flow_walk(); false without memory, and then there is nothing to
 * end.
 */
struct vsock_flow_walk {
	const struct vsock_flow_table *table;
	struct vsock_flow_place *places; /* NULL: the slots are in order */
	uint32_t next;
	uint32_t end;
};

bool vsock_flow_walk(struct vsock_flow_walk *walk, const struct vsock_flow_table *table);
/* NULL behind the last. */
const struct vsock_flow *vsock_flow_walk_next(struct vsock_flow_walk *walk);
void vsock_flow_walk_end(struct vsock_flow_walk *walk);

struct vsock_flow_stats {
	uint64_t opened;  /* flows ever opened */
	uint64_t evicted; /* flows that left while they were alive, for want of room */
	uint64_t dropped; /* records of ended flows that left for want of room */
};
struct vsock_flow_stats vsock_flow_table_stats(const struct vsock_flow_table *table);

#endif
