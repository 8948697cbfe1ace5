/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/common/word-distance.c: typing errors are near, other words are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "lib/common/word-distance.h"

static void distances(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned distance;
	} cases[] = {
	    {"", "", 0},           {"reset", "reset", 0},    {"", "abc", 3},
	    {"rest", "reset", 1},  {"resets", "reset", 1},   {"resat", "reset", 1},
	    {"rseet", "reset", 1}, {"kitten", "sitting", 3}, {"a", "b", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(word_distance(cases[i].a, cases[i].b), cases[i].distance);
		assert_int_equal(word_distance(cases[i].b, cases[i].a), cases[i].distance);
	}
}

/* The rows have room for the longest word that is compared, and no longer one is. */
static void long_words(void **state)
{
	char word[WORD_DISTANCE_MAX + 1];

	(void)state;
	memset(word, 'x', sizeof(word));
	word[WORD_DISTANCE_MAX - 1] = '\0';
	assert_int_equal(word_distance(word, "x"), WORD_DISTANCE_MAX - 2);
	assert_int_equal(word_distance(word, word), 0);
	word[WORD_DISTANCE_MAX - 1] = 'x';
	word[WORD_DISTANCE_MAX] = '\0';
	assert_int_equal(word_distance(word, "x"), WORD_DISTANCE_MAX);
	assert_int_equal(word_distance("x", word), WORD_DISTANCE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(distances),
	    cmocka_unit_test(long_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
