/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many bytes each flow has carried since the table before.
 *
 * Packets do no work for this. A walk through all flows compares their sums with those of the walk
 * before, which are kept in the order of the flows' numbers. A flow that left and a new one need no
 * search: numbers ascend, and are never used twice.
 */
#ifndef VSOCKDUMP_TOP_RATES_H
#define VSOCKDUMP_TOP_RATES_H

#include <stdbool.h>
#include <stdint.h>

/* Flows whose sums are kept; all of them take 40 MiB. The rate of others is not known. */
#define TOP_RATES_MAX 1048576

struct top_sum {
	uint64_t number;
	uint64_t bytes[2];
	uint64_t grown[2]; /* since the walk before */
	bool known;        /* what it has grown by */
};

/* All zeros: no walk yet. */
struct top_rates {
	struct top_sum *sums; /* by number; those up to `kept` are of the present walk */
	uint32_t capacity;
	uint32_t count; /* of the walk before */
	uint32_t next;  /* of these, the first that the present walk has not reached */
	uint32_t kept;
	uint64_t new_from; /* flows from this number on are new */
	uint64_t highest;  /* number plus 1 */
};

void top_rates_free(struct top_rates *rates);

void top_rates_begin(struct top_rates *rates);
/*
 * The next flow of the walk has carried so many bytes: sets what they have grown by. False if that
 * is not known.
 */
bool top_rates_next(struct top_rates *rates, uint64_t number, const uint64_t bytes[static 2],
		    uint64_t grown[static 2]);
void top_rates_end(struct top_rates *rates);

/*
 * Another walk for the same interval, which changes nothing: begin, then each flow. It sets what
 * the last walk has set. False also for a flow that is newer.
 */
void top_rates_begin_again(struct top_rates *rates);
bool top_rates_again(struct top_rates *rates, uint64_t number, uint64_t grown[static 2]);

#endif
