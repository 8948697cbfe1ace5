/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Storage of the flow table: slots, the hash index, the two lists. Internal to the core; what
 * packets mean to a flow is flow.c's business.
 *
 * Slots lie in chunks that are allocated as needed and never move, so a flow's address holds as
 * long as the flow. The index is open-addressed with linear probing and holds only a hash and a
 * slot number: one cache line tells most misses. Two lists order the flows: live ones by their
 * last packet, ended ones by their end; room is made at the old end of the ended list first.
 */
#ifndef VSOCK_CORE_FLOW_TABLE_H
#define VSOCK_CORE_FLOW_TABLE_H

#include "core/flow.h"

/*
 * Canonical form of a pair of addresses: the lower one first (port, then CID), both CIDs set to
 * VSOCK_CID_LOCAL when either is: see core/flow.h on the loopback alias.
 */
struct vsock_flow_key {
	uint64_t low_cid;
	uint64_t high_cid;
	uint32_t low_port;
	uint32_t high_port;
};

struct vsock_flow_key vsock_flow_key(uint64_t a_cid, uint32_t a_port, uint64_t b_cid,
				     uint32_t b_port);

uint32_t vsock_flow_hash(const struct vsock_flow_table *table, const struct vsock_flow_key *key);

/* The newest flow of these addresses, live or ended, or NULL. */
struct vsock_flow *vsock_flow_find(struct vsock_flow_table *table, const struct vsock_flow_key *key,
				   uint32_t hash);

/*
 * A new flow, all zero but for number and hash, and the one that vsock_flow_find() finds from
 * now on. May push an old flow out. NULL only when there is no memory for a single flow.
 * The caller fills in addresses and state before its next call.
 */
struct vsock_flow *vsock_flow_add(struct vsock_flow_table *table, const struct vsock_flow_key *key,
				  uint32_t hash);

/* The live flow got a packet: it is the last to be evicted now. */
void vsock_flow_touch(struct vsock_flow_table *table, struct vsock_flow *flow);

/* The live flow has ended: its state is already set. */
void vsock_flow_retire(struct vsock_flow_table *table, struct vsock_flow *flow);

/* Lets ended flows go that lingered long enough; nothing when the table keeps them. */
void vsock_flow_expire(struct vsock_flow_table *table, uint64_t now);

#endif
