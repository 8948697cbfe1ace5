/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A parser by descent that builds nothing. Stricter than the RFC in two things, which programs that
 * read our lines may count on: no blanks between tokens, and no key twice in an object.
 */
#include "tests/fuzz/json-check.h"

#include <stdint.h>
#include <string.h>

#define DEPTH_MAX 8
#define KEYS_MAX  64

struct reader {
	const char *at;
	const char *end;
	const char *wrong; /* the first thing that is */
};

struct piece {
	const char *bytes;
	size_t length;
};

static bool refuse(struct reader *reader, const char *wrong)
{
	if (!reader->wrong)
		reader->wrong = wrong;
	return false;
}

static bool take(struct reader *reader, char c)
{
	if (reader->at == reader->end || *reader->at != c)
		return false;
	reader->at++;
	return true;
}

static bool take_word(struct reader *reader, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
		return refuse(reader, "an unknown word");
	reader->at += length;
	return true;
}

/* How many digits there were. */
static size_t take_digits(struct reader *reader)
{
	const char *start = reader->at;

	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
		reader->at++;
	return (size_t)(reader->at - start);
}

static bool take_value_of_number(struct reader *reader)
{
	take(reader, '-');
	if (!take(reader, '0') && take_digits(reader) == 0)
		return refuse(reader, "a number without digits");
	if (take(reader, '.') && take_digits(reader) == 0)
		return refuse(reader, "no digits behind a point");
	if (take(reader, 'e') || take(reader, 'E')) {
		if (!take(reader, '+'))
			take(reader, '-');
		if (take_digits(reader) == 0)
			return refuse(reader, "no digits in an exponent");
	}
	return true;
}

static bool take_escape(struct reader *reader)
{
	if (reader->at == reader->end)
		return refuse(reader, "nothing behind a backslash");
	if (*reader->at != 'u') {
		if (!strchr("\"\\/bfnrt", *reader->at++))
			return refuse(reader, "an unknown escape");
		return true;
	}
	if (reader->end - ++reader->at < 4)
		return refuse(reader, "a short \\u");
	for (int i = 0; i < 4; i++)
		if (!strchr("0123456789abcdefABCDEF", *reader->at++))
			return refuse(reader, "no hexadecimal digit behind \\u");
	return true;
}

/* One character of several bytes: neither longer than need be, nor a surrogate, nor too large. */
static bool take_utf8(struct reader *reader)
{
	uint8_t first = (uint8_t)*reader->at++;
	unsigned more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	uint32_t value = first & (0x3fu >> more);

	if (first < 0xc0 || first > 0xf7)
		return refuse(reader, "a byte that begins no character");
	for (unsigned i = 0; i < more; i++) {
		if (reader->at == reader->end || ((uint8_t)*reader->at & 0xc0) != 0x80)
			return refuse(reader, "a character cut short");
		value = value << 6 | ((uint8_t)*reader->at++ & 0x3f);
	}
	if (value < least[more] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return refuse(reader, "no such character");
	return value >= 0xa0 || refuse(reader, "a control character of two bytes");
}

static bool take_string(struct reader *reader, struct piece *piece)
{
	if (!take(reader, '"'))
		return refuse(reader, "no string where one should be");
	piece->bytes = reader->at;
	while (reader->at < reader->end) {
		uint8_t c = (uint8_t)*reader->at;

		piece->length = (size_t)(reader->at - piece->bytes);
		if (take(reader, '"'))
			return true;
		if (c < ' ' || c == 0x7f)
			return refuse(reader, "a control character");
		if (c >= 0x80) {
			if (!take_utf8(reader))
				return false;
			continue;
		}
		reader->at++;
		if (c == '\\' && !take_escape(reader))
			return false;
	}
	return refuse(reader, "a string without end");
}

static bool take_value(struct reader *reader, unsigned depth);

static bool take_array(struct reader *reader, unsigned depth)
{
	if (take(reader, ']'))
		return true;
	do {
		if (!take_value(reader, depth))
			return false;
	} while (take(reader, ','));
	return take(reader, ']') || refuse(reader, "an array without end");
}

static bool new_key(struct reader *reader, const struct piece *keys, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (keys[i].length == keys[count].length &&
		    memcmp(keys[i].bytes, keys[count].bytes, keys[i].length) == 0)
			return refuse(reader, "a key comes twice");
	return true;
}

static bool take_object(struct reader *reader, unsigned depth)
{
	struct piece keys[KEYS_MAX];
	size_t count = 0;

	if (take(reader, '}'))
		return true;
	do {
		if (count == KEYS_MAX || !take_string(reader, &keys[count]))
			return refuse(reader, "no key");
		if (!new_key(reader, keys, count++))
			return false;
		if (!take(reader, ':') || !take_value(reader, depth))
			return refuse(reader, "no value");
	} while (take(reader, ','));
	return take(reader, '}') || refuse(reader, "an object without end");
}

static bool take_value(struct reader *reader, unsigned depth)
{
	struct piece piece;

	if (depth == DEPTH_MAX || reader->at == reader->end)
		return refuse(reader, "too deep, or nothing");
	switch (*reader->at) {
	case '{':
		reader->at++;
		return take_object(reader, depth + 1);
	case '[':
		reader->at++;
		return take_array(reader, depth + 1);
	case '"':
		return take_string(reader, &piece);
	case 't':
		return take_word(reader, "true");
	case 'f':
		return take_word(reader, "false");
	case 'n':
		return take_word(reader, "null");
	default:
		return take_value_of_number(reader);
	}
}

const char *json_lines_wrong(const char *text, size_t length)
{
	struct reader reader = {text, text + length, NULL};

	while (reader.at < reader.end) {
		if (*reader.at != '{')
			return "a line that is no object";
		if (!take_value(&reader, 0))
			return reader.wrong;
		if (!take(&reader, '\n'))
			return "something behind an object";
	}
	return NULL;
}
