/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/top/rank.c: the best of many, in their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool/top/rank.h"

#define MANY 5000
#define KEPT 37

static void the_best_are_kept_in_order(void **state)
{
	static uint64_t places[KEPT];
	struct top_rank rank;

	(void)state;
	assert_true(top_rank_make(&rank, KEPT));
	for (int round = 0; round < 2; round++) {
		top_rank_clear(&rank);
		/* Each value below MANY once: 2741 and MANY have no common divisor. */
		for (uint64_t i = 0; i < MANY; i++) {
			struct top_key key = {.value = i * 2741 % MANY, .number = i};
			uint32_t place = top_rank_offer(&rank, &key);

			if (place == TOP_RANK_NO_PLACE)
				continue;
			assert_true(place < KEPT);
			places[place] = key.value;
		}
		top_rank_sort(&rank);
		assert_int_equal(rank.count, KEPT);
		for (uint32_t i = 0; i < KEPT; i++)
			assert_int_equal(places[rank.heap[i].place], MANY - 1 - i);
	}
	top_rank_free(&rank);
}

static void equal_values_have_an_order(void **state)
{
	static const struct top_key keys[] = {
	    {5, 1, 0}, {5, 1, 1}, {5, 2, 2}, {6, 0, 3}, {5, 0, 4}};
	static const uint64_t expected[] = {3, 2, 1, 0};
	struct top_rank rank;
	uint64_t numbers[4];

	(void)state;
	assert_true(top_rank_make(&rank, 4));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		uint32_t place = top_rank_offer(&rank, &keys[i]);

		if (place != TOP_RANK_NO_PLACE)
			numbers[place] = keys[i].number;
	}
	top_rank_sort(&rank);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(numbers[rank.heap[i].place], expected[i]);
	top_rank_free(&rank);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_best_are_kept_in_order),
	    cmocka_unit_test(equal_values_have_an_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
