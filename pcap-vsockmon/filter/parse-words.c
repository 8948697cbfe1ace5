/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "parse": the table of words, each with the function that reads the text after it. Words for
 * fields are in parse-field.c.
 */
#include "core/packet.h"
#include "pcap-vsockmon/filter/parse-state.h"

/* "src", "dst", "src or dst", "src and dst", or none of them. */
static enum filter_ends take_ends(struct filter_parser *parser)
{
	bool src = filter_token_is(&parser->token, "src");
	const char *other = src ? "dst" : "src";
	enum filter_token_kind joined;
	struct filter_token ahead;

	if (!src && !filter_token_is(&parser->token, "dst"))
		return FILTER_ENDS_EITHER;
	filter_next(parser);
	joined = parser->token.kind;
	if (joined == FILTER_TOKEN_AND || joined == FILTER_TOKEN_OR) {
		ahead = filter_peek(parser);
		if (filter_token_is(&ahead, other)) {
			filter_next(parser);
			filter_next(parser);
			return joined == FILTER_TOKEN_AND ? FILTER_ENDS_BOTH : FILTER_ENDS_EITHER;
		}
	}
	return src ? FILTER_ENDS_SRC : FILTER_ENDS_DST;
}

static struct filter_node *list_of(struct filter_parser *parser, enum filter_list_kind kind,
				   enum filter_ends ends, const struct filter_field *field,
				   const char *word)
{
	parser->list = (struct filter_list){kind, ends, field, word};
	return filter_list_values(parser);
}

/* What follows a field's keyword: a value, or a comparison that takes the field as a number. */
static struct filter_node *field_test(struct filter_parser *parser,
				      const struct filter_field *field, enum filter_ends ends,
				      const char *where)
{
	enum filter_token_kind kind = parser->token.kind;

	if (field->listed && !parser->operand && !filter_is_operator(kind) &&
	    !filter_is_relation(kind))
		return list_of(parser, FILTER_LIST_FIELD, ends, field, field->keyword);
	return filter_field(parser, field, ends, where);
}

static struct filter_node *field_is(struct filter_parser *parser, enum filter_field_id field,
				    uint64_t number, const char *where)
{
	return filter_equal(parser, &filter_fields[field], FILTER_ENDS_EITHER, number, where);
}

static struct filter_node *addr_word(struct filter_parser *parser, enum filter_ends ends,
				     const char *where)
{
	(void)where; /* each value of the list has its own */
	return list_of(parser, FILTER_LIST_ADDRESS, ends, NULL, "addr");
}

static struct filter_node *portrange_word(struct filter_parser *parser, enum filter_ends ends,
					  const char *where)
{
	(void)where;
	return list_of(parser, FILTER_LIST_PORT_RANGE, ends, NULL, "portrange");
}

/* A CID that a virtual machine can have: above the host's. */
static struct filter_node *guest_word(struct filter_parser *parser, enum filter_ends ends,
				      const char *where)
{
	const struct filter_field *cid = &filter_fields[FILTER_FIELD_CID];

	return filter_compare(parser, FILTER_RELATION_GT, filter_field(parser, cid, ends, where),
			      filter_number(parser, VSOCK_CID_HOST, where));
}

static struct filter_node *loopback_word(struct filter_parser *parser, const char *where)
{
	return field_is(parser, FILTER_FIELD_CID, VSOCK_CID_LOCAL, where);
}

/* Data of a SEQPACKET socket with this flag: other packets use the bit otherwise, or not. */
static struct filter_node *flagged_data(struct filter_parser *parser, uint32_t flag,
					const char *where)
{
	struct filter_node *flags =
	    filter_field(parser, &filter_fields[FILTER_FIELD_FLAGS], FILTER_ENDS_EITHER, where);
	struct filter_node *bit = filter_calculate(parser, FILTER_OPERATOR_BIT_AND, flags,
						   filter_number(parser, flag, where));
	struct filter_node *node = filter_join(
	    parser, FILTER_NODE_AND, field_is(parser, FILTER_FIELD_OP, VSOCK_OP_RW, where),
	    field_is(parser, FILTER_FIELD_TYPE, VSOCK_TYPE_SEQPACKET, where));

	return filter_join(
	    parser, FILTER_NODE_AND, node,
	    filter_compare(parser, FILTER_RELATION_EQ, bit, filter_number(parser, flag, where)));
}

static struct filter_node *eom_word(struct filter_parser *parser, const char *where)
{
	return flagged_data(parser, VSOCK_RW_EOM, where);
}

