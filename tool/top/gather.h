/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --top collects, the same for people and programs. A packet costs a few additions. */
#ifndef VSOCKDUMP_TOP_GATHER_H
#define VSOCKDUMP_TOP_GATHER_H

#include "tool/mode/mode.h"
#include "tool/top/pace.h"
#include "tool/top/table.h"

struct top {
	struct top_pace pace;
	struct top_table table;
	uint64_t began;    /* when the tables began */
	uint64_t ended;    /* flows that have ended */
	uint64_t refused;  /* of these */
	uint64_t bytes[2]; /* payload since the last table, by sender */
	uint64_t rate[2];  /* bytes a second until the last table */
	/* Called before the rows of a table are chosen; or NULL. */
	void (*before)(void *context);
	/* Whether a flow belongs into the table; NULL: all do. */
	bool (*wants)(void *context, const struct vsock_flow *flow);
	void *context;
};

/* Prints the table. */
typedef void top_shower(struct session *session);

/* `rows`: if the user wants no other number. False without memory: then session->failure is set. */
bool top_begin(struct session *session, struct top *top, uint32_t rows);
void top_free(struct top *top);

/* Counts a packet. If a table is due, it is shown before. `show` may be NULL: none is due. */
void top_packet(struct session *session, struct top *top, const struct seen *seen,
		top_shower *show);

/* The time is `now`: shows a table if it is due. */
void top_clock(struct session *session, struct top *top, uint64_t now, top_shower *show);

/* Chooses the rows of the present table anew. */
void top_refill(struct session *session, struct top *top);

/* Shows a table of the time since the last one, whether it is due or not. */
void top_show(struct session *session, struct top *top, uint64_t now, top_shower *show);

#endif
