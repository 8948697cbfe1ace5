/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --stats for people: its lines. */
#ifndef VSOCKDUMP_STATS_STATS_PRINT_H
#define VSOCKDUMP_STATS_STATS_PRINT_H

#include "tool/stats/gather.h"

/* The bar of the largest interval takes what is left of the line, and this at most. */
#define STATS_BAR_MAX 24

/* How intervals are printed. */
struct stats_rows {
	bool dated;       /* the times have a date */
	bool drops;       /* there is a column of dropped packets */
	bool folds;       /* many intervals without a packet are one line */
	bool repeats;     /* the heading comes again and again */
	unsigned since;   /* rows since the first heading */
	unsigned bar;     /* columns of the longest bar; 0: no bars */
	uint64_t largest; /* bytes of the interval with the longest bar */
};

void stats_print_heading(struct session *session, const struct stats_rows *rows);

/* Each interval has `width` nanoseconds. */
void stats_print_interval(struct session *session, struct stats_rows *rows, uint64_t width,
			  const struct shown_interval *shown);

/* All intervals of a file, with a heading. */
void stats_print_intervals(struct session *session, const struct stats *stats);

/* What was captured, when, and where. */
void stats_print_capture(struct session *session, const struct stats *stats,
			 const struct connection_totals *verdicts);

/* The tables of servers, ops and sizes. */
void stats_print_tables(struct session *session, const struct stats *stats,
			struct stats_flows *flows);

#endif
