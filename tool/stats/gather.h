/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers of --stats, from the first packet on. Both outputs use it. */
#ifndef VSOCKDUMP_STATS_GATHER_H
#define VSOCKDUMP_STATS_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/packet.h"
#include "tool/mode/cause.h"
#include "tool/mode/flow-totals.h"
#include "tool/mode/mode.h"
#include "tool/stats/intervals.h"
#include "tool/stats/services.h"

/* Sizes of payload that are counted together; all larger ones are in the last. */
#define STATS_SIZES 6
extern const uint32_t stats_sizes[STATS_SIZES - 1];

/* Times between files, when nothing was captured. Later ones are not known. */
#define STATS_BLIND_MAX 64

/* Capture points whose end is known. */
#define STATS_POINTS_MAX VSOCK_ENDS_MAX

struct op_count {
	uint64_t packets;
	uint64_t bytes; /* payload */
	uint64_t sizes[STATS_SIZES];
};

struct stats {
	struct intervals intervals;
	struct services services; /* of flows that have left the table */
	struct flow_totals totals;
	struct connection_totals verdicts;
	struct op_count ops[VSOCK_OPS];
	struct op_count bare[VSOCK_MONITOR_OPS]; /* of bare frames, by the monitor's op */
	struct op_count others;                  /* packets without an op that is known */
	uint64_t open;                           /* flows */
	uint64_t missing;                        /* bytes, in all intervals */
	uint64_t timeless;                       /* packets that are in no interval */

	struct {
		uint64_t from;
		uint64_t to;
	} blind[STATS_BLIND_MAX];
	unsigned blind_count;
	bool point_ended[STATS_POINTS_MAX];
	uint32_t points_ended;
	uint64_t latest_end; /* of a point */
	bool off;            /* no packet has come since all points ended */

	/* Live: see passing.h. */
	bool live;
	uint64_t from;    /* where the present interval starts; 0: before the first packet */
	uint64_t dropped; /* packets, before the present interval */
};

/* What the flows that are in the table add, for one screen. */
struct stats_flows {
	struct services services;
	struct flow_totals totals;
	struct connection_totals verdicts;
};

/*
 * `live`: intervals are shown as they end, which cannot wait for a width that fits. `seconds` is
 * the width that the user wants, or 0.
 */
void stats_begin(struct stats *stats, bool live, uint32_t seconds);
void stats_free(struct stats *stats);

void stats_packet(struct stats *stats, const struct seen *seen);
void stats_flow_left(const struct session *session, struct stats *stats,
		     const struct vsock_flow *flow);
void stats_point_end(const struct session *session, struct stats *stats, uint16_t point,
		     uint64_t end);

/* Stalls that last: called once, when the capture has ended. */
void stats_end_stalls(const struct session *session, struct stats *stats);

/* Sorted. Free it with stats_flows_free(). */
void stats_flows(const struct session *session, const struct stats *stats,
		 struct stats_flows *flows);
void stats_flows_free(struct stats_flows *flows);

/* intervals_next(), and it marks the times between files. */
bool stats_next_interval(const struct stats *stats, struct interval_walk *walk,
			 struct shown_interval *shown);

#endif
