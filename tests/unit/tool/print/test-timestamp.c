/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/print/timestamp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/print/timestamp.h"

#define SECOND NANOSECONDS_PER_SECOND
/* 2023-11-14 22:13:20 UTC */
#define WHEN (UINT64_C(1700000000) * SECOND + 1002003)

static void use_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static const char *shown(enum time_style style, bool nanosecond, uint64_t ts, uint64_t reference)
{
	static struct text text;
	struct timestamp_cache cache = {0};

	text_begin(&text);
	timestamp_print(&text.out, &cache, style, nanosecond, ts, reference);
	return text_take(&text);
}

static void styles(void **state)
{
	(void)state;
	use_zone("UTC");
	assert_string_equal(shown(TIME_NONE, false, WHEN, WHEN), "");
	assert_string_equal(shown(TIME_OF_DAY, false, WHEN, WHEN), "22:13:20.001002 ");
	assert_string_equal(shown(TIME_OF_DAY, true, WHEN, WHEN), "22:13:20.001002003 ");
	assert_string_equal(shown(TIME_EPOCH, false, WHEN, WHEN), "1700000000.001002 ");
	assert_string_equal(shown(TIME_DATE, true, WHEN, WHEN), "2023-11-14 22:13:20.001002003 ");
}

static void local_time_zone(void **state)
{
	(void)state;
	use_zone("XYZ-5:45");
	assert_string_equal(shown(TIME_DATE, false, WHEN, WHEN), "2023-11-15 03:58:20.001002 ");
	use_zone("UTC");
}

static void differences(void **state)
{
	uint64_t hours = UINT64_C(123) * 3600 * SECOND + 59 * 60 * SECOND + 7 * SECOND + 8;

	(void)state;
	assert_string_equal(shown(TIME_DELTA, false, WHEN, WHEN), " 00:00:00.000000 ");
	assert_string_equal(shown(TIME_SINCE_FIRST, true, WHEN + hours, WHEN),
			    " 123:59:07.000000008 ");
}

static void time_that_runs_backwards(void **state)
{
	(void)state;
	assert_string_equal(shown(TIME_DELTA, true, WHEN - 1, WHEN), "-00:00:00.000000001 ");
	assert_string_equal(shown(TIME_DELTA, false, 0, 61 * SECOND), "-00:01:01.000000 ");
}

static void first_and_last_moment(void **state)
{
	(void)state;
	use_zone("UTC");
	assert_string_equal(shown(TIME_DATE, false, 0, 0), "1970-01-01 00:00:00.000000 ");
	assert_string_equal(shown(TIME_DATE, true, UINT64_MAX, 0),
			    "2554-07-21 23:34:33.709551615 ");
	assert_string_equal(shown(TIME_SINCE_FIRST, false, UINT64_MAX, 0),
			    " 5124095:34:33.709551 ");
}

static void the_cache_follows_the_second(void **state)
{
	struct timestamp_cache cache = {0};
	struct text text;

	(void)state;
	use_zone("UTC");
	text_begin(&text);
	timestamp_print(&text.out, &cache, TIME_OF_DAY, false, 0, 0);
	timestamp_print(&text.out, &cache, TIME_OF_DAY, false, SECOND - 1, 0);
	timestamp_print(&text.out, &cache, TIME_OF_DAY, false, SECOND, 0);
	timestamp_print(&text.out, &cache, TIME_OF_DAY, false, 0, 0);
	assert_string_equal(text_take(&text), "00:00:00.000000 00:00:00.999999 "
					      "00:00:01.000000 00:00:00.000000 ");
}

static void epoch_for_programs(void **state)
{
	struct text text;

	(void)state;
	text_begin(&text);
	timestamp_print_epoch(&text.out, WHEN);
	assert_string_equal(text_take(&text), "1700000000.001002003");
	timestamp_print_epoch(&text.out, 0);
	assert_string_equal(text_take(&text), "0.000000000");
}

/* tests/unit/core/test-duration.c has the edges. */
static void durations(void **state)
{
	struct text text;

	(void)state;
	text_begin(&text);
	timestamp_print_duration(&text.out, 12 * SECOND + 349999999);
	assert_string_equal(text_take(&text), "12.3s");
	timestamp_say_duration(&text.out, 29 * SECOND + 999999999);
	assert_string_equal(text_take(&text), "30.0 s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(styles),
	    cmocka_unit_test(local_time_zone),
	    cmocka_unit_test(differences),
	    cmocka_unit_test(time_that_runs_backwards),
	    cmocka_unit_test(first_and_last_moment),
	    cmocka_unit_test(the_cache_follows_the_second),
	    cmocka_unit_test(epoch_for_programs),
	    cmocka_unit_test(durations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
