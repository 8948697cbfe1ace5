/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "emit": writes arithmetic as instructions. The result of each step is in A, and each step
 * may use X. A result that is needed later is kept in BPF's memory, in one word for each.
 */
#include "core/wire.h"
#include "pcap-vsockmon/filter/emit.h"
#include "pcap-vsockmon/filter/lower.h"

struct formula {
	struct filter_code *code;
	const struct filter_load *load;
	struct filter_error *error;
	uint32_t waiting; /* words of memory in use */
	bool as_written;  /* numbers need no swapping */
};

/* Swaps each byte of A with its neighbor. This is all for 2 bytes, and half of the work for 4. */
static void swap_neighbours(struct formula *formula)
{
	struct filter_code *code = formula->code;

	filter_code_add(code, BPF_ST, formula->waiting);
	filter_code_add(code, BPF_ALU | BPF_AND | BPF_K, 0x00ff00ff);
	filter_code_add(code, BPF_ALU | BPF_LSH | BPF_K, 8);
	filter_code_add(code, BPF_MISC | BPF_TAX, 0);
	filter_code_add(code, BPF_LD | BPF_MEM, formula->waiting);
	filter_code_add(code, BPF_ALU | BPF_RSH | BPF_K, 8);
	filter_code_add(code, BPF_ALU | BPF_AND | BPF_K, 0x00ff00ff);
	filter_code_add(code, BPF_ALU | BPF_OR | BPF_X, 0);
}

static void swap_halves(struct formula *formula)
{
	struct filter_code *code = formula->code;

	filter_code_add(code, BPF_ST, formula->waiting);
	filter_code_add(code, BPF_ALU | BPF_LSH | BPF_K, 16);
	filter_code_add(code, BPF_MISC | BPF_TAX, 0);
	filter_code_add(code, BPF_LD | BPF_MEM, formula->waiting);
	filter_code_add(code, BPF_ALU | BPF_RSH | BPF_K, 16);
	filter_code_add(code, BPF_ALU | BPF_OR | BPF_X, 0);
}

static bool has_memory(struct formula *formula, const struct filter_node *value)
{
	if (formula->waiting < BPF_MEMWORDS)
		return true;
	filter_error_at(formula->error, value->where,
			"this calculation needs more than BPF's %d words of memory; "
			"put its simpler operands on the right",
			BPF_MEMWORDS);
	return false;
}

static bool load_place(struct formula *formula, const struct filter_node *value)
{
	struct filter_place place = value->place;
	uint32_t offset = place.offset;

	if (value->direction != FILTER_DIRECTION_ONE && formula->load->receiver)
		offset = filter_receiver(place).offset;
	if (place.area == FILTER_AREA_PAYLOAD && formula->load->indirect) {
		filter_code_load_header_length(formula->code);
		filter_code_load(formula->code, BPF_IND, place.size, VSOCK_MON_SIZE + offset);
	} else {
		if (place.area == FILTER_AREA_PAYLOAD)
			offset += FILTER_USUAL_PAYLOAD;
		else if (place.area == FILTER_AREA_VIRTIO)
			offset += VSOCK_MON_SIZE;
		filter_code_load(formula->code, BPF_ABS, place.size, offset);
	}
	if (!place.little || formula->as_written)
		return true;
	if (!has_memory(formula, value))
		return false;
	swap_neighbours(formula);
	if (place.size == 4)
		swap_halves(formula);
	return true;
}

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

static bool calculate(struct formula *formula, const struct filter_node *value);

/* Left in A, right in X. */
static bool calculate_both(struct formula *formula, const struct filter_node *left,
			   const struct filter_node *right)
{
	if (!calculate(formula, left) || !has_memory(formula, left))
		return false;
	filter_code_add(formula->code, BPF_ST, formula->waiting++);
	if (!calculate(formula, right))
		return false;
	filter_code_add(formula->code, BPF_MISC | BPF_TAX, 0);
	filter_code_add(formula->code, BPF_LD | BPF_MEM, --formula->waiting);
	return true;
}

/* Recursion is bounded by FILTER_MAX_DEPTH. */
static bool calculate(struct formula *formula, const struct filter_node *value)
{
	if (value->kind == FILTER_NODE_NUMBER) {
		filter_code_add(formula->code, BPF_LD | BPF_IMM, (uint32_t)value->low);
		return true;
	}
	if (value->kind == FILTER_NODE_PLACE)
		return load_place(formula, value);
	if (value->right->kind == FILTER_NODE_NUMBER) {
		if (!calculate(formula, value->left))
			return false;
		filter_code_add(formula->code, opcode_of(value->operation) | BPF_K,
				(uint32_t)value->right->low);
		return true;
	}
	if (!calculate_both(formula, value->left, value->right))
		return false;
	filter_code_add(formula->code, opcode_of(value->operation) | BPF_X, 0);
	return true;
}

/* To see whether two numbers are equal, neither needs swapping if both do. */
static bool equal_as_written(const struct filter_node *node)
{
	const struct filter_node *left = node->left, *right = node->right;

	return (node->relation == FILTER_RELATION_EQ || node->relation == FILTER_RELATION_NE) &&
	       left->kind == FILTER_NODE_PLACE && right->kind == FILTER_NODE_PLACE &&
	       left->place.size == right->place.size && left->place.little == right->place.little;
}

bool filter_formula(struct filter_code *code, const struct filter_load *load,
		    struct filter_jump *jump, struct filter_error *error)
{
	static const struct filter_jump jumps[] = {
	    [FILTER_RELATION_EQ] = {BPF_JEQ, 0, false}, [FILTER_RELATION_NE] = {BPF_JEQ, 0, true},
	    [FILTER_RELATION_LT] = {BPF_JGE, 0, true},  [FILTER_RELATION_LE] = {BPF_JGT, 0, true},
	    [FILTER_RELATION_GT] = {BPF_JGT, 0, false}, [FILTER_RELATION_GE] = {BPF_JGE, 0, false},
	};
	const struct filter_node *node = load->node;
	struct formula formula = {code, load, error, 0, equal_as_written(node)};

	*jump = jumps[node->relation];
	if (node->right->kind == FILTER_NODE_NUMBER) {
		jump->opcode |= BPF_JMP | BPF_K;
		jump->k = (uint32_t)node->right->low;
		return calculate(&formula, node->left);
	}
	jump->opcode |= BPF_JMP | BPF_X;
	return calculate_both(&formula, node->left, node->right);
}
