/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "emit": from the graph of decisions to BPF instructions. */
#ifndef PCAP_VSOCKMON_FILTER_EMIT_H
#define PCAP_VSOCKMON_FILTER_EMIT_H

#include "pcap-vsockmon/filter/decide-graph.h"
#include "pcap-vsockmon/filter/emit-code.h"
#include "pcap-vsockmon/filter/error.h"

/* The kernel takes no longer programs (BPF_MAXINSNS of <linux/bpf_common.h>). */
#define FILTER_MAX_INSTRUCTIONS 4096

/* What an accepted frame returns: the most bytes that a handle takes of one. */
#define FILTER_SNAPLEN 262144

/* emit-formula.c: appends the calculation of a FORMULA, and leaves its jump, without targets. */
struct filter_jump {
	unsigned opcode;
	uint32_t k;
	bool inverted; /* a jump means no */
};
/* False with the error set when BPF's 16 words of memory are too few. */
bool filter_formula(struct filter_code *code, const struct filter_load *formula,
		    struct filter_jump *jump, struct filter_error *error);

/*
 * The program that begins with node `root`. code->count may be more than FILTER_MAX_INSTRUCTIONS,
 * to say how many would be needed. False with the error set when no program can do it.
 */
bool filter_emit(struct filter_code *code, const struct filter_graph *graph, uint32_t root,
		 struct filter_error *error);

#endif
