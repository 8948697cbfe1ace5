/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "lex": splits an expression into tokens.
 *
 * A run of letters, digits, '_', '.' and '-' is one word, as in pcap-filter(7), because names of
 * CIDs look like that. So "len-5" is a word. "1024-2048", which people write for ranges, is no
 * name, because it has only numbers around its hyphens.
 */
#include "pcap-vsockmon/filter/lex.h"

#include <string.h>

#include "pcap-vsockmon/filter/hint.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word_char(char c)
{
	return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '.' ||
	       c == '-';
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool filter_is_relation(enum filter_token_kind kind)
{
	return kind >= FILTER_TOKEN_EQ && kind <= FILTER_TOKEN_GE;
}

bool filter_is_operator(enum filter_token_kind kind)
{
	return kind >= FILTER_TOKEN_PLUS && kind <= FILTER_TOKEN_SHIFT_RIGHT;
}

bool filter_is_colon(enum filter_token_kind kind)
{
	return kind == FILTER_TOKEN_COLON || kind == FILTER_TOKEN_COLON_MARK;
}

bool filter_token_is(const struct filter_token *token, const char *word)
{
	size_t length = strlen(word);

	if (token->kind != FILTER_TOKEN_WORD || token->length != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (lower(token->text[i]) != word[i])
			return false;
	return true;
}

/* The value of a digit in any base up to 16, or 16. */
static unsigned digit_value(char c)
{
	c = lower(c);
	if (is_digit(c))
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a' + 10);
	return 16;
}

/* How many characters are a number, decimal or 0x-hexadecimal; or 0. */
static size_t number_length(const char *text, size_t length)
{
	unsigned base = 10;
	size_t first = 0;
	size_t i;

	if (length > 2 && text[0] == '0' && lower(text[1]) == 'x') {
		base = 16;
		first = 2;
	}
	for (i = first; i < length && digit_value(text[i]) < base; i++)
		;
	return i > first ? i : 0;
}

/* Numbers with nothing but hyphens between them, as in 1024-2048. */
static bool is_numbers(const char *text, size_t length)
{
	for (;;) {
		size_t n = number_length(text, length);

		if (n == 0)
			return false;
		if (n == length)
			return true;
		if (text[n] != '-')
			return false;
		text += n + 1;
		length -= n + 1;
	}
}

static struct filter_token number_token(struct filter_lexer *lexer, struct filter_token token)
{
	bool hexadecimal = token.length > 2 && lower(token.text[1]) == 'x';
	unsigned base = hexadecimal ? 16 : 10;

	token.kind = FILTER_TOKEN_NUMBER;
	for (size_t i = hexadecimal ? 2 : 0; i < token.length; i++) {
		unsigned digit = digit_value(token.text[i]);

		if (token.number > (UINT64_MAX - digit) / base) {
			filter_error_at(lexer->error, token.start,
					"this number does not fit in 64 bits");
			token.kind = FILTER_TOKEN_BAD;
			return token;
		}
		token.number = token.number * base + digit;
	}
	lexer->at = token.text + token.length;
	return token;
}

static struct filter_token word_token(struct filter_lexer *lexer, struct filter_token token)
{
	while (is_word_char(token.text[token.length]))
		token.length++;
	while (token.text[token.length - 1] == '-' || token.text[token.length - 1] == '.')
		token.length--;
	if (is_digit(token.text[0]) && is_numbers(token.text, token.length)) {
		token.length = number_length(token.text, token.length);
		return number_token(lexer, token);
	}
	token.kind = FILTER_TOKEN_WORD;
	if (filter_token_is(&token, "and"))
		token.kind = FILTER_TOKEN_AND;
	else if (filter_token_is(&token, "or"))
		token.kind = FILTER_TOKEN_OR;
	else if (filter_token_is(&token, "not"))
		token.kind = FILTER_TOKEN_NOT;
	lexer->at = token.text + token.length;
	return token;
}

static struct filter_token string_token(struct filter_lexer *lexer, struct filter_token token)
{
	char quote = *token.start;

	token.kind = FILTER_TOKEN_STRING;
	token.text = token.start + 1;
	for (const char *p = token.text; *p; p++) {
		if (*p == quote) {
			token.length = (size_t)(p - token.text);
			lexer->at = p + 1;
			return token;
		}
		if (*p == '\\' && p[1])
			p++;
	}
	filter_error_at(lexer->error, token.start, "this string has no closing %c", quote);
	token.kind = FILTER_TOKEN_BAD;
	return token;
}

/* Longer ones come first. */
static const struct {
	const char *text;
	enum filter_token_kind kind;
} punctuation[] = {
    {"&&", FILTER_TOKEN_AND},
    {"||", FILTER_TOKEN_OR},
    {"==", FILTER_TOKEN_EQ},
    {"!=", FILTER_TOKEN_NE},
    {"<=", FILTER_TOKEN_LE},
    {">=", FILTER_TOKEN_GE},
    {"<<", FILTER_TOKEN_SHIFT_LEFT},
    {">>", FILTER_TOKEN_SHIFT_RIGHT},
    {"!", FILTER_TOKEN_NOT},
    {"(", FILTER_TOKEN_LEFT_PAREN},
    {")", FILTER_TOKEN_RIGHT_PAREN},
    {"[", FILTER_TOKEN_LEFT_BRACKET},
    {"]", FILTER_TOKEN_RIGHT_BRACKET},
    {":?", FILTER_TOKEN_COLON_MARK},
    {":", FILTER_TOKEN_COLON},
    {"=", FILTER_TOKEN_EQ},
    {"<", FILTER_TOKEN_LT},
    {">", FILTER_TOKEN_GT},
    {"+", FILTER_TOKEN_PLUS},
    {"-", FILTER_TOKEN_MINUS},
    {"*", FILTER_TOKEN_STAR},
    {"/", FILTER_TOKEN_SLASH},
    {"%", FILTER_TOKEN_PERCENT},
    {"&", FILTER_TOKEN_AMPERSAND},
    {"|", FILTER_TOKEN_BAR},
    {"^", FILTER_TOKEN_CARET},
};

static struct filter_token punctuation_token(struct filter_lexer *lexer, struct filter_token token)
{
	char quoted[FILTER_QUOTE_MAX];

	for (size_t i = 0; i < sizeof(punctuation) / sizeof(punctuation[0]); i++) {
		size_t length = strlen(punctuation[i].text);

		if (strncmp(token.text, punctuation[i].text, length) == 0) {
			token.kind = punctuation[i].kind;
			token.length = length;
			lexer->at = token.text + length;
			return token;
		}
	}
	filter_error_at(lexer->error, token.start, "%s has no meaning here%s",
			filter_quote(quoted, token.text, 1), filter_hint(token.text, 1));
	token.kind = FILTER_TOKEN_BAD;
	return token;
}

struct filter_token filter_lex(struct filter_lexer *lexer)
{
	struct filter_token token = {.kind = FILTER_TOKEN_END};

	while (is_space(*lexer->at))
		lexer->at++;
	token.text = token.start = lexer->at;
	if (*lexer->at == '\0')
		return token;
	if (*lexer->at == '"' || *lexer->at == '\'')
		return string_token(lexer, token);
	if (is_word_char(*lexer->at) && *lexer->at != '-' && *lexer->at != '.')
		return word_token(lexer, token);
	return punctuation_token(lexer, token);
}

/* The byte that an escape means. *at is the letter after the backslash. */
static bool unescape(const char **at, const char *end, uint8_t *byte)
{
	static const char letters[] = "nrt0\\\"'";
	static const char meanings[] = "\n\r\t\0\\\"'";
	const char *letter = memchr(letters, **at, sizeof(letters) - 1);

	if (letter) {
		*byte = (uint8_t)meanings[letter - letters];
		return true;
	}
	if (**at != 'x' || end - *at < 3)
		return false;
	if (digit_value((*at)[1]) > 15 || digit_value((*at)[2]) > 15)
		return false;
	*byte = (uint8_t)(digit_value((*at)[1]) << 4 | digit_value((*at)[2]));
	*at += 2;
	return true;
}

size_t filter_token_bytes(const struct filter_token *token, uint8_t *bytes, size_t room,
			  struct filter_error *error)
{
	const char *end = token->text + token->length;
	size_t count = 0;

	for (const char *p = token->text; p < end; p++, count++) {
		const char *escape = p;
		uint8_t byte = (uint8_t)*p;

		if (*p == '\\') {
			p++;
			if (!unescape(&p, end, &byte)) {
				filter_error_at(error, escape,
						"expected an escape: \\n, \\r, \\t, \\0, \\\\, "
						"\\\", \\' or \\x and two hexadecimal digits");
				return 0;
			}
		}
		if (count < room)
			bytes[count] = byte;
	}
	return count;
}
