/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "decide": builds the graph of decisions, and leaves out needless tests. */
#include "pcap-vsockmon/filter/decide-graph.h"

#include <string.h>

/* Several times as many as BPF_MAXINSNS allows. */
#define MAX_DECISIONS 32768
/* All steps of rewriting together take a fraction of a second. */
#define MAX_WORK     4000000
#define HASH_BUCKETS 4096

bool filter_graph_init(struct filter_graph *graph, struct filter_arena *arena,
		       enum filter_effort effort)
{
	*graph = (struct filter_graph){.arena = arena, .effort = effort};
	graph->buckets = filter_arena_alloc(arena, HASH_BUCKETS * sizeof(*graph->buckets));
	graph->decisions =
	    filter_arena_grow(arena, NULL, 0, &graph->room, sizeof(*graph->decisions));
	graph->stack = filter_arena_grow(arena, NULL, 0, &graph->stack_room, sizeof(*graph->stack));
	graph->count = FILTER_LEAVES;
	return graph->buckets && graph->decisions && graph->stack;
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
	uint32_t *stack;

	if (graph->count >= MAX_DECISIONS)
		return false;
	decisions = filter_arena_grow(graph->arena, graph->decisions, graph->count, &graph->room,
				      sizeof(*decisions));
	if (!decisions)
		return false;
	graph->decisions = decisions;
	stack = filter_arena_grow(graph->arena, graph->stack, graph->count, &graph->stack_room,
				  sizeof(*stack));
	if (!stack)
		return false;
	graph->stack = stack;
	return true;
}

/* The one node of this test and these ways. */
static uint32_t intern(struct filter_graph *graph, const struct filter_test *test,
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
	    .reads = filter_reads(test) | graph->decisions[ways.yes].reads |
		     graph->decisions[ways.no].reads,
	};
	*bucket = (uint32_t)graph->count;
	return (uint32_t)graph->count++;
}

/*
 * The node that i was rewritten to, if that is known. Also i itself, if no test below depends on
 * the rewriting.
 */
static bool is_rewritten(const struct filter_graph *graph, uint32_t i, uint64_t reads, uint32_t *to)
{
	const struct filter_decision *decision = &graph->decisions[i];

	*to = i;
	if (i < FILTER_LEAVES || !(decision->reads & reads))
		return true;
	*to = decision->rewritten;
	return decision->stamp == graph->stamp;
}

static struct filter_test at_least(uint32_t length)
{
	return (struct filter_test){
	    .load = {.source = FILTER_SOURCE_LENGTH}, .greater = true, .constant = length - 1};
}

/*
 * The node after a test that is left out. If the test was a load, BPF would have rejected shorter
 * frames there, and later tests rely on that. So the frame's length is tested instead, unless it is
 * known.
 */
static uint32_t leave_out(struct filter_graph *graph, const struct filter_test *test, uint32_t way,
			  const struct filter_test *known, bool outcome)
{
	struct filter_test there = at_least(test->load.offset + test->load.size);

	if (test->load.source != FILTER_SOURCE_BYTES || way == FILTER_LEAF_REJECT)
		return way;
	switch (filter_implied(&there, known, outcome)) {
	case FILTER_OUTCOME_YES:
		return way;
	case FILTER_OUTCOME_UNKNOWN:
		return intern(graph, &there,
			      (struct filter_ways){.yes = way, .no = FILTER_LEAF_REJECT});
	default:
		return FILTER_LEAF_REJECT;
	}
}

/* The new node for a node whose targets were rewritten to `ways`. */
static uint32_t rewrite_node(struct filter_graph *graph, const struct filter_test *test,
			     struct filter_ways ways, const struct filter_test *known, bool outcome)
{
	switch (filter_implied(test, known, outcome)) {
	case FILTER_OUTCOME_YES:
		return leave_out(graph, test, ways.yes, known, outcome);
	case FILTER_OUTCOME_NO:
		return leave_out(graph, test, ways.no, known, outcome);
	case FILTER_OUTCOME_FAILS:
		return FILTER_LEAF_REJECT;
	default:
		break;
	}
	if (ways.yes == ways.no)
		return leave_out(graph, test, ways.yes, known, outcome);
	return intern(graph, test, ways);
}

/* The facts that a rewriting uses. A load proves a length, and a short frame ends at any load. */
static uint64_t concerned(const struct filter_test *known, bool outcome)
{
	const struct filter_test length = at_least(1);

	if (known->load.source == FILTER_SOURCE_LENGTH && !outcome)
		return UINT64_MAX;
	if (known->load.source == FILTER_SOURCE_BYTES)
		return filter_reads(known) | filter_reads(&length);
	return filter_reads(known);
}

