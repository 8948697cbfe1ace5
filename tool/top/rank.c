/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/rank.h"

#include <stdlib.h>

bool top_rank_make(struct top_rank *rank, uint32_t most)
{
	*rank = (struct top_rank){.heap = calloc(most, sizeof(*rank->heap)), .most = most};
	return rank->heap;
}

void top_rank_free(struct top_rank *rank)
{
	free(rank->heap);
	*rank = (struct top_rank){0};
}

void top_rank_clear(struct top_rank *rank)
{
	rank->count = 0;
}

static bool is_better(const struct top_key *a, const struct top_key *b)
{
	if (a->value != b->value)
		return a->value > b->value;
	if (a->second != b->second)
		return a->second > b->second;
	return a->number > b->number;
}

static void swap(struct top_ranked *a, struct top_ranked *b)
{
	struct top_ranked kept = *a;

	*a = *b;
	*b = kept;
}

static void move_up(struct top_rank *rank, uint32_t i)
{
	while (i > 0) {
		uint32_t parent = (i - 1) / 2;

		if (!is_better(&rank->heap[parent].key, &rank->heap[i].key))
			return;
		swap(&rank->heap[parent], &rank->heap[i]);
		i = parent;
	}
}

static void move_root_down(struct top_rank *rank)
{
	uint32_t i = 0;

	for (;;) {
		uint32_t child = 2 * i + 1;

		if (child >= rank->count)
			return;
		if (child + 1 < rank->count &&
		    is_better(&rank->heap[child].key, &rank->heap[child + 1].key))
			child++;
		if (!is_better(&rank->heap[i].key, &rank->heap[child].key))
			return;
		swap(&rank->heap[i], &rank->heap[child]);
		i = child;
	}
}

uint32_t top_rank_offer(struct top_rank *rank, const struct top_key *key)
{
	uint32_t place = rank->count;

	if (rank->count < rank->most) {
		rank->heap[rank->count] = (struct top_ranked){*key, place};
		rank->count++;
		move_up(rank, place);
		return place;
	}
	if (!is_better(key, &rank->heap[0].key))
		return TOP_RANK_NO_PLACE;
	place = rank->heap[0].place;
	rank->heap[0].key = *key;
	move_root_down(rank);
	return place;
}

static int best_first(const void *a, const void *b)
{
	const struct top_ranked *x = a;
	const struct top_ranked *y = b;

	return is_better(&x->key, &y->key) ? -1 : 1;
}

void top_rank_sort(struct top_rank *rank)
{
	qsort(rank->heap, rank->count, sizeof(*rank->heap), best_first);
}
