/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened in each interval of time. Intervals start at multiples of their width since 1970.
 *
 * Only intervals with something in them take memory, so a wild time stamp costs one of them. If
 * there are too many, the width grows and neighbors are merged: the sums stay right.
 *
 * A stall may last for many intervals. Only the two at its ends know of it: they have the part that
 * is in them, and the marks that it begins and ends there. A walk from the first interval to the
 * last adds the part of those between.
 */
#ifndef VSOCKDUMP_STATS_INTERVALS_H
#define VSOCKDUMP_STATS_INTERVALS_H

#include <stdbool.h>
#include <stdint.h>

/* Intervals in memory: 6 MB. With one second, these are 18 hours with packets in each second. */
#define INTERVALS_MAX 65536
/* Without a width from the user, as wide as needed for so many between the first and the last. */
#define INTERVALS_SHOWN 20

struct interval {
	uint64_t start; /* nanoseconds since 1970 */
	uint64_t packets;
	uint64_t bytes[2]; /* payload, by enum vsock_side of the sender */
	uint64_t opened;   /* flows */
	uint64_t ended;
	uint64_t refused; /* these are ended, too */
	uint64_t open;    /* flows, after its last packet */
	uint64_t missing; /* bytes that were acknowledged and not captured */
	uint64_t stall_us;
	uint32_t stalls_begin;
	uint32_t stalls_end;
};

struct intervals {
	struct interval *rows;
	uint32_t *order; /* places in rows, by start */
	uint32_t count;
	uint32_t capacity;
	uint32_t last;  /* place of the one that was asked for last */
	uint64_t width; /* nanoseconds */
	bool chosen;    /* the user chose the width */
	bool widened;   /* the width is no longer what the user chose */
	bool failed;    /* no memory for an interval */
	struct interval spare;
};

/* `seconds` is 0 if the width may be chosen here. */
void intervals_begin(struct intervals *all, uint64_t seconds);
void intervals_free(struct intervals *all);

/* Forgets all intervals, and keeps the width. */
void intervals_clear(struct intervals *all);

/* For intervals_at(). */
struct interval *intervals_find(struct intervals *all, uint64_t ts);

/* The interval of this time, until the next call. Without memory, one that is never shown. */
static inline struct interval *intervals_at(struct intervals *all, uint64_t ts)
{
	if (all->count == 0 || ts - all->rows[all->last].start >= all->width)
		return intervals_find(all, ts);
	return &all->rows[all->last];
}

/* A sender had no credit between these times. */
void intervals_stall(struct intervals *all, uint64_t from, uint64_t to);

/* An interval, or several that follow one another and have nothing in them. */
struct shown_interval {
	struct interval sum; /* start and open are always set */
	uint64_t count;      /* of intervals */
	uint64_t stall_us;   /* of all senders together */
	uint64_t dropped;    /* packets, if that is known */
	bool drops_known;
	bool blind; /* nothing was captured then */
};

/* All zeros: before the first interval. */
struct interval_walk {
	uint32_t next;
	uint64_t end; /* of what was shown last */
	uint64_t open;
	uint32_t stalled; /* senders that are stalled at the end of what was shown last */
};

/* False after the last one. */
bool intervals_next(const struct intervals *all, struct interval_walk *walk,
		    struct shown_interval *shown);

#endif
