/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/top/table.c: which flows get a row, their order, rates and credit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool/top/table.h"

#define S UINT64_C(1000000000)

static struct vsock_flow flow_of(uint64_t number, uint64_t client, uint64_t server)
{
	struct vsock_flow flow = {
	    .number = number, .first_ts = 10 * S, .state = VSOCK_FLOW_ESTABLISHED};

	flow.side[VSOCK_CLIENT].bytes = client;
	flow.side[VSOCK_SERVER].bytes = server;
	flow.side[VSOCK_CLIENT].buf_alloc = flow.side[VSOCK_SERVER].buf_alloc = 1000;
	flow.side[VSOCK_CLIENT].marks = flow.side[VSOCK_SERVER].marks = VSOCK_SIDE_CREDIT_KNOWN;
	return flow;
}

static void fill(struct top_table *table, uint64_t now, const struct vsock_flow *flows,
		 size_t count)
{
	top_table_begin(table, now, 2 * S);
	for (size_t i = 0; i < count; i++)
		top_table_flow(table, &flows[i], true);
	top_table_end(table);
}

static void expect_order(const struct top_table *table, const uint64_t *numbers, uint32_t count)
{
	assert_int_equal(top_table_count(table), count);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(top_table_row(table, i)->flow.number, numbers[i]);
}

static void the_fastest_come_first(void **state)
{
	struct vsock_flow flows[] = {flow_of(0, 10, 0), flow_of(1, 0, 400), flow_of(2, 5, 6)};
	struct top_table table;

	(void)state;
	assert_true(top_table_make(&table, 2, TOP_SORT_RATE));
	fill(&table, 20 * S, flows, 3);
	expect_order(&table, (uint64_t[]){1, 2}, 2);
	assert_int_equal(table.flows, 3);
	assert_int_equal(table.open, 3);
	assert_int_equal(top_table_row(&table, 0)->rate[VSOCK_SERVER], 200);
	assert_int_equal(top_table_row(&table, 0)->age, 10 * S);
	/* Rates are of the time since the table before, not of all time. */
	flows[0].side[VSOCK_CLIENT].bytes += 100;
	fill(&table, 22 * S, flows, 3);
	expect_order(&table, (uint64_t[]){0, 2}, 2);
	assert_int_equal(top_table_row(&table, 0)->rate[VSOCK_CLIENT], 50);
	assert_int_equal(top_table_row(&table, 1)->rate[VSOCK_CLIENT], 0);
	top_table_free(&table);
}

static void a_flow_that_is_stuck_comes_before_all(void **state)
{
	struct vsock_flow flows[] = {flow_of(0, 10, 0), flow_of(1, 900000, 0), flow_of(2, 0, 0)};
	const struct top_row *row;
	struct top_table table;

	(void)state;
	flows[0].side[VSOCK_CLIENT].marks |= VSOCK_SIDE_STALLED;
	flows[0].side[VSOCK_CLIENT].in_flight = 1000;
	flows[0].side[VSOCK_CLIENT].last_data_ts = 16 * S;
	/* Trouble decides between flows that carry nothing. */
	flows[2].reported = 1;
	assert_true(top_table_make(&table, 9, TOP_SORT_RATE));
	fill(&table, 20 * S, flows, 3);
	expect_order(&table, (uint64_t[]){0, 1, 2}, 3);
	row = top_table_row(&table, 0);
	assert_true(row->credit.known);
	assert_int_equal(row->credit.sender, VSOCK_CLIENT);
	assert_int_equal(row->credit.percent, 100);
	assert_int_equal(row->credit.full_ns / S, 4);
	assert_int_equal(table.stalled, 1);
	/* For less than a second, that is flow control at work. */
	flows[0].side[VSOCK_CLIENT].last_data_ts = 20 * S - S / 2;
	fill(&table, 20 * S, flows, 3);
	assert_int_equal(table.stalled, 0);
	expect_order(&table, (uint64_t[]){2, 1, 0}, 3);
	top_table_free(&table);
}

static void the_fuller_direction_is_shown(void **state)
{
	struct vsock_flow flow = flow_of(0, 0, 0);
	struct top_credit credit;
	struct top_table table;

	(void)state;
	flow.side[VSOCK_CLIENT].in_flight = 100;
	flow.side[VSOCK_SERVER].in_flight = 620;
	assert_true(top_table_make(&table, 1, TOP_SORT_RATE));
	fill(&table, 20 * S, &flow, 1);
	credit = top_table_row(&table, 0)->credit;
	assert_int_equal(credit.sender, VSOCK_SERVER);
	assert_int_equal(credit.percent, 62);
	assert_int_equal(credit.full_ns, 0);
	/* Only the buffer of a side that told it is known. */
	flow.side[VSOCK_CLIENT].marks = 0;
	fill(&table, 20 * S, &flow, 1);
	assert_int_equal(top_table_row(&table, 0)->credit.sender, VSOCK_CLIENT);
	flow.bare = 1;
	fill(&table, 20 * S, &flow, 1);
	assert_false(top_table_row(&table, 0)->credit.known);
	top_table_free(&table);
}