/* Rewrites the graph from `root` on for a known outcome of a test. */
static uint32_t rewrite(struct filter_graph *graph, uint32_t root, const struct filter_test *known,
			bool outcome)
{
	uint64_t reads = concerned(known, outcome);
	uint32_t depth = 0;
	uint32_t to;

	graph->stamp++;
	if (is_rewritten(graph, root, reads, &to))
		return to;
	graph->stack[depth++] = root;
	while (depth > 0) {
		uint32_t i = graph->stack[depth - 1];
		const struct filter_decision d = graph->decisions[i];
		enum filter_outcome implied = filter_implied(&d.test, known, outcome);
		bool goes_yes = implied == FILTER_OUTCOME_UNKNOWN || implied == FILTER_OUTCOME_YES;
		bool goes_no = implied == FILTER_OUTCOME_UNKNOWN || implied == FILTER_OUTCOME_NO;
		struct filter_ways ways = {.yes = FILTER_LEAF_REJECT, .no = FILTER_LEAF_REJECT};

		if (goes_yes && !is_rewritten(graph, d.ways.yes, reads, &ways.yes)) {
			graph->stack[depth++] = d.ways.yes;
			continue;
		}
		if (goes_no && !is_rewritten(graph, d.ways.no, reads, &ways.no)) {
			graph->stack[depth++] = d.ways.no;
			continue;
		}
		to = rewrite_node(graph, &d.test, ways, known, outcome);
		graph->decisions[i].stamp = graph->stamp;
		graph->decisions[i].rewritten = to;
		depth--;
		if (++graph->work > MAX_WORK)
			graph->failed = true;
		if (graph->failed)
			return FILTER_LEAF_REJECT;
	}
	return graph->decisions[root].rewritten;
}

/*
 * Whether the graph from i on rejects every frame of less than `length` bytes. Its tests of the
 * length ask for more bytes: those for fewer were left out.
 */
static bool rejects_short(const struct filter_graph *graph, uint32_t i, uint32_t length,
			  unsigned *budget)
{
	const struct filter_decision *d = &graph->decisions[i];
	const struct filter_load *load = &d->test.load;

	if (i < FILTER_LEAVES)
		return i == FILTER_LEAF_REJECT;
	/* BPF ends with "reject" at a load beyond the frame. */
	if (load->source == FILTER_SOURCE_BYTES && load->offset + load->size >= length)
		return true;
	if (*budget == 0)
		return false;
	--*budget;
	if (load->source == FILTER_SOURCE_LENGTH)
		return rejects_short(graph, d->ways.no, length, budget);
	return rejects_short(graph, d->ways.yes, length, budget) &&
	       rejects_short(graph, d->ways.no, length, budget);
}

/* The next test of the length after `i` on the way that does not go to `exit`; or 0. */
static uint32_t next_length(const struct filter_graph *graph, uint32_t i, uint32_t exit)
{
	for (unsigned steps = 0; steps < 8 && i >= FILTER_LEAVES; steps++) {
		const struct filter_decision *d = &graph->decisions[i];

		if (d->test.load.source == FILTER_SOURCE_LENGTH)
			return d->test.greater ? d->test.constant + 1 : 0;
		i = d->ways.yes == exit ? d->ways.no : d->ways.yes;
	}
	return 0;
}

/*
 * A test that the frame has `length` bytes. It is left out if later tests reject shorter frames
 * anyway. If the result is the same, it asks for as many bytes as a later test of the length, so
 * that the later test can be left out.
 */
static uint32_t decide_length(struct filter_graph *graph, uint32_t length, struct filter_ways ways)
{
	unsigned budget = 32;
	struct filter_test test = at_least(length);
	uint32_t more = next_length(graph, ways.yes, ways.no);
	struct filter_test stricter = at_least(more);

	if (ways.no == FILTER_LEAF_REJECT && rejects_short(graph, ways.yes, length, &budget))
		return ways.yes;
	if (more > length && rewrite(graph, ways.yes, &stricter, false) == ways.no)
		return filter_decide(graph, &stricter, ways);
	return intern(graph, &test, ways);
}

uint32_t filter_decide(struct filter_graph *graph, const struct filter_test *test,
		       struct filter_ways ways)
{
	if (graph->effort != FILTER_EFFORT_FULL)
		return intern(graph, test, ways);
	if (ways.yes == ways.no)
		return ways.yes;
	ways.yes = rewrite(graph, ways.yes, test, true);
	ways.no = rewrite(graph, ways.no, test, false);
	if (graph->failed)
		return FILTER_LEAF_REJECT;
	if (test->load.source == FILTER_SOURCE_LENGTH && ways.yes != ways.no)
		return decide_length(graph, test->constant + 1, ways);
	if (ways.yes != ways.no)
		return intern(graph, test, ways);
	if (test->load.source != FILTER_SOURCE_BYTES || ways.yes == FILTER_LEAF_REJECT)
		return ways.yes;
	/* See leave_out(). */
	ways.no = FILTER_LEAF_REJECT;
	return decide_length(graph, test->load.offset + test->load.size, ways);
}
