/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * All stages: memory of one compilation. Everything that is allocated lives until the compilation
 * ends and is freed at once, so no error path has anything to undo.
 */
#ifndef PCAP_VSOCKMON_FILTER_ARENA_H
#define PCAP_VSOCKMON_FILTER_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/* No expression may take more than this; the longest take less than half of it. */
#define FILTER_ARENA_MAX ((size_t)64 << 20)

struct filter_arena {
	struct filter_arena_block *blocks;
	size_t total; /* bytes of all blocks */
	bool failed;  /* some allocation returned NULL */
};

/* Zeroed memory, aligned for any type; NULL without memory or beyond FILTER_ARENA_MAX. */
void *filter_arena_alloc(struct filter_arena *arena, size_t size);

/*
 * Makes room for one more element of `size` bytes in an array of *room elements. The first
 * `count` of them are used. Returns the array, moved or not; NULL like filter_arena_alloc(), and
 * the old array is still good.
 */
void *filter_arena_grow(struct filter_arena *arena, void *array, size_t count, size_t *room,
			size_t size);

void filter_arena_free(struct filter_arena *arena);

#endif
