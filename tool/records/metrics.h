/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --metrics: counters for Prometheus, of all packets and flows, whatever --notable leaves out of
 * the records. docs/fleet.md lists their names.
 *
 * The values of labels are words of ours, or names that the owner of the host chose. No guest can
 * make a series: a service has a name only by --service, and a virtual machine by its VMM or
 * --name. All others are "other".
 */
#ifndef VSOCKDUMP_RECORDS_METRICS_H
#define VSOCKDUMP_RECORDS_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/mode/session.h"
#include "tool/print/seen.h"
#include "tool/records/metrics-vms.h"

enum metrics_initiator { BY_GUEST, BY_HOST, BY_LOCAL, BY_UNKNOWN, INITIATORS };
enum metrics_failure { BY_REFUSAL, BY_TIMEOUT, BY_RESET, BY_SUPERSEDING, FAILURES };
enum metrics_direction { TO_GUEST, FROM_GUEST, AT_LOCAL, DIRECTIONS };
/* Whose sender had no credit. */
enum metrics_blocked { BLOCKED_GUEST, BLOCKED_HOST, BLOCKED_LOCAL, BLOCKED };

/* Upper edges, microseconds; one more counter has what is above. They never change. */
#define HANDSHAKE_EDGES 17
#define STALL_EDGES     14
extern const uint32_t metrics_handshake_edges[HANDSHAKE_EDGES];
extern const uint32_t metrics_stall_edges[STALL_EDGES];

/* A sender that had no credit for so long is stalled, microseconds. */
#define STALL_LEAST_US 10000

struct metrics_service {
	uint64_t opened[INITIATORS];
	uint64_t closed[VSOCK_FLOW_STATES];
	uint64_t failures[FAILURES];
	int64_t open;
	uint64_t packets[DIRECTIONS];
	uint64_t bytes[DIRECTIONS];
	uint64_t handshakes[HANDSHAKE_EDGES + 1];
	uint64_t handshake_ns;
};

struct metrics {
	struct session *session;
	/* Those of --service, then all others. */
	struct metrics_service services[SERVICE_NAMES_MAX + 1];
	uint64_t stalls[BLOCKED][STALL_EDGES + 1];
	uint64_t stall_us[BLOCKED];
	uint64_t findings[VSOCK_FINDING_CODES][VSOCK_CLASSES];
	struct metrics_vms vms; /* --metrics-by-vm */
	uint64_t start;         /* of the capture, nanoseconds since 1970 */
	uint64_t last;          /* of the last packet */
	uint64_t packets;
};

void metrics_packet(struct metrics *metrics, const struct seen *seen);
void metrics_finding(struct metrics *metrics, const struct vsock_finding *finding);
/* No connection came of the flow. */
void metrics_failure(struct metrics *metrics, const struct vsock_flow *flow, const char *error);
/* A connection has left the table, or the capture ended. */
void metrics_closed(struct metrics *metrics, const struct vsock_flow *flow);

/* The counters of the records, for the text. */
struct metrics_records {
	const uint64_t *records; /* by enum record_kind; NULL: none are written */
	uint64_t lost;
};

/* The whole text, in the format that Prometheus' text parser reads. */
void metrics_print(struct output *out, const struct metrics *metrics,
		   const struct metrics_records *records);

#endif
