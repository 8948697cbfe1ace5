/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The intervals of a live capture, which are shown as they end, and then forgotten.
 *
 * A packet that comes later than its interval's end is counted in the next one.
 */
#ifndef VSOCKDUMP_STATS_PASSING_H
#define VSOCKDUMP_STATS_PASSING_H

#include "tool/stats/gather.h"

/* With more flows in the table, stalls that last are not looked for: it would take too long. */
#define PASSING_FLOWS_MAX 16384

typedef void passing_shower(struct session *session, const struct shown_interval *shown);

/* Before stats_packet(): shows what has ended before the packet. Does nothing for a file. */
void passing_packet(struct session *session, struct stats *stats, const struct seen *seen,
		    passing_shower *show);

/* The time is `now`: the same. */
void passing_clock(struct session *session, struct stats *stats, uint64_t now,
		   passing_shower *show);

/* When passing_clock() is due. */
uint64_t passing_due(const struct stats *stats);

/* The capture has ended: shows the last interval, which is not over. */
void passing_end(struct session *session, struct stats *stats, passing_shower *show);

#endif
