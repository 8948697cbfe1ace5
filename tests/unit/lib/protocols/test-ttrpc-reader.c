/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/ttrpc-reader.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/ttrpc-reader.h"

static const uint8_t request[] = "\0\0\0\x0c\0\0\0\x01\x01\0\x0a\x03"
				 "a.B\x12\x01"
				 "C\x1a\x02xy"
				 "\0\0\0\x04\0\0\0\x01\x03\x01"
				 "1234"
				 "\0\0\0\0\0\0\0\x03\x03\x05";

static size_t read_in(size_t piece, char names[64])
{
	struct ttrpc_reader reader = ttrpc_reader_of();
	size_t heads = 0;
	size_t ends = 0;

	for (size_t at = 0; at < sizeof(request) - 1; at += piece) {
		size_t left = sizeof(request) - 1 - at;
		size_t length = left < piece ? left : piece;
		uint8_t *copy = exact_copy(request + at, length);
		char name[TTRPC_NAME_MAX];
		enum ttrpc_event event;
		size_t used = 0;

		while ((event = ttrpc_read(&reader, copy, length, &used, at)) != TTRPC_MORE) {
			assert_int_not_equal(event, TTRPC_WRONG);
			heads += event == TTRPC_HEAD;
			ends += event == TTRPC_END;
			if (event == TTRPC_HEAD && ttrpc_reader_name(&reader, name))
				strcat(names, name);
		}
		free(copy);
	}
	assert_int_equal(heads, ends);
	assert_true(ttrpc_is_idle(&reader));
	return ends;
}

static void messages_come_in_any_pieces(void **state)
{
	(void)state;
	for (size_t piece = 1; piece <= sizeof(request) - 1; piece++) {
		char names[64] = "";

		assert_int_equal(read_in(piece, names), 3);
		assert_string_equal(names, "a.B/C");
	}
}

static bool status_of(const char *body, size_t length, uint32_t *code)
{
	struct ttrpc_reader reader = ttrpc_reader_of();
	uint8_t header[10] = {0, 0, 0, (uint8_t)length, 0, 0, 0, 1, TTRPC_RESPONSE, 0};
	size_t at = 0;

	assert_int_not_equal(ttrpc_read(&reader, header, 10, &at, 1), TTRPC_WRONG);
	at = 0;
	if (length)
		assert_int_equal(ttrpc_read(&reader, (const uint8_t *)body, length, &at, 1),
				 TTRPC_HEAD);
	return ttrpc_reader_status(&reader, code);
}

static void responses_have_a_status(void **state)
{
	uint32_t code;

	(void)state;
	assert_true(status_of("", 0, &code));
	assert_int_equal(code, 0);
	assert_true(status_of("\x0a\0", 2, &code));
	assert_int_equal(code, 0);
	assert_true(status_of("\x0a\x02\x08\x05", 4, &code));
	assert_int_equal(code, 5);
	assert_true(status_of("\x12\x01x", 3, &code));
	assert_int_equal(code, 0);
	assert_false(status_of("\x1a\x01x", 3, &code));
}

static void only_bodies_can_lose_bytes(void **state)
{
	struct ttrpc_reader reader = ttrpc_reader_of();
	static const uint8_t data[] = "\0\0\0\x10\0\0\0\x01\x03\0"
				      "1";
	size_t at = 0;

	(void)state;
	assert_int_equal(ttrpc_read(&reader, data, 11, &at, 1), TTRPC_HEAD);
	assert_int_equal(ttrpc_skip(&reader, 10), TTRPC_MORE);
	assert_int_equal(ttrpc_skip(&reader, 5), TTRPC_END);
	assert_int_equal(ttrpc_skip(&reader, 1), TTRPC_WRONG);
	at = 0;
	assert_int_equal(ttrpc_read(&reader, data, 11, &at, 1), TTRPC_WRONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_come_in_any_pieces),
	    cmocka_unit_test(responses_have_a_status),
	    cmocka_unit_test(only_bodies_can_lose_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
