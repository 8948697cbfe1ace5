/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "emit": from the graph of decisions to BPF instructions. */
#ifndef PCAP_VSOCKMON_FILTER_EMIT_H
#define PCAP_VSOCKMON_FILTER_EMIT_H

#include "pcap-vsockmon/filter/decide-graph.h"
#include "pcap-vsockmon/filter/emit-code.h"
#include "pcap-vsockmon/filter/error.h"

/* The longest program that the kernel accepts (BPF_MAXINSNS of <linux/bpf_common.h>). */
#define FILTER_MAX_INSTRUCTIONS 4096

/* The program returns this for an accepted frame: the most bytes that a handle takes of it. */
#define FILTER_SNAPLEN 262144

/* emit-formula.c: appends the calculation of a FORMULA. *jump is its jump, without targets. */
struct filter_jump {
	unsigned opcode;
	uint32_t k;
	bool inverted; /* a jump means no */
};
/* False with the error set if BPF's 16 words of memory are not enough. */
bool filter_formula(struct filter_code *code, const struct filter_load *formula,
		    struct filter_jump *jump, struct filter_error *error);

/*
 * Writes the program that begins with node `root`. code->count may be more than
 * FILTER_MAX_INSTRUCTIONS; then it says how many are needed. False with the error set if there is
 * no such program.
 */
bool filter_emit(struct filter_code *code, const struct filter_graph *graph, uint32_t root,
		 struct filter_error *error);

#endif
