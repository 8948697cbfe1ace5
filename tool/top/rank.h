/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chooses the best of many, for a table with few rows: a heap whose root is the worst that is kept.
 * The caller keeps the rows, in places that this file numbers.
 */
#ifndef VSOCKDUMP_TOP_RANK_H
#define VSOCKDUMP_TOP_RANK_H

#include <stdbool.h>
#include <stdint.h>

#define TOP_RANK_NO_PLACE UINT32_MAX

/* The higher, the better. */
struct top_key {
	uint64_t value;
	uint64_t second;
	uint64_t number; /* decides last: no two are equal */
};

struct top_ranked {
	struct top_key key;
	uint32_t place;
};

struct top_rank {
	struct top_ranked *heap; /* owned */
	uint32_t count;
	uint32_t most;
};

/* False without memory. `most` is at least 1. */
bool top_rank_make(struct top_rank *rank, uint32_t most);
void top_rank_free(struct top_rank *rank);

void top_rank_clear(struct top_rank *rank);

/* The place, below `most`, where the caller puts this row; or TOP_RANK_NO_PLACE. */
uint32_t top_rank_offer(struct top_rank *rank, const struct top_key *key);

/* The best first: heap[i].place. Then clear it before the next offer. */
void top_rank_sort(struct top_rank *rank);

#endif
