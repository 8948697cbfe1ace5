/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/print/hexdump.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/print/hexdump.h"

static const char *dump(enum payload_style style, const char *bytes, size_t length)
{
	static struct text text;

	text_begin(&text);
	hexdump_print(&text.out, style, (const uint8_t *)bytes, length);
	return text_take(&text);
}

static void hexadecimal(void **state)
{
	(void)state;
	assert_string_equal(dump(PAYLOAD_HEX, "0123456789abcdefXYZ", 19),
			    "\t0x0000:  3031 3233 3435 3637 3839 6162 6364 6566\n"
			    "\t0x0010:  5859 5a\n");
}

static void hexadecimal_and_text(void **state)
{
	(void)state;
	assert_string_equal(dump(PAYLOAD_HEX_ASCII, "0123456789abcdef\033 \xff", 19),
			    "\t0x0000:  3031 3233 3435 3637 3839 6162 6364 6566  0123456789abcdef\n"
			    "\t0x0010:  1b20 ff                                  ...\n");
}

static void text_keeps_its_lines_below_the_packet(void **state)
{
	(void)state;
	assert_string_equal(dump(PAYLOAD_ASCII, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27),
			    "\tGET / HTTP/1.1\n\tHost: x\n\t\n");
	assert_string_equal(dump(PAYLOAD_ASCII, "no end", 6), "\tno end\n");
	assert_string_equal(dump(PAYLOAD_ASCII, "a\rb\r", 4), "\ta.b.\n");
	assert_string_equal(dump(PAYLOAD_ASCII, "a\tb", 3), "\ta\tb\n");
}

/* A forged line must not be taken for a packet, nor an escape sequence reach the terminal. */
static void hostile_bytes(void **state)
{
	static const enum payload_style styles[] = {PAYLOAD_HEX, PAYLOAD_HEX_ASCII, PAYLOAD_ASCII};

	(void)state;
	assert_string_equal(dump(PAYLOAD_ASCII, "\n12:00 \033[2J\x9b\0\x7f", 14),
			    "\t\n\t12:00 .[2J...\n");
	for (size_t s = 0; s < sizeof(styles) / sizeof(styles[0]); s++) {
		for (int byte = 0; byte < 256; byte++) {
			char c = (char)byte;
			const char *line = dump(styles[s], &c, 1);

			assert_int_equal(*line, '\t');
			for (line++; *line && *line != '\n' && *line != '\t'; line++)
				assert_true(*line >= ' ' && *line <= '~');
		}
	}
}

static void offsets_beyond_four_digits(void **state)
{
	static uint8_t zeroes[65552 + 1];
	struct output out;
	static char room[400000];

	(void)state;
	output_memory(&out, room, sizeof(room));
	hexdump_print(&out, PAYLOAD_HEX, zeroes, sizeof(zeroes));
	assert_int_equal(output_error(&out), 0);
	assert_memory_equal(room + out.length - 14, "\t0x10010:  00\n", 14);
}

static void nothing_to_show(void **state)
{
	(void)state;
	assert_string_equal(dump(PAYLOAD_NONE, "x", 1), "");
	assert_string_equal(dump(PAYLOAD_HEX, NULL, 0), "");
	assert_string_equal(dump(PAYLOAD_HEX_ASCII, NULL, 0), "");
	assert_string_equal(dump(PAYLOAD_ASCII, NULL, 0), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hexadecimal),
	    cmocka_unit_test(hexadecimal_and_text),
	    cmocka_unit_test(text_keeps_its_lines_below_the_packet),
	    cmocka_unit_test(hostile_bytes),
	    cmocka_unit_test(offsets_beyond_four_digits),
	    cmocka_unit_test(nothing_to_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
