/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/print/output.c. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/print/color.h"

static void decimal_numbers_of_all_lengths(void **state)
{
	struct text text;
	uint64_t power = 1;

	(void)state;
	text_begin(&text);
	for (unsigned digits = 0; digits < 20; digits++, power *= 10) {
		for (uint64_t value = power - 1; value <= power + 1; value++) {
			char expected[32];

			snprintf(expected, sizeof(expected), "%" PRIu64, value);
			output_u64(&text.out, value);
			assert_string_equal(text_take(&text), expected);
		}
	}
	output_u64(&text.out, UINT64_MAX);
	assert_string_equal(text_take(&text), "18446744073709551615");
}

static void padding(void **state)
{
	struct text text;
	char expected[128];

	(void)state;
	text_begin(&text);
	output_padded(&text.out, 7, 3, '0');
	output_padded(&text.out, 42, 5, ' ');
	output_padded(&text.out, 12345, 3, '0');
	output_padded(&text.out, 0, 0, '0');
	assert_string_equal(text_take(&text), "007   42123450");

	output_padded(&text.out, 1, 100, ' ');
	snprintf(expected, sizeof(expected), "%100d", 1);
	assert_string_equal(text_take(&text), expected);
}

static void hexadecimal_numbers(void **state)
{
	struct text text;

	(void)state;
	text_begin(&text);
	output_hex(&text.out, 0, 0);
	output_char(&text.out, ' ');
	output_hex(&text.out, 0xab, 4);
	output_char(&text.out, ' ');
	output_hex(&text.out, 0x12345, 4);
	output_char(&text.out, ' ');
	output_hex(&text.out, UINT64_MAX, 0);
	assert_string_equal(text_take(&text), "0x0 0x00ab 0x12345 0xffffffffffffffff");
}

static void no_byte_reaches_a_terminal_unescaped(void **state)
{
	struct text text;

	(void)state;
	text_begin(&text);
	output_escaped(&text.out, "web-1 \\\033[2J\x9b\0\n\x7f~", 16);
	assert_string_equal(text_take(&text), "web-1 \\x5c\\x1b[2J\\x9b\\x00\\x0a\\x7f~");

	for (int byte = 0; byte < 256; byte++) {
		char c = (char)byte;
		const char *shown;

		output_escaped(&text.out, &c, 1);
		shown = text_take(&text);
		assert_true(strlen(shown) == 1 || strlen(shown) == 4);
		for (; *shown; shown++)
			assert_true(*shown >= ' ' && *shown <= '~');
	}
}

static void json_strings(void **state)
{
	struct text text;

	(void)state;
	text_begin(&text);
	output_json_escaped(&text.out, "a\"b\\c\x1b\n\0\xc3\xa4\x7f", 11);
	assert_string_equal(text_take(&text),
			    "a\\\"b\\\\c\\u001b\\u000a\\u0000\\u00c3\\u00a4\\u007f");
}

static void colors_only_where_wanted(void **state)
{
	struct text text;

	(void)state;
	text_begin(&text);
	color_print(&text.out, COLOR_RESET);
	assert_string_equal(text_take(&text), "");

	text.out.color = true;
	for (unsigned color = 0; color < COLORS; color++) {
		color_print(&text.out, (enum color)color);
		assert_memory_equal(text_take(&text), "\033[", 2);
	}
}

static void memory_that_is_too_small_is_an_error(void **state)
{
	struct output out;
	char room[OUTPUT_SLACK];

	(void)state;
	output_memory(&out, room, sizeof(room));
	for (int i = 0; i < OUTPUT_SLACK; i++)
		output_char(&out, 'x');
	assert_int_equal(output_error(&out), 0);
	output_char(&out, 'x');
	assert_int_equal(output_error(&out), ENOBUFS);
}

/* printf() in a small buffer must not cut what it prints. */
static void long_formatted_text_is_an_error(void **state)
{
	struct text text;

	(void)state;
	text_begin(&text);
	output_printf(&text.out, "%s=%d", "answer", 42);
	assert_string_equal(text_take(&text), "answer=42");
	output_printf(&text.out, "%2000d", 1);
	assert_int_equal(output_error(&text.out), EOVERFLOW);
}

static void a_failed_write_sticks(void **state)
{
	struct output out;
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_true(output_open(&out, fd, false));
	output_text(&out, "lost");
	assert_int_equal(output_flush(&out), ENOSPC);

	/*
	 * After an error, a descriptor that works changes nothing, and the buffer does not fill up.
	 */
	close(fd);
	out.fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	assert_true(out.fd >= 0);
	for (int i = 0; i < 1000000; i++)
		output_u64(&out, UINT64_MAX);
	assert_int_equal(out.written, 0);
	fd = out.fd;
	assert_int_equal(output_close(&out), ENOSPC);
	close(fd);
}

#define LINES 100000

static void write_lines(struct output *out)
{
	for (unsigned i = 0; i < LINES; i++) {
		output_u64(out, i);
		output_char(out, '\n');
	}
}

/* A pipe takes what fits; non-blocking, it also refuses. All bytes must come through in order. */
static void check_pipe(int flags)
{
	struct output out;
	FILE *reader;
	int ends[2];
	pid_t child;
	int status;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		fcntl(ends[1], F_SETFL, flags);
		if (!output_open(&out, ends[1], false))
			_exit(1);
		write_lines(&out);
		_exit(output_close(&out) == 0 ? 0 : 1);
	}
	close(ends[1]);
	reader = fdopen(ends[0], "r");
	assert_non_null(reader);
	for (unsigned i = 0; i < LINES; i++) {
		unsigned number = 0;

		assert_int_equal(fscanf(reader, "%u", &number), 1);
		assert_int_equal(number, i);
	}
	assert_int_equal(fgetc(reader), '\n');
	assert_int_equal(fgetc(reader), EOF);
	fclose(reader);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void all_bytes_pass_a_pipe(void **state)
{
	(void)state;
	check_pipe(0);
	check_pipe(O_NONBLOCK);
}

static void text_larger_than_the_buffer(void **state)
{
	struct output out;
	FILE *file = tmpfile();
	size_t size = 1000 * 1000;
	char *sent = malloc(size);
	char *received = malloc(size);

	(void)state;
	assert_non_null(file);
	assert_non_null(sent);
	assert_non_null(received);
	for (size_t i = 0; i < size; i++)
		sent[i] = (char)(i % 251);
	assert_true(output_open(&out, fileno(file), false));
	output_bytes(&out, sent, 100);
	output_bytes(&out, sent + 100, size - 100);
	assert_int_equal(output_flush(&out), 0);
	assert_int_equal(out.written, size);
	assert_int_equal(output_close(&out), 0);

	rewind(file);
	assert_int_equal(fread(received, 1, size, file), size);
	assert_memory_equal(received, sent, size);
	fclose(file);
	free(sent);
	free(received);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decimal_numbers_of_all_lengths),
	    cmocka_unit_test(padding),
	    cmocka_unit_test(hexadecimal_numbers),
	    cmocka_unit_test(no_byte_reaches_a_terminal_unescaped),
	    cmocka_unit_test(json_strings),
	    cmocka_unit_test(colors_only_where_wanted),
	    cmocka_unit_test(memory_that_is_too_small_is_an_error),
	    cmocka_unit_test(long_formatted_text_is_an_error),
	    cmocka_unit_test(a_failed_write_sticks),
	    cmocka_unit_test(all_bytes_pass_a_pipe),
	    cmocka_unit_test(text_larger_than_the_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
