/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory for pairs, in blocks that never move. A block takes memory only as far as its pairs were
 * used. A pair that is returned is the next one that is given out, and no block is freed before the
 * end.
 *
 * malloc() for each pair would need a page fault for each sixth one, and a line more of cache.
 */
#ifndef VSOCKDUMP_COMPARE_PAIR_POOL_H
#define VSOCKDUMP_COMPARE_PAIR_POOL_H

#include <stdint.h>

/* Pairs at a time, with flows that wait for a partner. */
#define COMPARE_PAIRS_MAX 131072

#define PAIR_BLOCK 4096

struct pair;

/* All zeros at first. */
struct pair_pool {
	struct pair *blocks[COMPARE_PAIRS_MAX / PAIR_BLOCK];
	struct pair *spare; /* chained by `older` */
	uint32_t made;      /* that were ever given out for the first time */
	uint32_t count;     /* in use */
};

/* A pair of zeros; NULL without room or memory. */
struct pair *pair_pool_take(struct pair_pool *pool);
void pair_pool_return(struct pair_pool *pool, struct pair *pair);
void pair_pool_free(struct pair_pool *pool);

#endif
