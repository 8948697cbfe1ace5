/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/rates.h"

#include <stdlib.h>

#define FIRST_CAPACITY 64

void top_rates_free(struct top_rates *rates)
{
	free(rates->sums);
	*rates = (struct top_rates){0};
}

void top_rates_begin(struct top_rates *rates)
{
	rates->next = 0;
	rates->kept = 0;
	rates->new_from = rates->highest;
}

/* Sums of the walk before are only overwritten after the present walk has passed them. */
static bool has_room(struct top_rates *rates)
{
	uint32_t capacity = rates->capacity ? rates->capacity * 2 : FIRST_CAPACITY;
	struct top_sum *sums;

	if (rates->kept < rates->next ||
	    (rates->next == rates->count && rates->kept < rates->capacity))
		return true;
	if (rates->next < rates->count || capacity > TOP_RATES_MAX)
		return false;
	sums = realloc(rates->sums, capacity * sizeof(*sums));
	if (!sums)
		return false;
	rates->sums = sums;
	rates->capacity = capacity;
	return true;
}

static void keep(struct top_rates *rates, uint64_t number, const uint64_t bytes[static 2])
{
	if (has_room(rates))
		rates->sums[rates->kept++] =
		    (struct top_sum){.number = number, .bytes = {bytes[0], bytes[1]}};
}

bool top_rates_next(struct top_rates *rates, uint64_t number, const uint64_t bytes[static 2],
		    uint64_t grown[static 2])
{
	static const struct top_sum none = {0};
	bool known = number >= rates->new_from;
	struct top_sum before = none;

	while (rates->next < rates->count && rates->sums[rates->next].number < number)
		rates->next++;
	if (rates->next < rates->count && rates->sums[rates->next].number == number) {
		before = rates->sums[rates->next++];
		known = true;
	}
	for (int side = 0; side < 2; side++)
		grown[side] = known && bytes[side] > before.bytes[side]
				  ? bytes[side] - before.bytes[side]
				  : 0;
	keep(rates, number, bytes);
	if (number >= rates->highest)
		rates->highest = number + 1;
	return known;
}

void top_rates_end(struct top_rates *rates)
{
	rates->count = rates->kept;
	rates->next = 0;
	rates->kept = 0;
}
