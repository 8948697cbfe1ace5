/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --flow-log: which records there are, and when. Records of flows come when a flow leaves the
 * table, and meanwhile after a minute, after five minutes, and then every five minutes, or as
 * --interval says. So that not all flows have their records at once, the times count from a flow's
 * own start.
 *
 * The clock is that of the packets, so a capture file gives the same records each time.
 */
#ifndef VSOCKDUMP_RECORDS_LOG_H
#define VSOCKDUMP_RECORDS_LOG_H

#include "tool/print/seen.h"
#include "tool/records/fold.h"
#include "tool/records/metrics.h"
#include "tool/records/record.h"
#include "tool/records/writer.h"

/* Seconds between records of the capture, and of the sum of the rest. */
#define LOG_CAPTURE_SECONDS 60
/* An open flow that is silent gets a record this often, in seconds. */
#define LOG_SILENT_SECONDS 3600
/* All flows are looked at once in so many seconds, or in a tenth of --interval. */
#define LOG_ROUND_SECONDS 10

/* All zeros: nothing is written. */
struct flow_log {
	struct writer *writer;   /* NULL: no records are wanted */
	struct metrics *metrics; /* NULL: no metrics are wanted */
	struct record_run run;
	struct flow_notes notes;
	uint64_t records[RECORD_KINDS];
	uint64_t reported; /* time of the last record of the capture */
	uint32_t captures; /* such records */
	uint32_t rests;
	uint32_t loose;     /* findings without a flow */
	uint32_t next_slot; /* of the table, that is looked at next */
	struct record_rest rest;
	struct fold failures;
	struct fold findings;
	/* The last event at each place of the two. */
	struct vsock_flow failed[FOLD_PLACES];
	struct vsock_finding found[FOLD_PLACES];
};

void log_begin(struct flow_log *log, struct session *session, struct writer *writer,
	       struct metrics *metrics);

/* Before the first packet is counted. */
void log_first(struct flow_log *log, uint64_t ts, uint64_t salt);

void log_finding(struct flow_log *log, const struct vsock_finding *finding);
/* A stall of this sender ended that is worth counting. */
void log_stall(struct flow_log *log, const struct vsock_flow *flow, enum vsock_side sender);

/* The last record of a flow. */
void log_flow(struct flow_log *log, const struct vsock_flow *flow, uint64_t now,
	      const char *reason);

/* A second has passed; `passed`: how many, by the clock of the capture. */
void log_tick(struct flow_log *log, uint64_t now, uint64_t passed);

void log_end(struct flow_log *log, uint64_t now);

#endif
