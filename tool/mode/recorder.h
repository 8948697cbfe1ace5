/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records the packets of some flows while they pass, because nobody knows in advance which flows
 * will be in trouble, and a live capture cannot be read twice.
 *
 * Each new flow gets a place. If all are taken, a flow that ended well gives up its own, or else
 * the one that was silent longest. A flow with a finding keeps its place, up to a few for each
 * code.
 */
#ifndef VSOCKDUMP_REPORT_RECORDER_H
#define VSOCKDUMP_REPORT_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/mode/ladder.h"
#include "tool/print/seen.h"

/* Flows that are recorded at a time. All of them take 14 MB at most, and mostly much less. */
#define RECORDS_MAX 64
/* Those that keep their places for good. */
#define RECORDS_KEPT 32
/* ... for the same code. */
#define RECORDS_OF_CODE 3
/* Rows of a ladder in memory. */
#define RECORD_ROWS 1024
/* Points of a line. When there are more, two become one: the one with more bytes in flight. */
#define RECORD_POINTS 512

struct record_point {
	uint64_t ts;
	uint32_t in_flight;
	uint32_t buffer; /* of the receiver */
};

struct record_line {
	struct record_point points[RECORD_POINTS];
	uint32_t count;
	uint32_t step; /* packets in a point */
	uint32_t in_last;
};

struct record {
	bool used;
	bool kept;
	bool watched; /* keeps its place meanwhile */
	bool late;    /* earlier packets were not recorded */
	bool ended;
	uint64_t flow;
	uint64_t last_ts;
	struct ladder ladder;
	struct record_line lines[2]; /* by enum vsock_side of the sender of data */
};

#define RECORDER_PLACES 4096

struct recorder {
	struct record records[RECORDS_MAX];
	uint8_t places[RECORDER_PLACES]; /* by the flow's number: its record, plus 1 */
	unsigned kept;
	uint8_t of_code[VSOCK_FINDING_CODES];
};

void recorder_packet(struct recorder *recorder, struct session *session, const struct seen *seen);
void recorder_finding(struct recorder *recorder, struct session *session,
		      const struct vsock_finding *finding);
/* The flow as it is now. */
void recorder_flow(struct recorder *recorder, const struct vsock_flow *flow);
void recorder_free(struct recorder *recorder);

/*
 * From now on this flow is recorded, whatever happens; another one that was watched no longer is.
 * NULL if no place is left.
 */
struct record *recorder_watch(struct recorder *recorder, const struct vsock_flow *flow);

/* NULL if the flow was not recorded. */
struct record *recorder_find(struct recorder *recorder, uint64_t flow);

#endif
