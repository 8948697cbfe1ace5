/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "parse": turns tokens into a syntax tree. This is the grammar's upper half, by recursive
 * descent:
 *
 *	chain      = term { ( and | or ) term }         as in pcap-filter(7), both bind equally
 *	term       = not term | comparison
 *	comparison = value [ relation value ]
 *	value      = operand { operator operand }       operators bind as in pcap-filter(7)
 *	operand    = "(" chain ")" | primitive          see parse-words.c
 *
 * Only the end of a parenthesis shows whether it is a condition or a value. So both are nodes, and
 * a node is checked when it must be one of the two.
 */
#include "pcap-vsockmon/filter/parse.h"

#include <string.h>

#include "pcap-vsockmon/filter/parse-state.h"

static struct filter_node *chain(struct filter_parser *parser);

static enum filter_relation relation_of(enum filter_token_kind kind)
{
	static const enum filter_relation relations[] = {
	    [FILTER_TOKEN_EQ] = FILTER_RELATION_EQ, [FILTER_TOKEN_NE] = FILTER_RELATION_NE,
	    [FILTER_TOKEN_LT] = FILTER_RELATION_LT, [FILTER_TOKEN_LE] = FILTER_RELATION_LE,
	    [FILTER_TOKEN_GT] = FILTER_RELATION_GT, [FILTER_TOKEN_GE] = FILTER_RELATION_GE,
	};

	return relations[kind];
}

/* By token. Levels count from 1, the loosest; 0 is no operator. */
static const struct operation {
	unsigned level;
	enum filter_operator operation;
} operators[FILTER_TOKEN_SHIFT_RIGHT + 1] = {
    [FILTER_TOKEN_BAR] = {1, FILTER_OPERATOR_BIT_OR},
    [FILTER_TOKEN_CARET] = {1, FILTER_OPERATOR_BIT_XOR},
    [FILTER_TOKEN_AMPERSAND] = {1, FILTER_OPERATOR_BIT_AND},
    [FILTER_TOKEN_SHIFT_LEFT] = {2, FILTER_OPERATOR_SHIFT_LEFT},
    [FILTER_TOKEN_SHIFT_RIGHT] = {2, FILTER_OPERATOR_SHIFT_RIGHT},
    [FILTER_TOKEN_PLUS] = {3, FILTER_OPERATOR_ADD},
    [FILTER_TOKEN_MINUS] = {3, FILTER_OPERATOR_SUBTRACT},
    [FILTER_TOKEN_STAR] = {4, FILTER_OPERATOR_MULTIPLY},
    [FILTER_TOKEN_SLASH] = {4, FILTER_OPERATOR_DIVIDE},
    [FILTER_TOKEN_PERCENT] = {4, FILTER_OPERATOR_REMAINDER},
};

static bool enter(struct filter_parser *parser)
{
	if (parser->nesting < FILTER_MAX_DEPTH) {
		parser->nesting++;
		return true;
	}
	filter_error_at(parser->error, parser->token.start, "nested more than %d times",
			FILTER_MAX_DEPTH);
	return false;
}

static struct filter_node *operand(struct filter_parser *parser)
{
	struct filter_node *node;

	if (parser->token.kind != FILTER_TOKEN_LEFT_PAREN)
		return filter_primitive(parser);
	if (!enter(parser))
		return NULL;
	filter_next(parser);
	node = chain(parser);
	parser->nesting--;
	if (node && !filter_take(parser, FILTER_TOKEN_RIGHT_PAREN))
		return filter_expected(parser, filter_is_value(node)
						   ? "an operator, a comparison or \")\""
						   : "\"and\", \"or\" or \")\"");
	return node;
}

static struct filter_node *must_be_value(struct filter_parser *parser, struct filter_node *node)
{
	if (!node || filter_is_value(node))
		return node;
	filter_error_at(parser->error, node->where, "expected a number or a field, found a test");
	return NULL;
}

static struct filter_node *value(struct filter_parser *parser, unsigned level);

/* A value after an operator or relation. */
static struct filter_node *right_value(struct filter_parser *parser, unsigned level)
{
	bool before = parser->operand;
	struct filter_node *node;

	parser->operand = true;
	node = must_be_value(parser, value(parser, level));
	parser->operand = before;
	return node;
}

/* Operators of this level and tighter ones. */
static struct filter_node *value(struct filter_parser *parser, unsigned level)
{
	struct filter_node *left = operand(parser);

