/* SPDX-License-Identifier: BSD-3-Clause */
/* What one packet did to its flow. */
#ifndef VSOCK_CORE_FLOW_EVENT_H
#define VSOCK_CORE_FLOW_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/flow.h"
#include "core/stream.h"

/* Bits of vsock_flow_event.facts: what the states of the flow do not say about a packet. */
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
	VSOCK_FACT_RST_FOLLOWED = 1u << 16,   /* the flow's RST sender sent more before this */
	VSOCK_FACT_SPLIT_BROKEN = 1u << 15,   /* a split packet lacks a part */
	VSOCK_FACT_FWD_ON_START = 1u << 14,   /* REQUEST or RESPONSE that acknowledges data */
};

/* Which packet it is, when it was captured, and where. */
struct vsock_moment {
	uint64_t number; /* in the capture, 1 for the first */
	uint64_t ts;     /* nanoseconds since 1970 */
	uint16_t point;  /* the capture point: flows of two points never mix */
	/* ts is not the packet's time. Durations are not judged after this. */
	bool timeless;
	/* What vsock_analysis_expect() set, or 0. */
	uint32_t flow_hash;
};

/*
 * What a packet did. Durations are UINT32_MAX for 71 minutes and more. Without a flow, only moment,
 * flow, old, facts and has_segment are set. A member whose comment names a fact is set only with
 * that fact.
 */
struct vsock_flow_event {
	struct vsock_moment moment;
	struct vsock_flow *flow;      /* NULL: the packet belongs to no flow */
	struct vsock_flow *old;       /* SUPERSEDES: the flow that ended, if it is still kept */
	enum vsock_side sender;       /* which side of the flow sent it */
	enum vsock_flow_state before; /* the flow's state before the packet */
	uint32_t facts;               /* bits of enum vsock_flow_fact */
	uint32_t ahead;               /* FWD_AHEAD: bytes that were not captured */
	uint32_t backwards;           /* FWD_BACKWARDS: by how many bytes */
	uint32_t buf_before;          /* BUF_SHRANK: what it was, bytes */
	uint32_t in_flight;           /* OVER_CONFIRMED: bytes */
	uint32_t stalled_us;          /* STALL_ENDED: how long it was, microseconds */
	uint32_t replaced;            /* SUPERSEDES: enum vsock_flow_state of the old flow */
	uint32_t state_packet;        /* the previous state_packet of the flow */
	uint32_t silence_us;          /* since the flow's previous packet, microseconds */
	uint32_t in_state_us;         /* how long the flow was in that state, microseconds */
	bool has_segment;             /* see vsock_event_segment() */
	struct vsock_segment segment;
};

/*
 * The bytes that the peer's application reads, and their place in the stream. NULL if the packet
 * has no such bytes: it is no RW, it is a repetition, its flow had ended, or it has no flow.
 */
static inline const struct vsock_segment *vsock_event_segment(const struct vsock_flow_event *event)
{
	return event->has_segment ? &event->segment : NULL;
}

/* Nanoseconds from one time to another; 0 if time went back. */
static inline uint64_t vsock_elapsed(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

/* From one time to another, in the unit of events and flows. */
static inline uint32_t vsock_microseconds(uint64_t from, uint64_t to)
{
	uint64_t us = vsock_elapsed(from, to) / 1000;

	return us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
}

#endif
