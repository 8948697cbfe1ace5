/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/compare/pair-pool.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tool/compare/pair.h"

/* gcc has a macro for it, clang a feature. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#elif defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(address, size)   ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

#define PAGE 4096

/* Pairs whose memory is provided at once: whole pages. */
#define PROVIDED 512
_Static_assert(PROVIDED * sizeof(struct pair) % PAGE == 0, "they end with a page");
_Static_assert(PAIR_BLOCK % PROVIDED == 0, "they are within a block");

/*
 * Has the kernel provide the memory of the next pairs at once, without a page fault for each page.
 * The first pairs do without, because most captures have few flows. So do kernels before 5.14.
 */
static void provide_memory(struct pair *first)
{
#ifdef MADV_POPULATE_WRITE
	(void)madvise(first, PROVIDED * sizeof(struct pair), MADV_POPULATE_WRITE);
#else
	(void)first;
#endif
}

/* A pair that was never used. */
static struct pair *make(struct pair_pool *pool)
{
	struct pair **block;
	struct pair *pair;

	if (pool->made == COMPARE_PAIRS_MAX)
		return NULL;
	block = &pool->blocks[pool->made / PAIR_BLOCK];
	if (!*block) {
		*block = aligned_alloc(PAGE, PAIR_BLOCK * sizeof(struct pair));
		if (!*block)
			return NULL;
		ASAN_POISON_MEMORY_REGION(*block, PAIR_BLOCK * sizeof(struct pair));
	}
	pair = &(*block)[pool->made % PAIR_BLOCK];
	if (pool->made > 0 && pool->made % PROVIDED == 0)
		provide_memory(pair);
	pool->made++;
	return pair;
}

struct pair *pair_pool_take(struct pair_pool *pool)
{
	struct pair *pair = pool->spare ? pool->spare : make(pool);

	if (!pair)
		return NULL;
	ASAN_UNPOISON_MEMORY_REGION(pair, sizeof(*pair));
	if (pair == pool->spare)
		pool->spare = pair->older;
	memset(pair, 0, sizeof(*pair));
	pool->count++;
	return pair;
}

void pair_pool_return(struct pair_pool *pool, struct pair *pair)
{
	pair->older = pool->spare;
	pool->spare = pair;
	pool->count--;
	ASAN_POISON_MEMORY_REGION(pair, sizeof(*pair));
}

void pair_pool_free(struct pair_pool *pool)
{
	for (size_t i = 0; i < sizeof(pool->blocks) / sizeof(pool->blocks[0]); i++)
		free(pool->blocks[i]);
	*pool = (struct pair_pool){0};
}
