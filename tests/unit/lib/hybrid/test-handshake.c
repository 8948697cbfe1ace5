/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/hybrid/handshake.c: the lines that VMMs and their clients write, and all others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/hybrid/handshake.h"

static struct hybrid_line line;

/* Takes the text in pieces of `piece` bytes. Returns how many bytes belong to the line. */
static size_t take(enum hybrid_line_kind kind, const char *text, size_t piece)
{
	const size_t length = strlen(text);
	size_t taken = 0, got = 1;

	hybrid_line_begin(&line, kind);
	while (taken < length && got > 0) {
		const size_t left = length - taken;

		got = hybrid_line_take(&line, (const uint8_t *)text + taken,
				       left < piece ? left : piece);
		taken += got;
	}
	return taken;
}

static void want_port(enum hybrid_line_kind kind, const char *text, uint32_t port)
{
	for (size_t piece = 1; piece <= strlen(text); piece++) {
		assert_int_equal(take(kind, text, piece), strcspn(text, "\n") + 1);
		assert_int_equal(line.state, HYBRID_LINE_GOOD);
		assert_int_equal(line.port, port);
	}
}

static void want_bad(enum hybrid_line_kind kind, const char *text)
{
	for (size_t piece = 1; piece <= strlen(text); piece++) {
		take(kind, text, piece);
		assert_int_equal(line.state, HYBRID_LINE_BAD);
	}
}

static void requests_of_clients(void **state)
{
	(void)state;
	want_port(HYBRID_LINE_CONNECT, "CONNECT 1234\n", 1234);
	want_port(HYBRID_LINE_CONNECT, "connect 1024\n", 1024);
	want_port(HYBRID_LINE_CONNECT, "CONNECT 0\n", 0);
	want_port(HYBRID_LINE_CONNECT, "CONNECT 4294967295\n", UINT32_MAX);
	want_port(HYBRID_LINE_CONNECT, "Connect \t 22 \r\n", 22);
	want_port(HYBRID_LINE_CONNECT, "CONNECT 000004d2-facb-11e6-bd58-64006a7986d3\n", 1234);
	want_port(HYBRID_LINE_CONNECT, "CONNECT 000004D2-FACB-11E6-BD58-64006A7986D3\n", 1234);
}

static void answers_of_vmms(void **state)
{
	(void)state;
	want_port(HYBRID_LINE_OK, "OK 1073741824\n", 1073741824);
	want_port(HYBRID_LINE_OK, "OK 1234\n", 1234);
	want_port(HYBRID_LINE_OK, "OK 000004d2-facb-11e6-bd58-64006a7986d3\n", 1234);
}

static void data_follows_the_line(void **state)
{
	(void)state;
	want_port(HYBRID_LINE_CONNECT, "CONNECT 80\nGET / HTTP/1.1\n", 80);
	want_port(HYBRID_LINE_OK, "OK 80\n\nCONNECT 1\n", 80);
	/* A complete line takes no more. */
	assert_int_equal(hybrid_line_take(&line, (const uint8_t *)"x", 1), 0);
}

static void other_lines(void **state)
{
	static const char *const bad[] = {
	    "GET / HTTP/1.1\r\n",
	    "CONNECT\n",
	    "CONNECT \n",
	    "CONNECT1234\n",
	    "CONNECT -1\n",
	    "CONNECT +1\n",
	    "CONNECT 4294967296\n",
	    "CONNECT 99999999999999999999999999999\n",
	    "CONNECT 12 34\n",
	    "CONNECT 12x\n",
	    "CONNECT 0x12\n",
	    "CONNECT 12\v\n",
	    "CONNECT 000004d2-facb-11e6-bd58-64006a7986d4\n",
	    "CONNECT 4d2-facb-11e6-bd58-64006a7986d3\n",
	    "passfd\n",
	    "\n",
	    " CONNECT 1\n",
	    "OK 1\n",
	    "\x1b[2J\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		want_bad(HYBRID_LINE_CONNECT, bad[i]);
	want_bad(HYBRID_LINE_OK, "OK\n");
	want_bad(HYBRID_LINE_OK, "CONNECT 1\n");
	want_bad(HYBRID_LINE_OK, "OKAY 1\n");
}

/* Junk is recognized at once, and of a line without an end no more than the limit is kept. */
static void lines_without_an_end(void **state)
{
	char text[HYBRID_LINE_MAX * 2];

	(void)state;
	assert_int_equal(take(HYBRID_LINE_CONNECT, "xyz", 3), 1);
	assert_int_equal(line.state, HYBRID_LINE_BAD);
	memset(text, ' ', sizeof(text));
	memcpy(text, "CONNECT", 7);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(take(HYBRID_LINE_CONNECT, text, sizeof(text)), HYBRID_LINE_MAX);
	assert_int_equal(line.state, HYBRID_LINE_BAD);
}

static void bytes_that_are_not_known(void **state)
{
	(void)state;
	take(HYBRID_LINE_CONNECT, "CONNECT 12", 99);
	assert_int_equal(line.state, HYBRID_LINE_PART);
	hybrid_line_lose(&line);
	assert_int_equal(line.state, HYBRID_LINE_BAD);
	take(HYBRID_LINE_CONNECT, "CONNECT 12\n", 99);
	hybrid_line_lose(&line);
	assert_int_equal(line.state, HYBRID_LINE_GOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(requests_of_clients),   cmocka_unit_test(answers_of_vmms),
	    cmocka_unit_test(data_follows_the_line), cmocka_unit_test(other_lines),
	    cmocka_unit_test(lines_without_an_end),  cmocka_unit_test(bytes_that_are_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
