/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All about one flow: what it carried, its credit as bars, and its last packets as a ladder. */
#ifndef VSOCKDUMP_TOP_FLOW_PAGE_H
#define VSOCKDUMP_TOP_FLOW_PAGE_H

#include "tool/mode/recorder.h"
#include "tool/top/table.h"

/* `row` is NULL if the flow has left the table; `record` has its last state. */
void flow_page_print(struct session *session, const struct top_row *row,
		     const struct record *record);

#endif
