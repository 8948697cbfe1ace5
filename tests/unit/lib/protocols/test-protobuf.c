/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/protobuf.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/protobuf.h"

static const uint8_t message[] = {0x08, 0x96, 0x01,                       /* 1: 150 */
				  0x12, 0x03, 'a',  'b', 'c',             /* 2: "abc" */
				  0x19, 1,    2,    3,   4,   5, 6, 7, 8, /* 3: fixed64 */
				  0x25, 1,    2,    3,   4};              /* 4: fixed32 */

static void fields_are_read_one_by_one(void **state)
{
	struct protobuf_part part;
	size_t at = 0;

	(void)state;
	assert_int_equal(protobuf_read(message, sizeof(message), &at, &part), PROTOCOL_YES);
	assert_int_equal(part.number, 1);
	assert_int_equal(part.value, 150);
	assert_int_equal(protobuf_read(message, sizeof(message), &at, &part), PROTOCOL_YES);
	assert_int_equal(part.type, PROTOBUF_TYPE_BYTES);
	assert_memory_equal(message + part.at, "abc", 3);
	assert_int_equal(part.length, 3);
	assert_int_equal(protobuf_read(message, sizeof(message), &at, &part), PROTOCOL_YES);
	assert_int_equal(part.length, 8);
	assert_int_equal(protobuf_read(message, sizeof(message), &at, &part), PROTOCOL_YES);
	assert_int_equal(part.length, 4);
	assert_int_equal(at, sizeof(message));
	assert_true(protobuf_find_bytes(message, sizeof(message), 2, &part));
	assert_false(protobuf_find_bytes(message, sizeof(message), 1, &part));
	assert_false(protobuf_find_bytes(message, sizeof(message), 9, &part));
}

static void a_cut_field_needs_more(void **state)
{
	static const size_t ends[] = {3, 8, 17, 22};
	size_t field = 0;
	size_t begin = 0;

	(void)state;
	for (size_t length = 1; length < sizeof(message); length++) {
		uint8_t *copy = exact_copy(message, length);
		struct protobuf_part part;
		size_t at = begin;

		if (length == ends[field])
			begin = ends[field++];
		else
			assert_int_equal(protobuf_read(copy, length, &at, &part), PROTOCOL_MORE);
		free(copy);
	}
	assert_int_equal(field, 3);
}

static void other_bytes_are_no_field(void **state)
{
	static const uint8_t zero[] = {0x00, 0x01};
	static const uint8_t group[] = {0x0b, 0x01};
	static const uint8_t endless[] = {0x08, 0xff, 0xff, 0xff, 0xff, 0xff,
					  0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t huge[] = {0x0a, 0xff, 0xff, 0xff, 0xff, 0xff,
				       0xff, 0xff, 0xff, 0xff, 0x01, 'x'};
	struct protobuf_part part;
	size_t at = 0;

	(void)state;
	assert_int_equal(protobuf_read(zero, sizeof(zero), &at, &part), PROTOCOL_NO);
	assert_int_equal(protobuf_read(group, sizeof(group), &at, &part), PROTOCOL_NO);
	assert_int_equal(protobuf_read(endless, sizeof(endless), &at, &part), PROTOCOL_NO);
	/* A length that no message can have must not wrap. */
	assert_int_equal(protobuf_read(huge, sizeof(huge), &at, &part), PROTOCOL_MORE);
	assert_int_equal(at, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_read_one_by_one),
	    cmocka_unit_test(a_cut_field_needs_more),
	    cmocka_unit_test(other_bytes_are_no_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
