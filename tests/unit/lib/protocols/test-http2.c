/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/http2.c and hpack.c. */
#include "tests/unit/lib/protocols/exact.h"

#include <stdio.h>

#include "lib/protocols/http2.h"

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

struct told {
	struct http2_reader reader;
	struct hpack_fields fields;
	struct http2_frame frames[16];
	size_t count;
	uint32_t table;
	bool broken;
};

struct bytes {
	uint8_t at[512];
	size_t length;
};

static void put(struct bytes *bytes, const void *more, size_t length)
{
	memcpy(bytes->at + bytes->length, more, length);
	bytes->length += length;
}

static void put_frame(struct bytes *bytes, uint8_t type, uint8_t flags, uint32_t stream,
		      const void *payload, size_t length)
{
	const uint8_t header[] = {0, (uint8_t)(length >> 8), (uint8_t)length, type, flags, 0, 0,
				  0, (uint8_t)stream};

	put(bytes, header, sizeof(header));
	put(bytes, payload, length);
}

static void feed(struct told *told, const uint8_t *bytes, size_t length)
{
	uint8_t *copy = exact_copy(bytes, length);
	enum http2_step step;
	size_t at = 0;

	do {
		struct http2_frame frame;

		step = http2_read(&told->reader, copy, length, &at, told->count + 1, &frame,
				  &told->fields);
		if (step == HTTP2_FRAME)
			told->frames[told->count++] = frame;
		if (step == HTTP2_TABLE)
			told->table = frame.number;
	} while (step == HTTP2_FRAME || step == HTTP2_TABLE);
	told->broken = step == HTTP2_BROKEN;
	free(copy);
}

static struct told read_in(const struct bytes *bytes, size_t piece, bool client,
			   struct hpack *hpack)
{
	struct told told = {.count = 0};

	told.reader = http2_reader_of(client, hpack);
	for (size_t at = 0; at < bytes->length && !told.broken; at += piece)
		feed(&told, bytes->at + at,
		     bytes->length - at < piece ? bytes->length - at : piece);
	return told;
}

/* A call of gRPC: settings with a table, then headers, then a message. */
static struct bytes call(void)
{
	static const uint8_t settings[] = {0, 3, 0, 0, 0, 100, 0, 1, 0, 0, 0x20, 0};
	static const uint8_t message[] = {0, 0, 0, 0, 3, 'a', 'b', 'c'};
	struct bytes bytes = {.length = 0};

	put(&bytes, PREFACE, 24);
	put_frame(&bytes, HTTP2_SETTINGS, 0, 0, settings, sizeof(settings));
	/* POST, "/a.B/C" without an index, "content-type: application/grpc". */
	put_frame(&bytes, HTTP2_HEADERS, 4, 1,
		  "\x83\x04\x06/a.B/C\x0f\x10\x10"
		  "application/grpc",
		  1 + 8 + 2 + 17);
	put_frame(&bytes, HTTP2_DATA, 1, 1, message, sizeof(message));
	put_frame(&bytes, HTTP2_RST_STREAM, 0, 3, "\0\0\0\x08", 4);
	put_frame(&bytes, HTTP2_GOAWAY, 0, 0, "\0\0\0\x07\0\0\0\0", 8);
	return bytes;
}

static void frames_come_in_any_pieces(void **state)
{
	struct bytes bytes = call();

	(void)state;
	for (size_t piece = 1; piece <= bytes.length; piece++) {
		struct told told = read_in(&bytes, piece, true, NULL);

		assert_int_equal(told.count, 5);
		assert_int_equal(told.frames[0].type, HTTP2_SETTINGS);
		assert_int_equal(told.table, 0x2000);
		assert_int_equal(told.frames[1].type, HTTP2_HEADERS);
		assert_int_equal(told.frames[1].stream, 1);
		assert_false(told.frames[1].end);
		assert_false(told.frames[1].known);
		assert_true(told.frames[2].end);
		assert_true(told.frames[2].grpc);
		assert_int_equal(told.frames[2].size, 9 + 8);
		assert_int_equal(told.frames[3].number, 8);
		assert_int_equal(told.frames[4].number, 7);
		assert_true(http2_is_idle(&told.reader));
	}
}

static void fields_are_read(void **state)
{
	struct bytes bytes = call();

	(void)state;
	if (!hpack_is_available())
		skip();
	for (size_t piece = 1; piece <= bytes.length; piece++) {
		struct hpack_budget budget = {1 << 20, 0};
		struct hpack *hpack = hpack_new(&budget);
		struct told told = read_in(&bytes, piece, true, hpack);

		assert_true(told.frames[1].known);
		assert_string_equal(told.fields.method, "POST");
		assert_string_equal(told.fields.path, "/a.B/C");
		assert_true(told.fields.grpc);
		assert_int_equal(told.fields.grpc_status, -1);
		hpack_free(hpack);
		assert_int_equal(budget.used, 0);
	}
}

