/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "parse": reads tests of bytes, "payload[0:4] le" and "payload startswith "GET "". Bytes are
 * big-endian without "le", so that payload[0:4] = 0x47455420 reads as the bytes do.
 */
#include "core/wire.h"
#include "pcap-vsockmon/filter/parse-state.h"

/* No frame has more; and an offset this small can never be one of BPF's special, negative ones. */
#define MAX_OFFSET 262144

/* Text is compared 4 bytes at a time with two instructions, in two copies. */
#define MAX_PREFIX 255

static const char *area_word(enum filter_area area)
{
	switch (area) {
	case FILTER_AREA_VIRTIO:
		return "virtio";
	case FILTER_AREA_PAYLOAD:
		return "payload";
	default:
		return "vsock";
	}
}

static bool take_offset(struct filter_parser *parser, uint32_t *offset)
{
	if (parser->token.kind != FILTER_TOKEN_NUMBER) {
		filter_expected_after(parser, "the offset of a byte", "[");
		return false;
	}
	if (parser->token.number >= MAX_OFFSET) {
		filter_error_at(parser->error, parser->token.start, "expected an offset below %d",
				MAX_OFFSET);
		return false;
	}
	*offset = (uint32_t)parser->token.number;
	filter_next(parser);
	return true;
}

static bool take_size(struct filter_parser *parser, uint8_t *size)
{
	uint64_t number = parser->token.number;

	if (parser->token.kind != FILTER_TOKEN_NUMBER ||
	    (number != 1 && number != 2 && number != 4)) {
		filter_expected_after(parser, "1, 2 or 4 bytes", ":");
		return false;
	}
	*size = (uint8_t)number;
	filter_next(parser);
	return true;
}

static bool take_place(struct filter_parser *parser, struct filter_place *place)
{
	place->size = 1;
	if (!filter_take(parser, FILTER_TOKEN_LEFT_BRACKET)) {
		filter_expected_after(parser,
				      place->area == FILTER_AREA_PAYLOAD ? "\"[\" or \"startswith\""
									 : "\"[\"",
				      area_word(place->area));
		return false;
	}
	if (!take_offset(parser, &place->offset))
		return false;
	if (filter_take(parser, FILTER_TOKEN_COLON) && !take_size(parser, &place->size))
		return false;
	if (!filter_take(parser, FILTER_TOKEN_RIGHT_BRACKET)) {
		filter_expected(parser, "\"]\"");
		return false;
	}
	if (filter_token_is(&parser->token, "le")) {
		place->little = place->size > 1;
		filter_next(parser);
	} else if (filter_token_is(&parser->token, "be")) {
		filter_next(parser);
	}
	return true;
}

struct filter_node *filter_byte_access(struct filter_parser *parser, enum filter_area area,
				       const char *where)
{
	struct filter_place place = {.area = area};
	struct filter_node *node;

	if (!take_place(parser, &place))
		return NULL;
	if (area == FILTER_AREA_FRAME && place.offset + place.size <= VSOCK_MON_SIZE)
		place.area = FILTER_AREA_MONITOR;
	node = filter_new(parser, FILTER_NODE_PLACE, where);
	if (node)
		node->place = place;
	return node;
}

struct filter_node *filter_startswith(struct filter_parser *parser, const char *where)
{
	struct filter_token text = parser->token;
	struct filter_node *node;
	uint8_t *bytes;
	size_t count;

	if (text.kind != FILTER_TOKEN_STRING)
		return filter_expected(parser,
				       "text in quotes after \"startswith\" (a shell removes "
				       "quotes, unless they are quoted)");
	node = filter_new(parser, FILTER_NODE_PREFIX, where);
	if (!node)
		return NULL;
	bytes = filter_arena_alloc(parser->arena, MAX_PREFIX);
	if (!bytes) {
		filter_error(parser->error, "out of memory");
		return NULL;
	}
	count = filter_token_bytes(&text, bytes, MAX_PREFIX, parser->error);
	if (count == 0 || count > MAX_PREFIX) {
		filter_error_at(parser->error, text.start, "expected text of 1 to %d bytes",
				MAX_PREFIX);
		return NULL;
	}
	node->bytes = bytes;
	node->count = (uint32_t)count;
	filter_next(parser);
	return node;
}
