/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures of the page: SVG with a title and a description, without a script. */
#ifndef VSOCKDUMP_REPORT_CHART_H
#define VSOCKDUMP_REPORT_CHART_H

#include "tool/report/report.h"

/* Bytes of each interval, with its stalls and refused flows. */
void chart_intervals(struct page *page);

/* When the first flows of the list were open. */
void chart_flows(struct page *page);

/* Bytes in flight of the side that sent more, and the room that its peer has. */
void chart_credit(struct page *page, const struct record *record);

#endif
