/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How the flow table stores flows: slots, the hash index, the lists. flow-table.c implements it.
 * Internal to the core.
 *
 * Slots are in chunks that are allocated as needed and never move. So a flow's address stays valid
 * as long as the flow.
 *
 * A small cache has the flows that were used last. Its hash is cheap, because it need not be
 * secret: if packets make it collide, the index is used, as without a cache.
 *
 * Each flow is in one list. Lists order live flows by their last packet, and ended flows by their
 * end. If room is needed, the flow that ended first is removed first.
 *
 * With many flows, most of the time of a packet is a wait for memory: for an entry of the index,
 * and then for the flow. A caller that has several packets at hand can have both fetched in time.
 */
#ifndef VSOCK_CORE_FLOW_SLOTS_H
#define VSOCK_CORE_FLOW_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

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
	VSOCK_LISTS /* a free slot has this value, too */
};

/* The hash of a key in this table. Never 0. */
uint32_t vsock_flow_hash(const struct vsock_flow_table *table, const struct vsock_flow_key *key);

/* Whether the table is so large that it pays to fetch flows in time. */
bool vsock_flow_fetch_pays(const struct vsock_flow_table *table);
/* Fetches the entry of the index. */
void vsock_flow_fetch_entry(const struct vsock_flow_table *table, uint32_t hash);
/* Fetches the flow, if there is one, and returns its slot. The entry should be there. */
uint32_t vsock_flow_fetch(const struct vsock_flow_table *table, uint32_t hash);

/* The slot of a flow with this hash, which is nearly always the only one. VSOCK_NO_SLOT: none. */
uint32_t vsock_flow_expected_slot(const struct vsock_flow_table *table, uint32_t hash);

/* The newest flow of these addresses, live or ended, or NULL. `hash` is the key's, or 0. */
struct vsock_flow *vsock_flow_find(struct vsock_flow_table *table, const struct vsock_flow_key *key,
				   uint32_t hash);

/*
 * Returns a new flow that vsock_flow_find() will find. All of it is zero except number, point, bare
 * and the table's own members: the caller sets addresses and state before its next call. May evict
 * an old flow. NULL only if there is no memory for a single flow. `hash` is the key's, or 0.
 */
struct vsock_flow *vsock_flow_add(struct vsock_flow_table *table, const struct vsock_flow_key *key,
				  uint32_t hash);

/* Whether the slots are in the order of their flows' numbers, because none was used twice. */
bool vsock_flow_slots_in_order(const struct vsock_flow_table *table);

/* The number of slots that were ever used, and the flow in one of them, or NULL if it is free. */
uint32_t vsock_flow_slots(const struct vsock_flow_table *table);
struct vsock_flow *vsock_flow_in_slot(const struct vsock_flow_table *table, uint32_t slot);

/* vsock_flow_walk_next() for the core, which may change the flow but not the table. */
struct vsock_flow *vsock_flow_walk_next_mutable(struct vsock_flow_walk *walk);

/* The capture points at which flows were opened, as bits 1 << point. Those above 63 have no bit. */
uint64_t vsock_flow_points(const struct vsock_flow_table *table);

/*
 * Whether an equal packet of this side came shortly before: both may be one packet that was
 * captured twice. Use it only for flows without a captured REQUEST, because a REQUEST shows copies
 * better. It remembers some thousand packets, so it may forget one. It is wrong about one packet in
 * a billion.
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
