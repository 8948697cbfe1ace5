/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "parse": reads fields with values and lists of values: "port 22", "src cid host",
 * "portrange 1024-2048", "addr 3:22", "between host and 3:22".
 */
#include <inttypes.h>
#include <string.h>

#include "core/cid-names.h"
#include "core/names.h"
#include "pcap-vsockmon/filter/parse-state.h"

#define CID  (&filter_fields[FILTER_FIELD_CID])
#define PORT (&filter_fields[FILTER_FIELD_PORT])

static bool cid_by_name(const struct filter_parser *parser, const struct filter_token *token,
			uint64_t *number)
{
	const struct pcap_vsockmon_names *names = parser->names;
	char name[VSOCK_CID_NAME_LEN + 1];
	uint32_t cid;

	if (token->length >= sizeof(name))
		return false;
	memcpy(name, token->text, token->length);
	name[token->length] = '\0';
	/* A user's name takes precedence, as in the output. */
	if (names && names->cid_by_name && names->cid_by_name(names->context, name, &cid)) {
		*number = cid;
		return true;
	}
	if (!vsock_cid_by_well_known_name(name, &cid))
		return false;
	*number = cid;
	return true;
}

bool filter_take_name(struct filter_parser *parser, const struct filter_field *field,
		      uint64_t *number)
{
	const struct filter_token *token = &parser->token;
	int found;

	/* In quotes, a name may look like a number or a word of the language. */
	if (token->kind != FILTER_TOKEN_WORD && token->kind != FILTER_TOKEN_STRING)
		return false;
	if (field == CID) {
		if (!cid_by_name(parser, token, number))
			return false;
	} else {
		found = filter_field_by_name(field, token);
		if (found < 0)
			return false;
		*number = (uint64_t)found;
	}
	filter_next(parser);
	return true;
}

/* A number or name after `word`. */
static bool take_number(struct filter_parser *parser, const struct filter_field *field,
			const char *word, uint64_t *number)
{
	uint64_t max = filter_place_max(&field->place);
	char values[FILTER_FIELD_VALUES_MAX];

	if (filter_take_name(parser, field, number))
		return true;
	if (parser->token.kind != FILTER_TOKEN_NUMBER) {
		filter_expected_after(parser, filter_field_values(field, values), word);
		return false;
	}
	*number = parser->token.number;
	if (*number > max) {
		filter_error_at(parser->error, parser->token.start,
				"expected a number of %d bits after \"%s\", from 0 to %" PRIu64,
				8 * field->place.size, word, max);
		return false;
	}
	filter_next(parser);
	return true;
}

struct filter_node *filter_field(struct filter_parser *parser, const struct filter_field *field,
				 enum filter_ends ends, const char *where)
{
	struct filter_node *node = filter_new(parser, FILTER_NODE_PLACE, where);

	if (!node)
		return NULL;
	node->place = field->place;
	if (!field->pair)
		return node;
	if (ends == FILTER_ENDS_DST)
		node->place = filter_receiver(field->place);
	else if (ends == FILTER_ENDS_EITHER)
		node->direction = FILTER_DIRECTION_EITHER;
	else if (ends == FILTER_ENDS_BOTH)
		node->direction = FILTER_DIRECTION_BOTH;
	return node;
}

struct filter_node *filter_equal(struct filter_parser *parser, const struct filter_field *field,
				 enum filter_ends ends, uint64_t number, const char *where)
{
	return filter_compare(parser, FILTER_RELATION_EQ, filter_field(parser, field, ends, where),
			      filter_number(parser, number, where));
}

/* A CID, or a CID and a port. */
struct address {
	uint64_t cid;
	uint64_t port;
	bool has_port;
	const char *where;
};

static bool take_address(struct filter_parser *parser, const char *word, struct address *address)
{
	*address = (struct address){.where = parser->token.start};
	if (!take_number(parser, CID, word, &address->cid))
		return false;
	if (!filter_take(parser, FILTER_TOKEN_COLON) &&
	    !filter_take(parser, FILTER_TOKEN_COLON_MARK))
		return true;
	address->has_port = true;
	return take_number(parser, PORT, ":", &address->port);
}

/* A test that one end of the packet, SRC or DST, is this address. */
static struct filter_node *end_is(struct filter_parser *parser, enum filter_ends end,
				  const struct address *address)
{
	struct filter_node *cid = filter_equal(parser, CID, end, address->cid, address->where);

	if (!address->has_port)
		return cid;
	return filter_join(parser, FILTER_NODE_AND, cid,
			   filter_equal(parser, PORT, end, address->port, address->where));
}

