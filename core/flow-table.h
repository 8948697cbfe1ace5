/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The flow table: all flows of a capture, also those that ended, until their room is needed.
 *
 * max_flows limits the memory. If the table is full, it removes the flow that ended first, or
 * otherwise the flow that was silent longest. on_leave() reports each flow that leaves. The hash
 * has a secret key, so a file that was made to collide does not slow the table down.
 */
#ifndef VSOCK_CORE_FLOW_TABLE_H
#define VSOCK_CORE_FLOW_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow.h"

/* The default of max_flows, and its upper limit. */
#define VSOCK_FLOW_MAX_DEFAULT (UINT32_C(1) << 20)
#define VSOCK_FLOW_MAX_LIMIT   ((UINT32_C(1) << 24) - 1)

struct vsock_flow_table;

struct vsock_flow_config {
	uint32_t max_flows; /* 0: VSOCK_FLOW_MAX_DEFAULT */
	uint8_t key[16];    /* secret of the hash: random for hostile input, fixed for tests */
	/*
	 * Keep the records of ended flows until room is needed (true), or only for
	 * VSOCK_FLOW_LINGER (false).
	 */
	bool keep_ended;
	/* Called for each flow that leaves the table before it is freed; may be NULL. */
	void (*on_leave)(void *context, const struct vsock_flow *flow);
	void *context;
};

/*
 * Returns a table that the caller frees, or NULL without memory. Freeing does not call on_leave().
 */
struct vsock_flow_table *vsock_flow_table_new(const struct vsock_flow_config *config);
void vsock_flow_table_free(struct vsock_flow_table *table);

/* Removes flows that ended VSOCK_FLOW_LINGER ago, unless the table keeps ended flows. */
void vsock_flow_expire(struct vsock_flow_table *table, uint64_t now);

uint32_t vsock_flow_table_count(const struct vsock_flow_table *table);

/*
 * A walk through all flows of the table in the order of their numbers. The table must not change
 * meanwhile. vsock_flow_walk() starts it. If that returns false (no memory), do not end the walk.
 */
struct vsock_flow_walk {
	const struct vsock_flow_table *table;
	struct vsock_flow_place *places; /* NULL: the slots are in order */
	uint32_t next;
	uint32_t end;
};

bool vsock_flow_walk(struct vsock_flow_walk *walk, const struct vsock_flow_table *table);
/* NULL after the last. */
const struct vsock_flow *vsock_flow_walk_next(struct vsock_flow_walk *walk);
void vsock_flow_walk_end(struct vsock_flow_walk *walk);

/*
 * The same in any order, for a caller that looks at a few flows at a time while the table changes.
 * Slots count from 0. NULL: no flow is in this slot now.
 */
uint32_t vsock_flow_table_slots(const struct vsock_flow_table *table);
const struct vsock_flow *vsock_flow_table_in_slot(const struct vsock_flow_table *table,
						  uint32_t slot);

struct vsock_flow_stats {
	uint64_t opened;  /* flows ever opened */
	uint64_t evicted; /* flows that left while they were alive, to make room */
	uint64_t dropped; /* records of ended flows that left to make room */
};
struct vsock_flow_stats vsock_flow_table_stats(const struct vsock_flow_table *table);

#endif
