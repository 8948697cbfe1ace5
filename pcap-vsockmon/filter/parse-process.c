/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "parse": tests of processes become numbers, which the caller knows. */
#include <string.h>

#include "pcap-vsockmon/filter/parse-state.h"

/* 1 = 1, or 0 = 1. */
static struct filter_node *outcome_of(struct filter_parser *parser,
				      const struct filter_process_test *test, const char *where)
{
	int outcome;

	if (!parser->tests) {
		filter_error_at(parser->error, where,
				"\"%s\" needs vsockdump and its option --process",
				test->by_pid ? "pid" : "command");
		return NULL;
	}
	outcome = parser->tests->outcome(parser->tests->context, test);
	if (outcome < 0) {
		filter_error_at(parser->error, where, "too many tests of processes");
		return NULL;
	}
	return filter_compare(parser, FILTER_RELATION_EQ,
			      filter_number(parser, (uint64_t)outcome, where),
			      filter_number(parser, 1, where));
}

struct filter_node *filter_pid(struct filter_parser *parser, const char *where)
{
	struct filter_process_test test = {.by_pid = true};

	if (parser->token.kind != FILTER_TOKEN_NUMBER || parser->token.number > UINT32_MAX)
		return filter_expected_after(parser, "the number of a process", "pid");
	test.pid = (uint32_t)parser->token.number;
	filter_next(parser);
	return outcome_of(parser, &test, where);
}

/* The kernel cuts longer names, so none could be equal. */
static struct filter_node *refuse_length(struct filter_parser *parser)
{
	filter_error_at(parser->error, parser->token.start,
			"the name of a command has 1 to %d bytes", FILTER_COMMAND_MAX - 1);
	return NULL;
}

struct filter_node *filter_command(struct filter_parser *parser, const char *where)
{
	const struct filter_token *token = &parser->token;
	struct filter_process_test test = {0};
	size_t length = token->length;

	if (token->kind != FILTER_TOKEN_WORD && token->kind != FILTER_TOKEN_STRING)
		return filter_expected_after(parser, "the name of a command", "command");
	if (token->kind == FILTER_TOKEN_STRING)
		length = filter_token_bytes(token, (uint8_t *)test.command, FILTER_COMMAND_MAX - 1,
					    parser->error);
	if (parser->error->set)
		return NULL;
	if (length == 0 || length >= FILTER_COMMAND_MAX)
		return refuse_length(parser);
	if (token->kind == FILTER_TOKEN_WORD)
		memcpy(test.command, token->text, length);
	filter_next(parser);
	return outcome_of(parser, &test, where);
}
