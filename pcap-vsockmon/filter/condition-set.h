/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "condition": sets of numbers, as intervals. Each comparison of a field with numbers asks
 * whether the field is in a set. So all comparisons of one field can be joined into one set.
 */
#ifndef PCAP_VSOCKMON_FILTER_CONDITION_SET_H
#define PCAP_VSOCKMON_FILTER_CONDITION_SET_H

#include <stddef.h>
#include <stdint.h>

#include "pcap-vsockmon/filter/arena.h"

struct filter_interval {
	uint64_t low, high; /* both are part of it */
};

/* Sorted, with a gap between any two, except after filter_set_add() until filter_set_settle(). */
struct filter_set {
	struct filter_interval *intervals;
	size_t count;
	size_t room;
};

/* Without memory, all functions here set arena->failed and do not change the set. */
void filter_set_add(struct filter_arena *arena, struct filter_set *set, uint64_t low,
		    uint64_t high);
/* Sorts and joins what was added. */
void filter_set_settle(struct filter_set *set);

/* The numbers from 0 to max that are not in the set. */
struct filter_set filter_set_complement(struct filter_arena *arena, const struct filter_set *set,
					uint64_t max);
/* The numbers from low to high that are in the set, with `low` subtracted from each. */
struct filter_set filter_set_slice(struct filter_arena *arena, const struct filter_set *set,
				   uint64_t low, uint64_t high);

#endif
