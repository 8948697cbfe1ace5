/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One record: a JSON object in one line. docs/fleet.md and docs/vsockdump.schema.json describe the
 * keys. A record of a flow has all keys that --json prints of a flow, and more.
 *
 * No record has payload, or any other text that a guest chose.
 */
#ifndef VSOCKDUMP_RECORDS_RECORD_H
#define VSOCKDUMP_RECORDS_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/mode/session.h"
#include "tool/records/flow-notes.h"

/* The version of the schema. A key or a kind that is new does not change it. */
#define RECORD_VERSION 1

/* Bytes of a record, with its line feed. Collectors cut lines, some of them at 8 KiB. */
#define RECORD_SIZE_MAX 4096

enum record_kind {
	RECORD_FLOW,
	RECORD_INTERIM,
	RECORD_CONNECT_FAILED,
	RECORD_FINDING,
	RECORD_CAPTURE,
	RECORD_REST,
	RECORD_KINDS
};

const char *record_kind_name(enum record_kind kind);

/* What the records of a run share. */
struct record_run {
	struct session *session;
	char uid[UID_SIZE + 1];
	char host_name[256]; /* or "" */
	uint64_t number;     /* of the last record */
};

/* The part of all records. `ts`: when it is made; 0: not known. */
void record_common(struct output *out, struct record_run *run, uint32_t seq, uint64_t ts);

struct record_flow {
	enum record_kind kind;
	const struct vsock_flow *flow;
	const struct flow_note *note; /* NULL: there was no record of it */
	uint64_t now;
	const char *reason;
	const char *error; /* of RECORD_CONNECT_FAILED; else NULL */
	uint32_t attempts;
	bool final;
};

void record_print_flow(struct output *out, struct record_run *run,
		       const struct record_flow *record);
void record_print_finding(struct output *out, struct record_run *run,
			  const struct vsock_finding *finding, uint32_t seq, uint32_t count);

struct record_capture {
	const char *reason;
	uint32_t seq;
	uint64_t now;       /* 0: not known */
	uint64_t period_ns; /* since the previous one */
	uint64_t evicted;
	const uint64_t *records; /* by enum record_kind, with this one */
	uint64_t lost;
};

void record_print_capture(struct output *out, struct record_run *run,
			  const struct record_capture *record);

/* The sum of flows that got no record of their own. */
struct record_rest {
	uint64_t flows;
	uint64_t packets[2]; /* by enum vsock_side */
	uint64_t bytes[2];
};

void record_print_rest(struct output *out, struct record_run *run, const struct record_rest *rest,
		       uint32_t seq, uint64_t now, uint64_t period_ns);

/* The name that --service gave to the port, or NULL. *index is its place, or the number of names.
 */
const char *record_service(const struct record_settings *settings, uint32_t port, size_t *index);

/* Why no connection came of the flow, as it is at `now`; NULL if one did, or may. */
const char *record_failure(const struct vsock_flow *flow, uint64_t now);

/* "guest", "host", "local" or "unknown". */
const char *record_initiator(const struct vsock_flow *flow);

/* The CID of the virtual machine that takes part; 0: none. */
uint32_t record_guest(const struct vsock_flow *flow);

#endif
