/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "decide": the graph of decisions. Each node is one load and one conditional jump of BPF.
 * Its leaves are "reject" and "accept". The graph is built from the leaves up: each new test has a
 * target for yes and a target for no. Equal nodes are one node, so code with the same end is
 * shared. A test whose two targets are equal is left out.
 *
 * Optimization happens while the graph is built, by one operation. Below a test, its outcome is
 * known. So the graph below is rewritten, without the tests whose outcome follows from it. This
 * folds constants, threads jumps and removes dead code. Paths that know different things get
 * copies. These can grow without bound, so work is counted. Beyond a budget the graph has failed,
 * and the caller builds it again without optimization.
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
	uint64_t reads; /* what this test and all below it read, as bits of filter_reads() */
	uint32_t stamp, rewritten; /* of the latest rewriting that came here */
};

/* How much work is done to make the program short and fast. */
enum filter_effort {
	FILTER_EFFORT_PLAIN,  /* nothing */
	FILTER_EFFORT_SHARED, /* no load is repeated at once */
	FILTER_EFFORT_FULL,   /* and no test whose outcome is known */
};

struct filter_graph {
	struct filter_arena *arena;
	enum filter_effort effort;
	bool failed; /* too large, too much work, or no memory: do not use the graph */
	struct filter_decision *decisions;
	size_t count, room;
	uint32_t *buckets; /* heads of hash chains */
	uint32_t *stack;   /* for rewriting; with as much room as decisions */
	size_t stack_room;
	uint32_t stamp;
	size_t work;
};

/* False without memory. */
bool filter_graph_init(struct filter_graph *graph, struct filter_arena *arena,
		       enum filter_effort effort);

/* The node that makes this test. After a failure the result is a leaf. */
uint32_t filter_decide(struct filter_graph *graph, const struct filter_test *test,
		       struct filter_ways ways);

/* decide-facts.c: what one test says about another */

/* Tests without a common bit say nothing about each other. */
uint64_t filter_reads(const struct filter_test *test);
bool filter_same_load(const struct filter_load *a, const struct filter_load *b);

enum filter_outcome {
	FILTER_OUTCOME_UNKNOWN,
	FILTER_OUTCOME_YES,
	FILTER_OUTCOME_NO,
	FILTER_OUTCOME_FAILS, /* its load is beyond the frame, so BPF rejects the frame there */
};

/* The outcome of a test that follows from the known outcome of another. */
enum filter_outcome filter_implied(const struct filter_test *asked, const struct filter_test *known,
				   bool outcome);

/* The largest number that BYTES of a size can be. */
static inline uint32_t filter_load_max(uint8_t size)
{
	return UINT32_MAX >> (32 - 8 * size);
}

#endif
