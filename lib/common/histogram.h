/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counts of durations, for percentiles. It takes the same memory for any number of durations.
 *
 * Each power of two has HISTOGRAM_PARTS counters, so a percentile is wrong by 3 % at most. The
 * least and the highest duration are exact.
 */
#ifndef VSOCK_LIB_COMMON_HISTOGRAM_H
#define VSOCK_LIB_COMMON_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_PART_BITS 4
#define HISTOGRAM_PARTS     (1u << HISTOGRAM_PART_BITS)
/* Durations of 2^HISTOGRAM_BITS nanoseconds (73 minutes) and more are counted together. */
#define HISTOGRAM_BITS     42
#define HISTOGRAM_COUNTERS ((size_t)(HISTOGRAM_BITS - HISTOGRAM_PART_BITS + 1) * HISTOGRAM_PARTS)

/* All zeros: no duration. */
struct histogram {
	uint32_t *counters; /* NULL before the first duration */
	uint64_t count;
	uint64_t least;
	uint64_t most;
};

void histogram_free(struct histogram *histogram);

/* Without memory, the duration is left out. */
void histogram_add(struct histogram *histogram, uint64_t nanoseconds);

/* Adds all of `more`. */
void histogram_merge(struct histogram *histogram, const struct histogram *more);

/* The duration that `percent` of all do not exceed: 1 to 100. 0 without a duration. */
uint64_t histogram_percentile(const struct histogram *histogram, unsigned percent);

#endif