	while (left && filter_is_value(left)) {
		const struct operation *next = &operators[parser->token.kind];

		if (next->level < level || next->level == 0)
			break;
		filter_next(parser);
		left = filter_calculate(parser, next->operation, left,
					right_value(parser, next->level + 1));
	}
	return left;
}

/* The right side of a relation: a name for a value of the left side, or any value. */
static struct filter_node *right_side(struct filter_parser *parser, const struct filter_node *left)
{
	const struct filter_field *field = NULL;
	const char *where = parser->token.start;
	uint64_t number;

	if (left->kind == FILTER_NODE_PLACE)
		field = filter_field_at(&left->place);
	if (field && filter_take_name(parser, field, &number))
		return filter_number(parser, number, where);
	if (parser->token.kind == FILTER_TOKEN_WORD && filter_op_group(&parser->token) >= 0) {
		filter_error_at(parser->error, where,
				"expected a number: groups of ops are tested without a relation, "
				"as in \"op connect\"");
		return NULL;
	}
	return right_value(parser, 1);
}

static struct filter_node *comparison(struct filter_parser *parser)
{
	struct filter_node *left = value(parser, 1);
	enum filter_token_kind kind = parser->token.kind;

	if (!left || !filter_is_value(left) || !filter_is_relation(kind))
		return left;
	filter_next(parser);
	parser->list = (struct filter_list){.kind = FILTER_LIST_NONE};
	left = filter_compare(parser, relation_of(kind), left, right_side(parser, left));
	if (left && filter_is_relation(parser->token.kind))
		return filter_expected(parser, "\"and\", \"or\" or the end: a comparison has two "
					       "sides");
	return left;
}

/* A value in place of a test: "flags & 1" means that it is not 0. Other values are errors. */
static struct filter_node *must_be_condition(struct filter_parser *parser, struct filter_node *node)
{
	if (!node || !filter_is_value(node))
		return node;
	if (node->kind == FILTER_NODE_ARITHMETIC && node->operation == FILTER_OPERATOR_BIT_AND)
		return filter_compare(parser, FILTER_RELATION_GT, node,
				      filter_number(parser, 0, node->where));
	if (node->kind == FILTER_NODE_NUMBER) {
		filter_error_at(parser->error, node->where,
				"expected a test, found a number alone: write \"port\", \"cid\" or "
				"another word before it");
		return NULL;
	}
	return filter_expected(parser, "a comparison, such as \"> 0\"");
}

static struct filter_node *term(struct filter_parser *parser)
{
	struct filter_node *node;

	if (parser->token.kind != FILTER_TOKEN_NOT)
		return comparison(parser);
	if (!enter(parser))
		return NULL;
	filter_next(parser);
	node = must_be_condition(parser, term(parser));
	parser->nesting--;
	return filter_over(parser, FILTER_NODE_NOT, node, NULL);
}

static struct filter_node *chain(struct filter_parser *parser)
{
	struct filter_node *node = term(parser);

	while (node) {
		enum filter_node_kind kind = FILTER_NODE_OR;

		if (parser->token.kind == FILTER_TOKEN_AND)
			kind = FILTER_NODE_AND;
		else if (parser->token.kind != FILTER_TOKEN_OR)
			break;
		node = must_be_condition(parser, node);
		filter_next(parser);
		node = filter_join(parser, kind, node, must_be_condition(parser, term(parser)));
	}
	return node;
}

bool filter_parse(struct filter_node **tree, struct filter_arena *arena,
		  const struct pcap_vsockmon_names *names, const struct filter_process_tests *tests,
		  struct filter_error *error)
{
	struct filter_parser parser = {
	    .lexer = {.at = error->expression, .error = error},
	    .arena = arena,
	    .error = error,
	    .names = names,
	    .tests = tests,
	};

	*tree = NULL;
	if (strlen(error->expression) > FILTER_MAX_TEXT) {
		filter_error(error, "the expression has more than %d bytes", FILTER_MAX_TEXT);
		return false;
	}
	filter_next(&parser);
	if (parser.token.kind == FILTER_TOKEN_END)
		return true;
	*tree = must_be_condition(&parser, chain(&parser));
	if (*tree && parser.token.kind != FILTER_TOKEN_END)
		filter_expected(&parser, "\"and\", \"or\" or the end");
	return !error->set;
}
