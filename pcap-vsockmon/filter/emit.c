/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "emit": labels, and the jumps between them.
 *
 * A test has two entries: with its number in A already, and in front of its load. The load is
 * written when the first jump needs it. So a search in a list of numbers loads them once.
 *
 * Conditional jumps reach 255 instructions. If that is not enough, an island follows the jump: an
 * unconditional jump, which reaches any distance. Jumps that are written later use the same island
 * while they reach it.
 */
#include "pcap-vsockmon/filter/emit.h"

enum entry {
	ENTRY_START,
	ENTRY_LOADED, /* A has what the test looks at */
	ENTRIES
};

/* The distance from the program's end. The last instruction is at 1; 0 means none. */
typedef uint32_t position;

struct filter_label {
	struct filter_load load;
	position at[ENTRIES];   /* of the code itself */
	position near[ENTRIES]; /* of the latest island that leads there, or the code itself */
};

static position last_position(const struct filter_emitter *emitter)
{
	return (position)emitter->backward.count;
}

static uint32_t new_label(struct filter_emitter *emitter, const struct filter_load *load)
{
	struct filter_label *labels =
	    filter_arena_grow(emitter->backward.arena, emitter->labels, emitter->count,
			      &emitter->room, sizeof(*labels));
	enum entry entry = load->source == FILTER_SOURCE_NONE ? ENTRY_START : ENTRY_LOADED;
	struct filter_label *label;

	if (!labels)
		return FILTER_LEAF_REJECT;
	emitter->labels = labels;
	label = &labels[emitter->count];
	*label = (struct filter_label){.load = *load};
	label->at[entry] = label->near[entry] = last_position(emitter);
	return (uint32_t)emitter->count++;
}

/*
 * Nothing but the program's end is a return. When the kernel checks that words of memory are
 * written before they are read, it takes the code after a return as reached from there.
 */
bool filter_emit_begin(struct filter_emitter *emitter, struct filter_arena *arena)
{
	const struct filter_load none = {.source = FILTER_SOURCE_NONE};

	*emitter = (struct filter_emitter){.backward.arena = arena, .body.arena = arena};
	filter_code_add(&emitter->backward, BPF_RET | BPF_K, 0);
	new_label(emitter, &none);
	filter_code_add(&emitter->backward, BPF_RET | BPF_K, FILTER_SNAPLEN);
	new_label(emitter, &none);
	return !arena->failed;
}

static bool same_load(const struct filter_load *a, const struct filter_load *b)
{
	return a->source == b->source && a->offset == b->offset && a->size == b->size &&
	       a->little == b->little && a->mask == b->mask;
}

/* Where to enter `to` when A has what `held` loads. */
static enum entry entry_of(const struct filter_emitter *emitter, uint32_t to,
			   const struct filter_load *held)
{
	const struct filter_load *load = &emitter->labels[to].load;

	return load->source != FILTER_SOURCE_NONE && same_load(load, held) ? ENTRY_LOADED
									   : ENTRY_START;
}

/* Puts the code in front of the written instructions, and clears it. */
static void flush(struct filter_emitter *emitter, struct filter_code *code)
{
	while (code->count > 0) {
		struct bpf_insn insn = code->insns[--code->count];

		filter_code_add(&emitter->backward, insn.code, insn.k);
	}
}

static void add_jump(struct filter_emitter *emitter, position to)
{
	filter_code_add(&emitter->backward, BPF_JMP | BPF_JA, last_position(emitter) - to);
}

/* Makes sure that the next instruction to be written can fall through to the entry. */
static void adjoin(struct filter_emitter *emitter, uint32_t to, enum entry entry)
{
	position at = emitter->labels[to].at[entry];

	if (at != last_position(emitter))
		add_jump(emitter, at);
}

/* Writes the load in front of a test, unless that is done. */
static void make_start(struct filter_emitter *emitter, uint32_t to, enum entry entry)
{
	struct filter_label *label = &emitter->labels[to];
	struct filter_code load = {.arena = emitter->backward.arena};

	if (entry != ENTRY_START || label->at[ENTRY_START])
		return;
	filter_code_load(&load, &label->load);
	adjoin(emitter, to, ENTRY_LOADED);
	flush(emitter, &load);
	label->at[ENTRY_START] = label->near[ENTRY_START] = last_position(emitter);
}

/* Makes sure that a jump, with at most two islands before it, can reach the entry. */
static void make_reachable(struct filter_emitter *emitter, uint32_t to, enum entry entry)
{
	struct filter_label *label = &emitter->labels[to];
	position here = last_position(emitter) + 1;

	/* The jump is at most two islands away. Its distance counts from the next instruction. */
	if (label->near[entry] && here + 2 - label->near[entry] - 1 <= UINT8_MAX)
		return;
	add_jump(emitter, label->at[entry]);
	label->near[entry] = here;
}

uint32_t filter_emit_test(struct filter_emitter *emitter, const struct filter_load *load,
			  unsigned opcode, uint32_t k, struct filter_ways ways)
{
	enum entry yes = entry_of(emitter, ways.yes, load);
	enum entry no = entry_of(emitter, ways.no, load);
	struct filter_label *labels = emitter->labels;
	position here;

	make_start(emitter, ways.no, no);
	make_start(emitter, ways.yes, yes);
	make_reachable(emitter, ways.no, no);
	make_reachable(emitter, ways.yes, yes);
	here = last_position(emitter) + 1;
	filter_code_add(&emitter->backward, BPF_JMP | opcode, k);
	if (last_position(emitter) != here)
		return FILTER_LEAF_REJECT; /* no memory: arena->failed tells */
	emitter->backward.insns[here - 1].jt = (u_char)(here - labels[ways.yes].near[yes] - 1);
	emitter->backward.insns[here - 1].jf = (u_char)(here - labels[ways.no].near[no] - 1);
	return new_label(emitter, load);
}

uint32_t filter_emit_body(struct filter_emitter *emitter, const struct filter_load *left,
			  uint32_t to)
{
	const struct filter_load none = {.source = FILTER_SOURCE_NONE};
	enum entry entry = entry_of(emitter, to, left ? left : &none);

	make_start(emitter, to, entry);
	adjoin(emitter, to, entry);
	flush(emitter, &emitter->body);
	return new_label(emitter, &none);
}

void filter_emit_end(struct filter_emitter *emitter, uint32_t root, struct filter_code *code)
{
	if (root < FILTER_LEAVES) {
		filter_code_add(code, BPF_RET | BPF_K,
				root == FILTER_LEAF_ACCEPT ? FILTER_SNAPLEN : 0);
		return;
	}
	make_start(emitter, root, ENTRY_START);
	adjoin(emitter, root, ENTRY_START);
	for (size_t i = emitter->backward.count; i-- > 0;) {
		const struct bpf_insn *insn = &emitter->backward.insns[i];
		size_t here = code->count;

		filter_code_add(code, insn->code, insn->k);
		if (code->count > here) {
			code->insns[here].jt = insn->jt;
			code->insns[here].jf = insn->jf;
		}
	}
}
