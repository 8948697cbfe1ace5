/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the window of --top shows at present, for the two files that share it. */
#ifndef VSOCKDUMP_TOP_WINDOW_STATE_H
#define VSOCKDUMP_TOP_WINDOW_STATE_H

#include "tool/mode/cause.h"
#include "tool/mode/recorder.h"
#include "tool/top/flow-filter.h"
#include "tool/top/gather.h"
#include "tool/top/groups.h"
#include "tool/top/row-print.h"

/* For the text of a page. That of the longest ladder takes less than half of it. */
#define WINDOW_MEMORY ((size_t)1 << 20)

/* A longer filter cannot be typed. */
#define WINDOW_FILTER_MAX 256

/* The newest causes that can be selected. */
#define WINDOW_CAUSES 32

/* A smaller terminal has only a line that says so. */
#define WINDOW_ROWS_LEAST    8
#define WINDOW_COLUMNS_LEAST 40

enum window_page {
	WINDOW_TABLE,
	WINDOW_FLOW,
	WINDOW_EXPLANATION,
	WINDOW_CALLS,
	WINDOW_KEYS,
};

struct window {
	struct session *session;
	struct top *top;
	const struct causes *causes;
	struct settings settings; /* the user's, as keys have changed them */
	struct output out;        /* memory, for the text of a page */
	char *memory;
	struct recorder recorder;
	struct flow_filter filter;
	struct top_groups groups;
	struct top_columns columns;
	enum window_page page;
	enum window_page before; /* the page to return to */
	bool paused;
	bool dirty; /* the terminal has not taken the frame before, so the next one waits */

	bool on_causes;    /* the cause is selected, not the row */
	uint32_t row;      /* selected */
	uint32_t rows;     /* that can be selected */
	uint64_t chosen;   /* the selected flow's number, plus 1. 0: any flow in that row */
	uint32_t first;    /* the topmost row on the screen */
	uint32_t height;   /* rows on the screen */
	uint64_t held_for; /* the order holds still until then, CLOCK_MONOTONIC; 0: it does not */
	uint32_t cause;
	uint32_t cause_count;
	const struct cause *newest[WINDOW_CAUSES];

	bool typing; /* the filter */
	char typed[WINDOW_FILTER_MAX];
	size_t typed_length;
	char filter_before[WINDOW_FILTER_MAX];
	char error[PCAP_ERRBUF_SIZE];

	uint64_t flow; /* of WINDOW_FLOW */
	enum time_style ladder_time;
	char code[64];        /* of WINDOW_EXPLANATION */
	uint32_t line;        /* the topmost line of a text */
	uint32_t line_count;  /* of the text */
	bool follows;         /* the end of the text stays visible */
	bool to_next_finding; /* wanted at the next drawing */
};

/* Draws the page, or notes that it is to be drawn later. */
void window_draw(struct window *window);

#endif
