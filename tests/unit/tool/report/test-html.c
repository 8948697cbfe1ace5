/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/report/html.c: no byte becomes markup, or a character that is not printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/report/html.h"

static void each_byte_is_harmless(void **state)
{
	struct text text;

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		const char c = (char)byte;
		const char *escaped;

		text_begin(&text);
		html_escaped(&text.out, &c, 1);
		escaped = text_take(&text);
		assert_null(strpbrk(escaped, "<>\"'"));
		assert_true(*escaped != '&' || strchr(escaped, ';'));
		for (const char *p = escaped; *p; p++)
			assert_true((*p >= ' ' && *p <= '~') || *p == '\n');
	}
}

/* Right-to-left marks, UTF-8, and bytes that are no UTF-8. */
static void text_keeps_its_meaning(void **state)
{
	static struct html html;
	struct text text;

	(void)state;
	text_begin(&text);
	html.out = &text.out;
	html_markup(&html, "<b>");
	output_text(html_begin(&html), "a<b> & \"c\" 'd'\n\xe2\x80\xae\xff\x1b");
	html_end(&html);
	html_text(&html, "</b>");
	assert_string_equal(text_take(&text), "<b>a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;\n"
					      "\\xe2\\x80\\xae\\xff\\x1b&lt;/b&gt;");
}

/* A text that has no room is an error, not half a text. */
static void too_long_is_an_error(void **state)
{
	static char room[2 * HTML_TEXT_MAX];
	static struct html html;
	struct output out;

	(void)state;
	output_memory(&out, room, sizeof(room));
	html.out = &out;
	html_begin(&html);
	for (size_t i = 0; i <= HTML_TEXT_MAX; i++)
		output_char(&html.text, 'x');
	html_end(&html);
	assert_int_not_equal(out.error, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_byte_is_harmless),
	    cmocka_unit_test(text_keeps_its_meaning),
	    cmocka_unit_test(too_long_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
