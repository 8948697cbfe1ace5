/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/common/histogram.h"

#include <stdlib.h>

void histogram_free(struct histogram *histogram)
{
	free(histogram->counters);
	*histogram = (struct histogram){0};
}

/* Small values have a counter each. Above them, the highest bits choose it. */
static unsigned place_of(uint64_t value)
{
	const uint64_t most = (UINT64_C(1) << HISTOGRAM_BITS) - 1;
	unsigned shift;

	if (value > most)
		value = most;
	if (value < HISTOGRAM_PARTS)
		return (unsigned)value;
	shift = 63 - (unsigned)__builtin_clzll(value) - HISTOGRAM_PART_BITS;
	return (shift + 1) * HISTOGRAM_PARTS + (unsigned)(value >> shift & (HISTOGRAM_PARTS - 1));
}

/* The middle of the values that share a counter. */
static uint64_t value_of(unsigned place)
{
	unsigned shift;
	uint64_t low;

	if (place < HISTOGRAM_PARTS)
		return place;
	shift = place / HISTOGRAM_PARTS - 1;
	low = ((uint64_t)HISTOGRAM_PARTS + place % HISTOGRAM_PARTS) << shift;
	return low + ((UINT64_C(1) << shift) >> 1);
}

static bool make_counters(struct histogram *histogram)
{
	if (!histogram->counters)
		histogram->counters = calloc(HISTOGRAM_COUNTERS, sizeof(*histogram->counters));
	return histogram->counters;
}

static void widen_range(struct histogram *histogram, uint64_t least, uint64_t most)
{
	if (histogram->count == 0 || least < histogram->least)
		histogram->least = least;
	if (most > histogram->most)
		histogram->most = most;
}

void histogram_add(struct histogram *histogram, uint64_t nanoseconds)
{
	if (!make_counters(histogram))
		return;
	widen_range(histogram, nanoseconds, nanoseconds);
	histogram->counters[place_of(nanoseconds)]++;
	histogram->count++;
}

void histogram_merge(struct histogram *histogram, const struct histogram *more)
{
	if (more->count == 0 || !make_counters(histogram))
		return;
	widen_range(histogram, more->least, more->most);
	for (unsigned i = 0; i < HISTOGRAM_COUNTERS; i++)
		histogram->counters[i] += more->counters[i];
	histogram->count += more->count;
}

uint64_t histogram_percentile(const struct histogram *histogram, unsigned percent)
{
	/* The rank of the value, from 1. */
	uint64_t rank =
	    histogram->count / 100 * percent + (histogram->count % 100 * percent + 99) / 100;
	uint64_t passed = 0;
	uint64_t value = 0;

	if (rank == histogram->count)
		return histogram->most;
	for (unsigned i = 0; i < HISTOGRAM_COUNTERS && passed < rank; i++) {
		passed += histogram->counters[i];
		value = value_of(i);
	}
	if (value < histogram->least)
		return histogram->least;
	return value > histogram->most ? histogram->most : value;
}
