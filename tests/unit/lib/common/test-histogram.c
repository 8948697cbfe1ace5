/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/common/histogram.c: percentiles of durations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/common/histogram.h"

static void one_duration_is_exact(void **state)
{
	struct histogram h = {0};

	(void)state;
	assert_int_equal(histogram_percentile(&h, 50), 0);
	histogram_add(&h, 141234);
	assert_int_equal(histogram_percentile(&h, 1), 141234);
	assert_int_equal(histogram_percentile(&h, 50), 141234);
	assert_int_equal(histogram_percentile(&h, 99), 141234);
	histogram_free(&h);
}

static void assert_near(uint64_t value, uint64_t expected)
{
	assert_true(value >= expected - expected / 32 - 1 && value <= expected + expected / 32 + 1);
}

/* 1 to 1000 microseconds, once each: the percentiles are known. */
static void percentiles_are_near(void **state)
{
	struct histogram h = {0};

	(void)state;
	for (uint64_t us = 1; us <= 1000; us++)
		histogram_add(&h, us * 1000);
	for (unsigned percent = 1; percent <= 100; percent++)
		assert_near(histogram_percentile(&h, percent), percent * 10000);
	assert_int_equal(histogram_percentile(&h, 100), 1000000);
	histogram_free(&h);
}

/* 0, and all bits: no counter is outside, and the ends are exact. */
static void extremes_have_a_counter(void **state)
{
	struct histogram h = {0};

	(void)state;
	for (unsigned bit = 0; bit < 64; bit++)
		histogram_add(&h, UINT64_C(1) << bit);
	histogram_add(&h, 0);
	histogram_add(&h, UINT64_MAX);
	assert_int_equal(h.least, 0);
	assert_int_equal(histogram_percentile(&h, 100), UINT64_MAX);
	assert_int_equal(histogram_percentile(&h, 1), 0);
	assert_near(histogram_percentile(&h, 50), UINT64_C(1) << 31);
	histogram_free(&h);
}

static void merged_as_if_added(void **state)
{
	struct histogram all = {0}, odd = {0}, even = {0};

	(void)state;
	for (uint64_t i = 1; i <= 500; i++) {
		histogram_add(&all, i * i);
		histogram_add(i % 2 ? &odd : &even, i * i);
	}
	histogram_merge(&odd, &even);
	histogram_merge(&odd, &(struct histogram){0});
	assert_int_equal(odd.count, 500);
	for (unsigned percent = 1; percent <= 100; percent++)
		assert_int_equal(histogram_percentile(&odd, percent),
				 histogram_percentile(&all, percent));
	histogram_free(&all);
	histogram_free(&odd);
	histogram_free(&even);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_duration_is_exact),
	    cmocka_unit_test(percentiles_are_near),
	    cmocka_unit_test(extremes_have_a_counter),
	    cmocka_unit_test(merged_as_if_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
