/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/ttrpc.h"

#include "lib/protocols/protobuf.h"

/* Names of services and methods: the characters of protobuf, Go and paths. */
#define NAME_LENGTH_MAX 255

/* More fields than this make no envelope. Real ones have fewer than ten. */
#define FIELDS_MAX 256

static uint32_t big_endian(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void ttrpc_read_header(const uint8_t bytes[TTRPC_HEADER_SIZE], struct ttrpc_header *header)
{
	header->length = big_endian(bytes);
	header->stream = big_endian(bytes + 4);
	header->type = bytes[8];
	header->flags = bytes[9];
}

bool ttrpc_has_body(const struct ttrpc_header *header)
{
	return header->length <= TTRPC_LENGTH_MAX && header->type >= TTRPC_REQUEST &&
	       header->type <= TTRPC_DATA;
}

bool ttrpc_flags_fit(const struct ttrpc_header *header)
{
	switch (header->type) {
	case TTRPC_REQUEST:
		/* Clients in Rust say with the request that no data is in it. */
		return header->flags == 0 || header->flags == TTRPC_REMOTE_CLOSED ||
		       (header->flags & ~TTRPC_NO_DATA) == TTRPC_REMOTE_OPEN;
	case TTRPC_RESPONSE:
		return header->flags == 0;
	default:
		return (header->flags & ~(TTRPC_REMOTE_CLOSED | TTRPC_NO_DATA)) == 0 &&
		       (!(header->flags & TTRPC_NO_DATA) || header->length == 0);
	}
}

static bool is_bytes(const struct protobuf_part *part, uint32_t number)
{
	return part->number == number && part->type == PROTOBUF_TYPE_BYTES;
}

/* `here`: the bytes of the name that are there. */
static bool is_name(const uint8_t *name, size_t here, const struct protobuf_part *part)
{
	if (part->length == 0 || part->length > NAME_LENGTH_MAX)
		return false;
	for (size_t i = 0; i < here; i++) {
		uint8_t c = name[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '.' && c != '_' && c != '-' && c != '/')
			return false;
	}
	return true;
}

/* All implementations send service and method first, and both always. */
static bool request_fits(const uint8_t *body, size_t length, const struct protobuf_part *part,
			 int nth)
{
	size_t here = part->length < length - part->at ? part->length : length - part->at;

	if (nth < 2)
		return is_bytes(part, nth == 0 ? TTRPC_REQUEST_SERVICE : TTRPC_REQUEST_METHOD) &&
		       is_name(body + part->at, here, part);
	return is_bytes(part, TTRPC_REQUEST_PAYLOAD) || is_bytes(part, TTRPC_REQUEST_METADATA) ||
	       (part->number == TTRPC_REQUEST_TIMEOUT && part->type == PROTOBUF_TYPE_VARINT);
}

static bool response_fits(const struct protobuf_part *part, int nth)
{
	return (nth == 0 && is_bytes(part, TTRPC_RESPONSE_STATUS)) ||
	       (nth < 2 && is_bytes(part, TTRPC_RESPONSE_PAYLOAD));
}

/* The envelope has header->length bytes. `length` of them are here. */
static enum protocol_answer envelope_fits(const struct ttrpc_header *header, const uint8_t *body,
					  size_t length)
{
	enum protocol_answer answer = PROTOCOL_YES;
	size_t at = 0;
	int nth;

	for (nth = 0; at < length && nth < FIELDS_MAX; nth++) {
		struct protobuf_part part;

		answer = protobuf_read(body, length, &at, &part);
		if (answer == PROTOCOL_NO ||
		    (part.at > 0 && part.length > header->length - part.at))
			return PROTOCOL_NO;
		if (part.at > 0 &&
		    !(header->type == TTRPC_REQUEST ? request_fits(body, length, &part, nth)
						    : response_fits(&part, nth)))
			return PROTOCOL_NO;
		if (answer == PROTOCOL_MORE)
			break;
	}
	if (length < header->length)
		return PROTOCOL_MORE;
	if (header->type == TTRPC_REQUEST && nth < 2)
		return PROTOCOL_NO;
	return answer == PROTOCOL_YES ? PROTOCOL_YES : PROTOCOL_NO;
}

enum protocol_answer ttrpc_recognize(const uint8_t *bytes, size_t length)
{
	struct ttrpc_header header;

	if (length < TTRPC_HEADER_SIZE)
		return length == 0 || bytes[0] == 0 ? PROTOCOL_MORE : PROTOCOL_NO;
	ttrpc_read_header(bytes, &header);
	if (!ttrpc_has_body(&header) || !ttrpc_flags_fit(&header) || header.stream % 2 == 0 ||
	    header.stream >> 24 != 0)
		return PROTOCOL_NO;
	if (header.type == TTRPC_DATA)
		return PROTOCOL_MORE;
	length -= TTRPC_HEADER_SIZE;
	if (length > header.length)
		length = header.length;
	return envelope_fits(&header, bytes + TTRPC_HEADER_SIZE, length);
}

/* https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
static const char *const codes[] = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

const char *ttrpc_code_name(uint32_t code)
{
	return code < sizeof(codes) / sizeof(codes[0]) ? codes[code] : NULL;
}
