/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/http2.h"

#include <string.h>

enum flag { END_STREAM = 1, ACK = 1, END_HEADERS = 4, PADDED = 8, WITH_PRIORITY = 0x20 };

enum setting { SETTINGS_HEADER_TABLE_SIZE = 1 };

#define SETTING_SIZE  6
#define PRIORITY_SIZE 5
#define MESSAGE_SIZE  5 /* what is in front of a message of gRPC */

static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

static uint32_t big_endian(const uint8_t *at, size_t bytes)
{
	uint32_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | at[i];
	return value;
}

struct http2_reader http2_reader_of(bool client, struct hpack *hpack)
{
	return (struct http2_reader){
	    .preface = client ? HTTP2_PREFACE_SIZE : 0,
	    .hpack = hpack,
	};
}

bool http2_is_idle(const struct http2_reader *reader)
{
	return !reader->begun && reader->kept == 0 && reader->block == 0 && reader->preface == 0;
}

static enum http2_step fail(struct http2_reader *reader)
{
	reader->broken = true;
	return HTTP2_BROKEN;
}

static bool is_header_type(uint8_t type)
{
	return type == HTTP2_HEADERS || type == HTTP2_CONTINUATION || type == HTTP2_PUSH_PROMISE;
}

/* The types that belong to a stream, or to the connection; WINDOW_UPDATE may do either. */
static bool stream_fits(uint8_t type, uint32_t stream)
{
	switch (type) {
	case HTTP2_DATA:
	case HTTP2_HEADERS:
	case HTTP2_PRIORITY:
	case HTTP2_RST_STREAM:
	case HTTP2_PUSH_PROMISE:
	case HTTP2_CONTINUATION:
		return stream != 0;
	case HTTP2_SETTINGS:
	case HTTP2_PING:
	case HTTP2_GOAWAY:
		return stream == 0;
	default:
		return true;
	}
}

static bool length_fits(uint8_t type, uint8_t flags, uint32_t length)
{
	switch (type) {
	case HTTP2_PRIORITY:
		return length == PRIORITY_SIZE;
	case HTTP2_RST_STREAM:
	case HTTP2_WINDOW_UPDATE:
		return length == 4;
	case HTTP2_SETTINGS:
		return length % SETTING_SIZE == 0 && (!(flags & ACK) || length == 0);
	case HTTP2_PING:
		return length == 8;
	case HTTP2_GOAWAY:
		return length >= 8;
	default:
		return true;
	}
}

/* How many bytes at the frame's beginning are numbers that are looked at. */
static uint32_t numbers_of(const struct http2_reader *reader)
{
	uint32_t padded = reader->flags & PADDED ? 1 : 0;

	switch (reader->type) {
	case HTTP2_DATA:
		return padded + (reader->length >= padded + MESSAGE_SIZE ? MESSAGE_SIZE : 0);
	case HTTP2_HEADERS:
		return padded + (reader->flags & WITH_PRIORITY ? PRIORITY_SIZE : 0);
	case HTTP2_PUSH_PROMISE:
		return padded + 4;
	case HTTP2_RST_STREAM:
		return 4;
	case HTTP2_GOAWAY:
		return 8;
	case HTTP2_SETTINGS:
		return reader->length ? SETTING_SIZE : 0;
	default:
		return 0;
	}
}

static bool begin_frame(struct http2_reader *reader)
{
	const uint8_t *at = reader->header;

	reader->length = big_endian(at, 3);
	reader->type = at[3];
	reader->flags = at[4];
	reader->stream = big_endian(at + 5, 4) & 0x7fffffff;
	reader->left = reader->length;
	reader->begun = true;
	reader->kept = 0;
	reader->count = 0;
	reader->pad = 0;
	if (!stream_fits(reader->type, reader->stream) ||
	    !length_fits(reader->type, reader->flags, reader->length))
		return false;
	/* Nothing comes between the frames of a header block. */
	if (reader->block ? reader->type != HTTP2_CONTINUATION || reader->stream != reader->block
			  : reader->type == HTTP2_CONTINUATION)
		return false;
	reader->wanted = (uint8_t)numbers_of(reader);
	return reader->wanted <= reader->length;
}

/* DATA and header blocks may have bytes at their end that mean nothing. */
static bool take_pad(struct http2_reader *reader)
{
	bool can = reader->type == HTTP2_DATA || reader->type == HTTP2_HEADERS ||
		   reader->type == HTTP2_PUSH_PROMISE;

	if (!can || !(reader->flags & PADDED) || reader->count == 0)
		return true;
	reader->pad = reader->numbers[0];
	return reader->pad < reader->length;
}

