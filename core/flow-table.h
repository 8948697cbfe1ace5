/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The flow table: all flows of a capture, those that ended included, until their room is needed.
 *
 * Memory is bounded by max_flows. When it is used up, the flow that ended longest ago makes
 * room, otherwise the one that was silent longest. on_leave() reports each flow that leaves. The
 * table is hashed with a secret key, so a file made to collide does not slow it down.
 */
#ifndef VSOCK_CORE_FLOW_TABLE_H
#define VSOCK_CORE_FLOW_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow.h"

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

/* Lets ended flows go that lingered long enough; nothing when the table keeps them. */
void vsock_flow_expire(struct vsock_flow_table *table, uint64_t now);

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
	uint64_t evicted; /* flows that left while they were alive, to make room */
	uint64_t dropped; /* records of ended flows that left to make room */
};
struct vsock_flow_stats vsock_flow_table_stats(const struct vsock_flow_table *table);

#endif
