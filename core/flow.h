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

	/* Ended: RST from the peer of the side that closed. The healthy end. */
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
};

/* What one side sent. */
struct vsock_flow_side {
	uint64_t packets;
	uint64_t bytes;    /* payload, by the header's length */
	uint64_t first_ts; /* of its first and last packet; 0 while packets is 0 */
	uint64_t last_ts;
	uint8_t shutdown; /* VSOCK_SHUTDOWN_ bits of all its SHUTDOWNs */
};

/*
 * One flow. Owned by the table: valid until the next update, expiry or eviction of that table.
 * Times are nanoseconds since 1970, as the capture gives them.
 */
struct vsock_flow {
	uint64_t number; /* 1, 2, 3 ... in order of appearance; never given twice */
	uint64_t client_cid;
	uint64_t server_cid; /* as dialled: the alias, when the client used one */
	uint32_t client_port;
	uint32_t server_port;
	uint16_t type;
	uint8_t state; /* enum vsock_flow_state */
	uint8_t marks; /* bits of enum vsock_flow_mark */

	uint64_t request_ts;  /* 0: no REQUEST seen */
	uint64_t response_ts; /* 0: no RESPONSE seen */
	uint64_t end_ts;      /* of the packet that ended the flow; 0 while it has not ended */
	struct vsock_flow_side side[2];

	/* The table's own. */
	uint32_t hash;
	uint32_t newer; /* neighbours in its list, as slots */
	uint32_t older;
};

uint64_t vsock_flow_first_ts(const struct vsock_flow *flow);
uint64_t vsock_flow_last_ts(const struct vsock_flow *flow);

/* connect() of Linux gives up after this many nanoseconds unless told otherwise. */
#define VSOCK_CONNECT_TIMEOUT UINT64_C(2000000000)

/* The flow's state for an observer whose clock, or last packet, says `now`. */
enum vsock_flow_state vsock_flow_state_at(const struct vsock_flow *flow, uint64_t now);

/*
 * Nanoseconds from REQUEST to RESPONSE, or -1 when one of them was not seen, or when they were
 * captured in the wrong order.
 */
int64_t vsock_flow_handshake_ns(const struct vsock_flow *flow);

/* A packet after an ended flow's end belongs to that flow for this long, in nanoseconds. */
#define VSOCK_FLOW_LINGER UINT64_C(10000000000)

/* The default cap of max_flows, and the highest that can be asked for. */
#define VSOCK_FLOW_MAX_DEFAULT (UINT32_C(1) << 20)
#define VSOCK_FLOW_MAX_LIMIT   (UINT32_C(1) << 28)

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

/* What a packet did. */
struct vsock_flow_event {
	struct vsock_flow *flow;      /* NULL: the packet belongs to no flow */
	enum vsock_side sender;       /* which side of the flow sent it */
	enum vsock_flow_state before; /* the flow's state before the packet */
	bool opened;                  /* the packet is the flow's first */
};

/*
 * Counts a packet to its flow, opening or ending one where the packet does that. Packets without
 * a whole virtio header belong to no flow, nor does an RST for which no flow is known. Without
 * memory for a new flow an old one is evicted early.
 */
struct vsock_flow_event vsock_flow_update(struct vsock_flow_table *table,
					  const struct vsock_packet *packet, uint64_t ts);

/*
 * All flows in the table in the order of their numbers: fills `flows`, an array the caller has
 * made for vsock_flow_table_count() pointers.
 */
uint32_t vsock_flow_table_count(const struct vsock_flow_table *table);
void vsock_flow_table_list(const struct vsock_flow_table *table, const struct vsock_flow **flows);

struct vsock_flow_stats {
	uint64_t opened;  /* flows ever opened */
	uint64_t evicted; /* flows that left while they were alive, for want of room */
	uint64_t dropped; /* records of ended flows that left for want of room */
};
struct vsock_flow_stats vsock_flow_table_stats(const struct vsock_flow_table *table);

#endif