static bool is_message(const struct http2_reader *reader)
{
	uint32_t padded = reader->flags & PADDED ? 1 : 0;
	const uint8_t *at = reader->numbers + padded;

	return reader->type == HTTP2_DATA && reader->count == padded + MESSAGE_SIZE && at[0] <= 1 &&
	       big_endian(at + 1, 4) <= reader->length - padded - reader->pad - MESSAGE_SIZE;
}

static enum http2_step end_frame(struct http2_reader *reader, struct http2_frame *frame)
{
	reader->begun = false;
	reader->block_size += HTTP2_HEADER_SIZE + reader->length;
	if (is_header_type(reader->type) && !(reader->flags & END_HEADERS)) {
		reader->block_end =
		    reader->type == HTTP2_HEADERS ? reader->flags & END_STREAM : reader->block_end;
		if (reader->type != HTTP2_CONTINUATION)
			reader->block_type = reader->type;
		reader->block = reader->stream;
		return HTTP2_MORE;
	}
	*frame = (struct http2_frame){
	    .type = reader->type == HTTP2_CONTINUATION ? reader->block_type : reader->type,
	    .end = (reader->type == HTTP2_DATA || reader->type == HTTP2_HEADERS) &&
		   reader->flags & END_STREAM,
	    .grpc = is_message(reader),
	    .known = reader->hpack && !reader->lost,
	    .size = reader->block_size,
	    .stream = reader->stream,
	    .number = big_endian(reader->numbers, reader->count < 4 ? reader->count : 4),
	};
	if (reader->type == HTTP2_CONTINUATION)
		frame->end = reader->block_type == HTTP2_HEADERS && reader->block_end;
	if (reader->type == HTTP2_GOAWAY)
		frame->number &= 0x7fffffff;
	reader->block = 0;
	reader->block_size = 0;
	return HTTP2_FRAME;
}

/* The part of a header block in these bytes, without padding. */
static void read_block(struct http2_reader *reader, const uint8_t *bytes, uint32_t length,
		       struct hpack_fields *fields)
{
	uint32_t after = reader->left - length; /* bytes of the frame after these */
	uint32_t here = length;
	bool last;

	if (!reader->hpack || reader->lost)
		return;
	if (after < reader->pad)
		here = length > reader->pad - after ? length - (reader->pad - after) : 0;
	last = reader->flags & END_HEADERS && after <= reader->pad && here > 0;
	if (here > 0 && !hpack_read(reader->hpack, bytes, here, last, fields))
		reader->lost = true;
}

static bool take_setting(const struct http2_reader *reader, struct http2_frame *frame)
{
	if (big_endian(reader->numbers, 2) != SETTINGS_HEADER_TABLE_SIZE)
		return false;
	*frame = (struct http2_frame){.number = big_endian(reader->numbers + 2, 4)};
	return true;
}

static size_t collect(uint8_t *to, uint8_t *count, size_t wanted, const uint8_t *bytes,
		      size_t length)
{
	size_t here = wanted - *count < length ? wanted - *count : length;

	memcpy(to + *count, bytes, here);
	*count = (uint8_t)(*count + here);
	return here;
}

static enum http2_step read_numbers(struct http2_reader *reader, const uint8_t *bytes,
				    size_t length, size_t *at, struct http2_frame *frame)
{
	size_t used =
	    collect(reader->numbers, &reader->count, reader->wanted, bytes + *at, length - *at);

	*at += used;
	reader->left -= (uint32_t)used;
	if (reader->count < reader->wanted)
		return HTTP2_MORE;
	if (!take_pad(reader) || reader->pad > reader->left)
		return fail(reader);
	if (reader->type != HTTP2_SETTINGS || !take_setting(reader, frame))
		return HTTP2_MORE;
	return HTTP2_TABLE;
}

static enum http2_step read_rest(struct http2_reader *reader, const uint8_t *bytes, size_t length,
				 size_t *at, struct http2_frame *frame, struct hpack_fields *fields)
{
	uint32_t here = length - *at < reader->left ? (uint32_t)(length - *at) : reader->left;

	/* The next setting is read like the first. */
	if (reader->type == HTTP2_SETTINGS && reader->left > 0) {
		reader->count = 0;
		return HTTP2_MORE;
	}
	if (is_header_type(reader->type))
		read_block(reader, bytes + *at, here, fields);
	*at += here;
	reader->left -= here;
	return reader->left ? HTTP2_MORE : end_frame(reader, frame);
}

