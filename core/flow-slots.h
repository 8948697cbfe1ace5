/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How the flow table stores flows: slots, the hash index, the lists. Only the core uses this.
 * flow-table.c implements it.
 *
 * Slots lie in chunks that are allocated as needed and never move, so a flow's address holds as
 * long as the flow. The index is open-addressed with linear probing; an entry is a slot number and
 * eight bits of the hash, which spare 255 of 256 looks at a flow that is another. In front of it
 * stands a small cache of the flows seen last, found by a hash that is cheap because it need not
 * be secret: who makes it collide has the index used instead, as without a cache. Each flow is in
 * one list, which orders live flows by their last packet and ended ones by their end. Room is
 * made at the old end of the ended list first.
 */
#ifndef VSOCK_CORE_FLOW_SLOTS_H
#define VSOCK_CORE_FLOW_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow-key.h"
#include "core/flow.h"

struct vsock_flow_table;
struct vsock_flow_walk;

/* Flows that wait for something have separate lists, so that a timer finds them. */
enum vsock_flow_list {
	VSOCK_LIST_LIVE,
	VSOCK_LIST_REQUESTED, /* a RESPONSE is due */
	VSOCK_LIST_BLOCKED,   /* a side is stalled, or has asked for credit */
	VSOCK_LIST_CLOSING,   /* an RST is due */
	VSOCK_LIST_ENDED,
	VSOCK_LISTS /* also what a free slot is in */
};

/* The newest flow of these addresses, live or ended, or NULL. */
struct vsock_flow *vsock_flow_find(struct vsock_flow_table *table,
				   const struct vsock_flow_key *key);

/*
 * A new flow, all zero except number and hash, and the one that vsock_flow_find() finds from
 * now on. May push an old flow out. NULL only when there is no memory for a single flow.
 * The caller fills in addresses and state before its next call.
 */
struct vsock_flow *vsock_flow_add(struct vsock_flow_table *table, const struct vsock_flow_key *key);

/* Slots ever used, and the flow in one of them, or NULL when it is free. */
uint32_t vsock_flow_slots(const struct vsock_flow_table *table);
struct vsock_flow *vsock_flow_in_slot(const struct vsock_flow_table *table, uint32_t slot);

/* vsock_flow_walk_next(), for the core, which may change the flow but not the table. */
struct vsock_flow *vsock_flow_walk_next_mutable(struct vsock_flow_walk *walk);

/* The points that flows were opened at, as bits 1 << point; those above 63 have no bit. */
uint64_t vsock_flow_points(const struct vsock_flow_table *table);

/*
 * Whether an equal packet of this side came a short time before: both may be one that was captured
 * twice. Only for flows whose REQUEST was not captured, as that shows copies best. Remembers some
 * thousand packets, so that it may forget one, and says so of the wrong one once in a billion.
 */
bool vsock_flow_twin(struct vsock_flow_table *table, const struct vsock_flow *flow, bool server,
		     uint16_t hash, uint64_t ts);

/* Puts the flow at the new end of a list, which may be the one it is in. */
void vsock_flow_move(struct vsock_flow_table *table, struct vsock_flow *flow,
		     enum vsock_flow_list list);

/* The flow at the old end of a list, or NULL. */
struct vsock_flow *vsock_flow_oldest(const struct vsock_flow_table *table,
				     enum vsock_flow_list list);

/* Whether any flow is in a list of those that wait. */
bool vsock_flow_any_waiting(const struct vsock_flow_table *table);

#endif
