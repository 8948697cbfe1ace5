/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of --top: the best flows of a walk through all of them, with rates and credit. It prints
 * nothing and knows no clock.
 *
 * A row has a copy of its flow, so it stays valid when the flow leaves.
 */
#ifndef VSOCKDUMP_TOP_TABLE_H
#define VSOCKDUMP_TOP_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow.h"
#include "tool/settings.h"
#include "tool/top/rank.h"
#include "tool/top/rates.h"

#define TOP_ROWS_DEFAULT 20

/* A flow that ended stays for so many nanoseconds. */
#define TOP_ENDED_STAYS (5 * UINT64_C(1000000000))

/* The fuller direction of a flow. */
struct top_credit {
	bool known;
	enum vsock_side sender;
	uint32_t in_flight;
	uint32_t buffer;  /* of the receiver */
	uint32_t percent; /* of the buffer; at most 999 */
	uint64_t full_ns; /* how long the sender has had no credit; 0: it has some */
};

struct top_row {
	struct vsock_flow flow;
	bool rate_known;
	uint64_t rate[2]; /* bytes a second that each side sent */
	struct top_credit credit;
	uint64_t age; /* nanoseconds since the first packet */
	bool ended;
};

/* What comes first. */
enum top_sort {
	TOP_SORT_RATE,  /* the highest; but a sender without credit comes before all */
	TOP_SORT_TOTAL, /* bytes of both sides */
	TOP_SORT_AGE,
	TOP_SORT_CREDIT, /* the fullest buffer */
	TOP_SORT_HANDSHAKE,
	TOP_SORT_NAME,  /* by the numbers of the server, the lowest first */
	TOP_SORT_STATE, /* open flows first */
	TOP_SORTS
};

/* "rate", "total", ... */
const char *top_sort_name(enum top_sort sort);
enum top_sort top_sort_of(enum flow_sort option);

/* Where a flow is in an order that holds still. */
struct top_held {
	uint64_t number;
	uint32_t position;
};

struct top_table {
	/* The rows in their order are row[rank.heap[i].place]. */
	struct top_row *row; /* owned */
	struct top_rank rank;
	struct top_rates rates;
	enum top_sort sort;
	bool reverse;          /* the lowest first */
	struct top_held *held; /* owned; by number */
	uint32_t held_count;   /* 0: the order is that of `sort` */
	uint32_t held_next;    /* the first that the present walk has not reached */
	/* Gets each flow that could be shown; or NULL. */
	void (*each)(void *context, const struct top_row *row);
	void *context;
	bool again; /* the walk is for the same time as the one before */
	uint64_t now;
	uint64_t passed;  /* nanoseconds since the table before */
	uint64_t flows;   /* that could be shown */
	uint64_t open;    /* of these */
	uint64_t stalled; /* of these, without credit for TOP_STUCK or longer */
};

/* A sender that has had no credit for so many nanoseconds is stuck. */
#define TOP_STUCK UINT64_C(1000000000)

/* False without memory. */
bool top_table_make(struct top_table *table, uint32_t rows, enum top_sort sort);
void top_table_free(struct top_table *table);

/* The time is `now`, `passed` after the table before. */
void top_table_begin(struct top_table *table, uint64_t now, uint64_t passed);
/* For the same time once more, as the user wants another order or other flows. */
void top_table_begin_again(struct top_table *table);
/* Flows in the order of their numbers: all of them, also those that are not `wanted`. */
void top_table_flow(struct top_table *table, const struct vsock_flow *flow, bool wanted);
void top_table_end(struct top_table *table);

/* The order of the present rows stays, and new ones come last; until it is called with false. */
void top_table_hold(struct top_table *table, bool hold);

/* The row of this flow, or -1. */
int64_t top_table_find(const struct top_table *table, uint64_t number);

static inline uint32_t top_table_count(const struct top_table *table)
{
	return table->rank.count;
}

static inline const struct top_row *top_table_row(const struct top_table *table, uint32_t i)
{
	return &table->row[table->rank.heap[i].place];
}

/* Bytes a second. */
uint64_t top_rate(uint64_t bytes, uint64_t nanoseconds);

#endif
