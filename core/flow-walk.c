/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * As long as no slot was used twice, the slots are in the order of their flows' numbers, and a walk
 * needs no memory. For a million flows, an array of pointers would be large. A table that removed
 * flows has to sort such an array.
 */
#include <stdlib.h>

#include "core/flow-slots.h"
#include "core/flow-table.h"

struct vsock_flow_place {
	uint64_t number;
	uint32_t slot;
};

static bool slots_in_order(const struct vsock_flow_table *table)
{
	uint64_t last = 0;

	if (vsock_flow_slots_in_order(table))
		return true;
	for (uint32_t slot = 0; slot < vsock_flow_slots(table); slot++) {
		const struct vsock_flow *flow = vsock_flow_in_slot(table, slot);

		if (flow && flow->number < last)
			return false;
		if (flow)
			last = flow->number;
	}
	return true;
}

static int by_number(const void *a, const void *b)
{
	const struct vsock_flow_place *x = a;
	const struct vsock_flow_place *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static struct vsock_flow_place *sorted_places(const struct vsock_flow_table *table)
{
	struct vsock_flow_place *places = calloc(vsock_flow_table_count(table), sizeof(*places));
	size_t n = 0;

	if (!places)
		return NULL;
	for (uint32_t slot = 0; slot < vsock_flow_slots(table); slot++) {
		const struct vsock_flow *flow = vsock_flow_in_slot(table, slot);

		if (flow)
			places[n++] = (struct vsock_flow_place){flow->number, slot};
	}
	qsort(places, n, sizeof(*places), by_number);
	return places;
}

bool vsock_flow_walk(struct vsock_flow_walk *walk, const struct vsock_flow_table *table)
{
	*walk = (struct vsock_flow_walk){.table = table, .end = vsock_flow_slots(table)};
	if (slots_in_order(table))
		return true;
	walk->places = sorted_places(table);
	walk->end = vsock_flow_table_count(table);
	return walk->places;
}

struct vsock_flow *vsock_flow_walk_next_mutable(struct vsock_flow_walk *walk)
{
	while (walk->next < walk->end) {
		uint32_t i = walk->next++;
		struct vsock_flow *flow =
		    vsock_flow_in_slot(walk->table, walk->places ? walk->places[i].slot : i);

		if (flow)
			return flow;
	}
	return NULL;
}

const struct vsock_flow *vsock_flow_walk_next(struct vsock_flow_walk *walk)
{
	return vsock_flow_walk_next_mutable(walk);
}

void vsock_flow_walk_end(struct vsock_flow_walk *walk)
{
	free(walk->places);
	walk->places = NULL;
}

uint32_t vsock_flow_table_slots(const struct vsock_flow_table *table)
{
	return vsock_flow_slots(table);
}

const struct vsock_flow *vsock_flow_table_in_slot(const struct vsock_flow_table *table,
						  uint32_t slot)
{
	return slot < vsock_flow_slots(table) ? vsock_flow_in_slot(table, slot) : NULL;
}
