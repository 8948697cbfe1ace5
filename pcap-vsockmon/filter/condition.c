/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "condition": turns the syntax tree into conditions, and joins tests of one field.
 *
 * "port 22 or port 80" as two tests loads the sender's port, the receiver's port, and then the
 * sender's port again. As one test it loads each port once, and looks its number up in a set. So
 * lists of hundreds of ports are possible.
 */
#include "pcap-vsockmon/filter/condition.h"

static struct filter_condition *new_condition(struct filter_arena *arena,
					      enum filter_condition_kind kind)
{
	struct filter_condition *condition = filter_arena_alloc(arena, sizeof(*condition));

	if (condition)
		condition->kind = kind;
	return condition;
}

/* Makes the set the numbers that have this relation to `number`, or all the others. */
static void set_relation(struct filter_arena *arena, struct filter_condition *condition,
			 enum filter_relation relation, uint64_t number)
{
	bool equal = relation == FILTER_RELATION_EQ || relation == FILTER_RELATION_NE;
	bool below = relation == FILTER_RELATION_LT || relation == FILTER_RELATION_GE;

	condition->outside = relation == FILTER_RELATION_NE || relation == FILTER_RELATION_GT ||
			     relation == FILTER_RELATION_GE;
	if (!below)
		filter_set_add(arena, &condition->set, equal ? number : 0, number);
	else if (number > 0)
		filter_set_add(arena, &condition->set, 0, number - 1);
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
	if (place->kind != FILTER_NODE_PLACE || mask->kind != FILTER_NODE_NUMBER)
		return NULL;
	condition = in(arena, place);
	if (condition)
		condition->mask &= (uint32_t)mask->low;
	return condition;
}

static struct filter_condition *leaf(struct filter_arena *arena, const struct filter_node *node)
{
	struct filter_condition *condition = NULL;

	if (node->kind == FILTER_NODE_RANGE) {
		condition = in(arena, node->left);
		if (condition)
			filter_set_add(arena, &condition->set, node->low, node->high);
		return condition;
	}
	if (node->kind == FILTER_NODE_COMPARE && node->right->kind == FILTER_NODE_NUMBER)
		condition = masked_in(arena, node->left);
	if (condition) {
		set_relation(arena, condition, node->relation, node->right->low);
		return condition;
	}
	condition =
	    new_condition(arena, node->kind == FILTER_NODE_PREFIX ? FILTER_CONDITION_STARTSWITH
								  : FILTER_CONDITION_CALCULATED);
	if (condition)
		condition->node = node;
	return condition;
}

/* A comparison of two numbers does not depend on the frame. */
static struct filter_condition *constant(struct filter_arena *arena, const struct filter_node *node,
					 bool negated)
{
	struct filter_condition test = {0};
	uint64_t number = node->left->low;
	bool inside;

	set_relation(arena, &test, node->relation, node->right->low);
	inside = test.set.count && test.set.intervals[0].low <= number &&
		 number <= test.set.intervals[0].high;
	return new_condition(arena, (inside != test.outside) != negated ? FILTER_CONDITION_ALL
									: FILTER_CONDITION_ANY);
}

static bool same_field(const struct filter_condition *a, const struct filter_condition *b)
{
	return a->place.area == b->place.area && a->place.offset == b->place.offset &&
	       a->place.size == b->place.size && a->place.little == b->place.little &&
	       a->direction == b->direction && a->mask == b->mask && a->negated == b->negated;
}

/* Makes the condition ask whether the number is outside of the set, or inside. */
static void turn(struct filter_arena *arena, struct filter_condition *condition, bool outside)
{
	if (condition->outside == outside)
		return;
	filter_set_settle(&condition->set);
	condition->set =
	    filter_set_complement(arena, &condition->set, filter_place_max(&condition->place));
	condition->outside = outside;
}

/*
 * Joins the test with one that the list has. No single set means "(src or dst) in A and (src or
 * dst) in B". If both ends must be in the set, no single set means the same with "or".
 */
static bool join_test(struct filter_arena *arena, struct filter_condition *list,
		      struct filter_condition *test)
{
	bool widens = (list->kind == FILTER_CONDITION_ANY) != test->negated;
	struct filter_condition *first = NULL;

	if (test->kind != FILTER_CONDITION_IN ||
	    test->direction == (widens ? FILTER_DIRECTION_BOTH : FILTER_DIRECTION_EITHER))
		return false;
	for (size_t i = 0; i < list->count && !first; i++)
		if (list->parts[i]->kind == FILTER_CONDITION_IN && same_field(list->parts[i], test))
			first = list->parts[i];
	if (!first)
		return false;
	/* A union of sets accepts more numbers inside, or fewer outside. */
	turn(arena, first, !widens);
	turn(arena, test, !widens);
	for (size_t i = 0; i < test->set.count; i++)
		filter_set_add(arena, &first->set, test->set.intervals[i].low,
			       test->set.intervals[i].high);
	return true;
}

static void add_part(struct filter_arena *arena, struct filter_condition *list,
		     struct filter_condition *part, bool join)
{
	struct filter_condition **parts;

	if (join && part->kind == list->kind) {
		for (size_t i = 0; i < part->count; i++)
			add_part(arena, list, part->parts[i], join);
		return;
	}
	if (join && join_test(arena, list, part))
		return;
	parts = filter_arena_grow(arena, list->parts, list->count, &list->room, sizeof(*parts));
	if (!parts)
		return;
	list->parts = parts;
	list->parts[list->count++] = part;
}

static struct filter_condition *convert(struct filter_arena *arena, const struct filter_node *node,
					bool negated, bool join);

static struct filter_condition *list(struct filter_arena *arena, const struct filter_node *node,
				     bool negated, bool join)
{
	bool all = (node->kind == FILTER_NODE_AND) != negated;
	struct filter_condition *condition =
	    new_condition(arena, all ? FILTER_CONDITION_ALL : FILTER_CONDITION_ANY);

	for (const struct filter_node *n = node->left; condition && n; n = n->next) {
		struct filter_condition *part = convert(arena, n, negated, join);

		if (!part)
			return NULL;
		add_part(arena, condition, part, join);
	}
	return condition && condition->count == 1 ? condition->parts[0] : condition;
}

/* Recursion is bounded by FILTER_MAX_DEPTH. */
static struct filter_condition *convert(struct filter_arena *arena, const struct filter_node *node,
					bool negated, bool join)
{
	struct filter_condition *condition;

	while (node->kind == FILTER_NODE_NOT) {
		negated = !negated;
		node = node->left;
	}
	if (node->kind == FILTER_NODE_AND || node->kind == FILTER_NODE_OR)
		return list(arena, node, negated, join);
	if (node->kind == FILTER_NODE_COMPARE && node->left->kind == FILTER_NODE_NUMBER)
		return constant(arena, node, negated);
	condition = leaf(arena, node);
	if (condition)
		condition->negated = negated;
	return condition;
}

struct filter_condition *filter_condition(struct filter_arena *arena,
					  const struct filter_node *tree, bool join)
{
	if (!tree)
		return new_condition(arena, FILTER_CONDITION_ALL);
	return convert(arena, tree, false, join);
}
