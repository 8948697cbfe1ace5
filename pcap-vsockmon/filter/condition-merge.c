/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "condition": joins tests of one field into one test of a set.
 *
 * "port 22 or port 80" as two tests loads the sender's port, the receiver's port, and then the
 * sender's port again. As one test it loads each port once, and looks its number up in a set. So
 * lists of hundreds of ports are possible.
 */
#include "pcap-vsockmon/filter/condition.h"

/* The tests of one field in one list. */
struct group {
	struct filter_condition *first; /* the place of the joined test */
	bool widens;                    /* a joined test is true more often, not less */
	struct filter_set gathered;     /* the union of their sets, or of their complements */
};

/*
 * How tests like this one can be joined in an ALL or ANY. No single set means "(src or dst) in A
 * and (src or dst) in B". If both ends must be in the set, no single set means the same with "or".
 */
static bool can_join(const struct filter_condition *test, bool widens)
{
	if (test->kind != FILTER_CONDITION_IN)
		return false;
	return test->direction != (widens ? FILTER_DIRECTION_BOTH : FILTER_DIRECTION_EITHER);
}

static bool same_field(const struct filter_condition *a, const struct filter_condition *b)
{
	return a->place.area == b->place.area && a->place.offset == b->place.offset &&
	       a->place.size == b->place.size && a->place.little == b->place.little &&
	       a->direction == b->direction && a->mask == b->mask && a->negated == b->negated;
}

static void gather(struct filter_arena *arena, struct group *group,
		   const struct filter_condition *test)
{
	uint64_t max = filter_place_max(&test->place);
	struct filter_set set = test->set;

	if (!group->widens)
		set = filter_set_complement(arena, &set, max);
	filter_set_add_all(arena, &group->gathered, &set);
}

static void finish(struct filter_arena *arena, const struct group *group)
{
	struct filter_set set = group->gathered;

	filter_set_settle(&set);
	if (!group->widens)
		set = filter_set_complement(arena, &set, filter_place_max(&group->first->place));
	group->first->set = set;
}

/*
 * Replaces a test that is true for all frames, or for no frame, by an empty list with this meaning.
 */
static void fold(struct filter_condition *test)
{
	bool constant = false;

	if (test->kind != FILTER_CONDITION_IN)
		return;
	if (test->set.count == 0)
		constant = true;
	else if (test->place.area == FILTER_AREA_MONITOR)
		constant = filter_set_covers(&test->set, 0, filter_place_max(&test->place));
	if (!constant)
		return;
	test->kind =
	    (test->set.count == 0) == test->negated ? FILTER_CONDITION_ALL : FILTER_CONDITION_ANY;
	test->negated = false;
}

/* Takes parts of the list's own kind apart: a or (b or c) is a or b or c. */
static bool flatten(struct filter_arena *arena, struct filter_condition *list)
{
	struct filter_condition **flat;
	size_t total = 0, count = 0;

	for (size_t i = 0; i < list->count; i++)
		total += list->parts[i]->kind == list->kind ? list->parts[i]->count : 1;
	flat = filter_arena_alloc(arena, (total + 1) * sizeof(*flat));
	if (!flat)
		return false;
	for (size_t i = 0; i < list->count; i++) {
		struct filter_condition *part = list->parts[i];

		if (part->kind != list->kind) {
			flat[count++] = part;
			continue;
		}
		for (size_t j = 0; j < part->count; j++)
			flat[count++] = part->parts[j];
	}
	list->parts = flat;
	list->count = count;
	return true;
}

static struct group *group_of(struct group *groups, size_t count,
			      const struct filter_condition *test)
{
	for (size_t i = 0; i < count; i++)
		if (same_field(groups[i].first, test))
			return &groups[i];
	return NULL;
}

static bool join_tests(struct filter_arena *arena, struct filter_condition *list)
{
	struct group *groups = filter_arena_alloc(arena, (list->count + 1) * sizeof(*groups));
	size_t group_count = 0;
	size_t kept = 0;

	if (!groups)
		return false;
	for (size_t i = 0; i < list->count; i++) {
		struct filter_condition *test = list->parts[i];
		bool widens = (list->kind == FILTER_CONDITION_ANY) != test->negated;
		struct group *group = NULL;

		if (can_join(test, widens))
			group = group_of(groups, group_count, test);
		if (!group)
			list->parts[kept++] = test;
		if (!group && can_join(test, widens)) {
			group = &groups[group_count++];
			group->first = test;
			group->widens = widens;
		}
		if (group)
			gather(arena, group, test);
	}
	list->count = kept;
	for (size_t i = 0; i < group_count; i++)
		finish(arena, &groups[i]);
	return true;
}

struct filter_condition *filter_merge(struct filter_arena *arena,
				      struct filter_condition *condition)
{
	if (condition->kind != FILTER_CONDITION_ALL && condition->kind != FILTER_CONDITION_ANY) {
		fold(condition);
		return condition;
	}
	for (size_t i = 0; i < condition->count; i++) {
		condition->parts[i] = filter_merge(arena, condition->parts[i]);
		if (!condition->parts[i])
			return NULL;
	}
	if (!flatten(arena, condition) || !join_tests(arena, condition))
		return NULL;
	for (size_t i = 0; i < condition->count; i++)
		fold(condition->parts[i]);
	if (condition->count == 1)
		return condition->parts[0];
	return condition;
}
