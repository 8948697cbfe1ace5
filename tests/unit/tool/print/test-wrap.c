/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/terminal.c and the lines of tool/print/output.c: where a line is wrapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/terminal.h"

static size_t fit(const char *text, unsigned start, unsigned columns)
{
	return terminal_fit(text, strlen(text), start, columns);
}

static void words_stay_whole(void **state)
{
	(void)state;
	assert_int_equal(fit("", 0, 20), 0);
	assert_int_equal(fit("one two", 0, 7), 7);
	assert_int_equal(fit("one two", 0, 6), 3);
	assert_int_equal(fit("one  two", 0, 6), 3);
	assert_int_equal(fit("one two", 1, 7), 3);
	assert_int_equal(fit("a-word-that-is-too-long", 0, 6), 23);
	assert_int_equal(fit("a-word-that-is-too-long and more", 0, 6), 23);
	/* Blanks at the start of a line are an indent, and those at its end do not matter. */
	assert_int_equal(fit("   a-word-that-is-too-long", 0, 6), 26);
	assert_int_equal(fit("one two     ", 0, 7), 12);
}

static void only_what_is_seen_has_columns(void **state)
{
	(void)state;
	assert_int_equal(fit("\tone two", 0, 15), 8);
	assert_int_equal(fit("\tone two", 0, 14), 4);
	assert_int_equal(fit("\033[1;31mone\033[0m two", 0, 7), 18);
	assert_int_equal(fit("\033[1;31mone\033[0m two", 0, 6), 14);
	assert_int_equal(fit("one \033[1mtwo\033[0m", 0, 6), 3);
	assert_int_equal(fit("one \033[1", 0, 6), 7);
	assert_int_equal(fit("\xc3\xbc\xc3\xbc\xc3\xbc two", 0, 7), 10);
}

static const char *wrap(struct text *text, const char *line, unsigned columns)
{
	size_t begin;

	text_begin(text);
	text->out.columns = columns;
	output_text(&text->out, "before\n");
	begin = output_line_begin(&text->out);
	output_text(&text->out, line);
	output_line_end(&text->out, begin, 4);
	return text_take(text) + strlen("before\n");
}

static void lines_are_wrapped_where_there_is_a_width(void **state)
{
	const char *line = "vsock is one of the families\n\tof sockets that Linux has\n";
	struct text text;

	(void)state;
	assert_string_equal(wrap(&text, line, 0), line);
	assert_string_equal(wrap(&text, line, 80), line);
	assert_string_equal(wrap(&text, line, 20), "vsock is one of the\n"
						   "    families\n"
						   "\tof sockets\n"
						   "    that Linux has\n");
	assert_string_equal(wrap(&text, "\n", 20), "\n");
	assert_string_equal(wrap(&text, "", 20), "");
	assert_string_equal(wrap(&text, "without an end of the line", 20),
			    "without an end of\n    the line");
}

/* More text than is wrapped, in a buffer that was emptied in between. */
static void what_is_too_long_stays_whole(void **state)
{
	char room[OUTPUT_SLACK];
	struct output out;
	size_t begin;

	(void)state;
	output_memory(&out, room, sizeof(room));
	out.columns = 20;
	begin = 10;
	output_text(&out, "short");
	output_line_end(&out, begin, 2);
	assert_int_equal(out.length, 5);
}

static void no_terminal_before_it_was_asked(void **state)
{
	(void)state;
	for (int fd = -1; fd <= 3; fd++) {
		assert_false(terminal_is(fd));
		assert_int_equal(terminal_columns(fd), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_stay_whole),
	    cmocka_unit_test(only_what_is_seen_has_columns),
	    cmocka_unit_test(lines_are_wrapped_where_there_is_a_width),
	    cmocka_unit_test(what_is_too_long_stays_whole),
	    cmocka_unit_test(no_terminal_before_it_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
