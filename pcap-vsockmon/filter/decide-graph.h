/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "decide": the graph of decisions. Each node is one load and one conditional jump of BPF.
 * Its leaves are "reject" and "accept". The graph is built from the leaves up: each new test has a
 * target for yes and a target for no. Equal nodes are one node, so code with the same end is
 * shared.
 *
 * Nodes only point to older ones. So the nodes run in the order of falling indices, and no walk
 * over the graph needs recursion.
 */
#ifndef PCAP_VSOCKMON_FILTER_DECIDE_GRAPH_H
#define PCAP_VSOCKMON_FILTER_DECIDE_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pcap-vsockmon/filter/arena.h"
#include "pcap-vsockmon/filter/tree.h"

/* What a test looks at. */
enum filter_source {
	FILTER_SOURCE_LENGTH,   /* the length of the frame on the wire */
	FILTER_SOURCE_BYTES,    /* bytes at a fixed offset in the frame, big-endian */
	FILTER_SOURCE_INDIRECT, /* bytes after the transport header, whose length is read first */
	FILTER_SOURCE_ROOM,     /* whether that many bytes follow the transport header; no number */
	FILTER_SOURCE_FORMULA,  /* a comparison of values that must be calculated; no number */
};

struct filter_load {
	enum filter_source source;
	uint32_t offset;                /* of BYTES and INDIRECT; the number of bytes of ROOM */
	uint8_t size;                   /* of BYTES and INDIRECT: 1, 2 or 4 */
	uint32_t mask;                  /* of BYTES and INDIRECT, of what was loaded */
	const struct filter_node *node; /* of FORMULA: a FILTER_NODE_COMPARE */
	bool indirect;                  /* of FORMULA: the payload is reached as by INDIRECT */
	bool receiver;                  /* of FORMULA: places of a pair are the receiver's */
};

/* Tests of a number are "== constant" and "> constant", without sign. */
struct filter_test {
	struct filter_load load;
	bool greater;
	uint32_t constant;
};

enum filter_leaf {
	FILTER_LEAF_REJECT = 0,
	FILTER_LEAF_ACCEPT = 1,
	FILTER_LEAVES = 2, /* the index of the first decision */
};

/* The targets of a test: the node after a yes, and the node after a no. */
struct filter_ways {
	uint32_t yes, no;
};

/* The targets of the negated test. */
static inline struct filter_ways filter_ways_swapped(struct filter_ways ways)
{
	return (struct filter_ways){.yes = ways.no, .no = ways.yes};
}

/* A node. Indices are of filter_graph.decisions; the leaves' entries are unused. */
struct filter_decision {
	struct filter_test test;
	struct filter_ways ways;
	uint32_t next_of_hash;
};

struct filter_graph {
	struct filter_arena *arena;
	bool optimised; /* no load is repeated at once */
	bool failed;    /* too large, or no memory: do not use the graph */
	struct filter_decision *decisions;
	size_t count, room;
	uint32_t *buckets; /* heads of hash chains */
};

/* False without memory. */
bool filter_graph_init(struct filter_graph *graph, struct filter_arena *arena, bool optimised);

/* The node that makes this test. After a failure the result is a leaf. */
uint32_t filter_decide(struct filter_graph *graph, const struct filter_test *test,
		       struct filter_ways ways);

bool filter_same_load(const struct filter_load *a, const struct filter_load *b);

/* The largest number that BYTES of a size can be. */
static inline uint32_t filter_load_max(uint8_t size)
{
	return UINT32_MAX >> (32 - 8 * size);
}

#endif
