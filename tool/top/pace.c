/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/pace.h"

/*
 * A clock that was set back by more than this would stop the tables for as long. A wait for
 * packets gives a time that is a little older than that of the last packet.
 */
#define SET_BACK UINT64_C(10000000000)

bool top_pace_due(struct top_pace *pace, uint64_t now)
{
	if (pace->wait == 0)
		pace->wait = pace->interval;
	if (pace->last == 0 || (now < pace->last && pace->last - now > SET_BACK)) {
		pace->last = now;
		return false;
	}
	return now >= pace->last + pace->wait;
}

void top_pace_done(struct top_pace *pace, uint64_t now, uint64_t cost)
{
	uint64_t least = cost * TOP_PACE_PARTS;

	pace->last = now;
	pace->wait = least > pace->interval ? least : pace->interval;
}

uint64_t top_pace_next(const struct top_pace *pace)
{
	return pace->last + (pace->wait ? pace->wait : pace->interval);
}

uint64_t top_pace_passed(const struct top_pace *pace, uint64_t now)
{
	return now > pace->last ? now - pace->last : 1;
}