static struct filter_node *eor_word(struct filter_parser *parser, const char *where)
{
	return flagged_data(parser, VSOCK_RW_EOR, where);
}

static struct filter_node *vsock_word(struct filter_parser *parser, const char *where)
{
	return filter_byte_access(parser, FILTER_AREA_FRAME, where);
}

static struct filter_node *virtio_word(struct filter_parser *parser, const char *where)
{
	return filter_byte_access(parser, FILTER_AREA_VIRTIO, where);
}

static struct filter_node *payload_word(struct filter_parser *parser, const char *where)
{
	if (!filter_token_is(&parser->token, "startswith"))
		return filter_byte_access(parser, FILTER_AREA_PAYLOAD, where);
	filter_next(parser);
	return filter_startswith(parser, where);
}

/* Words that are no field, with the function that reads the text after them. */
static const struct word {
	const char *name;
	/* For words that may follow "src" and "dst". */
	struct filter_node *(*with_ends)(struct filter_parser *parser, enum filter_ends ends,
					 const char *where);
	/* For all others. */
	struct filter_node *(*alone)(struct filter_parser *parser, const char *where);
} words[] = {
    {.name = "addr", .with_ends = addr_word},
    {.name = "portrange", .with_ends = portrange_word},
    {.name = "guest", .with_ends = guest_word},
    {.name = "between", .alone = filter_between},
    {.name = "loopback", .alone = loopback_word},
    {.name = "eom", .alone = eom_word},
    {.name = "eor", .alone = eor_word},
    {.name = "vsock", .alone = vsock_word},
    {.name = "virtio", .alone = virtio_word},
    {.name = "payload", .alone = payload_word},
    {.name = "pid", .alone = filter_pid},
    {.name = "command", .alone = filter_command},
};
/* What after_ends() expects, for its message: words with ends, and fields that are pairs. */
#define WORDS_WITH_ENDS "\"cid\", \"port\", \"portrange\", \"guest\" or an address"

static const struct word *word_of(const struct filter_token *token)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (filter_token_is(token, words[i].name))
			return &words[i];
	return NULL;
}

/* A field that is a pair, or a word with ends. Any other token gives NULL without an error. */
static struct filter_node *end_word(struct filter_parser *parser, enum filter_ends ends,
				    const char *where)
{
	const struct filter_field *field = filter_field_of(&parser->token);
	const struct word *word = word_of(&parser->token);

	if (field && field->pair) {
		filter_next(parser);
		return field_test(parser, field, ends, where);
	}
	if (word && word->with_ends) {
		filter_next(parser);
		return word->with_ends(parser, ends, where);
	}
	return NULL;
}

/* In pcap-filter(7), "src 10.0.0.1" is a host. So "src 3:22" and "src 3" are addresses here. */
static struct filter_node *after_ends(struct filter_parser *parser, enum filter_ends ends,
				      const char *where, const char *word)
{
	struct filter_node *node = end_word(parser, ends, where);

	if (node || parser->error->set)
		return node;
	switch (parser->token.kind) {
	case FILTER_TOKEN_NUMBER:
	case FILTER_TOKEN_WORD:
	case FILTER_TOKEN_STRING:
	case FILTER_TOKEN_LEFT_PAREN:
		return list_of(parser, FILTER_LIST_ADDRESS, ends, NULL, word);
	default:
		return filter_expected_after(parser, WORDS_WITH_ENDS, word);
	}
}

/*
 * Any field, an op, a type, a group of ops, or a word without ends. Any other token gives NULL
 * without an error.
 */
static struct filter_node *other_word(struct filter_parser *parser)
{
	const struct filter_token token = parser->token;
	const struct filter_field *field = filter_field_of(&token);
	const struct filter_field *named = filter_field_of_name(&token);
	const struct word *word = word_of(&token);
	const char *where = token.start;

	filter_next(parser);
	if (field)
		return field_test(parser, field, FILTER_ENDS_EITHER, where);
	if (named)
		return filter_equal(parser, named, FILTER_ENDS_EITHER,
				    (uint64_t)filter_field_by_name(named, &token), where);
	if (filter_op_group(&token) >= 0)
		return field_is(parser, FILTER_FIELD_MONITOR_OP, (uint64_t)filter_op_group(&token),
				where);
	return word && word->alone ? word->alone(parser, where) : NULL;
}

static struct filter_node *test_or_value(struct filter_parser *parser)
{
	const struct filter_parser before = *parser;
	const char *where = parser->token.start;
	bool src = filter_token_is(&parser->token, "src");
	bool ended = src || filter_token_is(&parser->token, "dst");
	enum filter_ends ends = take_ends(parser);
	struct filter_node *node;

