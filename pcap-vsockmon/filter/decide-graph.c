/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "decide": builds the graph of decisions. */
#include "pcap-vsockmon/filter/decide-graph.h"

#include <string.h>

/* Several times as many as BPF_MAXINSNS allows. */
#define MAX_DECISIONS 32768
#define HASH_BUCKETS  4096

bool filter_graph_init(struct filter_graph *graph, struct filter_arena *arena, bool optimised)
{
	*graph = (struct filter_graph){.arena = arena, .optimised = optimised};
	graph->buckets = filter_arena_alloc(arena, HASH_BUCKETS * sizeof(*graph->buckets));
	graph->decisions =
	    filter_arena_grow(arena, NULL, 0, &graph->room, sizeof(*graph->decisions));
	graph->count = FILTER_LEAVES;
	return graph->buckets && graph->decisions;
}

static uint32_t hash(const struct filter_test *test, struct filter_ways ways)
{
	const uint32_t parts[] = {(uint32_t)test->load.source,
				  test->load.offset,
				  test->load.size,
				  test->load.mask,
				  (uint32_t)(uintptr_t)test->load.node,
				  test->greater,
				  test->constant,
				  ways.yes,
				  ways.no};
	uint32_t h = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		h = (h ^ parts[i]) * UINT32_C(0x9e3779b1) + (h >> 15);
	return (h ^ h >> 16) % HASH_BUCKETS;
}

bool filter_same_load(const struct filter_load *a, const struct filter_load *b)
{
	return a->source == b->source && a->offset == b->offset && a->size == b->size &&
	       a->mask == b->mask && a->node == b->node && a->indirect == b->indirect &&
	       a->receiver == b->receiver;
}

static bool same_test(const struct filter_test *a, const struct filter_test *b)
{
	return a->greater == b->greater && a->constant == b->constant &&
	       filter_same_load(&a->load, &b->load);
}

static bool same_ways(struct filter_ways a, struct filter_ways b)
{
	return a.yes == b.yes && a.no == b.no;
}

static bool make_room(struct filter_graph *graph)
{
	struct filter_decision *decisions;

	if (graph->count >= MAX_DECISIONS)
		return false;
	decisions = filter_arena_grow(graph->arena, graph->decisions, graph->count, &graph->room,
				      sizeof(*decisions));
	if (!decisions)
		return false;
	graph->decisions = decisions;
	return true;
}

uint32_t filter_decide(struct filter_graph *graph, const struct filter_test *test,
		       struct filter_ways ways)
{
	uint32_t *bucket = &graph->buckets[hash(test, ways)];
	struct filter_decision *decision;

	for (uint32_t i = *bucket; i; i = graph->decisions[i].next_of_hash) {
		decision = &graph->decisions[i];
		if (same_ways(decision->ways, ways) && same_test(&decision->test, test))
			return i;
	}
	if (graph->failed || !make_room(graph)) {
		graph->failed = true;
		return FILTER_LEAF_REJECT;
	}
	decision = &graph->decisions[graph->count];
	*decision = (struct filter_decision){
	    .test = *test,
	    .ways = ways,
	    .next_of_hash = *bucket,
	};
	*bucket = (uint32_t)graph->count;
	return (uint32_t)graph->count++;
}
