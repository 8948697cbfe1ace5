/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pair: a flow of file A and the flow of file B that is the same connection, or one of both. */
#ifndef VSOCKDUMP_COMPARE_PAIR_H
#define VSOCKDUMP_COMPARE_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/compare/lane.h"

struct pair {
	/* What each packet needs: see PAIR_HOT. */
	_Alignas(64) struct lane lanes[2]; /* by the side that sent, as in `flow` */
	uint64_t inside; /* packets within the time of the other file, while it is in one file */
	bool swapped[2]; /* the file takes the other side for the client */
	bool ended[2];   /* an RST or its like was seen */
	bool is_waiting;
	bool is_ending;
	bool loopback;

	/* What few packets need. */
	bool whole[2]; /* the file has the flow's start */
	bool bare[2];
	bool left[2]; /* it left the table, or its file ended */
	struct lane_rest rests[2];
	struct compared_flow flow;
	struct pair *waiting_before; /* in its bucket */
	struct pair *waiting_after;
	struct pair *ending_before;
	struct pair *ending_after;
	struct pair *newer;
	struct pair *older;
	uint64_t ending_ts; /* by A's clock */
	uint64_t first_ts[2];
	uint32_t hash;
	uint32_t slot[2];
};
#define PAIR_HOT offsetof(struct pair, whole)

#endif
