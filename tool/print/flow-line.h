/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows as the rows of a table for people.
 *
 * Columns are as wide as the known rows need: measure all rows first, then print. A later row that
 * is wider is out of line, and widens the columns for the rows after it.
 */
#ifndef VSOCKDUMP_PRINT_FLOW_LINE_H
#define VSOCKDUMP_PRINT_FLOW_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow.h"
#include "tool/print/address.h"
#include "tool/print/output.h"
#include "tool/settings.h"

enum flow_column {
	FLOW_COLUMN_NUMBER,
	FLOW_COLUMN_CLIENT,
	FLOW_COLUMN_SERVER,
	FLOW_COLUMN_TYPE,
	FLOW_COLUMN_STATE,
	FLOW_COLUMN_HISTORY, /* see vsock_flow_history() */
	FLOW_COLUMN_CLIENT_PACKETS,
	FLOW_COLUMN_SERVER_PACKETS,
	FLOW_COLUMN_CLIENT_BYTES,
	FLOW_COLUMN_SERVER_BYTES,
	FLOW_COLUMN_DURATION,
	FLOW_COLUMN_HANDSHAKE,
	FLOW_COLUMN_STALL, /* only if flows are sorted by it */
	FLOW_COLUMN_NOTES, /* last: of any length, and without a heading */
	FLOW_COLUMNS
};

/* All zeros: nothing measured, nothing printed. */
struct flow_columns {
	uint8_t width[FLOW_COLUMNS];
	bool hidden[FLOW_COLUMNS]; /* for lack of room, from the heading on */
	enum flow_sort sort;       /* this column is always shown */
	bool headed;               /* the heading was printed */
	struct address_cache addresses;
};

/* Makes room for usual rows, if rows cannot be measured before the first is printed. */
void flow_line_expect_usual(struct flow_columns *columns);

/* `now` is the end of what is known of the capture: see vsock_flow_state_at(). */
void flow_line_measure(struct flow_columns *columns, const struct print_settings *settings,
		       const struct vsock_flow *flow, uint64_t now);
/* On a terminal this also decides which columns are shown. The least useful are hidden first. */
void flow_line_print_heading(struct output *out, struct flow_columns *columns);
/* Names the columns that are not shown, if there are any, on a separate line. */
void flow_line_print_hidden(struct output *out, const struct flow_columns *columns);
void flow_line_print(struct output *out, struct flow_columns *columns,
		     const struct print_settings *settings, const struct vsock_flow *flow,
		     uint64_t now);

#endif
