/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Storage of the flow table: slots, the hash index, the two lists. Internal to the core; what
 * packets mean to a flow is flow.c's business.
 *
 * Slots lie in chunks that are allocated as needed and never move, so a flow's address holds as
 * long as the flow. The index is open-addressed with linear probing; an entry is a slot number and
 * eight bits of the hash, which spare 255 of 256 looks at a flow that is another. In front of it
 * stands a small cache of the flows seen last, found by a hash that is cheap because it need not
 * be secret: who makes it collide has the index used instead, as without a cache. Each flow is in
 * one list, which orders live flows by their last packet and ended ones by their end. Room is
 * made at the old end of the ended list first.
 */
#ifndef VSOCK_CORE_FLOW_TABLE_H
#define VSOCK_CORE_FLOW_TABLE_H

#include "core/flow.h"

/* Flows that wait for something have lists of their own, so that a timer finds them. */
enum vsock_flow_list {
	VSOCK_LIST_LIVE,
	VSOCK_LIST_REQUESTED, /* a RESPONSE is due */
	VSOCK_LIST_BLOCKED,   /* a side is stalled, or has asked for credit */
	VSOCK_LIST_CLOSING,   /* an RST is due */
	VSOCK_LIST_ENDED,
	VSOCK_LISTS /* also what a free slot is in */
};

/*
 * Canonical form of a pair of addresses: the lower one first (port, then CID), both CIDs set to
 * VSOCK_CID_LOCAL when either is: see core/flow.h on the loopback alias.
 */
struct vsock_flow_key {
	uint32_t low_cid;
	uint32_t high_cid;
	uint32_t low_port;
	uint32_t high_port;
};

struct vsock_flow_key vsock_flow_key(uint32_t a_cid, uint32_t a_port, uint32_t b_cid,
				     uint32_t b_port);

/* The newest flow of these addresses, live or ended, or NULL. */
struct vsock_flow *vsock_flow_find(struct vsock_flow_table *table,
				   const struct vsock_flow_key *key);

/*
 * A new flow, all zero but for number and hash, and the one that vsock_flow_find() finds from
 * now on. May push an old flow out. NULL only when there is no memory for a single flow.
 * The caller fills in addresses and state before its next call.
 */
struct vsock_flow *vsock_flow_add(struct vsock_flow_table *table, const struct vsock_flow_key *key);

/* Slots ever used, and the flow in one of them, or NULL when it is free. */
uint32_t vsock_flow_slots(const struct vsock_flow_table *table);
const struct vsock_flow *vsock_flow_in_slot(const struct vsock_flow_table *table, uint32_t slot);

/* Puts the flow at the new end of a list, which may be the one it is in. */
void vsock_flow_move(struct vsock_flow_table *table, struct vsock_flow *flow,
		     enum vsock_flow_list list);

/* The flow at the old end of a list, or NULL. */
struct vsock_flow *vsock_flow_oldest(const struct vsock_flow_table *table,
				     enum vsock_flow_list list);

/* Whether any flow is in a list of those that wait. */
bool vsock_flow_any_waiting(const struct vsock_flow_table *table);

/* Lets ended flows go that lingered long enough; nothing when the table keeps them. */
void vsock_flow_expire(struct vsock_flow_table *table, uint64_t now);

#endif
