/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/run/drop-watch.c.
 *
 * Drops are reported while they happen, and counters wrap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool/run/drop-watch.h"

#define SECOND UINT64_C(1000000000)
#define START  (1000 * SECOND)

static void is_silent_without_drops(void **state)
{
	struct drop_watch watch = {0};

	(void)state;
	for (uint64_t now = START; now < START + 60 * SECOND; now += SECOND) {
		assert_true(drop_watch_due(&watch, now));
		drop_watch_read(&watch, now, (uint32_t)(now / SECOND), 0, 0);
		assert_int_equal(drop_watch_report(&watch, now), 0);
		assert_false(drop_watch_due(&watch, now + 1));
	}
}

static void tells_at_once_and_then_seldom(void **state)
{
	struct drop_watch watch = {0};
	uint64_t told = 0;
	unsigned times = 0;

	(void)state;
	drop_watch_read(&watch, START, 10, 3, 1);
	assert_int_equal(drop_watch_report(&watch, START), 4);
	assert_int_equal(drop_watch_report(&watch, START), 0);
	for (unsigned i = 1; i <= 600; i++) {
		uint64_t now = START + i * SECOND / 10;
		uint64_t news;

		drop_watch_read(&watch, now, 10 + i, 3 + i, 1);
		news = drop_watch_report(&watch, now);
		told += news;
		times += news > 0;
	}
	assert_int_equal(told, 600);
	assert_int_equal(times, 12);
	/* After the drops end, there is nothing more to report. */
	assert_int_equal(drop_watch_report(&watch, START + 1000 * SECOND), 0);
}

static void counts_beyond_32_bits(void **state)
{
	struct drop_watch watch = {0};
	uint32_t counter = 0;

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		counter += 1000000000u;
		drop_watch_read(&watch, START + i, counter, counter, counter);
	}
	assert_true(watch.accepted == 10000000000u);
	assert_true(watch.kernel_drops == 10000000000u);
	assert_true(watch.interface_drops == 10000000000u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(is_silent_without_drops),
	    cmocka_unit_test(tells_at_once_and_then_seldom),
	    cmocka_unit_test(counts_beyond_32_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