static void a_block_may_have_padding_priority_and_several_frames(void **state)
{
	struct bytes bytes = {.length = 0};

	(void)state;
	if (!hpack_is_available())
		skip();
	/* Two bytes of padding, a priority, the status 200, and half of "grpc-status: 5". */
	put_frame(&bytes, HTTP2_HEADERS, 1 | 8 | 0x20, 5, "\x02\0\0\0\0\x10\x88\0\x0bgrpc\0\0",
		  1 + 5 + 1 + 6 + 2);
	put_frame(&bytes, HTTP2_CONTINUATION, 4, 5,
		  "-status\x01"
		  "5",
		  9);
	for (size_t piece = 1; piece <= bytes.length; piece++) {
		struct hpack_budget budget = {1 << 20, 0};
		struct hpack *hpack = hpack_new(&budget);
		struct told told = read_in(&bytes, piece, false, hpack);

		assert_int_equal(told.count, 1);
		assert_true(told.frames[0].end);
		assert_true(told.frames[0].known);
		assert_int_equal(told.frames[0].type, HTTP2_HEADERS);
		assert_int_equal(told.frames[0].size, bytes.length);
		assert_int_equal(told.fields.status, 200);
		assert_int_equal(told.fields.grpc_status, 5);
		assert_int_equal(told.reader.began, 1);
		hpack_free(hpack);
	}
}

/* An index into a table that began before the capture, and nothing after it is trusted. */
static void an_unknown_index_ends_the_knowledge(void **state)
{
	struct hpack_budget budget = {1 << 20, 0};
	struct hpack *hpack = hpack_new(&budget);
	struct bytes bytes = {.length = 0};
	struct told told;

	(void)state;
	if (!hpack_is_available())
		skip();
	put_frame(&bytes, HTTP2_HEADERS, 4, 1, "\xbf", 1);
	put_frame(&bytes, HTTP2_HEADERS, 4, 3, "\x88", 1);
	told = read_in(&bytes, bytes.length, false, hpack);
	assert_int_equal(told.count, 2);
	assert_false(told.frames[0].known);
	assert_false(told.frames[1].known);
	hpack_free(hpack);
}

static void memory_is_bounded(void **state)
{
	struct hpack_budget budget = {16, 0};

	(void)state;
	assert_null(hpack_new(&budget));
	assert_int_equal(budget.used, 0);
}

static void wrong_frames_are_refused(void **state)
{
	static const struct {
		uint8_t type;
		uint32_t stream;
		size_t length;
	} cases[] = {{HTTP2_DATA, 0, 1},         {HTTP2_SETTINGS, 1, 0},   {HTTP2_SETTINGS, 0, 5},
		     {HTTP2_PING, 0, 7},         {HTTP2_RST_STREAM, 1, 5}, {HTTP2_GOAWAY, 0, 7},
		     {HTTP2_CONTINUATION, 1, 1}, {HTTP2_PRIORITY, 1, 4}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes bytes = {.length = 0};

		put_frame(&bytes, cases[i].type, 0, cases[i].stream, "12345678", cases[i].length);
		assert_true(read_in(&bytes, bytes.length, false, NULL).broken);
	}
	assert_true(read_in(&(struct bytes){"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r", 24}, 24, true, NULL)
			.broken);
}

static void only_data_can_lose_bytes(void **state)
{
	struct bytes bytes = {.length = 0};
	struct told told;

	(void)state;
	put_frame(&bytes, HTTP2_DATA, 0, 1, "12345678901234567890", 20);
	told = read_in(&(struct bytes){"", 0}, 1, false, NULL);
	feed(&told, bytes.at, 9 + 5);
	assert_int_equal(http2_skip(&told.reader, 10), HTTP2_MORE);
	feed(&told, bytes.at, 5);
	assert_int_equal(told.count, 1);
	assert_int_equal(http2_skip(&told.reader, 1), HTTP2_BROKEN);
	assert_int_equal(http2_skip(&told.reader, 1), HTTP2_BROKEN);
}

static void the_preface_is_certain(void **state)
{
	(void)state;
	assert_int_equal(http2_recognize_client((const uint8_t *)PREFACE, 24), PROTOCOL_YES);
	assert_int_equal(http2_recognize_client((const uint8_t *)PREFACE, 23), PROTOCOL_MORE);
	assert_int_equal(http2_recognize_client((const uint8_t *)"PRI * HTTQ", 10), PROTOCOL_NO);
	assert_int_equal(http2_recognize_server((const uint8_t *)"\0\0\x0c\x04\0\0\0\0\0", 9),
			 PROTOCOL_MORE);
	assert_int_equal(http2_recognize_server((const uint8_t *)"\0\0\x0b\x04\0\0\0\0\0", 9),
			 PROTOCOL_NO);
}

static void calls_of_an_older_connection_are_recognized(void **state)
{
	struct bytes bytes = call();
	size_t start = 24 + 9 + 12;

	(void)state;
	assert_true(http2_is_grpc_inside(bytes.at + start, bytes.length - start));
	assert_false(http2_is_grpc_inside(bytes.at + start, 9 + 28 + 9 + 4));
	bytes.at[start + 9 + 28 + 8] = 3;
	assert_false(http2_is_grpc_inside(bytes.at + start, bytes.length - start));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_come_in_any_pieces),
	    cmocka_unit_test(fields_are_read),
	    cmocka_unit_test(a_block_may_have_padding_priority_and_several_frames),
	    cmocka_unit_test(an_unknown_index_ends_the_knowledge),
	    cmocka_unit_test(memory_is_bounded),
	    cmocka_unit_test(wrong_frames_are_refused),
	    cmocka_unit_test(only_data_can_lose_bytes),
	    cmocka_unit_test(the_preface_is_certain),
	    cmocka_unit_test(calls_of_an_older_connection_are_recognized),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
