/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/protobuf.h"

/* Bytes of the longest varint, and of the largest number of a field. */
#define VARINT_SIZE_MAX 10
#define NUMBER_MAX      ((UINT32_C(1) << 29) - 1)

static enum protocol_answer read_varint(const uint8_t *bytes, size_t length, size_t *at,
					uint64_t *value)
{
	*value = 0;
	for (unsigned i = 0; i < VARINT_SIZE_MAX; i++) {
		uint8_t byte;

		if (*at == length)
			return PROTOCOL_MORE;
		byte = bytes[(*at)++];
		*value |= (uint64_t)(byte & 0x7f) << 7 * i;
		if (!(byte & 0x80))
			return PROTOCOL_YES;
	}
	return PROTOCOL_NO;
}

/* The size of a value, whose bytes begin at `*at`. */
static enum protocol_answer read_size(const uint8_t *bytes, size_t length, size_t *at,
				      struct protobuf_part *part, uint64_t *size)
{
	enum protocol_answer answer = PROTOCOL_YES;
	size_t end = *at;

	switch (part->type) {
	case PROTOBUF_TYPE_VARINT:
		answer = read_varint(bytes, length, &end, &part->value);
		*size = end - *at;
		return answer;
	case PROTOBUF_TYPE_FIXED64:
		*size = 8;
		return PROTOCOL_YES;
	case PROTOBUF_TYPE_FIXED32:
		*size = 4;
		return PROTOCOL_YES;
	case PROTOBUF_TYPE_BYTES:
		return read_varint(bytes, length, at, size);
	default:
		return PROTOCOL_NO;
	}
}

enum protocol_answer protobuf_read(const uint8_t *bytes, size_t length, size_t *at,
				   struct protobuf_part *part)
{
	size_t next = *at;
	uint64_t tag, size;
	enum protocol_answer answer = read_varint(bytes, length, &next, &tag);

	*part = (struct protobuf_part){.number = 0};
	if (answer != PROTOCOL_YES)
		return answer;
	if (tag >> 3 == 0 || tag >> 3 > NUMBER_MAX)
		return PROTOCOL_NO;
	part->number = (uint32_t)(tag >> 3);
	part->type = (enum protobuf_type)(tag & 7);
	answer = read_size(bytes, length, &next, part, &size);
	if (answer != PROTOCOL_YES)
		return answer;
	part->at = next;
	part->length = size < SIZE_MAX ? (size_t)size : SIZE_MAX;
	if (size > length - next)
		return PROTOCOL_MORE;
	*at = next + part->length;
	return PROTOCOL_YES;
}

bool protobuf_find_bytes(const uint8_t *bytes, size_t length, uint32_t number,
			 struct protobuf_part *part)
{
	for (size_t at = 0; at < length;) {
		if (protobuf_read(bytes, length, &at, part) != PROTOCOL_YES)
			return false;
		if (part->number == number && part->type == PROTOBUF_TYPE_BYTES)
			return true;
	}
	return false;
}
