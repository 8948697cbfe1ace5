/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "parse": takes tokens and makes nodes, for all files of the parser. */
#include "pcap-vsockmon/filter/parse-state.h"

#include "pcap-vsockmon/filter/hint.h"

void filter_next(struct filter_parser *parser)
{
	if (!parser->error->set)
		parser->token = filter_lex(&parser->lexer);
}

struct filter_token filter_peek(const struct filter_parser *parser)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	struct filter_error ignored = {.expression = parser->error->expression, .errbuf = errbuf};
	struct filter_lexer ahead = {.at = parser->lexer.at, .error = &ignored};

	return filter_lex(&ahead);
}

bool filter_take(struct filter_parser *parser, enum filter_token_kind kind)
{
	if (parser->token.kind != kind)
		return false;
	filter_next(parser);
	return true;
}

/* The current token as messages show it. */
static const char *found(const struct filter_parser *parser, char quoted[static FILTER_QUOTE_MAX])
{
	const struct filter_token *token = &parser->token;

	if (token->kind == FILTER_TOKEN_END)
		return "the end";
	return filter_quote(quoted, token->text, token->length);
}

/* What to write instead of the current token. */
static const char *hint(const struct filter_parser *parser)
{
	return filter_hint(parser->token.text, parser->token.length);
}

struct filter_node *filter_expected(struct filter_parser *parser, const char *what)
{
	char quoted[FILTER_QUOTE_MAX];

	filter_error_at(parser->error, parser->token.start, "expected %s, found %s%s", what,
			found(parser, quoted), hint(parser));
	return NULL;
}

struct filter_node *filter_expected_after(struct filter_parser *parser, const char *what,
					  const char *word)
{
	char quoted[FILTER_QUOTE_MAX];

	filter_error_at(parser->error, parser->token.start, "expected %s after \"%s\", found %s%s",
			what, word, found(parser, quoted), hint(parser));
	return NULL;
}

struct filter_node *filter_new(struct filter_parser *parser, enum filter_node_kind kind,
			       const char *where)
{
	struct filter_node *node = NULL;

	if (!parser->error->set)
		node = filter_arena_alloc(parser->arena, sizeof(*node));
	if (!node) {
		filter_error(parser->error, "out of memory");
		return NULL;
	}
	node->kind = kind;
	node->where = where;
	node->depth = 1;
	return node;
}

/* Notes that `child` hangs below `node`. */
static struct filter_node *deepen(struct filter_parser *parser, struct filter_node *node,
				  const struct filter_node *child)
{
	if (child->depth >= FILTER_MAX_DEPTH) {
		filter_error_at(parser->error, node->where,
				"nested more than %d times, counting each change between \"and\" "
				"and \"or\"",
				FILTER_MAX_DEPTH);
		return NULL;
	}
	if (node->depth <= child->depth)
		node->depth = (uint16_t)(child->depth + 1);
	return node;
}

struct filter_node *filter_over(struct filter_parser *parser, enum filter_node_kind kind,
				struct filter_node *left, struct filter_node *right)
{
	struct filter_node *node = left ? filter_new(parser, kind, left->where) : NULL;

	if (!node)
		return NULL;
	node->left = left;
	node->right = right;
	if (!deepen(parser, node, left) || (right && !deepen(parser, node, right)))
		return NULL;
	return node;
}

struct filter_node *filter_number(struct filter_parser *parser, uint64_t number, const char *where)
{
	struct filter_node *node = filter_new(parser, FILTER_NODE_NUMBER, where);

	if (node)
		node->low = number;
	return node;
}

struct filter_node *filter_join(struct filter_parser *parser, enum filter_node_kind kind,
				struct filter_node *left, struct filter_node *right)
{
	if (!left || !right)
		return NULL;
	if (left->kind != kind) {
		left->next = right;
		return filter_over(parser, kind, left, right);
	}
	left->right->next = right;
	left->right = right;
	return deepen(parser, left, right);
}