static struct filter_node *address_value(struct filter_parser *parser,
					 const struct filter_list *list)
{
	enum filter_ends ends = list->ends;
	struct address address;

	if (!take_address(parser, list->word, &address))
		return NULL;
	if (ends == FILTER_ENDS_SRC || ends == FILTER_ENDS_DST)
		return end_is(parser, ends, &address);
	return filter_join(parser, ends == FILTER_ENDS_BOTH ? FILTER_NODE_AND : FILTER_NODE_OR,
			   end_is(parser, FILTER_ENDS_SRC, &address),
			   end_is(parser, FILTER_ENDS_DST, &address));
}

static struct filter_node *port_range_value(struct filter_parser *parser,
					    const struct filter_list *list)
{
	const char *where = parser->token.start;
	struct filter_node *node;
	uint64_t low, high;

	if (!take_number(parser, PORT, list->word, &low))
		return NULL;
	if (!filter_take(parser, FILTER_TOKEN_MINUS))
		return filter_expected(parser, "\"-\" and the last port of the range");
	if (!take_number(parser, PORT, "-", &high))
		return NULL;
	if (low > high) {
		filter_error_at(parser->error, where,
				"expected a range from the lower to the higher port");
		return NULL;
	}
	node = filter_over(parser, FILTER_NODE_RANGE, filter_field(parser, PORT, list->ends, where),
			   NULL);
	if (!node)
		return NULL;
	node->low = low;
	node->high = high;
	return node;
}

static struct filter_node *field_value(struct filter_parser *parser, const struct filter_list *list)
{
	const char *where = parser->token.start;
	const struct filter_field *field = list->field;
	uint64_t number;

	if (field == &filter_fields[FILTER_FIELD_OP] && filter_op_group(&parser->token) >= 0) {
		number = (uint64_t)filter_op_group(&parser->token);
		filter_next(parser);
		field = &filter_fields[FILTER_FIELD_MONITOR_OP];
	} else if (!take_number(parser, field, list->word, &number)) {
		return NULL;
	}
	if (field == CID && filter_is_colon(parser->token.kind))
		return filter_expected(parser,
				       "a CID without a port (for both, write \"addr 3:22\")");
	if (field == PORT && parser->token.kind == FILTER_TOKEN_MINUS) {
		filter_error_at(parser->error, parser->token.start,
				"this is a range of ports: write \"portrange 1-9\"");
		return NULL;
	}
	return filter_equal(parser, field, list->ends, number, where);
}

struct filter_node *filter_list_value(struct filter_parser *parser)
{
	const struct filter_list *list = &parser->list;

	switch (list->kind) {
	case FILTER_LIST_FIELD:
		return field_value(parser, list);
	case FILTER_LIST_PORT_RANGE:
		return port_range_value(parser, list);
	case FILTER_LIST_ADDRESS:
		return address_value(parser, list);
	case FILTER_LIST_NONE:
		break;
	}
	return filter_expected(parser, "a test");
}

static struct filter_node *negatable_value(struct filter_parser *parser)
{
	if (filter_take(parser, FILTER_TOKEN_NOT))
		return filter_over(parser, FILTER_NODE_NOT, filter_list_value(parser), NULL);
	return filter_list_value(parser);
}

struct filter_node *filter_list_values(struct filter_parser *parser)
{
	struct filter_node *node;

	if (!filter_take(parser, FILTER_TOKEN_LEFT_PAREN))
		return filter_list_value(parser);
	node = negatable_value(parser);
	while (node && !filter_take(parser, FILTER_TOKEN_RIGHT_PAREN)) {
		enum filter_node_kind kind = FILTER_NODE_OR;

		if (parser->token.kind == FILTER_TOKEN_AND)
			kind = FILTER_NODE_AND;
		else if (parser->token.kind != FILTER_TOKEN_OR)
			return filter_expected(parser, "\"or\", \"and\" or \")\"");
		filter_next(parser);
		node = filter_join(parser, kind, node, negatable_value(parser));
	}
	return node;
}

/* A test that the packet goes from one address to the other. */
static struct filter_node *goes(struct filter_parser *parser, const struct address *from,
				const struct address *to)
{
	return filter_join(parser, FILTER_NODE_AND, end_is(parser, FILTER_ENDS_SRC, from),
			   end_is(parser, FILTER_ENDS_DST, to));
}

struct filter_node *filter_between(struct filter_parser *parser, const char *where)
{
	struct address one, other;
	struct filter_node *node;

	if (!take_address(parser, "between", &one))
		return NULL;
	if (parser->token.kind != FILTER_TOKEN_AND)
		return filter_expected(parser, "\"and\" with the other address of \"between\"");
	filter_next(parser);
	if (!take_address(parser, "and", &other))
		return NULL;
	node = filter_join(parser, FILTER_NODE_OR, goes(parser, &one, &other),
			   goes(parser, &other, &one));
	if (node)
		node->where = where;
	return node;
}
