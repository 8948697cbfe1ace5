/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/common/calendar.c: dates until 2554, also where time_t ends in 2038. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "core/time-units.h"
#include "lib/common/calendar.h"

#define DAY         INT64_C(86400)
#define LAST_SECOND ((int64_t)(UINT64_MAX / NANOSECONDS_PER_SECOND))
#define END_OF_2037 INT64_C(2145916800)

/* Both halves of the world, and an odd offset. */
static const char *const zones[] = {
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "EST5EDT,M3.2.0,M11.1.0",
    "AEST-10AEDT,M10.1.0,M4.1.0/3",
    "XYZ-5:45",
};

static void use_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static const char *text(bool (*calendar)(struct tm *date, int64_t second), int64_t second)
{
	static char text[64];
	struct tm date;

	assert_true(calendar(&date, second));
	strftime(text, sizeof(text), "%F %T %a %j", &date);
	return text;
}

static void edges(void **state)
{
	(void)state;
	assert_string_equal(text(calendar_utc, 0), "1970-01-01 00:00:00 Thu 001");
	assert_string_equal(text(calendar_utc, 951782399), "2000-02-28 23:59:59 Mon 059");
	assert_string_equal(text(calendar_utc, 951782400), "2000-02-29 00:00:00 Tue 060");
	assert_string_equal(text(calendar_utc, 978307199), "2000-12-31 23:59:59 Sun 366");
	assert_string_equal(text(calendar_utc, 4107542399), "2100-02-28 23:59:59 Sun 059");
	assert_string_equal(text(calendar_utc, 4107542400), "2100-03-01 00:00:00 Mon 060");
	assert_string_equal(text(calendar_utc, UINT32_MAX), "2106-02-07 06:28:15 Sun 038");
	assert_string_equal(text(calendar_utc, LAST_SECOND), "2554-07-21 23:34:33 Sun 202");
}

static void local_time_after_2038(void **state)
{
	(void)state;
	use_zone(zones[0]);
	assert_string_equal(text(calendar_local, UINT32_MAX), "2106-02-07 07:28:15 Sun 038");
	assert_string_equal(text(calendar_local, LAST_SECOND), "2554-07-22 01:34:33 Mon 203");
	/* The hour in which summer begins, on the last Sunday of March 2100. */
	assert_string_equal(text(calendar_local, 4109878799), "2100-03-28 01:59:59 Sun 087");
	assert_string_equal(text(calendar_local, 4109878800), "2100-03-28 03:00:00 Sun 087");
	use_zone("UTC");
}

static void assert_same(const struct tm *a, const struct tm *b, int64_t second)
{
	if (a->tm_sec == b->tm_sec && a->tm_min == b->tm_min && a->tm_hour == b->tm_hour &&
	    a->tm_mday == b->tm_mday && a->tm_mon == b->tm_mon && a->tm_year == b->tm_year &&
	    a->tm_wday == b->tm_wday && a->tm_yday == b->tm_yday && a->tm_isdst == b->tm_isdst)
		return;
	fail_msg("second %lld differs", (long long)second);
}

/* One second of each day that libc knows. */
static void utc_agrees_with_libc(void **state)
{
	struct tm ours, theirs;
	time_t when;

	(void)state;
	for (int64_t second = 0; second <= LAST_SECOND; second += DAY - 1) {
		when = (time_t)second;
		if (when != second)
			break;
		assert_true(calendar_utc(&ours, second));
		assert_non_null(gmtime_r(&when, &theirs));
		assert_same(&ours, &theirs, second);
	}
}

static void a_twin_is_the_same_day(void **state)
{
	struct tm date, twin;

	(void)state;
	for (int64_t second = 0; second <= LAST_SECOND; second += DAY - 1) {
		assert_true(calendar_utc(&date, second));
		assert_true(calendar_utc(&twin, calendar_twin(second)));
		if (date.tm_mon == 1 && date.tm_mday == 29)
			continue;
		assert_true(calendar_twin(second) < END_OF_2037);
		assert_true(twin.tm_year >= 2026 - 1900);
		twin.tm_year = date.tm_year;
		twin.tm_yday = date.tm_yday;
		assert_same(&date, &twin, second);
	}
}

/* What 32 bits get from the twin is what 64 bits get from libc. */
static void a_twin_has_the_same_offset(void **state)
{
	struct tm date, twin;

	(void)state;
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		use_zone(zones[i]);
		for (int64_t second = END_OF_2037; second <= LAST_SECOND; second += 3599) {
			const time_t when = (time_t)second;
			const time_t earlier = (time_t)calendar_twin(second);

			if (when != second)
				break;
			assert_non_null(localtime_r(&when, &date));
			assert_non_null(localtime_r(&earlier, &twin));
			if (date.tm_gmtoff != twin.tm_gmtoff)
				fail_msg("%s: second %lld differs", zones[i], (long long)second);
		}
	}
	use_zone("UTC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(edges),
	    cmocka_unit_test(local_time_after_2038),
	    cmocka_unit_test(utc_agrees_with_libc),
	    cmocka_unit_test(a_twin_is_the_same_day),
	    cmocka_unit_test(a_twin_has_the_same_offset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
