/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much later packets are in file B than in file A, for packets that went one way. The clock
 * offset is part of each value, and is taken off at the end, when it is known best.
 *
 * A sample of the values is kept, evenly spread: when it is full, every other value leaves.
 */
#ifndef VSOCKDUMP_COMPARE_DELAYS_H
#define VSOCKDUMP_COMPARE_DELAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DELAYS_KEPT 8192

struct delay {
	int64_t difference; /* B - A */
	int64_t estimated;  /* the same without the clock offset as it was estimated then */
	uint64_t a;         /* A's time */
	uint64_t packet[2];
	uint64_t flow[2];
};

/* All zeros at first. */
struct delays {
	uint64_t count;
	uint64_t step; /* every step-th value is kept, a power of two; 0 is 1 */
	uint32_t kept;
	struct delay values[DELAYS_KEPT];
	/* The extremes of `estimated`. */
	struct delay least;
	struct delay most;
};

/* Counts a value. True: it is wanted, and delays_keep() must follow with all that is known of it.
 */
bool delays_count(struct delays *delays, int64_t estimated);
void delays_keep(struct delays *delays, const struct delay *delay);

#endif