static void a_flow_that_ended_stays_for_a_while(void **state)
{
	struct vsock_flow flow = flow_of(0, 8, 0);
	struct top_table table;

	(void)state;
	flow.state = VSOCK_FLOW_CLOSED;
	flow.state_ts = 20 * S;
	assert_true(top_table_make(&table, 3, TOP_SORT_RATE));
	fill(&table, 25 * S, &flow, 1);
	assert_int_equal(top_table_count(&table), 1);
	assert_true(top_table_row(&table, 0)->ended);
	assert_false(top_table_row(&table, 0)->credit.known);
	assert_int_equal(table.open, 0);
	fill(&table, 25 * S + 1, &flow, 1);
	assert_int_equal(top_table_count(&table), 0);
	top_table_free(&table);
}

static void other_orders(void **state)
{
	struct vsock_flow flows[] = {flow_of(0, 10, 0), flow_of(1, 0, 400), flow_of(2, 5, 6)};
	static const struct {
		enum top_sort sort;
		uint64_t numbers[3];
	} orders[] = {
	    {TOP_SORT_TOTAL, {1, 2, 0}},
	    {TOP_SORT_CREDIT, {2, 0, 1}},
	    {TOP_SORT_HANDSHAKE, {0, 2, 1}},
	    {TOP_SORT_AGE, {2, 1, 0}},
	};
	struct top_table table;

	(void)state;
	for (uint64_t i = 0; i < 3; i++)
		flows[i].first_ts = (10 - i) * S;
	flows[0].side[VSOCK_CLIENT].in_flight = 300;
	flows[2].side[VSOCK_CLIENT].marks |= VSOCK_SIDE_STALLED;
	flows[0].response_ts = flows[0].first_ts + 90;
	flows[2].response_ts = flows[2].first_ts + 80;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		assert_true(top_table_make(&table, 3, orders[i].sort));
		fill(&table, 20 * S, flows, 3);
		expect_order(&table, orders[i].numbers, 3);
		top_table_free(&table);
	}
}

/* But its bytes are counted, in case that it is wanted later. */
static void a_flow_that_is_not_wanted_gets_no_row(void **state)
{
	struct vsock_flow flow = flow_of(0, 100, 0);
	struct top_table table;

	(void)state;
	assert_true(top_table_make(&table, 3, TOP_SORT_RATE));
	top_table_begin(&table, 20 * S, S);
	top_table_flow(&table, &flow, false);
	top_table_end(&table);
	assert_int_equal(top_table_count(&table), 0);
	flow.side[VSOCK_CLIENT].bytes = 102;
	fill(&table, 22 * S, &flow, 1);
	assert_int_equal(top_table_row(&table, 0)->rate[VSOCK_CLIENT], 1);
	top_table_free(&table);
}

static void hostile_rates_are_bounded(void **state)
{
	(void)state;
	assert_int_equal(top_rate(1500, S), 1500);
	assert_int_equal(top_rate(UINT64_MAX, 0), UINT64_C(1000000000000000000));
}

/* While the user moves, rows keep their places, and new ones come last. */
static void an_order_can_hold_still(void **state)
{
	struct vsock_flow flows[] = {flow_of(0, 10, 0), flow_of(1, 0, 400), flow_of(2, 5, 6),
				     flow_of(3, 9000, 0)};
	struct top_table table;

	(void)state;
	assert_true(top_table_make(&table, 9, TOP_SORT_RATE));
	fill(&table, 20 * S, flows, 3);
	expect_order(&table, (uint64_t[]){1, 2, 0}, 3);
	top_table_hold(&table, true);
	flows[0].side[VSOCK_CLIENT].bytes += 5000;
	fill(&table, 22 * S, flows, 4);
	expect_order(&table, (uint64_t[]){1, 2, 0, 3}, 4);
	assert_int_equal(top_table_find(&table, 0), 2);
	assert_int_equal(top_table_find(&table, 7), -1);
	top_table_hold(&table, false);
	flows[3].side[VSOCK_CLIENT].bytes += 10;
	flows[0].side[VSOCK_CLIENT].bytes += 5;
	fill(&table, 24 * S, flows, 4);
	expect_order(&table, (uint64_t[]){3, 0, 2, 1}, 4);
	top_table_free(&table);
}

static void the_same_table_in_another_order(void **state)
{
	struct vsock_flow flows[] = {flow_of(0, 10, 0), flow_of(1, 0, 400), flow_of(2, 5, 6)};
	struct top_table table;

	(void)state;
	assert_true(top_table_make(&table, 9, TOP_SORT_RATE));
	fill(&table, 20 * S, flows, 3);
	table.reverse = true;
	top_table_begin_again(&table);
	for (size_t i = 0; i < 3; i++)
		top_table_flow(&table, &flows[i], i != 2);
	top_table_end(&table);
	expect_order(&table, (uint64_t[]){0, 1}, 2);
	assert_int_equal(top_table_row(&table, 1)->rate[VSOCK_SERVER], 200);
	top_table_free(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_fastest_come_first),
	    cmocka_unit_test(a_flow_that_is_stuck_comes_before_all),
	    cmocka_unit_test(the_fuller_direction_is_shown),
	    cmocka_unit_test(a_flow_that_ended_stays_for_a_while),
	    cmocka_unit_test(other_orders),
	    cmocka_unit_test(a_flow_that_is_not_wanted_gets_no_row),
	    cmocka_unit_test(hostile_rates_are_bounded),
	    cmocka_unit_test(an_order_can_hold_still),
	    cmocka_unit_test(the_same_table_in_another_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