	parser->list = (struct filter_list){.kind = FILTER_LIST_NONE};
	if (ended)
		return after_ends(parser, ends, where, src ? "src" : "dst");
	node = end_word(parser, ends, where);
	if (!node && !parser->error->set)
		node = other_word(parser);
	if (!node && !parser->error->set)
		*parser = before; /* it is no word of the language */
	return node;
}

/* Whether the current word names a value of the list. */
static bool names_list_value(struct filter_parser *parser)
{
	const struct filter_list *list = &parser->list;
	const struct filter_parser before = *parser;
	const struct filter_field *field = list->field;
	uint64_t ignored;
	bool found;

	if (list->kind == FILTER_LIST_ADDRESS)
		field = &filter_fields[FILTER_FIELD_CID];
	else if (list->kind != FILTER_LIST_FIELD)
		return false;
	if (field == &filter_fields[FILTER_FIELD_OP] && filter_op_group(&parser->token) >= 0)
		return true;
	found = filter_take_name(parser, field, &ignored);
	*parser = before;
	return found;
}

/* Whether a CID and a port begin here, as in "3:22" and "host:22". */
static bool begins_endpoint(const struct filter_parser *parser)
{
	if (word_of(&parser->token))
		return false;
	switch (parser->token.kind) {
	case FILTER_TOKEN_NUMBER:
	case FILTER_TOKEN_WORD:
	case FILTER_TOKEN_STRING:
		return !parser->operand && filter_is_colon(filter_peek(parser).kind);
	default:
		return false;
	}
}

/*
 * Whether the current token is the next value of a list: "22 or 1024", not "22 < len". Some words
 * of the language are also names in the list ("data" for an op, "virtio" for a transport): these
 * are values here. But a user's name for a CID never replaces a word of the language.
 */
static bool continues_list(struct filter_parser *parser)
{
	const struct filter_list *list = &parser->list;
	struct filter_token ahead = filter_peek(parser);

	if (parser->operand)
		return false;
	if (begins_endpoint(parser))
		return list->kind == FILTER_LIST_ADDRESS;
	switch (parser->token.kind) {
	case FILTER_TOKEN_NUMBER:
		if (list->kind == FILTER_LIST_PORT_RANGE && ahead.kind == FILTER_TOKEN_MINUS)
			return true;
		return list->kind != FILTER_LIST_NONE && !filter_is_operator(ahead.kind) &&
		       !filter_is_relation(ahead.kind);
	case FILTER_TOKEN_STRING:
		return list->kind == FILTER_LIST_ADDRESS || list->kind == FILTER_LIST_FIELD;
	case FILTER_TOKEN_WORD:
		return list->kind == FILTER_LIST_FIELD && !list->field->pair &&
		       ahead.kind != FILTER_TOKEN_LEFT_BRACKET && names_list_value(parser);
	default:
		return false;
	}
}

/* "3:22" without a word before it. */
static struct filter_node *endpoint(struct filter_parser *parser)
{
	const struct filter_parser before = *parser;
	uint64_t ignored;

	if (parser->token.kind != FILTER_TOKEN_NUMBER) {
		if (filter_field_of(&parser->token)) {
			filter_next(parser);
			filter_error_at(parser->error, parser->token.start,
					"put a space after the word: write \"port 22\"");
			return NULL;
		}
		if (!filter_take_name(parser, &filter_fields[FILTER_FIELD_CID], &ignored))
			return filter_expected(parser, "a CID or a name for one before \":\"");
		*parser = before;
	}
	return list_of(parser, FILTER_LIST_ADDRESS, FILTER_ENDS_EITHER, NULL, "addr");
}

struct filter_node *filter_primitive(struct filter_parser *parser)
{
	struct filter_token token = parser->token;
	struct filter_node *node;

	if (continues_list(parser))
		return filter_list_value(parser);
	if (begins_endpoint(parser))
		return endpoint(parser);
	if (token.kind == FILTER_TOKEN_NUMBER) {
		filter_next(parser);
		return filter_number(parser, token.number, token.start);
	}
	if (token.kind == FILTER_TOKEN_WORD) {
		node = test_or_value(parser);
		if (node || parser->error->set)
			return node;
		if (names_list_value(parser))
			return filter_list_value(parser);
	}
	return filter_expected(parser, parser->operand
					   ? "a number or a field"
					   : "a test such as \"port 22\" or \"op rst\"");
}
