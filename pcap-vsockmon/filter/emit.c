/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "emit": turns the graph of decisions into BPF instructions.
 *
 * The program is written from its end to its beginning. Nodes point to older nodes, so all targets
 * of a node are written before it, and each jump's distance is known at once.
 *
 * Conditional jumps reach 255 instructions. If that is not enough, an island follows the jump: an
 * unconditional jump, which reaches any distance, or a return. Jumps that are written later use the
 * same island while they reach it.
 *
 * A node begins with its load. A jump from a test of the same number skips the load, because A
 * still has the number. In the same way, X has the length of the transport header after tests that
 * used it.
 */
#include "pcap-vsockmon/filter/emit.h"

#include <string.h>

#include "core/wire.h"

/* Where a jump may enter a node. */
enum entry {
	ENTRY_START,
	ENTRY_WITH_X, /* X has the header length */
	ENTRY_WITH_A, /* A has what the test looks at */
	ENTRIES
};

/* The distance from the program's end. The last instruction is at 1; 0 means none. */
typedef uint32_t position;

struct block {
	bool reached;
	bool entered[ENTRIES];
	position at[ENTRIES];   /* of the code itself */
	position near[ENTRIES]; /* of the latest island that leads there, or the code itself */
};

struct emitter {
	const struct filter_graph *graph;
	struct filter_error *error;
	struct block *blocks;
	struct filter_code backward; /* the program, its last instruction first */
	struct filter_code body;     /* of the node being written, in order */
};

static position last_position(const struct emitter *emitter)
{
	return (position)emitter->backward.count;
}

/* The test is of single bits: one instruction does it without changing A. */
static bool tests_bits(const struct filter_test *test)
{
	uint32_t mask = test->load.mask;

	if (test->load.source != FILTER_SOURCE_BYTES && test->load.source != FILTER_SOURCE_INDIRECT)
		return false;
	if (test->greater || mask == filter_load_max(test->load.size))
		return false;
	return test->constant == 0 || (test->constant == mask && (mask & (mask - 1)) == 0);
}

/* What A has when the test jumps, and after it. */
static struct filter_load held(const struct filter_test *test)
{
	struct filter_load load = test->load;

	if (tests_bits(test))
		load.mask = filter_load_max(load.size);
	return load;
}

static bool holds_number(const struct filter_load *load)
{
	return load->source != FILTER_SOURCE_ROOM && load->source != FILTER_SOURCE_FORMULA;
}

static bool uses_x(const struct filter_load *load)
{
	return load->source == FILTER_SOURCE_INDIRECT || load->source == FILTER_SOURCE_ROOM;
}

static enum entry entry_of(const struct filter_graph *graph, uint32_t from, uint32_t to)
{
	struct filter_load before = held(&graph->decisions[from].test);
	struct filter_load after = held(&graph->decisions[to].test);

	if (!graph->optimised || to < FILTER_LEAVES)
		return ENTRY_START;
	if (holds_number(&after) && filter_same_load(&before, &after))
		return ENTRY_WITH_A;
	if (uses_x(&after) && uses_x(&before))
		return ENTRY_WITH_X;
	return ENTRY_START;
}

static void reach(struct emitter *emitter, uint32_t from, uint32_t to)
{
	struct block *block = &emitter->blocks[to];

	block->reached = true;
	block->entered[entry_of(emitter->graph, from, to)] = true;
}

/* Finds the nodes that are reached, and where jumps enter them. */
static void reach_all(struct emitter *emitter, uint32_t root)
{
	const struct filter_decision *decisions = emitter->graph->decisions;

	emitter->blocks[root].reached = true;
	emitter->blocks[root].entered[ENTRY_START] = true;
	for (uint32_t i = root; i >= FILTER_LEAVES; i--) {
		if (!emitter->blocks[i].reached)
			continue;
		reach(emitter, i, decisions[i].ways.yes);
		reach(emitter, i, decisions[i].ways.no);
	}
}

/* Makes sure that a jump, with at most two islands before it, can reach the node. */
static void make_reachable(struct emitter *emitter, uint32_t to, enum entry entry)
{
	struct block *block = &emitter->blocks[to];
	position here = last_position(emitter) + 1;

	/* The jump is at most two islands away. Its distance counts from the next instruction. */
	if (block->near[entry] && here + 2 - block->near[entry] - 1 <= UINT8_MAX)
		return;
	if (to < FILTER_LEAVES)
		filter_code_add(&emitter->backward, BPF_RET | BPF_K,
				to == FILTER_LEAF_ACCEPT ? FILTER_SNAPLEN : 0);
	else
		filter_code_add(&emitter->backward, BPF_JMP | BPF_JA, here - block->at[entry] - 1);
	block->near[entry] = here;
}

