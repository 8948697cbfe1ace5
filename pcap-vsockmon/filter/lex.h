/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "lex": tokens of an expression. They point into the expression: nothing is copied. */
#ifndef PCAP_VSOCKMON_FILTER_LEX_H
#define PCAP_VSOCKMON_FILTER_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pcap-vsockmon/filter/error.h"

enum filter_token_kind {
	FILTER_TOKEN_END,
	FILTER_TOKEN_BAD, /* no token; the error is set */
	FILTER_TOKEN_WORD,
	FILTER_TOKEN_NUMBER,
	FILTER_TOKEN_STRING,
	FILTER_TOKEN_AND,
	FILTER_TOKEN_OR,
	FILTER_TOKEN_NOT,
	FILTER_TOKEN_LEFT_PAREN,
	FILTER_TOKEN_RIGHT_PAREN,
	FILTER_TOKEN_LEFT_BRACKET,
	FILTER_TOKEN_RIGHT_BRACKET,
	FILTER_TOKEN_COLON,
	FILTER_TOKEN_COLON_MARK, /* as vsockdump prints it before a port that was made up */
	/* Relations, see filter_is_relation(): */
	FILTER_TOKEN_EQ,
	FILTER_TOKEN_NE,
	FILTER_TOKEN_LT,
	FILTER_TOKEN_LE,
	FILTER_TOKEN_GT,
	FILTER_TOKEN_GE,
	/* Operators, see filter_is_operator(): */
	FILTER_TOKEN_PLUS,
	FILTER_TOKEN_MINUS,
	FILTER_TOKEN_STAR,
	FILTER_TOKEN_SLASH,
	FILTER_TOKEN_PERCENT,
	FILTER_TOKEN_AMPERSAND,
	FILTER_TOKEN_BAR,
	FILTER_TOKEN_CARET,
	FILTER_TOKEN_SHIFT_LEFT,
	FILTER_TOKEN_SHIFT_RIGHT,
};

struct filter_token {
	enum filter_token_kind kind;
	const char *text; /* of a STRING: between its quotes, escapes as written */
	size_t length;
	uint64_t number;
	const char *start; /* the place for errors about it: the quote of a STRING, or text */
};

struct filter_lexer {
	const char *at;
	struct filter_error *error;
};

/* The next token; after END, END again. */
struct filter_token filter_lex(struct filter_lexer *lexer);

/* Whether a token of this kind continues a value: as a relation, or as an operator. */
bool filter_is_relation(enum filter_token_kind kind);
bool filter_is_operator(enum filter_token_kind kind);
/* Whether a token of this kind is between a CID and a port. */
bool filter_is_colon(enum filter_token_kind kind);

/* Whether a WORD is this one. Case does not matter. */
bool filter_token_is(const struct filter_token *token, const char *word);

/*
 * Writes the bytes that a STRING means. Returns their number. If they do not fit, that is more than
 * `room`. Returns 0 with the error set for a bad escape.
 */
size_t filter_token_bytes(const struct filter_token *token, uint8_t *bytes, size_t room,
			  struct filter_error *error);

#endif
