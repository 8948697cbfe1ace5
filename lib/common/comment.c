/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/common/comment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/time-units.h"
#include "lib/common/number.h"

#define START "vsockdump "
#define ANY   "any"

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_key(char c)
{
	return is_lower(c) || is_digit(c) || c == '-';
}

static bool is_bare(char c)
{
	return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || (c && strchr(".:/_-@+", c));
}

static bool is_quotable(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void put(struct comment_writer *writer, const char *text, size_t length)
{
	if (length >= writer->size - writer->length) {
		writer->full = true;
		return;
	}
	memcpy(writer->text + writer->length, text, length);
	writer->length += length;
	writer->text[writer->length] = '\0';
}

static void put_string(struct comment_writer *writer, const char *text)
{
	put(writer, text, strlen(text));
}

void comment_begin(struct comment_writer *writer, char *text, size_t size, const char *kind)
{
	*writer = (struct comment_writer){.text = text, .size = size};
	put_string(writer, START);
	put_string(writer, kind);
}

static bool all_bare(const char *value, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!is_bare(value[i]))
			return false;
	return length > 0;
}

static void put_quoted(struct comment_writer *writer, const char *value, size_t length)
{
	char escape[8];

	put_string(writer, "\"");
	for (size_t i = 0; i < length; i++) {
		snprintf(escape, sizeof(escape), is_quotable(value[i]) ? "%c" : "\\x%02x",
			 (unsigned char)value[i]);
		put_string(writer, escape);
	}
	put_string(writer, "\"");
}

void comment_put(struct comment_writer *writer, const char *key, const char *value, size_t length)
{
	put_string(writer, " ");
	put_string(writer, key);
	put_string(writer, "=");
	if (all_bare(value, length))
		put(writer, value, length);
	else
		put_quoted(writer, value, length);
}

void comment_put_text(struct comment_writer *writer, const char *key, const char *value)
{
	comment_put(writer, key, value, strlen(value));
}

void comment_put_number(struct comment_writer *writer, const char *key, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, value);
	comment_put_text(writer, key, digits);
}

static size_t write_half(char *text, size_t size, uint32_t number)
{
	return (size_t)(number == UINT32_MAX ? snprintf(text, size, ANY)
					     : snprintf(text, size, "%" PRIu32, number));
}

void comment_put_address(struct comment_writer *writer, const char *key, uint32_t cid,
			 uint32_t port)
{
	char text[32];
	size_t length = write_half(text, sizeof(text), cid);

	text[length++] = ':';
	write_half(text + length, sizeof(text) - length, port);
	comment_put_text(writer, key, text);
}

void comment_put_time(struct comment_writer *writer, const char *key, uint64_t nanoseconds)
{
	char text[40];

	snprintf(text, sizeof(text), "%" PRIu64 ".%09" PRIu64, nanoseconds / NANOSECONDS_PER_SECOND,
		 nanoseconds % NANOSECONDS_PER_SECOND);
	comment_put_text(writer, key, text);
}

bool comment_is(struct comment_text text, const char *word)
{
	return strlen(word) == text.length && memcmp(word, text.start, text.length) == 0;
}

static struct comment_text take_word(struct comment_reader *reader)
{
	struct comment_text word = {.start = reader->at};

	while (reader->at < reader->end && is_key(*reader->at))
		reader->at++;
	word.length = (size_t)(reader->at - word.start);
	return word;
}

bool comment_open(struct comment_reader *reader, const char *text, size_t length,
		  struct comment_text *kind)
{
	const size_t start = sizeof(START) - 1;

	if (length < start || length > COMMENT_MAX || memcmp(text, START, start) != 0)
		return false;
	*reader = (struct comment_reader){text + start, text + length};
	*kind = take_word(reader);
	return kind->length > 0 && (reader->at == reader->end || *reader->at == ' ');
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "\x1b": false if it is anything else. */
static bool take_escape(struct comment_reader *reader, char *byte)
{
	const char *p = reader->at;

	if (reader->end - p < 4 || p[1] != 'x' || hex_digit(p[2]) < 0 || hex_digit(p[3]) < 0)
		return false;
	*byte = (char)(hex_digit(p[2]) << 4 | hex_digit(p[3]));
	reader->at += 4;
	return true;
}

static bool take_quoted(struct comment_reader *reader, char *value, size_t size, size_t *length)
{
	reader->at++;
	for (*length = 0; reader->at < reader->end && *reader->at != '"'; (*length)++) {
		if (*length + 1 >= size)
			return false;
		if (is_quotable(*reader->at))
			value[*length] = *reader->at++;
		else if (*reader->at != '\\' || !take_escape(reader, &value[*length]))
			return false;
	}
	if (reader->at == reader->end)
		return false;
	reader->at++;
	value[*length] = '\0';
	return true;
}

static bool take_bare(struct comment_reader *reader, char *value, size_t size, size_t *length)
{
	for (*length = 0; reader->at < reader->end && is_bare(*reader->at); (*length)++) {
		if (*length + 1 >= size)
			return false;
		value[*length] = *reader->at++;
	}
	value[*length] = '\0';
	return *length > 0;
}

enum comment_result comment_next(struct comment_reader *reader, struct comment_text *key,
				 char *value, size_t size, size_t *length)
{
	bool good;

	if (reader->at == reader->end)
		return COMMENT_END;
	if (*reader->at++ != ' ')
		return COMMENT_BAD;
	*key = take_word(reader);
	if (key->length == 0 || reader->at == reader->end || *reader->at++ != '=' ||
	    reader->at == reader->end)
		return COMMENT_BAD;
	good = *reader->at == '"' ? take_quoted(reader, value, size, length)
				  : take_bare(reader, value, size, length);
	return good ? COMMENT_FIELD : COMMENT_BAD;
}

bool comment_number(const char *value, uint64_t most, uint64_t *number)
{
	return parse_number(value, 0, most, number);
}

static bool read_half(const char *text, size_t length, uint32_t *number)
{
	char digits[16];
	uint64_t value;

	if (length == sizeof(ANY) - 1 && memcmp(text, ANY, length) == 0) {
		*number = UINT32_MAX;
		return true;
	}
	if (length >= sizeof(digits))
		return false;
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (!parse_number(digits, 0, UINT32_MAX, &value))
		return false;
	*number = (uint32_t)value;
	return true;
}

bool comment_address(const char *value, uint32_t *cid, uint32_t *port)
{
	const char *colon = strchr(value, ':');

	return colon && read_half(value, (size_t)(colon - value), cid) &&
	       read_half(colon + 1, strlen(colon + 1), port);
}

bool comment_time(const char *value, uint64_t *nanoseconds)
{
	const char *point = strchr(value, '.');
	char seconds[24];
	uint64_t whole, part;

	if (!point || (size_t)(point - value) >= sizeof(seconds) || strlen(point + 1) != 9)
		return false;
	memcpy(seconds, value, (size_t)(point - value));
	seconds[point - value] = '\0';
	if (!parse_number(seconds, 0, UINT64_MAX / NANOSECONDS_PER_SECOND - 1, &whole) ||
	    !parse_number(point + 1, 0, NANOSECONDS_PER_SECOND - 1, &part))
		return false;
	*nanoseconds = whole * NANOSECONDS_PER_SECOND + part;
	return true;
}
