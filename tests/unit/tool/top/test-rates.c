/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/top/rates.c: what flows have carried between two walks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/top/rates.h"

/* What the flow grew by in total, or -1 if that is not known. */
static int64_t next(struct top_rates *rates, uint64_t number, uint64_t client, uint64_t server)
{
	const uint64_t bytes[2] = {client, server};
	uint64_t grown[2];

	return top_rates_next(rates, number, bytes, grown) ? (int64_t)(grown[0] * 1000 + grown[1])
							   : -1;
}

static void flows_grow_leave_and_come(void **state)
{
	struct top_rates rates = {0};

	(void)state;
	top_rates_begin(&rates);
	assert_int_equal(next(&rates, 0, 5, 1), 5001);
	assert_int_equal(next(&rates, 1, 0, 0), 0);
	assert_int_equal(next(&rates, 4, 7, 0), 7000);
	top_rates_end(&rates);
	top_rates_begin(&rates);
	/* Flow 0 left. */
	assert_int_equal(next(&rates, 1, 2, 3), 2003);
	assert_int_equal(next(&rates, 4, 7, 0), 0);
	assert_int_equal(next(&rates, 5, 9, 0), 9000);
	top_rates_end(&rates);
	top_rates_begin(&rates);
	assert_int_equal(next(&rates, 5, 10, 0), 1000);
	/* A sum that became smaller has not grown. */
	top_rates_end(&rates);
	top_rates_begin(&rates);
	assert_int_equal(next(&rates, 5, 4, 0), 0);
	top_rates_end(&rates);
	top_rates_free(&rates);
}

/* A flow that is older than the last walk, and was not in it, is not taken for a new one. */
static void an_old_flow_without_a_sum_is_not_known(void **state)
{
	struct top_rates rates = {0};

	(void)state;
	top_rates_begin(&rates);
	next(&rates, 3, 1, 1);
	next(&rates, 9, 1, 1);
	top_rates_end(&rates);
	top_rates_begin(&rates);
	assert_int_equal(next(&rates, 2, 100, 0), -1);
	assert_int_equal(next(&rates, 5, 100, 0), -1);
	assert_int_equal(next(&rates, 9, 1, 2), 1);
	assert_int_equal(next(&rates, 10, 3, 0), 3000);
	top_rates_end(&rates);
	/* Flow 3 left, which made room: flow 5 is known now. */
	top_rates_begin(&rates);
	assert_int_equal(next(&rates, 2, 101, 0), -1);
	assert_int_equal(next(&rates, 5, 101, 0), 1000);
	assert_int_equal(next(&rates, 9, 1, 2), 0);
	assert_int_equal(next(&rates, 10, 4, 0), 1000);
	top_rates_end(&rates);
	top_rates_free(&rates);
}

static void the_number_of_sums_is_limited(void **state)
{
	struct top_rates rates = {0};

	(void)state;
	for (int walk = 0; walk < 2; walk++) {
		top_rates_begin(&rates);
		for (uint64_t i = 0; i < TOP_RATES_MAX + 10; i++) {
			int64_t grown = next(&rates, i, (uint64_t)walk + 1, 0);

			assert_int_equal(grown, walk && i >= TOP_RATES_MAX ? -1 : 1000);
		}
		top_rates_end(&rates);
		assert_int_equal(rates.count, TOP_RATES_MAX);
		assert_int_equal(rates.capacity, TOP_RATES_MAX);
	}
	top_rates_free(&rates);
}

static int64_t again(struct top_rates *rates, uint64_t number)
{
	uint64_t grown[2];

	return top_rates_again(rates, number, grown) ? (int64_t)(grown[0] * 1000 + grown[1]) : -1;
}

/* Another order of the same table has the same rates, and does not change the next ones. */
static void a_walk_may_be_repeated(void **state)
{
	struct top_rates rates = {0};

	(void)state;
	top_rates_begin(&rates);
	next(&rates, 1, 5, 1);
	next(&rates, 4, 7, 0);
	top_rates_end(&rates);
	for (int i = 0; i < 2; i++) {
		top_rates_begin_again(&rates);
		assert_int_equal(again(&rates, 1), 5001);
		assert_int_equal(again(&rates, 2), -1);
		assert_int_equal(again(&rates, 4), 7000);
		assert_int_equal(again(&rates, 9), -1);
	}
	top_rates_begin(&rates);
	assert_int_equal(next(&rates, 1, 6, 1), 1000);
	assert_int_equal(next(&rates, 9, 3, 0), 3000);
	top_rates_end(&rates);
	top_rates_free(&rates);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(flows_grow_leave_and_come),
	    cmocka_unit_test(an_old_flow_without_a_sum_is_not_known),
	    cmocka_unit_test(the_number_of_sums_is_limited),
	    cmocka_unit_test(a_walk_may_be_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
