/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "parse": what the files of the parser share. All other files use parse.h. */
#ifndef PCAP_VSOCKMON_FILTER_PARSE_STATE_H
#define PCAP_VSOCKMON_FILTER_PARSE_STATE_H

#include "pcap-vsockmon/filter/arena.h"
#include "pcap-vsockmon/filter/error.h"
#include "pcap-vsockmon/filter/lex.h"
#include "pcap-vsockmon/filter/parse-field.h"
#include "pcap-vsockmon/filter/process-test.h"
#include "pcap-vsockmon/filter/tree.h"
#include "pcap-vsockmon/pcap-vsockmon.h"

/* The end or ends of a packet that "src" and "dst" mean. */
enum filter_ends {
	FILTER_ENDS_EITHER, /* neither word, or "src or dst" */
	FILTER_ENDS_BOTH,   /* "src and dst" */
	FILTER_ENDS_SRC,
	FILTER_ENDS_DST,
};

/* What a value means if no word is before it. */
enum filter_list_kind {
	FILTER_LIST_NONE,
	FILTER_LIST_FIELD,
	FILTER_LIST_PORT_RANGE,
	FILTER_LIST_ADDRESS,
};

/*
 * The words before the latest value: in "src port 22 or 1024" both are source ports. A list ends at
 * the next test that takes no list.
 */
struct filter_list {
	enum filter_list_kind kind;
	enum filter_ends ends;
	const struct filter_field *field; /* of FILTER_LIST_FIELD */
	const char *word;                 /* "port", as messages quote it */
};

struct filter_parser {
	struct filter_lexer lexer;
	struct filter_token token; /* the one to be looked at next */
	struct filter_arena *arena;
	struct filter_error *error;
	const struct pcap_vsockmon_names *names;  /* or NULL */
	const struct filter_process_tests *tests; /* or NULL */
	struct filter_list list;
	bool operand;     /* after an operator or relation: a field means its number */
	unsigned nesting; /* of parentheses and "not" being parsed */
};

/*
 * All parsing functions leave the first token that they do not take in parser->token. Functions
 * that return a node return NULL after an error, and then the error is set. If they get a NULL
 * node, they return NULL.
 */

/* parse-state.c */
void filter_next(struct filter_parser *parser);
struct filter_token filter_peek(const struct filter_parser *parser);
/* Takes the current token if it is of this kind. */
bool filter_take(struct filter_parser *parser, enum filter_token_kind kind);
/* "expected WHAT, found ..." at the current token; always NULL. */
struct filter_node *filter_expected(struct filter_parser *parser, const char *what);
/* "expected WHAT after "WORD", found ..."; always NULL. */
struct filter_node *filter_expected_after(struct filter_parser *parser, const char *what,
					  const char *word);
struct filter_node *filter_new(struct filter_parser *parser, enum filter_node_kind kind,
			       const char *where);
/* A node with one or two operands. */
struct filter_node *filter_over(struct filter_parser *parser, enum filter_node_kind kind,
				struct filter_node *left, struct filter_node *right);
struct filter_node *filter_number(struct filter_parser *parser, uint64_t number, const char *where);
/* AND or OR of two conditions; a `left` of the same kind becomes the longer list. */
struct filter_node *filter_join(struct filter_parser *parser, enum filter_node_kind kind,
				struct filter_node *left, struct filter_node *right);

/* parse-arithmetic.c: arithmetic and comparisons, and their operands */
struct filter_node *filter_calculate(struct filter_parser *parser, enum filter_operator operation,
				     struct filter_node *left, struct filter_node *right);
struct filter_node *filter_compare(struct filter_parser *parser, enum filter_relation relation,
				   struct filter_node *left, struct filter_node *right);

/* parse-value.c: fields, and the values that follow them without a relation */
struct filter_node *filter_field(struct filter_parser *parser, const struct filter_field *field,
				 enum filter_ends ends, const char *where);
/* Takes the current token if it is a name for a value of the field. */
bool filter_take_name(struct filter_parser *parser, const struct filter_field *field,
		      uint64_t *number);
/* `field` = `number`, of the ends. */
struct filter_node *filter_equal(struct filter_parser *parser, const struct filter_field *field,
				 enum filter_ends ends, uint64_t number, const char *where);
/* One value of parser->list. */
struct filter_node *filter_list_value(struct filter_parser *parser);
/* The same, or a list of them in parentheses. */
struct filter_node *filter_list_values(struct filter_parser *parser);
/* What follows "between". */
struct filter_node *filter_between(struct filter_parser *parser, const char *where);

/* parse-bytes.c: what follows "vsock", "virtio" and "payload" */
struct filter_node *filter_byte_access(struct filter_parser *parser, enum filter_area area,
				       const char *where);
struct filter_node *filter_startswith(struct filter_parser *parser, const char *where);

/* parse-process.c: what follows "pid" and "command" */
struct filter_node *filter_pid(struct filter_parser *parser, const char *where);
struct filter_node *filter_command(struct filter_parser *parser, const char *where);

/* parse-words.c: a condition or value that begins with a word or a number */
struct filter_node *filter_primitive(struct filter_parser *parser);

#endif
