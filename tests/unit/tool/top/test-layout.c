/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/top/layout.c: which columns fit into a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/top/layout.h"

static const struct top_needs usual = {.flow = 3, .client = 13, .client_port = 19, .server = 15};
static const struct top_needs long_names = {
    .flow = 9, .client = 63, .client_port = 74, .server = 74};

static void eighty_columns_have_all_that_is_usual(void **state)
{
	struct top_layout layout;

	(void)state;
	top_layout_choose(&layout, &usual, 80, true);
	assert_int_equal(top_layout_width(&layout), 80);
	assert_int_not_equal(layout.width[TOP_AGE], 0);
	assert_int_equal(layout.width[TOP_STATE], 11);
	assert_false(layout.client_port);
	assert_int_equal(layout.width[TOP_PACKETS], 0);
}

static void columns_leave_in_their_order(void **state)
{
	struct top_layout layout;

	(void)state;
	top_layout_choose(&layout, &usual, 79, true);
	assert_int_equal(layout.width[TOP_AGE], 0);
	assert_false(layout.state_letter);
	top_layout_choose(&layout, &usual, 72, true);
	assert_true(layout.state_letter);
	assert_int_not_equal(layout.width[TOP_SERVER_RATE], 0);
	top_layout_choose(&layout, &usual, 62, true);
	assert_int_equal(layout.width[TOP_SERVER_RATE], 0);
	assert_int_equal(layout.width[TOP_CLIENT], 13);
	assert_false(layout.short_credit);
	top_layout_choose(&layout, &usual, 50, true);
	assert_int_equal(top_layout_width(&layout), 50);
}

static void every_line_fits_from_40_columns_on(void **state)
{
	struct top_layout layout;
	struct top_needs needs = long_names;

	(void)state;
	needs.flow = 4;
	for (unsigned columns = 40; columns <= 400; columns++) {
		top_layout_choose(&layout, &needs, columns, true);
		assert_true(top_layout_width(&layout) <= columns);
		top_layout_choose(&layout, &usual, columns, true);
		assert_true(top_layout_width(&layout) <= columns);
	}
}

static void wide_lines_have_more(void **state)
{
	struct top_layout layout;

	(void)state;
	top_layout_choose(&layout, &usual, 86, true);
	assert_true(layout.client_port);
	assert_int_equal(layout.width[TOP_CLIENT], 19);
	assert_int_equal(layout.width[TOP_PACKETS], 0);
	top_layout_choose(&layout, &usual, 94, true);
	assert_int_not_equal(layout.width[TOP_PACKETS], 0);
	assert_int_equal(layout.width[TOP_TOTAL], 0);
	top_layout_choose(&layout, &usual, TOP_ANY_WIDTH, true);
	for (int i = 0; i < TOP_COLUMNS; i++)
		assert_int_not_equal(layout.width[i], 0);
}

/* In a file, the line is longer instead. */
static void names_are_whole_in_a_file(void **state)
{
	struct top_layout layout;

	(void)state;
	top_layout_choose(&layout, &long_names, 80, false);
	assert_int_equal(layout.width[TOP_CLIENT], 63);
	assert_int_equal(layout.width[TOP_SERVER], 74);
	assert_int_not_equal(layout.width[TOP_AGE], 0);
}

static const char *shorten(const char *from, size_t tail, size_t width)
{
	static char text[64];
	size_t length = strlen(from);

	memcpy(text, from, length);
	length = top_shorten(text, length, tail, width);
	assert_true(length <= width);
	text[length] = '\0';
	return text;
}

static void names_lose_their_middle(void **state)
{
	(void)state;
	assert_string_equal(shorten("web:1024", 5, 8), "web:1024");
	assert_string_equal(shorten("build-machine-7:1024", 5, 15), "buil..ne-7:1024");
	assert_string_equal(shorten("build-machine-7", 0, 8), "bui..e-7");
	/* The port stays. */
	assert_string_equal(shorten("build-machine-7:4294967295", 11, 14), "b..:4294967295");
	assert_string_equal(shorten("build-machine-7:4294967295", 11, 13), "..:4294967295");
	assert_string_equal(shorten("build-machine-7:4294967295", 11, 10), "..94967295");
	assert_string_equal(shorten("build", 0, 2), "ld");
	assert_string_equal(shorten("build", 0, 0), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(eighty_columns_have_all_that_is_usual),
	    cmocka_unit_test(columns_leave_in_their_order),
	    cmocka_unit_test(every_line_fits_from_40_columns_on),
	    cmocka_unit_test(wide_lines_have_more),
	    cmocka_unit_test(names_are_whole_in_a_file),
	    cmocka_unit_test(names_lose_their_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
