/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Equal events: which have a record of their own, and how many share one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool/records/fold.h"

static const struct fold_key one = {3, 2, 1024, 1};

static void folds_after_some(void **state)
{
	struct fold fold = {0};
	const uint32_t place = fold_find(&one);

	(void)state;
	for (int i = 0; i < FOLD_EACH; i++)
		assert_true(fold_add(&fold, place, &one, 100));
	assert_false(fold_add(&fold, place, &one, 100));
	assert_false(fold_add(&fold, place, &one, 100));
	/* Not before the second is over. */
	assert_false(fold_due(&fold, place, &one, 100));
	assert_true(fold_due(&fold, place, &one, 101));
	assert_int_equal(fold_take(&fold, place), 2);
	assert_false(fold_due(&fold, place, &one, 101));
	assert_true(fold_add(&fold, place, &one, 101));
}

static void another_key_takes_the_place(void **state)
{
	const struct fold_key other = {4, 2, 1024, 1};
	struct fold fold = {0};
	const uint32_t place = fold_find(&one);

	(void)state;
	for (int i = 0; i <= FOLD_EACH; i++)
		fold_add(&fold, place, &one, 100);
	assert_true(fold_due(&fold, place, &other, 100));
	assert_int_equal(fold_take(&fold, place), 1);
	assert_true(fold_add(&fold, place, &other, 100));
	assert_true(fold_add(&fold, place, &one, 100));
}

static void places_are_in_the_table(void **state)
{
	uint32_t used[FOLD_PLACES] = {0};
	uint32_t most = 0;

	(void)state;
	for (uint32_t cid = 0; cid < 100 * FOLD_PLACES; cid++) {
		struct fold_key key = {cid, 2, 1024, 1};
		uint32_t place = fold_find(&key);

		assert_true(place < FOLD_PLACES);
		if (++used[place] > most)
			most = used[place];
	}
	assert_true(most < 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(folds_after_some),
	    cmocka_unit_test(another_key_takes_the_place),
	    cmocka_unit_test(places_are_in_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
