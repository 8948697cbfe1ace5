/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/top/pace.c: when a table is due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool/top/pace.h"

#define S UINT64_C(1000000000)

static void tables_come_at_intervals(void **state)
{
	struct top_pace pace = {.interval = S};

	(void)state;
	assert_false(top_pace_due(&pace, 100 * S));
	assert_int_equal(top_pace_next(&pace), 101 * S);
	assert_false(top_pace_due(&pace, 101 * S - 1));
	assert_true(top_pace_due(&pace, 101 * S + 5));
	assert_int_equal(top_pace_passed(&pace, 101 * S + 5), S + 5);
	top_pace_done(&pace, 101 * S + 5, 1000);
	assert_int_equal(top_pace_next(&pace), 102 * S + 5);
	assert_false(top_pace_due(&pace, 102 * S));
	/* A time that is a little older changes nothing. */
	assert_false(top_pace_due(&pace, 100 * S));
	assert_int_equal(top_pace_passed(&pace, 100 * S), 1);
	assert_int_equal(top_pace_next(&pace), 102 * S + 5);
}

static void a_table_that_takes_long_makes_the_interval_longer(void **state)
{
	struct top_pace pace = {.interval = S};

	(void)state;
	top_pace_due(&pace, 100 * S);
	top_pace_done(&pace, 101 * S, S / 10);
	assert_int_equal(pace.wait, 2 * S);
	assert_false(top_pace_due(&pace, 103 * S - 1));
	assert_true(top_pace_due(&pace, 103 * S));
	top_pace_done(&pace, 103 * S, S / 1000);
	assert_int_equal(pace.wait, S);
}

static void a_clock_that_is_set_back_stops_nothing(void **state)
{
	struct top_pace pace = {.interval = S};

	(void)state;
	top_pace_due(&pace, 1000 * S);
	assert_false(top_pace_due(&pace, 500 * S));
	assert_true(top_pace_due(&pace, 501 * S));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tables_come_at_intervals),
	    cmocka_unit_test(a_table_that_takes_long_makes_the_interval_longer),
	    cmocka_unit_test(a_clock_that_is_set_back_stops_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
