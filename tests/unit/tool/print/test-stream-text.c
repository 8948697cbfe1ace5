/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/print/stream-text.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/print/stream-text.h"

struct fixture {
	struct text text;
	struct stream_text stream;
};

static struct fixture *begin(void)
{
	static struct fixture fixture;

	text_begin(&fixture.text);
	fixture.stream = (struct stream_text){.out = &fixture.text.out};
	return &fixture;
}

static void client(struct fixture *f, const char *text)
{
	stream_text_print(&f->stream, VSOCK_CLIENT, (const uint8_t *)text, strlen(text));
}

static void server(struct fixture *f, const char *text)
{
	stream_text_print(&f->stream, VSOCK_SERVER, (const uint8_t *)text, strlen(text));
}

static void lines_have_a_prefix(void **state)
{
	struct fixture *f = begin();

	(void)state;
	client(f, "one\ntwo\n\n");
	server(f, "three\n");
	assert_string_equal(text_take(&f->text), "> one\n> two\n> \n< three\n");
}

/* The ends of packets do not show, unless the other side sends. */
static void lines_go_on_in_the_next_packet(void **state)
{
	struct fixture *f = begin();

	(void)state;
	client(f, "on");
	client(f, "e");
	client(f, "");
	client(f, "\ntwo");
	server(f, "three");
	client(f, "four");
	stream_text_break(&f->stream);
	stream_text_break(&f->stream);
	assert_string_equal(text_take(&f->text), "> one\n> two\n< three\n> four\n");
}

static void cr_belongs_to_the_end_of_a_line_only(void **state)
{
	struct fixture *f = begin();

	(void)state;
	client(f, "a\r\nb\r");
	client(f, "\nc\rd\r\r\n");
	client(f, "e\r");
	server(f, "\r\nf\r");
	stream_text_break(&f->stream);
	client(f, "\ng\r\tg\n");
	assert_string_equal(text_take(&f->text), "> a\n> b\n> c\\x0dd\\x0d\n> e\\x0d\n"
						 "< \n< f\\x0d\n> \n> g\\x0d\tg\n");
}

static void nothing_else_reaches_the_terminal(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		struct fixture *f = begin();
		uint8_t b = (uint8_t)byte;
		const char *text;

		stream_text_print(&f->stream, VSOCK_CLIENT, &b, 1);
		stream_text_break(&f->stream);
		text = text_take(&f->text);
		assert_int_equal(strncmp(text, "> ", 2), 0);
		for (; *text; text++)
			assert_true((*text >= ' ' && *text <= '~') || *text == '\n' ||
				    (*text == '\t' && b == '\t'));
	}
}

static void sides_have_colors(void **state)
{
	struct fixture *f = begin();

	(void)state;
	f->text.out.color = true;
	client(f, "a\n");
	server(f, "b");
	assert_string_equal(text_take(&f->text),
			    "\033[38;5;63m> a\n\033[0m\033[38;5;29m< b\033[0m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_have_a_prefix),
	    cmocka_unit_test(lines_go_on_in_the_next_packet),
	    cmocka_unit_test(cr_belongs_to_the_end_of_a_line_only),
	    cmocka_unit_test(nothing_else_reaches_the_terminal),
	    cmocka_unit_test(sides_have_colors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
