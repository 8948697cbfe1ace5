/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/stats/intervals.c: which interval a time has, how intervals are merged, and stalls.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool/stats/intervals.h"

#define S UINT64_C(1000000000)

static void add(struct intervals *all, uint64_t ts)
{
	intervals_at(all, ts)->packets++;
}

/* The sums over all intervals, and a check that they follow one another without a hole. */
struct sums {
	uint64_t packets, stall_us, intervals;
};

static struct sums sum_up(const struct intervals *all)
{
	struct interval_walk walk = {0};
	struct shown_interval shown;
	struct sums sums = {0};
	uint64_t end = 0;

	while (intervals_next(all, &walk, &shown)) {
		assert_int_equal(shown.sum.start % all->width, 0);
		if (sums.intervals > 0)
			assert_int_equal(shown.sum.start, end);
		end = walk.end;
		sums.packets += shown.sum.packets;
		sums.stall_us += shown.stall_us;
		sums.intervals += shown.count;
	}
	return sums;
}

static void starts_are_round(void **state)
{
	struct intervals all;
	struct interval_walk walk = {0};
	struct shown_interval shown;

	(void)state;
	intervals_begin(&all, 10);
	add(&all, 1015 * S + 7);
	add(&all, 1009 * S);
	add(&all, 1019 * S + S - 1);
	add(&all, 1020 * S);
	add(&all, 1099 * S);
	assert_true(intervals_next(&all, &walk, &shown));
	assert_int_equal(shown.sum.start, 1000 * S);
	assert_int_equal(shown.sum.packets, 1);
	assert_true(intervals_next(&all, &walk, &shown));
	assert_int_equal(shown.sum.start, 1010 * S);
	assert_int_equal(shown.sum.packets, 2);
	assert_true(intervals_next(&all, &walk, &shown));
	assert_int_equal(shown.sum.start, 1020 * S);
	/* Those without a packet are one. */
	assert_true(intervals_next(&all, &walk, &shown));
	assert_int_equal(shown.sum.start, 1030 * S);
	assert_int_equal(shown.count, 6);
	assert_int_equal(shown.sum.packets, 0);
	assert_true(intervals_next(&all, &walk, &shown));
	assert_int_equal(shown.sum.start, 1090 * S);
	assert_false(intervals_next(&all, &walk, &shown));
	intervals_free(&all);
}

/* Whatever the span, 20 intervals are enough, and no packet is lost. */
static void the_width_follows_the_span(void **state)
{
	static const struct {
		uint64_t span, width;
	} cases[] = {
	    {0, 1},          {19, 1},           {20, 10},
	    {199, 10},       {200, 60},         {1199, 60},
	    {1200, 600},     {12000, 3600},     {72000, 21600},
	    {432000, 86400}, {1728000, 864000}, {UINT64_C(10000000000), UINT64_C(864000000)}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct intervals all;
		struct sums sums;

		intervals_begin(&all, 0);
		for (uint64_t part = 0; part <= 100; part++)
			add(&all, (cases[i].span * part / 100) * S);
		sums = sum_up(&all);
		assert_int_equal(all.width, cases[i].width * S);
		assert_int_equal(sums.packets, 101);
		assert_true(sums.intervals <= INTERVALS_SHOWN);
		intervals_free(&all);
	}
}

static void hostile_times_are_safe(void **state)
{
	static const uint64_t times[] = {
	    UINT64_C(1) << 63,      0, UINT64_MAX, 1, UINT64_MAX - 1, 1700000000 * S, 5,
	    (UINT64_C(1) << 63) - 1};
	const size_t count = sizeof(times) / sizeof(times[0]);

	(void)state;
	for (uint64_t width = 0; width < 100; width += 33) {
		struct intervals all;

		intervals_begin(&all, width);
		for (size_t i = 0; i < count; i++)
			add(&all, times[i]);
		for (size_t i = 0; i < count; i++)
			for (size_t j = 0; j < count; j++)
				intervals_stall(&all, times[i], times[j]);
		assert_int_equal(sum_up(&all).packets, count);
		assert_false(all.failed);
		intervals_free(&all);
	}
}

