/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/ttrpc-reader.h"

#include <string.h>

#include "lib/protocols/protobuf.h"

struct ttrpc_reader ttrpc_reader_of(void)
{
	struct ttrpc_reader reader;

	/* Not the bytes that are kept, which have no meaning yet. */
	memset(&reader, 0, offsetof(struct ttrpc_reader, bytes));
	return reader;
}

bool ttrpc_is_idle(const struct ttrpc_reader *reader)
{
	return reader->header_kept == 0;
}

static enum ttrpc_event fail(struct ttrpc_reader *reader)
{
	reader->wrong = true;
	return TTRPC_WRONG;
}

static enum ttrpc_event end_message(struct ttrpc_reader *reader)
{
	reader->header_kept = 0;
	return TTRPC_END;
}

static enum ttrpc_event read_header(struct ttrpc_reader *reader, const uint8_t *bytes,
				    size_t length, size_t *at, uint64_t stamp)
{
	size_t wanted = (size_t)TTRPC_HEADER_SIZE - reader->header_kept;
	size_t here = length - *at < wanted ? length - *at : wanted;

	if (reader->header_kept == 0)
		reader->began = stamp;
	memcpy(reader->bytes + reader->header_kept, bytes + *at, here);
	reader->header_kept = (uint8_t)(reader->header_kept + here);
	*at += here;
	if (reader->header_kept < TTRPC_HEADER_SIZE)
		return TTRPC_MORE;
	ttrpc_read_header(reader->bytes, &reader->header);
	/* Receivers must ignore other types, but then the length is not certain. */
	if (!ttrpc_has_body(&reader->header))
		return fail(reader);
	reader->left = reader->header.length;
	reader->kept = 0;
	reader->headed = false;
	return TTRPC_MORE;
}

static bool bytes_of(const struct ttrpc_reader *reader, uint32_t number, struct protobuf_part *part)
{
	return protobuf_find_bytes(reader->body, reader->kept, number, part);
}

bool ttrpc_reader_name(const struct ttrpc_reader *reader, char name[static TTRPC_NAME_MAX])
{
	struct protobuf_part service;
	struct protobuf_part method;

	if (reader->header.type != TTRPC_REQUEST ||
	    !bytes_of(reader, TTRPC_REQUEST_SERVICE, &service) ||
	    !bytes_of(reader, TTRPC_REQUEST_METHOD, &method) ||
	    service.length + method.length + 2 > TTRPC_NAME_MAX)
		return false;
	memcpy(name, reader->body + service.at, service.length);
	name[service.length] = '/';
	memcpy(name + service.length + 1, reader->body + method.at, method.length);
	name[service.length + 1 + method.length] = '\0';
	return true;
}

static bool status_of(const uint8_t *body, size_t length, size_t kept, uint32_t *code)
{
	struct protobuf_part part;
	size_t at = 0;

	*code = 0;
	while (at < kept) {
		if (protobuf_read(body, kept, &at, &part) != PROTOCOL_YES)
			return false;
		if (part.number == TTRPC_STATUS_CODE && part.type == PROTOBUF_TYPE_VARINT) {
			*code = (uint32_t)part.value;
			return true;
		}
	}
	return kept == length;
}

bool ttrpc_reader_status(const struct ttrpc_reader *reader, uint32_t *code)
{
	struct protobuf_part part;
	size_t at = 0;
	size_t kept;

	*code = 0;
	if (reader->header.type != TTRPC_RESPONSE)
		return false;
	if (reader->header.length == 0)
		return true;
	if (protobuf_read(reader->body, reader->kept, &at, &part) == PROTOCOL_NO || part.at == 0)
		return false;
	if (part.number != TTRPC_RESPONSE_STATUS || part.type != PROTOBUF_TYPE_BYTES)
		return part.number == TTRPC_RESPONSE_PAYLOAD;
	kept = reader->kept - part.at;
	return status_of(reader->body + part.at, part.length,
			 kept < part.length ? kept : part.length, code);
}

static bool head_is_here(const struct ttrpc_reader *reader)
{
	struct protobuf_part part;
	uint32_t code;

	if (reader->left == 0 || reader->kept == TTRPC_BODY_KEPT)
		return true;
	if (reader->header.type == TTRPC_REQUEST)
		return bytes_of(reader, TTRPC_REQUEST_SERVICE, &part) &&
		       bytes_of(reader, TTRPC_REQUEST_METHOD, &part);
	return reader->header.type == TTRPC_DATA || ttrpc_reader_status(reader, &code);
}

static void read_body(struct ttrpc_reader *reader, const uint8_t *bytes, size_t length, size_t *at)
{
	size_t here = length - *at < reader->left ? length - *at : reader->left;
	size_t room = (size_t)TTRPC_BODY_KEPT - reader->kept;
	size_t kept = here < room ? here : room;

	if (!reader->headed) {
		memcpy(reader->body + reader->kept, bytes + *at, kept);
		reader->kept = (uint16_t)(reader->kept + kept);
	}
	*at += here;
	reader->left -= (uint32_t)here;
}

enum ttrpc_event ttrpc_read(struct ttrpc_reader *reader, const uint8_t *bytes, size_t length,
			    size_t *at, uint64_t stamp)
{
	if (reader->wrong)
		return TTRPC_WRONG;
	for (;;) {
		if (reader->header_kept == TTRPC_HEADER_SIZE) {
			if (!reader->headed) {
				read_body(reader, bytes, length, at);
				if (head_is_here(reader)) {
					reader->headed = true;
					return TTRPC_HEAD;
				}
			}
			if (reader->headed)
				read_body(reader, bytes, length, at);
			if (reader->left == 0)
				return end_message(reader);
		}
		if (*at == length)
			return TTRPC_MORE;
		if (reader->header_kept < TTRPC_HEADER_SIZE &&
		    read_header(reader, bytes, length, at, stamp) == TTRPC_WRONG)
			return TTRPC_WRONG;
	}
}

enum ttrpc_event ttrpc_skip(struct ttrpc_reader *reader, uint64_t length)
{
	if (length == 0)
		return TTRPC_MORE;
	if (reader->wrong || reader->header_kept < TTRPC_HEADER_SIZE || !reader->headed ||
	    length > reader->left)
		return fail(reader);
	reader->left -= (uint32_t)length;
	return reader->left ? TTRPC_MORE : end_message(reader);
}
