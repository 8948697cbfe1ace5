/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "lower": writes arithmetic as instructions. The result of each step is in A, and each step
 * may use X. A result that is needed later is kept in BPF's memory, in one word for each.
 */
#include "pcap-vsockmon/filter/lower.h"

struct formula {
	struct filter_lower *lower;
	struct filter_code *code;
	uint32_t waiting; /* the next free word of memory */
};

static unsigned opcode_of(enum filter_operator operation)
{
	static const unsigned opcodes[] = {
	    [FILTER_OPERATOR_ADD] = BPF_ADD,        [FILTER_OPERATOR_SUBTRACT] = BPF_SUB,
	    [FILTER_OPERATOR_MULTIPLY] = BPF_MUL,   [FILTER_OPERATOR_DIVIDE] = BPF_DIV,
	    [FILTER_OPERATOR_REMAINDER] = BPF_MOD,  [FILTER_OPERATOR_BIT_AND] = BPF_AND,
	    [FILTER_OPERATOR_BIT_OR] = BPF_OR,      [FILTER_OPERATOR_BIT_XOR] = BPF_XOR,
	    [FILTER_OPERATOR_SHIFT_LEFT] = BPF_LSH, [FILTER_OPERATOR_SHIFT_RIGHT] = BPF_RSH,
	};

	return BPF_ALU | opcodes[operation];
}

static void calculate(struct formula *formula, const struct filter_node *value);

/* Left in A, right in X. */
static void calculate_both(struct formula *formula, const struct filter_node *left,
			   const struct filter_node *right)
{
	calculate(formula, left);
	if (formula->waiting == BPF_MEMWORDS || formula->lower->asked[formula->waiting]) {
		filter_error_at(formula->lower->error, left->where,
				"this calculation needs more than BPF's %d words of memory; "
				"put its simpler operands on the right",
				BPF_MEMWORDS);
		return;
	}
	filter_code_add(formula->code, BPF_ST, formula->waiting++);
	calculate(formula, right);
	filter_code_add(formula->code, BPF_MISC | BPF_TAX, 0);
	filter_code_add(formula->code, BPF_LD | BPF_MEM, --formula->waiting);
}

/* Recursion is bounded by FILTER_MAX_DEPTH. */
static void calculate(struct formula *formula, const struct filter_node *value)
{
	struct filter_load load;

	if (value->kind == FILTER_NODE_NUMBER) {
		filter_code_add(formula->code, BPF_LD | BPF_IMM, (uint32_t)value->low);
	} else if (value->kind == FILTER_NODE_PLACE) {
		load = filter_load_of(&value->place);
		filter_code_load(formula->code, &load);
	} else if (value->right->kind == FILTER_NODE_NUMBER) {
		calculate(formula, value->left);
		filter_code_add(formula->code, opcode_of(value->operation) | BPF_K,
				(uint32_t)value->right->low);
	} else {
		calculate_both(formula, value->left, value->right);
		filter_code_add(formula->code, opcode_of(value->operation) | BPF_X, 0);
	}
}

uint32_t filter_lower_formula(struct filter_lower *lower, const struct filter_node *node,
			      struct filter_ways ways)
{
	static const struct {
		unsigned opcode;
		bool inverted; /* a jump means no */
	} jumps[] = {
	    [FILTER_RELATION_EQ] = {BPF_JEQ, false}, [FILTER_RELATION_NE] = {BPF_JEQ, true},
	    [FILTER_RELATION_LT] = {BPF_JGE, true},  [FILTER_RELATION_LE] = {BPF_JGT, true},
	    [FILTER_RELATION_GT] = {BPF_JGT, false}, [FILTER_RELATION_GE] = {BPF_JGE, false},
	};
	const struct filter_load in_a = {.source = FILTER_SOURCE_NONE};
	struct formula formula = {lower, &lower->emitter.body, 0};
	bool number = node->right->kind == FILTER_NODE_NUMBER;
	uint32_t jump;

	if (jumps[node->relation].inverted)
		ways = filter_ways_swapped(ways);
	jump = filter_emit_test(&lower->emitter, &in_a,
				jumps[node->relation].opcode | (number ? BPF_K : BPF_X),
				number ? (uint32_t)node->right->low : 0, ways);
	if (number)
		calculate(&formula, node->left);
	else
		calculate_both(&formula, node->left, node->right);
	return filter_emit_body(&lower->emitter, NULL, jump);
}
