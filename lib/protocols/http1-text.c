/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/http1-text.h"

#include <string.h>

/* Longer ones do not exist: "VERSION-CONTROL", "UPDATEREDIRECTREF". */
#define METHOD_MAX 24

static bool is_of_token(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

/* Methods are in capital letters, which rules out most other text. */
static bool is_of_method(char c)
{
	return (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

static bool is_of_target(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f;
}

static size_t method_length(struct http1_text text)
{
	size_t length = 0;

	while (length < text.length && length <= METHOD_MAX && is_of_method(text.at[length]))
		length++;
	return length;
}

/* Of a request: a path, "*", an address with a port, or "http://". */
static bool is_target(struct http1_text target)
{
	for (size_t i = 0; i < target.length; i++)
		if (!is_of_target(target.at[i]))
			return false;
	if (target.length == 0)
		return false;
	return target.at[0] == '/' || (target.at[0] == '*' && target.length == 1) ||
	       memchr(target.at, ':', target.length);
}

/* "HTTP/1.x" at the end of the line, with a blank before it. */
static bool take_version(struct http1_text *rest, uint8_t *minor)
{
	static const char version[] = " HTTP/1.";
	size_t fixed = sizeof(version) - 1;
	const char *at;

	if (rest->length <= fixed)
		return false;
	at = rest->at + rest->length - fixed - 1;
	if (memcmp(at, version, fixed) != 0 || at[fixed] < '0' || at[fixed] > '9')
		return false;
	*minor = (uint8_t)(at[fixed] - '0');
	rest->length -= fixed + 1;
	return true;
}

bool http1_request_line(struct http1_text text, bool cut, struct http1_line *line)
{
	size_t length = method_length(text);
	struct http1_text rest;

	if (length == 0 || length > METHOD_MAX || length == text.length || text.at[length] != ' ')
		return false;
	rest = (struct http1_text){text.at + length + 1, text.length - length - 1};
	*line = (struct http1_line){.method = {text.at, length}, .minor = 1};
	if (!cut && !take_version(&rest, &line->minor))
		return false;
	line->target = rest;
	return is_target(rest);
}

bool http1_may_become_request(struct http1_text text)
{
	size_t length = method_length(text);
	size_t i;

	if (length == 0 || length > METHOD_MAX)
		return false;
	if (length == text.length)
		return true;
	if (text.at[length] != ' ')
		return false;
	for (i = length + 1; i < text.length && is_of_target(text.at[i]); i++)
		;
	if (i == text.length)
		return true;
	/* The version, or its beginning. */
	for (size_t at = 0; i < text.length; i++, at++)
		if (at < 8 ? text.at[i] != " HTTP/1."[at] : text.at[i] < '0' || at > 8)
			return i + 1 == text.length && text.at[i] == '\r' && at == 9;
	return true;
}

bool http1_status_line(struct http1_text text, struct http1_line *line)
{
	static const char version[] = "HTTP/1.";
	size_t fixed = sizeof(version) - 1;
	unsigned status = 0;

	if (text.length < fixed + 5 || memcmp(text.at, version, fixed) != 0 ||
	    text.at[fixed] < '0' || text.at[fixed] > '9' || text.at[fixed + 1] != ' ')
		return false;
	for (size_t i = fixed + 2; i < fixed + 5; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		status = status * 10 + (unsigned)(text.at[i] - '0');
	}
	if (status < 100 || (text.length > fixed + 5 && text.at[fixed + 5] != ' '))
		return false;
	*line = (struct http1_line){
	    .status = (uint16_t)status,
	    .minor = (uint8_t)(text.at[fixed] - '0'),
	};
	if (text.length > fixed + 6)
		line->reason = (struct http1_text){text.at + fixed + 6, text.length - fixed - 6};
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct http1_text trim(struct http1_text text)
{
	while (text.length > 0 && is_blank(text.at[0])) {
		text.at++;
		text.length--;
	}
	while (text.length > 0 && is_blank(text.at[text.length - 1]))
		text.length--;
	return text;
}

bool http1_may_frame(struct http1_text text)
{
	char first = text.length ? (char)(text.at[0] | 0x20) : '\0';

	return first == 'c' || first == 't';
}

bool http1_has_colon(struct http1_text text)
{
	if (text.length == 0 || is_blank(text.at[0]))
		return true;
	return text.at[0] != ':' &&
	       (text.length >= HTTP1_LINE_KEPT || memchr(text.at, ':', text.length));
}

bool http1_header(struct http1_text text, struct http1_text *name, struct http1_text *value)
{
	size_t length = 0;

	*name = *value = (struct http1_text){text.at, 0};
	if (text.length > 0 && is_blank(text.at[0]))
		return true;
	while (length < text.length && is_of_token(text.at[length]))
		length++;
	if (length == 0)
		return false;
	name->length = length;
	/* A name that is cut has no colon. */
	if (length == text.length)
		return length >= HTTP1_LINE_KEPT;
	if (text.at[length] != ':')
		return false;
	*value = trim((struct http1_text){text.at + length + 1, text.length - length - 1});
	return true;
}

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The bit that makes a letter small leaves "-" as it is. */
bool http1_is(struct http1_text text, const char *word)
{
	unsigned differs = 0;

	if (text.length != strlen(word))
		return false;
	for (size_t i = 0; i < text.length; i++)
		differs |= (unsigned)((text.at[i] | 0x20) ^ word[i]);
	return differs == 0;
}

bool http1_ends_with_word(struct http1_text text, const char *word)
{
	size_t start = text.length;

	while (start > 0 && text.at[start - 1] != ',')
		start--;
	return http1_is(trim((struct http1_text){text.at + start, text.length - start}), word);
}

bool http1_decimal(struct http1_text text, uint64_t *value)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] < '0' || text.at[i] > '9' || sum > (UINT64_MAX - 9) / 10)
			return false;
		sum = sum * 10 + (uint64_t)(text.at[i] - '0');
	}
	*value = sum;
	return text.length > 0;
}

static int hex_digit(char c)
{
	c = small(c);
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool http1_chunk_size(struct http1_text text, uint64_t *value)
{
	size_t i = 0;

	*value = 0;
	for (; i < text.length && hex_digit(text.at[i]) >= 0; i++) {
		if (*value >> 60)
			return false;
		*value = *value << 4 | (uint64_t)hex_digit(text.at[i]);
	}
	return i > 0 && (i == text.length || text.at[i] == ';' || is_blank(text.at[i]));
}
