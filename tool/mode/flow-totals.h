/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the flows of a CID, or of a server's port, carried together.
 *
 * Bounded: what comes when there is no room for another CID or port is added to the others, so
 * that the sums stay right.
 */
#ifndef VSOCKDUMP_MODE_FLOW_TOTALS_H
#define VSOCKDUMP_MODE_FLOW_TOTALS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/* CIDs and ports that are counted separately. */
#define FLOW_TOTALS_MAX 4096
/* Rows of each table on a terminal. */
#define FLOW_TOTALS_SHOWN 20

struct flow_total {
	uint32_t key; /* CID or port */
	bool made_up; /* the capture made the port up */
	uint64_t flows;
	uint64_t out; /* bytes: what the CID sent, or the clients of the port */
	uint64_t in;
};

/* All zeroes: none. */
struct flow_totals_table {
	struct flow_total *sorted; /* by key */
	uint32_t count;
	uint32_t capacity;
	uint32_t last;            /* place of the one that was asked for last */
	struct flow_total others; /* those that did not fit */
};

struct flow_totals {
	uint64_t flows;
	struct flow_totals_table cids;
	struct flow_totals_table ports;
};

void flow_totals_add(struct flow_totals *totals, const struct vsock_flow *flow);

/* Adds all of `more`. */
void flow_totals_merge(struct flow_totals *totals, const struct flow_totals *more);

/*
 * Two tables, each after an empty line. Nothing for less than two flows. This sorts by bytes:
 * nothing may be added later.
 */
void flow_totals_print(struct output *out, const struct print_settings *settings,
		       const struct flow_totals *totals);

void flow_totals_free(struct flow_totals *totals);

#endif
