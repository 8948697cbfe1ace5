/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "parse": builds the nodes of arithmetic and comparisons, and refuses those without a clear
 * meaning. BPF calculates with 32 bits and ends the program on a division by zero. So numbers of
 * more than 32 bits are refused, and so are divisors and shifts that depend on the packet. Every
 * accepted calculation has one meaning in every BPF machine.
 *
 * A comparison of one field with one number has no such limit: it can ask for 64 bits, and for
 * either end of the packet.
 */
#include <inttypes.h>

#include "pcap-vsockmon/filter/parse-state.h"

static uint32_t calculate(enum filter_operator operation, uint32_t a, uint32_t b)
{
	switch (operation) {
	case FILTER_OPERATOR_ADD:
		return a + b;
	case FILTER_OPERATOR_SUBTRACT:
		return a - b;
	case FILTER_OPERATOR_MULTIPLY:
		return a * b;
	case FILTER_OPERATOR_DIVIDE:
		return a / b;
	case FILTER_OPERATOR_REMAINDER:
		return a % b;
	case FILTER_OPERATOR_BIT_AND:
		return a & b;
	case FILTER_OPERATOR_BIT_OR:
		return a | b;
	case FILTER_OPERATOR_BIT_XOR:
		return a ^ b;
	case FILTER_OPERATOR_SHIFT_LEFT:
		return a << b;
	case FILTER_OPERATOR_SHIFT_RIGHT:
		return a >> b;
	}
	return 0;
}

static bool good_number(struct filter_parser *parser, const struct filter_node *number)
{
	if (number->low <= UINT32_MAX)
		return true;
	filter_error_at(parser->error, number->where,
			"expected a number of at most 32 bits, as in all arithmetic");
	return false;
}

static bool good_right_operand(struct filter_parser *parser, enum filter_operator operation,
			       const struct filter_node *right)
{
	bool number = right->kind == FILTER_NODE_NUMBER;

	if (operation == FILTER_OPERATOR_DIVIDE || operation == FILTER_OPERATOR_REMAINDER) {
		if (number && right->low > 0)
			return true;
		filter_error_at(parser->error, right->where,
				"expected a number above 0 to divide by");
		return false;
	}
	if (operation == FILTER_OPERATOR_SHIFT_LEFT || operation == FILTER_OPERATOR_SHIFT_RIGHT) {
		if (number && right->low < 32)
			return true;
		filter_error_at(parser->error, right->where,
				"expected a number below 32 as the shift count");
		return false;
	}
	return true;
}

struct filter_node *filter_calculate(struct filter_parser *parser, enum filter_operator operation,
				     struct filter_node *left, struct filter_node *right)
{
	struct filter_node *node;

	if (!left || !right)
		return NULL;
	if (left->kind == FILTER_NODE_NUMBER && !good_number(parser, left))
		return NULL;
	if (right->kind == FILTER_NODE_NUMBER && !good_number(parser, right))
		return NULL;
	if (!good_right_operand(parser, operation, right))
		return NULL;
	if (left->kind == FILTER_NODE_NUMBER && right->kind == FILTER_NODE_NUMBER)
		return filter_number(
		    parser, calculate(operation, (uint32_t)left->low, (uint32_t)right->low),
		    left->where);
	/* "1 & flags" is "flags & 1". */
	if (left->kind == FILTER_NODE_NUMBER && operation == FILTER_OPERATOR_BIT_AND)
		node = filter_over(parser, FILTER_NODE_ARITHMETIC, right, left);
	else
		node = filter_over(parser, FILTER_NODE_ARITHMETIC, left, right);
	if (node)
		node->operation = operation;
	return node;
}

/* Whether every part of a value is one number of 32 bits. */
static bool is_plain(struct filter_parser *parser, const struct filter_node *value)
{
	switch (value->kind) {
	case FILTER_NODE_NUMBER:
		return good_number(parser, value);
	case FILTER_NODE_ARITHMETIC:
		return is_plain(parser, value->left) && is_plain(parser, value->right);
	default:
		break;
	}
	if (value->place.size > 4) {
		filter_error_at(parser->error, value->where,
				"a CID can be compared only with a number or a name");
		return false;
	}
	if (value->direction != FILTER_DIRECTION_ONE) {
		filter_error_at(parser->error, value->where,
				"expected \"src\" or \"dst\": say which of the two you mean");
		return false;
	}
	return true;
}

/* The place, if the value is one or a place & number; NULL for any other value. */
static struct filter_node *place_of(struct filter_node *value)
{
	if (value->kind == FILTER_NODE_PLACE)
		return value;
	if (value->kind != FILTER_NODE_ARITHMETIC || value->operation != FILTER_OPERATOR_BIT_AND)
		return NULL;
	if (value->left->kind != FILTER_NODE_PLACE || value->right->kind != FILTER_NODE_NUMBER)
		return NULL;
	return value->left->place.size <= 4 ? value->left : NULL;
}

static bool in_range(struct filter_parser *parser, const struct filter_place *place,
		     const struct filter_node *number)
{
	uint64_t max = filter_place_max(place);

	if (number->low <= max)
		return true;
	filter_error_at(parser->error, number->where,
			"expected a number of %d bits, from 0 to %" PRIu64
			": the field is that long",
			8 * place->size, max);
	return false;
}

static enum filter_relation mirrored(enum filter_relation relation)
{
	switch (relation) {
	case FILTER_RELATION_LT:
		return FILTER_RELATION_GT;
	case FILTER_RELATION_LE:
		return FILTER_RELATION_GE;
	case FILTER_RELATION_GT:
		return FILTER_RELATION_LT;
	case FILTER_RELATION_GE:
		return FILTER_RELATION_LE;
	default:
		return relation;
	}
}

struct filter_node *filter_compare(struct filter_parser *parser, enum filter_relation relation,
				   struct filter_node *left, struct filter_node *right)
{
	struct filter_node *node;
	struct filter_node *place;

	if (!left || !right)
		return NULL;
	if (left->kind == FILTER_NODE_NUMBER && right->kind != FILTER_NODE_NUMBER)
		return filter_compare(parser, mirrored(relation), right, left);
	node = filter_over(parser, FILTER_NODE_COMPARE, left, right);
	if (!node)
		return NULL;
	node->relation = relation;
	place = right->kind == FILTER_NODE_NUMBER ? place_of(left) : NULL;
	if (!place)
		return is_plain(parser, left) && is_plain(parser, right) ? node : NULL;
	if (!in_range(parser, &place->place, right))
		return NULL;
	/* "port != 22" means that neither port is 22, not that one of them is another. */
	if (relation == FILTER_RELATION_NE && place->direction == FILTER_DIRECTION_EITHER)
		place->direction = FILTER_DIRECTION_BOTH;
	return node;
}
