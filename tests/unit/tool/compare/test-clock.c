/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/compare/clock.c: how far two clocks are apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time-units.h"
#include "tool/compare/clock.h"

#define START       (UINT64_C(1700000000) * NANOSECONDS_PER_SECOND)
#define MILLISECOND INT64_C(1000000)
#define MICROSECOND INT64_C(1000)

static struct clock_samples samples;
static struct clock_estimate estimate;
static uint32_t seed;

/* At least 20 us, and mostly little more. */
static uint64_t some_delay(void)
{
	seed = seed * 1103515245 + 12345;
	return 20000 + (seed >> 16) % 10 * ((seed >> 20) % 30) * 1000;
}

static int begin(void **state)
{
	(void)state;
	samples = (struct clock_samples){0};
	seed = 1;
	return 0;
}

/* A packet each way at A's time `at` after the start, if B is ahead by so much. */
static void add_both(uint64_t at, int64_t ahead)
{
	uint64_t a = START + at;
	uint64_t b = a + (uint64_t)ahead;

	/* From the lower CID, whose end A is of. */
	clock_add(&samples, CLOCK_FROM_LOWER, a, b + some_delay());
	clock_add(&samples, CLOCK_FROM_HIGHER, a + some_delay(), b);
}

static void assert_near(int64_t value, int64_t wanted, int64_t by)
{
	assert_true(value - wanted <= by && wanted - value <= by);
}

static void nothing_is_known_without_packets(void **state)
{
	(void)state;
	clock_estimate(&samples, &estimate);
	assert_false(estimate.known);
	assert_int_equal(clock_offset_at(&estimate, START), 0);
}

static void an_offset_is_a_range(void **state)
{
	static const int64_t offsets[] = {0, 7 * MILLISECOND, -3600000 * MILLISECOND};

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		begin(state);
		for (uint64_t n = 0; n < 500; n++)
			add_both(n * 10 * (uint64_t)MILLISECOND, offsets[i]);
		clock_estimate(&samples, &estimate);
		assert_true(estimate.known && estimate.directed && estimate.first_is_a);
		assert_int_equal(estimate.count, 1);
		assert_true(estimate.parts[0].least <= offsets[i]);
		assert_true(estimate.parts[0].most >= offsets[i]);
		assert_near(clock_offset_at(&estimate, START), offsets[i], 21 * MICROSECOND);
		assert_false(estimate.drift_known);
	}
}

static void the_other_end_is_recognized(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 100; n++) {
		uint64_t b = START + n * (uint64_t)MILLISECOND;

		clock_add(&samples, CLOCK_FROM_LOWER, b + some_delay() - 5000, b);
		clock_add(&samples, CLOCK_FROM_HIGHER, b - 5000, b + some_delay());
	}
	clock_estimate(&samples, &estimate);
	assert_true(estimate.directed);
	assert_false(estimate.first_is_a);
	assert_near(clock_offset_at(&estimate, START), 5000, 21 * MICROSECOND);
}

static void one_place_has_no_direction(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 100; n++) {
		clock_add(&samples, CLOCK_FROM_LOWER, START + n, START + n + 100);
		clock_add(&samples, CLOCK_FROM_HIGHER, START + n, START + n + 100);
	}
	clock_estimate(&samples, &estimate);
	assert_false(estimate.directed);
	assert_int_equal(clock_offset_at(&estimate, START), 100);
}

static void small_inversions_are_no_step(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 100; n++)
		add_both(n * (uint64_t)MILLISECOND, MILLISECOND);
	/* The tap shows a packet 80 us after its peer saw it. */
	clock_add(&samples, CLOCK_FROM_LOWER, START + 101 * (uint64_t)MILLISECOND,
		  START + 102 * (uint64_t)MILLISECOND - 80 * (uint64_t)MICROSECOND);
	clock_estimate(&samples, &estimate);
	assert_int_equal(estimate.count, 1);
}

