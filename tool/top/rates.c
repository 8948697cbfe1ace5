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

static void keep(struct top_rates *rates, const struct top_sum *sum)
{
	if (has_room(rates))
		rates->sums[rates->kept++] = *sum;
}

static bool reach(struct top_rates *rates, uint64_t number)
{
	while (rates->next < rates->count && rates->sums[rates->next].number < number)
		rates->next++;
	return rates->next < rates->count && rates->sums[rates->next].number == number;
}

bool top_rates_next(struct top_rates *rates, uint64_t number, const uint64_t bytes[static 2],
		    uint64_t grown[static 2])
{
	struct top_sum sum = {.number = number, .known = number >= rates->new_from};
	struct top_sum before = {0};

	if (reach(rates, number)) {
		before = rates->sums[rates->next++];
		sum.known = true;
	}
	for (int side = 0; side < 2; side++) {
		sum.bytes[side] = bytes[side];
		if (sum.known && bytes[side] > before.bytes[side])
			sum.grown[side] = bytes[side] - before.bytes[side];
		grown[side] = sum.grown[side];
	}
	keep(rates, &sum);
	if (number >= rates->highest)
		rates->highest = number + 1;
	return sum.known;
}

void top_rates_end(struct top_rates *rates)
{
	rates->count = rates->kept;
	rates->next = 0;
	rates->kept = 0;
}

void top_rates_begin_again(struct top_rates *rates)
{
	rates->next = 0;
}

bool top_rates_again(struct top_rates *rates, uint64_t number, uint64_t grown[static 2])
{
	const struct top_sum *sum = reach(rates, number) ? &rates->sums[rates->next] : NULL;

	for (int side = 0; side < 2; side++)
		grown[side] = sum ? sum->grown[side] : 0;
	return sum && sum->known;
}
