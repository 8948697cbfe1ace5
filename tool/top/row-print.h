/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --top for people: the heading and the rows of a table. */
#ifndef VSOCKDUMP_TOP_ROW_PRINT_H
#define VSOCKDUMP_TOP_ROW_PRINT_H

#include "tool/print/output.h"
#include "tool/settings.h"
#include "tool/top/layout.h"
#include "tool/top/table.h"

/* All zeros: nothing measured. Columns only grow, so that tables stay in line. */
struct top_columns {
	struct top_needs needs;
	struct top_layout layout;
	bool totals; /* all bytes of a flow in place of its rates */
	bool bars;   /* for a screen: the credit is also a bar, in reverse */
};

/* Measures all rows of a table, and chooses its columns. Whether they are other ones now. */
bool top_columns_choose(struct top_columns *columns, const struct output *out,
			const struct print_settings *settings, const struct top_table *table);

void top_row_print_heading(struct output *out, const struct top_columns *columns);

void top_row_print(struct output *out, const struct top_columns *columns,
		   const struct print_settings *settings, const struct top_row *row, uint64_t now);

#endif
