/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "condition": turns the syntax tree into conditions. */
#include "pcap-vsockmon/filter/condition.h"

static struct filter_condition *new_condition(struct filter_arena *arena,
					      enum filter_condition_kind kind)
{
	struct filter_condition *condition = filter_arena_alloc(arena, sizeof(*condition));

	if (condition)
		condition->kind = kind;
	return condition;
}

static void add_relation(struct filter_arena *arena, struct filter_set *set,
			 enum filter_relation relation, uint64_t number, uint64_t max)
{
	switch (relation) {
	case FILTER_RELATION_EQ:
		filter_set_add(arena, set, number, number);
		break;
	case FILTER_RELATION_NE:
		if (number > 0)
			filter_set_add(arena, set, 0, number - 1);
		if (number < max)
			filter_set_add(arena, set, number + 1, max);
		break;
	case FILTER_RELATION_LT:
		if (number > 0)
			filter_set_add(arena, set, 0, number - 1);
		break;
	case FILTER_RELATION_LE:
		filter_set_add(arena, set, 0, number);
		break;
	case FILTER_RELATION_GT:
		if (number < max)
			filter_set_add(arena, set, number + 1, max);
		break;
	case FILTER_RELATION_GE:
		filter_set_add(arena, set, number, max);
		break;
	}
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

static struct filter_condition *in(struct filter_arena *arena, const struct filter_node *place)
{
	struct filter_condition *condition = new_condition(arena, FILTER_CONDITION_IN);

	if (!condition)
		return NULL;
	condition->place = place->place;
	condition->direction = place->direction;
	condition->mask = UINT32_MAX;
	if (place->place.size < 4)
		condition->mask = (uint32_t)filter_place_max(&place->place);
	return condition;
}

/* `value` is a place or a place & number: its test against a number. NULL if it is neither. */
static struct filter_condition *masked_in(struct filter_arena *arena,
					  const struct filter_node *value)
{
	struct filter_condition *condition;
	const struct filter_node *place = value->left;
	const struct filter_node *mask = value->right;

	if (value->kind == FILTER_NODE_PLACE)
		return in(arena, value);
	if (value->kind != FILTER_NODE_ARITHMETIC || value->operation != FILTER_OPERATOR_BIT_AND)
		return NULL;
	if (place->kind != FILTER_NODE_PLACE) {
		place = value->right;
		mask = value->left;
	}
	if (place->kind != FILTER_NODE_PLACE || mask->kind != FILTER_NODE_NUMBER)
		return NULL;
	condition = in(arena, place);
	if (condition)
		condition->mask &= (uint32_t)mask->low;
	return condition;
}

/*
 * BPF loads the bytes of a little-endian number in the wrong order, so it cannot compare some of
 * its bits by size. It can only find out whether they are one of a few numbers.
 */
static bool needs_arithmetic(const struct filter_condition *condition,
			     enum filter_relation relation, uint64_t number)
{
	const struct filter_place *place = &condition->place;

	if (!place->little || place->size > 4 || condition->mask == 0 ||
	    condition->mask == filter_place_max(place))
		return false;
	if (relation == FILTER_RELATION_GT && number == 0)
		return false; /* the same as != 0 */
	return relation != FILTER_RELATION_EQ && relation != FILTER_RELATION_NE;
}

/* A number & 0 is always 0: the test holds for every number or for no number. */
static void unmask(struct filter_arena *arena, struct filter_condition *condition)
{
	uint64_t max = filter_place_max(&condition->place);
	bool all = filter_set_has(&condition->set, 0);

	condition->set.count = 0;
	if (all)
		filter_set_add(arena, &condition->set, 0, max);
	condition->mask = (uint32_t)max;
}

static struct filter_condition *comparison(struct filter_arena *arena,
					   const struct filter_node *node)
{
	const struct filter_node *value = node->left;
	const struct filter_node *number = node->right;
	enum filter_relation relation = node->relation;
	struct filter_condition *condition = NULL;
	struct filter_condition *calculated;

	if (value->kind == FILTER_NODE_NUMBER) {
		value = node->right;
		number = node->left;
		relation = mirrored(relation);
	}
	if (number->kind == FILTER_NODE_NUMBER)
		condition = masked_in(arena, value);
	if (condition && !needs_arithmetic(condition, relation, number->low)) {
		add_relation(arena, &condition->set, relation, number->low,
			     filter_place_max(&condition->place));
		if (condition->mask == 0)
			unmask(arena, condition);
		return condition;
	}
	calculated = new_condition(arena, FILTER_CONDITION_CALCULATED);
	if (!calculated)
		return NULL;
	calculated->node = node;
	if (condition)
		calculated->direction = condition->direction;
	return calculated;
}

static struct filter_condition *leaf(struct filter_arena *arena, const struct filter_node *node)
{
	struct filter_condition *condition;

	switch (node->kind) {
	case FILTER_NODE_COMPARE:
		return comparison(arena, node);
	case FILTER_NODE_RANGE:
		condition = in(arena, node->left);
		if (condition)
			filter_set_add(arena, &condition->set, node->low, node->high);
		return condition;
	default:
		condition = new_condition(arena, FILTER_CONDITION_STARTSWITH);
		if (condition)
			condition->node = node;
		return condition;
	}
}

/* A comparison of two numbers does not depend on the frame. */
static struct filter_condition *constant(struct filter_arena *arena, const struct filter_node *node,
					 bool negated)
{
	struct filter_set set = {0};

	add_relation(arena, &set, node->relation, node->right->low, UINT64_MAX);
	return new_condition(arena, filter_set_has(&set, node->left->low) != negated
					? FILTER_CONDITION_ALL
					: FILTER_CONDITION_ANY);
}

static struct filter_condition *list(struct filter_arena *arena, const struct filter_node *node,
				     bool negated);

static struct filter_condition *convert(struct filter_arena *arena, const struct filter_node *node,
					bool negated)
{
	struct filter_condition *condition;

	while (node->kind == FILTER_NODE_NOT) {
		negated = !negated;
		node = node->left;
	}
	if (node->kind == FILTER_NODE_AND || node->kind == FILTER_NODE_OR)
		return list(arena, node, negated);
	if (node->kind == FILTER_NODE_COMPARE && node->left->kind == FILTER_NODE_NUMBER &&
	    node->right->kind == FILTER_NODE_NUMBER)
		return constant(arena, node, negated);
	condition = leaf(arena, node);
	if (condition)
		condition->negated = negated;
	return condition;
}

static struct filter_condition *list(struct filter_arena *arena, const struct filter_node *node,
				     bool negated)
{
	struct filter_condition *condition =
	    new_condition(arena, (node->kind == FILTER_NODE_AND) != negated ? FILTER_CONDITION_ALL
									    : FILTER_CONDITION_ANY);
	size_t room = 0;

	for (const struct filter_node *n = node->left; condition && n; n = n->next) {
		struct filter_condition *part = convert(arena, n, negated);
		struct filter_condition **parts = filter_arena_grow(
		    arena, condition->parts, condition->count, &room, sizeof(*parts));

		if (!part || !parts)
			return NULL;
		condition->parts = parts;
		condition->parts[condition->count++] = part;
	}
	return condition;
}

struct filter_condition *filter_condition(struct filter_arena *arena,
					  const struct filter_node *tree)
{
	if (!tree)
		return new_condition(arena, FILTER_CONDITION_ALL);
	return convert(arena, tree, false);
}
