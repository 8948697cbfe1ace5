/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/table.h"

#include <stdlib.h>

#define PERCENT_MAX 999

/* Above all shares of a buffer: a sender without credit. */
#define FULL UINT64_C(0x8000000000000000)

static const struct {
	const char *name;
	enum flow_sort option; /* FLOW_SORT_NUMBER: it is the default, or has none */
} sorts[TOP_SORTS] = {
    [TOP_SORT_RATE] = {"rate", FLOW_SORT_NUMBER},
    [TOP_SORT_TOTAL] = {"bytes", FLOW_SORT_BYTES},
    [TOP_SORT_AGE] = {"duration", FLOW_SORT_DURATION},
    [TOP_SORT_CREDIT] = {"stall", FLOW_SORT_STALL},
    [TOP_SORT_HANDSHAKE] = {"handshake", FLOW_SORT_HANDSHAKE},
    [TOP_SORT_NAME] = {"server", FLOW_SORT_NUMBER},
    [TOP_SORT_STATE] = {"state", FLOW_SORT_NUMBER},
};

const char *top_sort_name(enum top_sort sort)
{
	return sorts[sort].name;
}

enum top_sort top_sort_of(enum flow_sort option)
{
	enum top_sort sort = TOP_SORT_RATE;

	while (sorts[sort].option != option)
		sort++;
	return sort;
}

bool top_table_make(struct top_table *table, uint32_t rows, enum top_sort sort)
{
	*table = (struct top_table){
	    .sort = sort,
	    .row = calloc(rows, sizeof(*table->row)),
	    .held = calloc(rows, sizeof(*table->held)),
	};
	return table->row && table->held && top_rank_make(&table->rank, rows);
}

void top_table_free(struct top_table *table)
{
	free(table->row);
	free(table->held);
	top_rank_free(&table->rank);
	top_rates_free(&table->rates);
	*table = (struct top_table){0};
}

static void clear(struct top_table *table)
{
	top_rank_clear(&table->rank);
	table->held_next = 0;
	table->flows = table->open = table->stalled = 0;
}

void top_table_begin(struct top_table *table, uint64_t now, uint64_t passed)
{
	clear(table);
	top_rates_begin(&table->rates);
	table->again = false;
	table->now = now;
	table->passed = passed;
}

void top_table_begin_again(struct top_table *table)
{
	clear(table);
	top_rates_begin_again(&table->rates);
	table->again = true;
}

void top_table_end(struct top_table *table)
{
	if (!table->again)
		top_rates_end(&table->rates);
	top_rank_sort(&table->rank);
}

/* In floating point, because a hostile packet may claim 4 GiB in a nanosecond. */
uint64_t top_rate(uint64_t bytes, uint64_t nanoseconds)
{
	double rate = (double)bytes * 1e9 / (double)(nanoseconds ? nanoseconds : 1);

	return rate < 1e18 ? (uint64_t)(rate + 0.5) : UINT64_C(1000000000000000000);
}

static uint64_t since(uint64_t ts, uint64_t now)
{
	return now > ts ? now - ts : 0;
}

static struct top_credit credit_of(const struct vsock_flow *flow, enum vsock_side sender,
				   uint64_t now)
{
	const struct vsock_flow_side *side = &flow->side[sender];
	const struct vsock_flow_side *peer = &flow->side[vsock_peer(sender)];
	struct top_credit credit = {.sender = sender};
	uint64_t percent;

	if (flow->bare || !(peer->marks & VSOCK_SIDE_CREDIT_KNOWN) || peer->buf_alloc == 0)
		return credit;
	credit.known = true;
	credit.buffer = peer->buf_alloc;
	credit.in_flight = side->in_flight > 0 ? (uint32_t)side->in_flight : 0;
	percent = (uint64_t)credit.in_flight * 100 / credit.buffer;
	credit.percent = percent < PERCENT_MAX ? (uint32_t)percent : PERCENT_MAX;
	if (side->marks & VSOCK_SIDE_STALLED)
		credit.full_ns = since(side->last_data_ts, now) + 1;
	return credit;
}

static bool is_fuller(const struct top_credit *a, const struct top_credit *b)
{
	if (a->known != b->known)
		return a->known;
	if (a->full_ns != b->full_ns)
		return a->full_ns > b->full_ns;
	return a->percent > b->percent;
}

static struct top_credit fuller_credit(const struct vsock_flow *flow, uint64_t now)
{
	struct top_credit client = credit_of(flow, VSOCK_CLIENT, now);
	struct top_credit server = credit_of(flow, VSOCK_SERVER, now);

	return is_fuller(&server, &client) ? server : client;
}

static uint64_t sum(const uint64_t of[static 2])
{
	return of[VSOCK_CLIENT] + of[VSOCK_SERVER];
}

