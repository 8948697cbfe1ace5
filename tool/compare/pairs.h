/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pairs: flows of file A with the flows of file B that are the same connection.
 *
 * A flow waits for its partner, which has the same addresses and began at about the same time. The
 * files are read side by side in the order of time, so a partner comes soon, or never.
 */
#ifndef VSOCKDUMP_COMPARE_PAIRS_H
#define VSOCKDUMP_COMPARE_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow-event.h"
#include "core/packet.h"
#include "tool/compare/lane.h"
#include "tool/compare/pair.h"
#include "tool/compare/pair-pool.h"
#include "tool/compare/scan.h"
#include "tool/settings.h"

/* Flows with the same hash that are looked at for a partner. */
#define PAIR_LOOKS 64

struct pairs {
	struct lane_world world;
	const struct scan *scan; /* what is known before the files are compared */
	const struct flow_settings *settings;
	void (*on_pair)(void *context, const struct pair *pair); /* a pair is compared; or NULL */
	void *context;

	/* By the slot of a flow in its file's table. NULL: no flow there, or it is new. */
	struct pair **places[2];
	uint32_t place_count[2];
	struct pair **waiting; /* by hash, flows that are in one file */
	struct pair *newest;   /* of all pairs */
	struct pair *ending;   /* pairs that ended in both files, in this order */
	struct pair *ending_last;
	struct pair_pool pool;

	/* Counters of flows. */
	uint64_t in_both;
	uint64_t differ;
	uint64_t incomplete; /* no difference, but not compared to their ends, or not at all */
	uint64_t only[2];
	uint64_t other_machines[2];
	uint64_t outside[2];
	uint64_t unsure[2]; /* ports are made up, and the content did not show the partner */
	uint64_t too_many;  /* not compared, because there was no room */
	uint64_t copies;    /* packets of a flow that its file has twice */
	uint64_t datagrams;
	bool failed; /* no memory */
};

/* False without memory. */
bool pairs_open(struct pairs *pairs, const struct scan *scan, const struct flow_settings *settings);
/*
 * The flow in this slot gets a packet soon: fetches the place of its pair. Next: fetches the pair.
 * The slot may be any number.
 */
void pairs_expect_soon(const struct pairs *pairs, enum compare_file file, uint32_t slot);
void pairs_expect_next(const struct pairs *pairs, enum compare_file file, uint32_t slot);
void pairs_packet(struct pairs *pairs, enum compare_file file, const struct vsock_packet *packet,
		  const struct vsock_flow_event *event);
void pairs_flow_left(struct pairs *pairs, enum compare_file file, const struct vsock_flow *flow);
/* Packets of A after this time were not read: there, neither file lacks anything. */
void pairs_end_at(struct pairs *pairs, uint64_t ts);
/* Both files ended. */
void pairs_end(struct pairs *pairs);
void pairs_free(struct pairs *pairs);

/* The file whose end sent what is in a lane. */
enum compare_file pairs_sender(const struct clock_estimate *clock, enum clock_class class);

#endif
