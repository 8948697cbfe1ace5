/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/dbus.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/dbus.h"

static enum protocol_answer read_line(const char *text, struct dbus_line *line)
{
	return dbus_line_read((const uint8_t *)text, strlen(text), line);
}

static enum protocol_answer start(const void *bytes, size_t length)
{
	uint8_t *copy = exact_copy(bytes, length);
	struct dbus_line line;
	enum protocol_answer answer = dbus_start_read(copy, length, &line);

	free(copy);
	return answer;
}

static void a_client_begins_with_a_zero_byte_and_auth(void **state)
{
	static const char text[] = "\0AUTH EXTERNAL 31303030\r\nBEGIN\r\n";
	struct dbus_line line;

	(void)state;
	assert_int_equal(dbus_start_read((const uint8_t *)text, sizeof(text) - 1, &line),
			 PROTOCOL_YES);
	assert_int_equal(line.size, 25);
	assert_text(line.command, "AUTH");
	assert_text(line.mechanism, "EXTERNAL");
	assert_text(line.argument, "EXTERNAL 31303030");
	for (size_t length = 0; length < line.size; length++)
		assert_int_equal(start(text, length), PROTOCOL_MORE);
	assert_int_equal(start("\0AUTH\r\n", 7), PROTOCOL_YES);
}

static void others_are_refused(void **state)
{
	static const char *const texts[] = {"AUTHX\r\n",
					    "AUTH external\r\n",
					    "AUTH EXTERNAL xy\r\n",
					    "AUTH\n",
					    "AUTH\rX",
					    "BEGIN\r\n",
					    "AUTH \001",
					    "auth"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char text[32] = "";
		size_t length = strlen(texts[i]);

		memcpy(text + 1, texts[i], length);
		if (start(text, length + 1) != PROTOCOL_NO)
			fail_msg("not refused: %s", texts[i]);
	}
	assert_int_equal(start("AUTH EXTERNAL\r\n", 15), PROTOCOL_NO);
}

static void both_sides_send_lines(void **state)
{
	static const char *const texts[] = {"REJECTED EXTERNAL DBUS_COOKIE_SHA1\r\n",
					    "OK 1234deadbeef\r\n",
					    "DATA\r\n",
					    "ERROR \"no\"\r\n",
					    "AGREE_UNIX_FD\r\n",
					    "NEGOTIATE_UNIX_FD\r\n",
					    "CANCEL\r\n",
					    "BEGIN\r\n"};
	struct dbus_line line;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (read_line(texts[i], &line) != PROTOCOL_YES)
			fail_msg("refused: %s", texts[i]);
		assert_int_equal(line.size, strlen(texts[i]));
		for (size_t length = 0; length < line.size; length++) {
			struct dbus_line part;
			uint8_t *copy = exact_copy(texts[i], length);

			assert_int_equal(dbus_line_read(copy, length, &part), PROTOCOL_MORE);
			free(copy);
		}
	}
	read_line(texts[0], &line);
	assert_text(line.mechanisms, "EXTERNAL DBUS_COOKIE_SHA1");
	assert_null(line.mechanism.at);
	assert_int_equal(read_line("REJECTED \"x\"\r\n", &line), PROTOCOL_NO);
	assert_int_equal(read_line("OKAY\r\n", &line), PROTOCOL_NO);
}

static void a_line_has_an_end(void **state)
{
	char *text = malloc(DBUS_LINE_MAX + 3);
	struct dbus_line line;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', DBUS_LINE_MAX + 2);
	memcpy(text, "DATA ", 5);
	memcpy(text + DBUS_LINE_MAX - 2, "\r\n", 3);
	assert_int_equal(read_line(text, &line), PROTOCOL_YES);
	memcpy(text + DBUS_LINE_MAX - 2, "a\r\n", 4);
	assert_int_equal(read_line(text, &line), PROTOCOL_NO);
	assert_int_equal(dbus_line_read((uint8_t *)text, DBUS_LINE_MAX - 2, &line), PROTOCOL_MORE);
	assert_int_equal(dbus_line_read((uint8_t *)text, DBUS_LINE_MAX - 1, &line), PROTOCOL_NO);
	free(text);
}

