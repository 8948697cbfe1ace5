/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --top for people: what is around the rows of a table, and what remains at the end. */
#ifndef VSOCKDUMP_TOP_TOP_PRINT_H
#define VSOCKDUMP_TOP_TOP_PRINT_H

#include "tool/mode/cause.h"
#include "tool/top/gather.h"
#include "tool/top/row-print.h"

/* The newest causes below a table, and at the end. */
#define TOP_CAUSES_SHOWN 3

struct top_screen {
	struct top_columns columns;
	bool began; /* a table was printed */
};

void top_print_table(struct session *session, const struct top *top, struct top_screen *screen,
		     const struct causes *causes);

/* Packets that the kernel and the interface dropped, or CAPTURE_NOT_KNOWN. */
uint64_t top_drops(const struct session *session);

/* "vsockmon0  ": the interface, if there is one. */
void top_print_interface(struct session *session);

/* "14:14:48 ! host:9000 does not read what web sent ... (flow 12)": a line. */
void top_print_cause(struct session *session, const struct causes *causes,
		     const struct cause *cause);

/* The counters and the causes. */
void top_print_end(struct session *session, const struct top_screen *screen,
		   const struct causes *causes, const struct connection_totals *totals);

#endif
