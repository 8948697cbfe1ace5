/* SPDX-License-Identifier: BSD-3-Clause */
/* All stages: memory of one compilation, in blocks that are freed together. */
#include "pcap-vsockmon/filter/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)16 << 10)

struct filter_arena_block {
	struct filter_arena_block *next;
	size_t used;
	size_t size;
	max_align_t bytes[];
};

static struct filter_arena_block *add_block(struct filter_arena *arena, size_t size)
{
	struct filter_arena_block *block = NULL;

	if (size < BLOCK_SIZE)
		size = BLOCK_SIZE;
	if (size <= FILTER_ARENA_MAX - arena->total)
		block = calloc(1, sizeof(*block) + size);
	if (!block) {
		arena->failed = true;
		return NULL;
	}
	block->size = size;
	block->next = arena->blocks;
	arena->blocks = block;
	arena->total += size;
	return block;
}

void *filter_arena_alloc(struct filter_arena *arena, size_t size)
{
	struct filter_arena_block *block = arena->blocks;
	void *memory;

	if (size > FILTER_ARENA_MAX) {
		arena->failed = true;
		return NULL;
	}
	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (!block || size > block->size - block->used)
		block = add_block(arena, size);
	if (!block)
		return NULL;
	memory = (uint8_t *)block->bytes + block->used;
	block->used += size;
	return memory;
}

void *filter_arena_grow(struct filter_arena *arena, void *array, size_t count, size_t *room,
			size_t size)
{
	size_t more = *room ? *room * 2 : 8;
	void *moved;

	if (count < *room)
		return array;
	if (more > FILTER_ARENA_MAX / size) {
		arena->failed = true;
		return NULL;
	}
	moved = filter_arena_alloc(arena, more * size);
	if (!moved)
		return NULL;
	if (count)
		memcpy(moved, array, count * size);
	*room = more;
	return moved;
}

void filter_arena_free(struct filter_arena *arena)
{
	struct filter_arena_block *next;

	for (struct filter_arena_block *block = arena->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	*arena = (struct filter_arena){0};
}
