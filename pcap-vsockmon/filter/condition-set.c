/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "condition": sets of numbers, as sorted arrays of intervals. */
#include "pcap-vsockmon/filter/condition-set.h"

#include <stdlib.h>

void filter_set_add(struct filter_arena *arena, struct filter_set *set, uint64_t low, uint64_t high)
{
	struct filter_interval *intervals = filter_arena_grow(arena, set->intervals, set->count,
							      &set->room, sizeof(*set->intervals));

	if (!intervals)
		return;
	set->intervals = intervals;
	set->intervals[set->count++] = (struct filter_interval){low, high};
}

static int by_low(const void *a, const void *b)
{
	uint64_t x = ((const struct filter_interval *)a)->low;
	uint64_t y = ((const struct filter_interval *)b)->low;

	return x < y ? -1 : x > y;
}

void filter_set_settle(struct filter_set *set)
{
	size_t kept = 0;

	if (set->count == 0)
		return;
	qsort(set->intervals, set->count, sizeof(set->intervals[0]), by_low);
	for (size_t i = 1; i < set->count; i++) {
		struct filter_interval *last = &set->intervals[kept];
		const struct filter_interval *next = &set->intervals[i];

		if (last->high == UINT64_MAX || next->low <= last->high + 1) {
			if (next->high > last->high)
				last->high = next->high;
		} else {
			set->intervals[++kept] = *next;
		}
	}
	set->count = kept + 1;
}

struct filter_set filter_set_complement(struct filter_arena *arena, const struct filter_set *set,
					uint64_t max)
{
	struct filter_set complement = {0};
	uint64_t low = 0;

	for (size_t i = 0; i < set->count; i++) {
		const struct filter_interval *in = &set->intervals[i];

		if (in->low > low)
			filter_set_add(arena, &complement, low, in->low - 1);
		if (in->high >= max)
			return complement;
		low = in->high + 1;
	}
	filter_set_add(arena, &complement, low, max);
	return complement;
}

struct filter_set filter_set_slice(struct filter_arena *arena, const struct filter_set *set,
				   uint64_t low, uint64_t high)
{
	struct filter_set slice = {0};

	for (size_t i = 0; i < set->count; i++) {
		struct filter_interval in = set->intervals[i];

		if (in.high < low || in.low > high)
			continue;
		if (in.low < low)
			in.low = low;
		if (in.high > high)
			in.high = high;
		filter_set_add(arena, &slice, in.low - low, in.high - low);
	}
	return slice;
}