static enum http2_step read_header(struct http2_reader *reader, const uint8_t *bytes, size_t length,
				   size_t *at, uint64_t stamp, struct http2_frame *frame,
				   struct hpack_fields *fields)
{
	if (reader->kept == 0 && !reader->block)
		reader->began = stamp;
	*at += collect(reader->header, &reader->kept, HTTP2_HEADER_SIZE, bytes + *at, length - *at);
	if (reader->kept < HTTP2_HEADER_SIZE)
		return HTTP2_MORE;
	if (!begin_frame(reader))
		return fail(reader);
	if (reader->type == HTTP2_HEADERS || reader->type == HTTP2_PUSH_PROMISE)
		hpack_begin(fields);
	return reader->left ? HTTP2_MORE : end_frame(reader, frame);
}

static enum http2_step read_preface(struct http2_reader *reader, const uint8_t *bytes,
				    size_t length, size_t *at)
{
	while (reader->preface > 0 && *at < length)
		if (bytes[(*at)++] != (uint8_t)preface[HTTP2_PREFACE_SIZE - reader->preface--])
			return fail(reader);
	return HTTP2_MORE;
}

enum http2_step http2_read(struct http2_reader *reader, const uint8_t *bytes, size_t length,
			   size_t *at, uint64_t stamp, struct http2_frame *frame,
			   struct hpack_fields *fields)
{
	enum http2_step step = HTTP2_MORE;

	if (reader->broken)
		return HTTP2_BROKEN;
	while (step == HTTP2_MORE && *at < length) {
		if (reader->preface)
			step = read_preface(reader, bytes, length, at);
		else if (!reader->begun)
			step = read_header(reader, bytes, length, at, stamp, frame, fields);
		else if (reader->count < reader->wanted)
			step = read_numbers(reader, bytes, length, at, frame);
		else
			step = read_rest(reader, bytes, length, at, frame, fields);
		/* A frame may end with its numbers, and no byte follows. */
		if (step == HTTP2_MORE && reader->begun && reader->left == 0 &&
		    reader->count == reader->wanted)
			step = end_frame(reader, frame);
	}
	return step;
}

enum http2_step http2_skip(struct http2_reader *reader, uint64_t length)
{
	if (length == 0)
		return HTTP2_MORE;
	if (reader->broken || !reader->begun || reader->type != HTTP2_DATA ||
	    reader->count < reader->wanted || length >= reader->left)
		return fail(reader);
	reader->left -= (uint32_t)length;
	return HTTP2_MORE;
}

enum protocol_answer http2_recognize_client(const uint8_t *bytes, size_t length)
{
	if (memcmp(bytes, preface, length < HTTP2_PREFACE_SIZE ? length : HTTP2_PREFACE_SIZE) != 0)
		return PROTOCOL_NO;
	return length < HTTP2_PREFACE_SIZE ? PROTOCOL_MORE : PROTOCOL_YES;
}

enum protocol_answer http2_recognize_server(const uint8_t *bytes, size_t length)
{
	/* Length, type, flags, stream: a few settings. */
	static const uint8_t fixed[HTTP2_HEADER_SIZE] = {0, 0, 0, HTTP2_SETTINGS};

	for (size_t i = 0; i < length && i < sizeof(fixed); i++)
		if (i != 2 && bytes[i] != fixed[i])
			return PROTOCOL_NO;
	return length > 2 && bytes[2] % SETTING_SIZE != 0 ? PROTOCOL_NO : PROTOCOL_MORE;
}

bool http2_is_grpc_inside(const uint8_t *bytes, size_t length)
{
	uint32_t block;
	uint32_t data;
	const uint8_t *next;

	if (length < HTTP2_HEADER_SIZE || bytes[3] != HTTP2_HEADERS ||
	    (bytes[4] & ~WITH_PRIORITY) != END_HEADERS || bytes[5] >> 7)
		return false;
	block = big_endian(bytes, 3);
	if (block == 0 || block > 16384 ||
	    length - HTTP2_HEADER_SIZE < block + HTTP2_HEADER_SIZE + MESSAGE_SIZE)
		return false;
	next = bytes + HTTP2_HEADER_SIZE + block;
	data = big_endian(next, 3);
	return big_endian(bytes + 5, 4) % 2 == 1 && memcmp(next + 5, bytes + 5, 4) == 0 &&
	       next[3] == HTTP2_DATA && (next[4] & ~END_STREAM) == 0 && data >= MESSAGE_SIZE &&
	       next[HTTP2_HEADER_SIZE] <= 1 &&
	       big_endian(next + HTTP2_HEADER_SIZE + 1, 4) == data - MESSAGE_SIZE;
}
