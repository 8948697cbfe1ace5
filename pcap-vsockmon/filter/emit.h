/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "emit": writes a program from its end to its beginning. So all targets of a jump are
 * written before it, and its distance is known at once.
 */
#ifndef PCAP_VSOCKMON_FILTER_EMIT_H
#define PCAP_VSOCKMON_FILTER_EMIT_H

#include "pcap-vsockmon/filter/emit-code.h"

/* The longest program that the kernel accepts (BPF_MAXINSNS of <linux/bpf_common.h>). */
#define FILTER_MAX_INSTRUCTIONS 4096

/* The program returns this for an accepted frame: the most bytes that a handle takes of it. */
#define FILTER_SNAPLEN 262144

/* Indices of filter_emitter.labels. */
enum filter_leaf { FILTER_LEAF_REJECT, FILTER_LEAF_ACCEPT, FILTER_LEAVES };

/* The labels after a yes and after a no. */
struct filter_ways {
	uint32_t yes, no;
};

/* Of the negated test. */
static inline struct filter_ways filter_ways_swapped(struct filter_ways ways)
{
	return (struct filter_ways){.yes = ways.no, .no = ways.yes};
}

struct filter_emitter {
	struct filter_code backward; /* the program, its last instruction first */
	struct filter_code body;     /* what filter_emit_body() will write, in order */
	struct filter_label *labels;
	size_t count, room; /* of labels */
};

/* False without memory. */
bool filter_emit_begin(struct filter_emitter *emitter, struct filter_arena *arena);

/*
 * A jump that compares what `load` loads. The opcode is BPF_JEQ, BPF_JGT, BPF_JGE or BPF_JSET, with
 * BPF_X or BPF_K. Returns a new label in front of it. Without memory the result is a leaf.
 */
uint32_t filter_emit_test(struct filter_emitter *emitter, const struct filter_load *load,
			  unsigned opcode, uint32_t k, struct filter_ways ways);

/*
 * Writes the instructions of emitter->body, which then continue at `to`, and clears it. They leave
 * in A what `left` loads; NULL if that helps no test. Returns a new label in front of them.
 */
uint32_t filter_emit_body(struct filter_emitter *emitter, const struct filter_load *left,
			  uint32_t to);

/*
 * Appends the program that begins at a label to `code`. It may be longer than
 * FILTER_MAX_INSTRUCTIONS.
 */
void filter_emit_end(struct filter_emitter *emitter, uint32_t root, struct filter_code *code);

#endif