/* A call of the method Hello, without what follows the first field's type. */
static const uint8_t hello[] = {'l', 1, 0, 1, 0, 0, 0,   0, 1, 0, 0, 0,
				5,   0, 0, 0, 1, 1, 'o', 0, 1, 0, 0, 0};

static enum protocol_answer message(const uint8_t *bytes, size_t length, uint32_t *size)
{
	uint8_t *copy = exact_copy(bytes, length);
	enum protocol_answer answer = dbus_message_read(copy, length, size);

	free(copy);
	return answer;
}

static void the_size_of_a_message_is_in_its_header(void **state)
{
	static const uint8_t big[] = {'B', 2, 1, 1, 0, 0, 1, 2, 0, 0, 0, 9, 0, 0, 0, 0x11};
	uint32_t size;

	(void)state;
	for (size_t length = 0; length < DBUS_HEADER_SIZE; length++) {
		assert_int_equal(message(hello, length, &size), PROTOCOL_MORE);
		assert_int_equal(size, 0);
	}
	assert_int_equal(message(hello, 23, &size), PROTOCOL_MORE);
	assert_int_equal(size, 24);
	assert_int_equal(message(hello, 24, &size), PROTOCOL_YES);
	assert_int_equal(message(big, sizeof(big), &size), PROTOCOL_MORE);
	assert_int_equal(size, 16 + 24 + 0x102);
}

/* Reads a copy of `hello` that has another byte there. */
static enum protocol_answer changed(size_t at, uint8_t byte, bool *certain)
{
	uint8_t copy[sizeof(hello)];
	uint32_t size;

	memcpy(copy, hello, sizeof(copy));
	copy[at] = byte;
	*certain = dbus_message_is_certain(copy, sizeof(copy));
	return dbus_message_read(copy, sizeof(copy), &size);
}

static void a_wrong_header_is_no_message(void **state)
{
	bool certain;

	(void)state;
	assert_int_equal(changed(0, 'L', &certain), PROTOCOL_NO);
	assert_int_equal(changed(1, 0, &certain), PROTOCOL_NO);
	assert_int_equal(changed(1, 5, &certain), PROTOCOL_NO);
	assert_int_equal(changed(3, 2, &certain), PROTOCOL_NO);
	assert_int_equal(changed(7, 0x10, &certain), PROTOCOL_NO);
	assert_int_equal(changed(7, 8, &certain), PROTOCOL_NO);
	assert_int_equal(changed(8, 0, &certain), PROTOCOL_NO);
	assert_int_equal(changed(15, 5, &certain), PROTOCOL_NO);
	assert_false(certain);
}

static void a_message_is_certain_with_its_first_field(void **state)
{
	bool certain;

	(void)state;
	assert_true(dbus_message_is_certain(hello, 20));
	assert_false(dbus_message_is_certain(hello, 19));
	assert_int_equal(changed(18, 's', &certain), PROTOCOL_YES);
	assert_false(certain);
	changed(16, 0, &certain);
	assert_false(certain);
	changed(16, 10, &certain);
	assert_false(certain);
	changed(17, 2, &certain);
	assert_false(certain);
	changed(19, 1, &certain);
	assert_false(certain);
	changed(2, 8, &certain);
	assert_false(certain);
	changed(2, 7, &certain);
	assert_true(certain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_client_begins_with_a_zero_byte_and_auth),
	    cmocka_unit_test(others_are_refused),
	    cmocka_unit_test(both_sides_send_lines),
	    cmocka_unit_test(a_line_has_an_end),
	    cmocka_unit_test(the_size_of_a_message_is_in_its_header),
	    cmocka_unit_test(a_wrong_header_is_no_message),
	    cmocka_unit_test(a_message_is_certain_with_its_first_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
