/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/stats/intervals.h"

#include <stdlib.h>
#include <string.h>

#include "core/time-units.h"

#define FIRST_CAPACITY 32

/* Each divides the next, so that two intervals that are merged never cross a border. */
static const uint64_t round_seconds[] = {
    1, 10, 60, 600, 3600, 21600, 86400, 864000, 8640000, 86400000, 864000000, 8640000000,
};

#define ROUND_COUNT (sizeof(round_seconds) / sizeof(round_seconds[0]))

void intervals_begin(struct intervals *all, uint64_t seconds)
{
	*all = (struct intervals){
	    .width = (seconds ? seconds : round_seconds[0]) * NANOSECONDS_PER_SECOND,
	    .chosen = seconds > 0,
	};
}

void intervals_free(struct intervals *all)
{
	free(all->rows);
	free(all->order);
	all->rows = NULL;
	all->order = NULL;
	all->count = all->capacity = 0;
}

void intervals_clear(struct intervals *all)
{
	all->count = 0;
	all->last = 0;
}

static uint64_t next_width(const struct intervals *all)
{
	for (size_t i = 0; !all->chosen && i < ROUND_COUNT; i++)
		if (round_seconds[i] * NANOSECONDS_PER_SECOND > all->width)
			return round_seconds[i] * NANOSECONDS_PER_SECOND;
	return all->width * 2;
}

static const struct interval *row_at(const struct intervals *all, uint32_t place)
{
	return &all->rows[all->order[place]];
}

/* What a stall adds to a wider interval, besides the part that the row has already. */
static uint64_t stall_in_wider(const struct interval *row, uint64_t offset, uint64_t narrow,
			       uint64_t wide)
{
	return row->stalls_begin * ((wide - offset - narrow) / 1000) +
	       row->stalls_end * (offset / 1000);
}

static void add_row(struct interval *sum, const struct interval *row)
{
	sum->packets += row->packets;
	for (int side = 0; side < 2; side++)
		sum->bytes[side] += row->bytes[side];
	sum->opened += row->opened;
	sum->ended += row->ended;
	sum->refused += row->refused;
	sum->missing += row->missing;
	sum->stall_us += row->stall_us;
	sum->stalls_begin += row->stalls_begin;
	sum->stalls_end += row->stalls_end;
	if (row->packets)
		sum->open = row->open;
}

/* False without memory. */
static bool widen(struct intervals *all)
{
	uint64_t width = next_width(all);
	struct interval *rows = calloc(all->capacity, sizeof(*rows));
	uint32_t count = 0;

	if (!rows)
		return false;
	for (uint32_t i = 0; i < all->count; i++) {
		const struct interval *row = row_at(all, i);
		uint64_t offset = row->start % width;

		if (count == 0 || rows[count - 1].start != row->start - offset)
			rows[count++].start = row->start - offset;
		add_row(&rows[count - 1], row);
		rows[count - 1].stall_us += stall_in_wider(row, offset, all->width, width);
	}
	free(all->rows);
	all->rows = rows;
	all->count = count;
	all->last = 0;
	for (uint32_t i = 0; i < count; i++)
		all->order[i] = i;
	all->width = width;
	all->widened = all->chosen;
	return true;
}

/* Where the interval of this start is in the order, or would be. */
static uint32_t place_of(const struct intervals *all, uint64_t start)
{
	uint32_t low = 0;
	uint32_t high = all->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (row_at(all, middle)->start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool make_room(struct intervals *all)
{
	uint32_t capacity = all->capacity ? all->capacity * 2 : FIRST_CAPACITY;
	struct interval *rows;
	uint32_t *order;

	if (all->count < all->capacity)
		return true;
	rows = realloc(all->rows, capacity * sizeof(*rows));
	if (!rows)
		return false;
	all->rows = rows;
	order = realloc(all->order, capacity * sizeof(*order));
	if (!order)
		return false;
	all->order = order;
	all->capacity = capacity;
	return true;
}

/* Whether another interval may begin at this time. */
static bool fits(const struct intervals *all, uint64_t ts)
{
	uint64_t first;
	uint64_t last;

	if (all->count == 0)
		return true;
	if (all->chosen)
		return all->count < INTERVALS_MAX;
	first = row_at(all, 0)->start;
	last = row_at(all, all->count - 1)->start;
	first = ts < first ? ts : first;
	last = ts > last ? ts : last;
	return last / all->width - first / all->width < INTERVALS_SHOWN;
}

static struct interval *insert(struct intervals *all, uint32_t place, uint64_t start)
{
	if (!make_room(all))
		return NULL;
	memmove(&all->order[place + 1], &all->order[place],
		(all->count - place) * sizeof(*all->order));
	all->order[place] = all->count;
	all->last = all->count++;
	all->rows[all->last] = (struct interval){.start = start};
	return &all->rows[all->last];
}

struct interval *intervals_find(struct intervals *all, uint64_t ts)
{
	struct interval *row = NULL;

	for (;;) {
		uint64_t start = ts - ts % all->width;
		uint32_t place = place_of(all, start);

		if (place < all->count && row_at(all, place)->start == start) {
			all->last = all->order[place];
			return &all->rows[all->last];
		}
		if (fits(all, ts)) {
			row = insert(all, place, start);
			break;
		}
		if (!widen(all))
			break;
	}
	if (row)
		return row;
	all->failed = true;
	all->spare = (struct interval){0};
	return &all->spare;
}

void intervals_stall(struct intervals *all, uint64_t from, uint64_t to)
{
	struct interval *begin;
	struct interval *end;

	if (to <= from)
		return;
	/* Each of these may widen all others, so the first one is asked for again. */
	intervals_at(all, from);
	end = intervals_at(all, to);
	if (from >= end->start) {
		end->stall_us += (to - from) / 1000;
		return;
	}
	end->stall_us += (to - end->start) / 1000;
	end->stalls_end++;
	begin = intervals_at(all, from);
	begin->stall_us += (all->width - (from - begin->start)) / 1000;
	begin->stalls_begin++;
}

static uint64_t end_of(const struct interval *row, uint64_t width)
{
	return row->start > UINT64_MAX - width ? UINT64_MAX : row->start + width;
}

bool intervals_next(const struct intervals *all, struct interval_walk *walk,
		    struct shown_interval *shown)
{
	const struct interval *row;

	*shown = (struct shown_interval){.count = 1};
	if (walk->next == all->count)
		return false;
	row = row_at(all, walk->next);
	if (walk->next > 0 && row->start > walk->end) {
		shown->sum.start = walk->end;
		shown->sum.open = walk->open;
		shown->count = (row->start - walk->end) / all->width;
		shown->stall_us = walk->stalled * ((row->start - walk->end) / 1000);
		walk->end = row->start;
		return true;
	}
	shown->sum = *row;
	if (row->packets)
		walk->open = row->open;
	shown->sum.open = walk->open;
	walk->stalled -= row->stalls_end;
	/* One that begins and ends here makes this -1, which takes the doubled part away. */
	shown->stall_us =
	    row->stall_us + (uint64_t)(int64_t)(int32_t)walk->stalled * (all->width / 1000);
	walk->stalled += row->stalls_begin;
	walk->end = end_of(row, all->width);
	walk->next++;
	return true;
}
