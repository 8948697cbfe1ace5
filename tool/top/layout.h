/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which columns of --top fit, and how wide they are. It knows texts by their lengths only.
 *
 * On a narrow terminal, the names become shorter first. Then the age leaves, the state becomes one
 * letter, and the slower rate leaves. A wide terminal shows more.
 */
#ifndef VSOCKDUMP_TOP_LAYOUT_H
#define VSOCKDUMP_TOP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

enum top_column {
	TOP_MARK, /* the worst finding */
	TOP_FLOW,
	TOP_CLIENT,
	TOP_SERVER,
	TOP_STATE,
	TOP_CLIENT_RATE, /* of both, if TOP_SERVER_RATE is not shown: the faster one */
	TOP_SERVER_RATE,
	TOP_CREDIT,
	TOP_AGE,
	/* Only if there is room: */
	TOP_PACKETS,
	TOP_TOTAL,
	TOP_HANDSHAKE,
	TOP_HISTORY,
	TOP_COLUMNS
};

/* Any number: all columns are shown, and no text is cut. */
#define TOP_ANY_WIDTH 65535

/* The longest texts. */
struct top_needs {
	unsigned flow;
	unsigned client;      /* without its port */
	unsigned client_port; /* with it */
	unsigned server;
};

struct top_layout {
	unsigned width[TOP_COLUMNS]; /* 0: not shown */
	bool client_port;            /* the client has its port */
	bool short_credit;           /* without the time */
	bool state_letter;
};

/*
 * For a line of so many columns. `cut`: names may be shortened to fit; otherwise a line may become
 * longer.
 */
void top_layout_choose(struct top_layout *layout, const struct top_needs *needs, unsigned columns,
		       bool cut);

/* Columns of a line. */
unsigned top_layout_width(const struct top_layout *layout);

/*
 * Shortens a text to `width` in its middle: "build..7:1024". The last `tail` characters stay, if
 * there is room. Returns the new length.
 */
size_t top_shorten(char *text, size_t length, size_t tail, size_t width);

#endif
