/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the next table is due.
 *
 * While a table of very many flows is made, no packet is read. So the interval becomes longer
 * if a table took more than a part of it.
 */
#ifndef VSOCKDUMP_TOP_PACE_H
#define VSOCKDUMP_TOP_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Tables take one part in so many of the time. */
#define TOP_PACE_PARTS 20

/* Only `interval` is set at first. Nanoseconds. */
struct top_pace {
	uint64_t interval; /* what the user wants */
	uint64_t wait;     /* what there is time for */
	uint64_t last;     /* time of the last table; 0: nothing has begun */
};

/* Whether a table is due. The first call only begins the first interval. */
bool top_pace_due(struct top_pace *pace, uint64_t now);

/* A table was made for this time, and took `cost`. */
void top_pace_done(struct top_pace *pace, uint64_t now, uint64_t cost);

/* When the next one is due. */
uint64_t top_pace_next(const struct top_pace *pace);

/* The time since the last table: at least 1. */
uint64_t top_pace_passed(const struct top_pace *pace, uint64_t now);

#endif