static void one_way_gives_one_bound(void **state)
{
	(void)state;
	clock_add(&samples, CLOCK_FROM_LOWER, START, START + 5000);
	clock_add(&samples, CLOCK_FROM_LOWER, START, START + 3000);
	clock_estimate(&samples, &estimate);
	assert_true(estimate.parts[0].below);
	assert_int_equal(clock_offset_at(&estimate, START), 3000);
}

static void drift_is_estimated(void **state)
{
	static const double drifts[] = {3e-6, -40e-6, 150e-6};

	for (size_t i = 0; i < sizeof(drifts) / sizeof(drifts[0]); i++) {
		begin(state);
		for (uint64_t n = 0; n < 20000; n++) {
			uint64_t at = n * 10 * (uint64_t)MILLISECOND;

			add_both(at, 2 * MILLISECOND + (int64_t)(drifts[i] * (double)at));
		}
		clock_estimate(&samples, &estimate);
		assert_int_equal(estimate.count, 1);
		assert_true(estimate.drift_known);
		assert_near((int64_t)(estimate.parts[0].drift * 1e9), (int64_t)(drifts[i] * 1e9),
			    500);
		for (uint64_t second = 0; second < 200; second += 10)
			assert_near(
			    clock_offset_at(&estimate, START + second * NANOSECONDS_PER_SECOND),
			    2 * MILLISECOND + (int64_t)(drifts[i] * (double)second * 1e9),
			    80 * MICROSECOND);
	}
}

static void a_step_makes_two_parts(void **state)
{
	static const uint64_t lengths[] = {10, 30, 300};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		uint64_t step =
		    lengths[i] * NANOSECONDS_PER_SECOND / 2 + 300 * (uint64_t)MILLISECOND;

		begin(state);
		for (uint64_t at = 0; at < lengths[i] * NANOSECONDS_PER_SECOND;
		     at += 20 * (uint64_t)MILLISECOND)
			add_both(at, at < step ? 5 * MILLISECOND : -900 * MILLISECOND);
		clock_estimate(&samples, &estimate);
		assert_int_equal(estimate.count, 2);
		assert_near(clock_offset_at(&estimate, START), 5 * MILLISECOND, 30 * MICROSECOND);
		assert_near(clock_offset_at(&estimate, START + 2 * step), -900 * MILLISECOND,
			    30 * MICROSECOND);
		assert_near((int64_t)(estimate.parts[1].begins - START), (int64_t)step,
			    (int64_t)(4 * NANOSECONDS_PER_SECOND));
	}
}

/* Times are hostile: no sum may overflow, which a sanitizer sees. */
static void any_times_are_accepted(void **state)
{
	static const uint64_t times[] = {0, 1, START, UINT64_MAX / 2, UINT64_MAX - 1, UINT64_MAX};

	(void)state;
	for (unsigned i = 0; i < 36; i++)
		for (int class = 0; class < 2; class ++) {
			clock_add(&samples, (enum clock_class) class, times[i / 6], times[i % 6]);
			clock_estimate(&samples, &estimate);
			for (unsigned j = 0; j < 6; j++)
				(void)clock_offset_at(&estimate, times[j]);
		}
	assert_true(estimate.count <= CLOCK_PARTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(nothing_is_known_without_packets, begin),
	    cmocka_unit_test_setup(an_offset_is_a_range, begin),
	    cmocka_unit_test_setup(the_other_end_is_recognized, begin),
	    cmocka_unit_test_setup(one_place_has_no_direction, begin),
	    cmocka_unit_test_setup(small_inversions_are_no_step, begin),
	    cmocka_unit_test_setup(one_way_gives_one_bound, begin),
	    cmocka_unit_test_setup(drift_is_estimated, begin),
	    cmocka_unit_test_setup(a_step_makes_two_parts, begin),
	    cmocka_unit_test_setup(any_times_are_accepted, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