/* More intervals than there is room for, backwards: they become wider. */
static void too_many_are_merged(void **state)
{
	const uint64_t count = INTERVALS_MAX + 1000;
	struct intervals all;
	struct sums sums;

	(void)state;
	intervals_begin(&all, 3);
	for (uint64_t i = 0; i < count; i++)
		add(&all, (count - i) * 3 * S);
	sums = sum_up(&all);
	assert_int_equal(all.width, 6 * S);
	assert_true(all.widened);
	assert_int_equal(sums.packets, count);
	assert_true(all.count <= INTERVALS_MAX);
	intervals_free(&all);
}

/* A stall is divided among the intervals that it lasts in, also among those without a packet. */
static void stalls_are_divided(void **state)
{
	static const uint64_t parts[] = {250000, 1000000, 1000000, 1000000, 500000};
	struct interval_walk walk = {0};
	struct shown_interval shown;
	struct intervals all;

	(void)state;
	intervals_begin(&all, 1);
	add(&all, 100 * S);
	add(&all, 102 * S);
	add(&all, 104 * S);
	intervals_stall(&all, 100 * S + S / 4 * 3, 104 * S + S / 2);
	for (size_t i = 0; intervals_next(&all, &walk, &shown); i++)
		assert_int_equal(shown.stall_us, parts[i]);
	/* One within an interval, and one that ends where it began. */
	intervals_stall(&all, 102 * S + 1000, 102 * S + 2000);
	intervals_stall(&all, 102 * S, 102 * S);
	intervals_stall(&all, 104 * S, 102 * S);
	assert_int_equal(sum_up(&all).stall_us, 3750001);
	intervals_free(&all);
}

/* Merging keeps the sums, wherever stalls begin and end. */
static void merging_keeps_stalls(void **state)
{
	struct intervals all;
	uint64_t expected = 0;

	(void)state;
	intervals_begin(&all, 0);
	for (uint64_t i = 0; i < 19; i++) {
		add(&all, i * S);
		for (uint64_t j = i; j < 19; j++) {
			intervals_stall(&all, i * S + 1000000, j * S + 2000000);
			expected += (j - i) * 1000000 + 1000;
		}
	}
	assert_int_equal(sum_up(&all).stall_us, expected);
	for (uint64_t end = 20; end < UINT64_C(1000000000); end *= 3) {
		add(&all, end * S);
		assert_int_equal(sum_up(&all).stall_us, expected);
	}
	assert_int_equal(sum_up(&all).packets, 19 + 17);
	intervals_free(&all);
}

/* The flows that are open are those after the last packet. */
static void open_flows_of_the_last_packet(void **state)
{
	struct interval_walk walk = {0};
	struct shown_interval shown;
	struct intervals all;

	(void)state;
	intervals_begin(&all, 1);
	for (uint64_t i = 0; i < 5; i++) {
		add(&all, i * S);
		intervals_at(&all, i * S)->open = 10 + i;
	}
	add(&all, 7 * S);
	intervals_at(&all, 7 * S)->open = 3;
	for (uint64_t i = 0; i < 5; i++)
		assert_true(intervals_next(&all, &walk, &shown));
	assert_true(intervals_next(&all, &walk, &shown));
	assert_int_equal(shown.count, 2);
	assert_int_equal(shown.sum.open, 14);
	intervals_free(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(starts_are_round),
	    cmocka_unit_test(the_width_follows_the_span),
	    cmocka_unit_test(hostile_times_are_safe),
	    cmocka_unit_test(too_many_are_merged),
	    cmocka_unit_test(stalls_are_divided),
	    cmocka_unit_test(merging_keeps_stalls),
	    cmocka_unit_test(open_flows_of_the_last_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
