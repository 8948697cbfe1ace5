/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mode is what becomes of the packets: one line each, one JSON object each, a table of flows,
 * a number. Each mode is a file of its own and a row in the table of mode.c.
 */
#ifndef VSOCKDUMP_MODE_MODE_H
#define VSOCKDUMP_MODE_MODE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/analysis.h"
#include "core/flow.h"
#include "tool/confine/sandbox.h"
#include "tool/exit-status.h"
#include "tool/mode/finding-store.h"
#include "tool/print/address.h"
#include "tool/print/flow-line.h"
#include "tool/print/output.h"
#include "tool/print/seen.h"
#include "tool/print/timestamp.h"
#include "tool/settings.h"

/* What all modes work with. */
struct run {
	const struct settings *settings;
	struct output *out;              /* data: standard output */
	struct vsock_analysis *analysis; /* NULL for modes that need no flows */
	struct vsock_flow_table *flows;  /* the analysis' own, or NULL */
	uint64_t packets;                /* seen so far, the current one included */
	bool nanosecond;                 /* show nine digits of a second, not six */
	uint64_t first_ts;               /* of the first packet */
	uint64_t previous_ts;            /* of the packet before; first_ts for the first */
	uint64_t latest_ts;              /* the highest so far, as times may run backwards */
	enum exit_status failure;        /* of a mode, with a message: ends the run with this */

	/* Where files are made later; filled before the first packet. */
	struct output_folders folders;

	/* The modes' own, zero at the start. */
	struct timestamp_cache time_cache;
	struct address_cache address_cache;
	struct flow_columns flow_columns;
	struct finding_store findings; /* of flows, until they are shown */
	void *own; /* made by the mode's begin, freed by its end; NULL if begin failed */
};

struct mode {
	const char *name;
	bool needs_flows;
	bool keep_ended_flows;
	/* Any of these may be NULL. */
	void (*begin)(struct run *run);
	void (*packet)(struct run *run, const struct seen *seen);
	/* Found by a timer, before the next packet is shown; else see seen.findings. */
	void (*finding)(struct run *run, const struct vsock_finding *finding);
	/* A flow leaves the table before the end. */
	void (*flow_left)(struct run *run, const struct vsock_flow *flow);
	/* SIGUSR1: show where things stand, go on. */
	void (*snapshot)(struct run *run);
	void (*end)(struct run *run);
};

extern const struct mode mode_packets;
/* The same without flows and what is known through them; it costs less than half. */
extern const struct mode mode_packets_alone;
extern const struct mode mode_packets_json;
extern const struct mode mode_flows;
extern const struct mode mode_flows_json;
extern const struct mode mode_diagnose;
extern const struct mode mode_diagnose_json;
extern const struct mode mode_count;
extern const struct mode mode_follow;
extern const struct mode mode_export;
/* Nothing is printed: the packets go to a file. */
extern const struct mode mode_silent;

const struct mode *mode_for(const struct settings *settings);

#endif