static void emit_jump(struct emitter *emitter, uint32_t from, const struct filter_jump *jump)
{
	struct filter_ways ways = emitter->graph->decisions[from].ways;
	enum entry yes_entry, no_entry;
	position here;

	if (jump->inverted)
		ways = filter_ways_swapped(ways);
	yes_entry = entry_of(emitter->graph, from, ways.yes);
	no_entry = entry_of(emitter->graph, from, ways.no);
	make_reachable(emitter, ways.no, no_entry);
	make_reachable(emitter, ways.yes, yes_entry);
	here = last_position(emitter) + 1;
	filter_code_add(&emitter->backward, jump->opcode, jump->k);
	if (emitter->backward.count != here)
		return; /* no memory: arena->failed tells */
	emitter->backward.insns[here - 1].jt =
	    (u_char)(here - emitter->blocks[ways.yes].near[yes_entry] - 1);
	emitter->backward.insns[here - 1].jf =
	    (u_char)(here - emitter->blocks[ways.no].near[no_entry] - 1);
}

/* Puts the body in front of the written instructions, and clears it. Returns where it begins. */
static position flush(struct emitter *emitter)
{
	while (emitter->body.count > 0) {
		struct bpf_insn insn = emitter->body.insns[--emitter->body.count];

		filter_code_add(&emitter->backward, insn.code, insn.k);
	}
	return last_position(emitter);
}

/* The load, unless X or A makes it needless. Sets the positions of the block. */
static void emit_load(struct emitter *emitter, const struct filter_test *test, struct block *block)
{
	struct filter_load load = held(test);
	struct filter_code *body = &emitter->body;

	block->at[ENTRY_WITH_A] = last_position(emitter);
	if (!block->entered[ENTRY_START] && !block->entered[ENTRY_WITH_X])
		return;
	if (load.source == FILTER_SOURCE_LENGTH)
		filter_code_add(body, BPF_LD | BPF_W | BPF_LEN, 0);
	else if (load.source == FILTER_SOURCE_BYTES)
		filter_code_load(body, BPF_ABS, load.size, load.offset);
	else if (load.source == FILTER_SOURCE_INDIRECT)
		filter_code_load(body, BPF_IND, load.size, VSOCK_MON_SIZE + load.offset);
	if (load.source == FILTER_SOURCE_ROOM) {
		filter_code_add(body, BPF_LD | BPF_W | BPF_LEN, 0);
		filter_code_add(body, BPF_ALU | BPF_SUB | BPF_K, VSOCK_MON_SIZE + load.offset);
	} else if (load.source != FILTER_SOURCE_LENGTH && load.mask != filter_load_max(load.size)) {
		filter_code_add(body, BPF_ALU | BPF_AND | BPF_K, load.mask);
	}
	block->at[ENTRY_WITH_X] = flush(emitter);
	if (block->entered[ENTRY_START] && uses_x(&load))
		filter_code_load_header_length(body);
	block->at[ENTRY_START] = flush(emitter);
}

static struct filter_jump jump_of(const struct filter_test *test)
{
	if (test->load.source == FILTER_SOURCE_ROOM)
		return (struct filter_jump){BPF_JMP | BPF_JGE | BPF_X, 0, false};
	if (tests_bits(test))
		return (struct filter_jump){BPF_JMP | BPF_JSET | BPF_K, test->load.mask,
					    test->constant == 0};
	if (test->greater && test->load.source == FILTER_SOURCE_LENGTH)
		return (struct filter_jump){BPF_JMP | BPF_JGE | BPF_K, test->constant + 1, false};
	if (test->greater)
		return (struct filter_jump){BPF_JMP | BPF_JGT | BPF_K, test->constant, false};
	return (struct filter_jump){BPF_JMP | BPF_JEQ | BPF_K, test->constant, false};
}

static bool emit_node(struct emitter *emitter, uint32_t i)
{
	const struct filter_test *test = &emitter->graph->decisions[i].test;
	struct block *block = &emitter->blocks[i];
	struct filter_jump jump;

	if (test->load.source == FILTER_SOURCE_FORMULA) {
		if (!filter_formula(&emitter->body, &test->load, &jump, emitter->error))
			return false;
		emit_jump(emitter, i, &jump);
		block->at[ENTRY_START] = flush(emitter);
	} else {
		jump = jump_of(test);
		emit_jump(emitter, i, &jump);
		emit_load(emitter, test, block);
	}
	memcpy(block->near, block->at, sizeof(block->near));
	return true;
}

/* Reverses the program. */
static void turn(struct filter_code *code, const struct filter_code *backward)
{
	for (size_t i = backward->count; i-- > 0;) {
		const struct bpf_insn *insn = &backward->insns[i];
		size_t here = code->count;

		filter_code_add(code, insn->code, insn->k);
		if (code->count > here) {
			code->insns[here].jt = insn->jt;
			code->insns[here].jf = insn->jf;
		}
	}
}

bool filter_emit(struct filter_code *code, const struct filter_graph *graph, uint32_t root,
		 struct filter_error *error)
{
	struct emitter emitter = {
	    .graph = graph,
	    .error = error,
	    .blocks = filter_arena_alloc(code->arena, graph->count * sizeof(struct block)),
	    .backward = {.arena = code->arena},
	    .body = {.arena = code->arena},
	};

	if (!emitter.blocks)
		return true; /* arena->failed tells */
	if (root < FILTER_LEAVES)
		make_reachable(&emitter, root, ENTRY_START);
	else
		reach_all(&emitter, root);
	for (uint32_t i = FILTER_LEAVES; i <= root && !code->arena->failed; i++)
		if (emitter.blocks[i].reached && !emit_node(&emitter, i))
			return false;
	turn(code, &emitter.backward);
	return true;
}