static uint64_t handshake_value(const struct vsock_flow *flow)
{
	int64_t handshake = vsock_flow_handshake_ns(flow);

	return handshake < 0 ? 0 : (uint64_t)handshake + 1;
}

static uint64_t value_of(const struct top_row *row, enum top_sort sort)
{
	const struct vsock_flow *flow = &row->flow;

	switch (sort) {
	case TOP_SORT_TOTAL:
		return flow->side[VSOCK_CLIENT].bytes + flow->side[VSOCK_SERVER].bytes;
	case TOP_SORT_CREDIT:
		return row->credit.full_ns ? FULL | row->credit.full_ns : row->credit.percent;
	case TOP_SORT_AGE:
		return row->age;
	case TOP_SORT_HANDSHAKE:
		return handshake_value(flow);
	case TOP_SORT_NAME:
		return ~((uint64_t)flow->server_cid << 32 | flow->server_port);
	case TOP_SORT_STATE:
		return VSOCK_FLOW_STATES - (uint64_t)flow->state;
	case TOP_SORT_RATE:
	case TOP_SORTS:
		break;
	}
	/* A flow that is stuck has no rate, and matters most. */
	return row->credit.full_ns >= TOP_STUCK ? FULL | row->credit.full_ns : sum(row->rate);
}

/* Of flows without a rate, those with trouble are worth a row. */
static uint64_t trouble_of(const struct vsock_flow *flow)
{
	return flow->reported ? flow->worst + UINT64_C(1) : 0;
}

/* The place in the order that holds still; the lower, the better. The walk is by number, too. */
static uint64_t held_value(struct top_table *table, uint64_t number)
{
	while (table->held_next < table->held_count &&
	       table->held[table->held_next].number < number)
		table->held_next++;
	if (table->held_next == table->held_count || table->held[table->held_next].number != number)
		return 0;
	return UINT64_MAX - table->held[table->held_next].position;
}

static struct top_key key_of(struct top_table *table, const struct top_row *row)
{
	struct top_key key = {
	    .value = value_of(row, table->sort),
	    .second = table->sort == TOP_SORT_RATE ? trouble_of(&row->flow) : sum(row->rate),
	    .number = row->flow.number,
	};

	if (table->reverse)
		key.value = ~key.value;
	if (table->held_count > 0)
		key.value = held_value(table, row->flow.number);
	return key;
}

static int by_number(const void *a, const void *b)
{
	const struct top_held *first = a;
	const struct top_held *second = b;

	return (first->number > second->number) - (first->number < second->number);
}

void top_table_hold(struct top_table *table, bool hold)
{
	table->held_count = hold ? top_table_count(table) : 0;
	for (uint32_t i = 0; i < table->held_count; i++)
		table->held[i] = (struct top_held){top_table_row(table, i)->flow.number, i};
	if (table->held_count > 0)
		qsort(table->held, table->held_count, sizeof(*table->held), by_number);
}

int64_t top_table_find(const struct top_table *table, uint64_t number)
{
	for (uint32_t i = 0; i < top_table_count(table); i++)
		if (top_table_row(table, i)->flow.number == number)
			return i;
	return -1;
}

static void count(struct top_table *table, const struct top_row *row)
{
	table->flows++;
	table->open += !row->ended;
	table->stalled += row->credit.full_ns >= TOP_STUCK;
}

void top_table_flow(struct top_table *table, const struct vsock_flow *flow, bool wanted)
{
	const uint64_t bytes[2] = {flow->side[VSOCK_CLIENT].bytes, flow->side[VSOCK_SERVER].bytes};
	bool ended = vsock_flow_state_ended(flow->state);
	struct top_row row;
	struct top_key key;
	uint64_t grown[2];
	uint32_t place;
	bool known = table->again ? top_rates_again(&table->rates, flow->number, grown)
				  : top_rates_next(&table->rates, flow->number, bytes, grown);

	if (!wanted || (ended && since(flow->state_ts, table->now) > TOP_ENDED_STAYS))
		return;
	row = (struct top_row){
	    .flow = *flow,
	    .rate_known = known,
	    .rate = {top_rate(grown[VSOCK_CLIENT], table->passed),
		     top_rate(grown[VSOCK_SERVER], table->passed)},
	    .age = since(flow->first_ts, table->now),
	    .ended = ended,
	};
	if (!ended)
		row.credit = fuller_credit(flow, table->now);
	count(table, &row);
	if (table->each)
		table->each(table->context, &row);
	key = key_of(table, &row);
	place = top_rank_offer(&table->rank, &key);
	if (place != TOP_RANK_NO_PLACE)
		table->row[place] = row;
}
