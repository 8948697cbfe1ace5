/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/ttrpc.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/ttrpc.h"

/* grpc.Health/Check on stream 3, with an empty payload and a timeout of one second. */
static const uint8_t request[] = {0,    0,   0,    0x1c, 0,    0,    0,    3,   1,   0,
				  0x0a, 11,  'g',  'r',  'p',  'c',  '.',  'H', 'e', 'a',
				  'l',  't', 'h',  0x12, 5,    'C',  'h',  'e', 'c', 'k',
				  0x1a, 0,   0x20, 0x80, 0x94, 0xeb, 0xdc, 0x03};

/* A status with code 5, NOT_FOUND. */
static const uint8_t response[] = {0, 0, 0, 4, 0, 0, 0, 3, 2, 0, 0x0a, 2, 0x08, 5};

/* The last data of a stream. */
static const uint8_t data[] = {0, 0, 0, 0, 0, 0, 0, 3, 3, 5};

static enum protocol_answer recognized(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = exact_copy(bytes, length);
	enum protocol_answer answer = ttrpc_recognize(copy, length);

	free(copy);
	return answer;
}

static enum protocol_answer with(size_t at, uint8_t byte)
{
	uint8_t changed[sizeof(request)];

	memcpy(changed, request, sizeof(request));
	changed[at] = byte;
	return recognized(changed, sizeof(changed));
}

static void the_header_is_read_in_big_endian(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 9, 3, 4};
	struct ttrpc_header header;

	(void)state;
	ttrpc_read_header(bytes, &header);
	assert_int_equal(header.length, 0x01020304);
	assert_int_equal(header.stream, 0x05060709);
	assert_int_equal(header.type, TTRPC_DATA);
	assert_int_equal(header.flags, TTRPC_NO_DATA);
}

static void whole_messages_are_certain(void **state)
{
	(void)state;
	assert_int_equal(recognized(request, sizeof(request)), PROTOCOL_YES);
	assert_int_equal(recognized(response, sizeof(response)), PROTOCOL_YES);
	/* Any bytes are good for the body of data. */
	assert_int_equal(recognized(data, sizeof(data)), PROTOCOL_MORE);
}

static void a_cut_message_needs_more(void **state)
{
	(void)state;
	for (size_t length = 0; length < sizeof(request); length++)
		assert_int_equal(recognized(request, length), PROTOCOL_MORE);
	for (size_t length = 0; length < sizeof(response); length++)
		assert_int_equal(recognized(response, length), PROTOCOL_MORE);
}

static void what_follows_does_not_matter(void **state)
{
	uint8_t two[sizeof(request) + 3] = {0};

	(void)state;
	memcpy(two, request, sizeof(request));
	memset(two + sizeof(request), 0xff, 3);
	assert_int_equal(recognized(two, sizeof(two)), PROTOCOL_YES);
}

static void other_bytes_are_refused(void **state)
{
	(void)state;
	assert_int_equal(with(0, 1), PROTOCOL_NO);     /* longer than 4 MiB */
	assert_int_equal(with(4, 1), PROTOCOL_NO);     /* a stream that no client reaches */
	assert_int_equal(with(7, 4), PROTOCOL_NO);     /* an even stream */
	assert_int_equal(with(8, 4), PROTOCOL_NO);     /* an unknown type */
	assert_int_equal(with(9, 3), PROTOCOL_NO);     /* closed and open */
	assert_int_equal(with(10, 0x08), PROTOCOL_NO); /* the service is a number */
	assert_int_equal(with(11, 0), PROTOCOL_NO);    /* no name */
	assert_int_equal(with(11, 40), PROTOCOL_NO);   /* a name longer than the message */
	assert_int_equal(with(12, ' '), PROTOCOL_NO);  /* no character of a name */
	assert_int_equal(with(23, 0x1a), PROTOCOL_NO); /* no method */
	assert_int_equal(with(30, 0x32), PROTOCOL_NO); /* a field that requests do not have */
	assert_int_equal(with(37, 0x83), PROTOCOL_NO); /* a number without an end */
}

static void flags_belong_to_types(void **state)
{
	static const struct {
		struct ttrpc_header header;
		bool fits;
	} cases[] = {
	    {{.type = TTRPC_REQUEST, .flags = TTRPC_REMOTE_CLOSED}, true},
	    {{.type = TTRPC_REQUEST, .flags = TTRPC_REMOTE_OPEN | TTRPC_NO_DATA}, true},
	    {{.type = TTRPC_REQUEST, .flags = TTRPC_NO_DATA}, false},
	    {{.type = TTRPC_RESPONSE, .flags = TTRPC_REMOTE_CLOSED}, false},
	    {{.type = TTRPC_DATA, .flags = TTRPC_REMOTE_CLOSED, .length = 3}, true},
	    {{.type = TTRPC_DATA, .flags = TTRPC_NO_DATA, .length = 3}, false},
	    {{.type = TTRPC_DATA, .flags = 8}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(ttrpc_flags_fit(&cases[i].header), cases[i].fits);
}

static void codes_have_the_names_of_grpc(void **state)
{
	(void)state;
	assert_string_equal(ttrpc_code_name(0), "OK");
	assert_string_equal(ttrpc_code_name(12), "UNIMPLEMENTED");
	assert_string_equal(ttrpc_code_name(16), "UNAUTHENTICATED");
	assert_null(ttrpc_code_name(17));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_header_is_read_in_big_endian),
	    cmocka_unit_test(whole_messages_are_certain),
	    cmocka_unit_test(a_cut_message_needs_more),
	    cmocka_unit_test(what_follows_does_not_matter),
	    cmocka_unit_test(other_bytes_are_refused),
	    cmocka_unit_test(flags_belong_to_types),
	    cmocka_unit_test(codes_have_the_names_of_grpc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
