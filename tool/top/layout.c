/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/layout.h"

#include <string.h>

/* Names that are so long leave room for all usual columns in 80. */
#define CLIENT_USUAL 13
#define SERVER_USUAL 15

/* A shorter name says nothing. In 40 columns, these are what is left. */
#define CLIENT_LEAST 6
#define SERVER_LEAST 9

#define FLOW_LEAST   4
#define SHORT_CREDIT 5
#define ONE_RATE     7
#define STATE_LETTER 1
#define HANDSHAKE    9
#define HISTORY      8
#define PACKETS      7
#define TOTAL        6

static const char marks[] = "..";
#define MARKS (sizeof(marks) - 1)

static unsigned larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned top_layout_width(const struct top_layout *layout)
{
	unsigned width = 0;

	for (int i = 0; i < TOP_COLUMNS; i++)
		if (layout->width[i])
			width += layout->width[i] + (width > 0);
	return width;
}

/* Makes a name as narrow as the line needs, but not below `least`. */
static void narrow(struct top_layout *layout, enum top_column column, unsigned columns,
		   unsigned least)
{
	unsigned all = top_layout_width(layout);
	unsigned *width = &layout->width[column];
	unsigned room = *width > least ? *width - least : 0;

	if (all > columns)
		*width -= smaller(room, all - columns);
}

static void narrow_names(struct top_layout *layout, unsigned columns, unsigned client,
			 unsigned server)
{
	narrow(layout, TOP_CLIENT, columns, client);
	narrow(layout, TOP_SERVER, columns, server);
}

/* What leaves a line that is too narrow, in this order. */
static void leave_out(struct top_layout *layout, unsigned columns)
{
	if (top_layout_width(layout) > columns)
		layout->width[TOP_AGE] = 0;
	if (top_layout_width(layout) > columns) {
		layout->width[TOP_STATE] = STATE_LETTER;
		layout->state_letter = true;
	}
	if (top_layout_width(layout) > columns) {
		layout->width[TOP_CLIENT_RATE] = ONE_RATE;
		layout->width[TOP_SERVER_RATE] = 0;
	}
}

/* The time that a sender has had no credit says more than the end of a name. */
static void narrow_more(struct top_layout *layout, unsigned columns)
{
	unsigned client = layout->width[TOP_CLIENT];
	unsigned server = layout->width[TOP_SERVER];

	narrow_names(layout, columns, CLIENT_LEAST, SERVER_LEAST);
	if (top_layout_width(layout) <= columns)
		return;
	layout->width[TOP_CREDIT] = SHORT_CREDIT;
	layout->short_credit = true;
	/* That may have left some room. */
	layout->width[TOP_CLIENT] = client;
	layout->width[TOP_SERVER] = server;
	narrow_names(layout, columns, CLIENT_LEAST, SERVER_LEAST);
}

/* What a wide line has besides, in this order. */
static void add_more(struct top_layout *layout, const struct top_needs *needs, unsigned columns)
{
	static const struct {
		enum top_column column;
		unsigned width;
	} more[] = {
	    {TOP_PACKETS, PACKETS},
	    {TOP_TOTAL, TOTAL},
	    {TOP_HANDSHAKE, HANDSHAKE},
	    {TOP_HISTORY, HISTORY},
	};
	unsigned client = larger(layout->width[TOP_CLIENT], needs->client_port);

	if (top_layout_width(layout) + client - layout->width[TOP_CLIENT] > columns)
		return;
	layout->width[TOP_CLIENT] = client;
	layout->client_port = true;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		if (top_layout_width(layout) + 1 + more[i].width > columns)
			return;
		layout->width[more[i].column] = more[i].width;
	}
}

void top_layout_choose(struct top_layout *layout, const struct top_needs *needs, unsigned columns,
		       bool cut)
{
	*layout = (struct top_layout){
	    .width = {[TOP_MARK] = 2,
		      [TOP_FLOW] = larger(needs->flow, FLOW_LEAST),
		      [TOP_CLIENT] = larger(needs->client, CLIENT_USUAL),
		      [TOP_SERVER] = larger(needs->server, SERVER_USUAL),
		      [TOP_STATE] = 11,
		      [TOP_CLIENT_RATE] = 6,
		      [TOP_SERVER_RATE] = 6,
		      [TOP_CREDIT] = 9,
		      [TOP_AGE] = 6},
	};
	if (cut)
		narrow_names(layout, columns, CLIENT_USUAL, SERVER_USUAL);
	if (cut && top_layout_width(layout) > columns) {
		/* Room for longer names, in case that they come, is only kept if there is some. */
		layout->width[TOP_CLIENT] =
		    smaller(CLIENT_USUAL, larger(needs->client, CLIENT_LEAST));
		layout->width[TOP_SERVER] =
		    smaller(SERVER_USUAL, larger(needs->server, SERVER_LEAST));
		leave_out(layout, columns);
		narrow_more(layout, columns);
	}
	/* Below 81 columns the line stays as people know it. */
	if (columns > 80)
		add_more(layout, needs, columns);
}

size_t top_shorten(char *text, size_t length, size_t tail, size_t width)
{
	size_t head;

	if (length <= width)
		return length;
	if (width <= MARKS) {
		memmove(text, text + length - width, width);
		return width;
	}
	if (tail > width - MARKS)
		tail = width - MARKS;
	/* The end of a name often has the number that distinguishes it. */
	head = (width - MARKS - tail + 1) / 2;
	memcpy(text + head, marks, MARKS);
	memmove(text + head + MARKS, text + length - (width - head - MARKS), width - head - MARKS);
	return width;
}
