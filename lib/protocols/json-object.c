/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/json-object.h"

#include <string.h>

struct json_object json_object_of(const uint8_t *bytes, size_t length)
{
	return (struct json_object){.bytes = bytes, .length = length};
}

bool json_text_is(struct json_text text, const char *word)
{
	return text.at && text.length == strlen(word) && memcmp(text.at, word, text.length) == 0;
}

bool json_is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Skips blanks; false at the end of the bytes. */
static bool skip_blanks(struct json_object *o)
{
	while (o->at < o->length && json_is_blank(o->bytes[o->at]))
		o->at++;
	return o->at < o->length;
}

/* From the quote that begins a string to the byte after the one that ends it. */
static enum json_step skip_string(struct json_object *o, struct json_text *text)
{
	size_t start = o->at + 1;

	for (o->at = start; o->at < o->length; o->at++) {
		uint8_t byte = o->bytes[o->at];

		if (byte < ' ')
			return JSON_WRONG;
		if (byte == '"') {
			*text = (struct json_text){o->bytes + start, o->at - start};
			o->at++;
			return JSON_MEMBER;
		}
		if (byte == '\\')
			o->at++;
	}
	o->at = o->length;
	return JSON_MORE;
}

/* Whether the byte may be between brackets, outside of strings. */
static bool may_be_inside(uint8_t byte)
{
	return json_is_blank(byte) || (byte >= '0' && byte <= '9') ||
	       (byte >= 'a' && byte <= 'z') || (byte != '\0' && strchr(",:+-.E", byte));
}

/* The brackets that are open, the innermost in the lowest bit: 1 is an object. */
struct brackets {
	uint64_t kinds;
	unsigned depth;
};

static bool open_bracket(struct brackets *open, uint8_t byte)
{
	if (open->depth == JSON_DEPTH_MAX)
		return false;
	open->kinds = open->kinds << 1 | (byte == '{');
	open->depth++;
	return true;
}

static bool close_bracket(struct brackets *open, uint8_t byte)
{
	bool fits = open->depth > 0 && (open->kinds & 1) == (byte == '}');

	open->kinds >>= 1;
	open->depth--;
	return fits;
}

/* One bracket, string or other byte of a value in brackets. */
static enum json_step skip_inside(struct json_object *o, struct brackets *open)
{
	uint8_t byte = o->bytes[o->at];
	struct json_text string;
	bool fits;

	if (byte == '"')
		return skip_string(o, &string);
	if (byte == '{' || byte == '[')
		fits = open_bracket(open, byte);
	else if (byte == '}' || byte == ']')
		fits = close_bracket(open, byte);
	else
		fits = may_be_inside(byte);
	o->at++;
	return fits ? JSON_MEMBER : JSON_WRONG;
}

static enum json_step skip_brackets(struct json_object *o, struct json_text *text)
{
	struct brackets open = {.depth = 0};
	size_t start = o->at;

	do {
		enum json_step step = o->at < o->length ? skip_inside(o, &open) : JSON_MORE;

		if (step != JSON_MEMBER)
			return step;
	} while (open.depth > 0);
	*text = (struct json_text){o->bytes + start, o->at - start};
	return JSON_MEMBER;
}

static bool is_of_word(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || byte == 'E' ||
	       byte == '+' || byte == '-' || byte == '.';
}

/* Whether the word is a number, or one of the three names; of those it may be only the beginning.
 */
static bool is_value(struct json_text word, bool complete, enum json_kind *kind)
{
	static const struct {
		const char *name;
		enum json_kind kind;
	} names[] = {{"true", JSON_TRUE}, {"false", JSON_FALSE}, {"null", JSON_NULL}};

	if (word.at[0] == '-' || (word.at[0] >= '0' && word.at[0] <= '9'))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i].name);

		if (word.length > length || memcmp(names[i].name, word.at, word.length) != 0)
			continue;
		if (complete)
			*kind = names[i].kind;
		return !complete || word.length == length;
	}
	return false;
}

static enum json_step skip_word(struct json_object *o, struct json_member *member)
{
	struct json_text word = {o->bytes + o->at, 0};

	while (o->at < o->length && is_of_word(o->bytes[o->at]))
		o->at++;
	word.length = (size_t)(o->bytes + o->at - word.at);
	member->kind = JSON_NUMBER;
	if (word.length == 0 || !is_value(word, o->at < o->length, &member->kind))
		return JSON_WRONG;
	if (o->at == o->length)
		return JSON_MORE;
	member->value = word;
	return JSON_MEMBER;
}

static enum json_step skip_value(struct json_object *o, struct json_member *member)
{
	switch (o->bytes[o->at]) {
	case '"':
		member->kind = JSON_STRING;
		return skip_string(o, &member->value);
	case '{':
		member->kind = JSON_OBJECT;
		return skip_brackets(o, &member->value);
	case '[':
		member->kind = JSON_ARRAY;
		return skip_brackets(o, &member->value);
	default:
		return skip_word(o, member);
	}
}

/* The byte between two parts of the object. */
static enum json_step skip_mark(struct json_object *o, uint8_t mark)
{
	if (!skip_blanks(o))
		return JSON_MORE;
	return o->bytes[o->at++] == mark ? JSON_MEMBER : JSON_WRONG;
}

/* What comes before a member: a bracket or a comma. The bracket that ends the object is JSON_END.
 */
static enum json_step skip_to_member(struct json_object *o)
{
	bool first = !o->begun;

	if (first && o->length > 0 && o->bytes[0] != '{')
		return JSON_WRONG;
	if (first)
		o->at++;
	if (o->at > o->length || !skip_blanks(o))
		return JSON_MORE;
	o->begun = true;
	if (o->bytes[o->at] == '}') {
		o->at++;
		return JSON_END;
	}
	if (first)
		return JSON_MEMBER;
	return skip_mark(o, ',');
}

static enum json_step skip_key(struct json_object *o, struct json_text *key)
{
	struct json_text text = {NULL, 0};
	enum json_step step;

	if (!skip_blanks(o))
		return JSON_MORE;
	if (o->bytes[o->at] != '"')
		return JSON_WRONG;
	step = skip_string(o, &text);
	*key = text;
	return step;
}

enum json_step json_object_next(struct json_object *o, struct json_member *member)
{
	enum json_step step = skip_to_member(o);

	*member = (struct json_member){.kind = JSON_UNKNOWN};
	if (step == JSON_MEMBER)
		step = skip_key(o, &member->key);
	if (step == JSON_MEMBER)
		step = skip_mark(o, ':');
	if (step == JSON_MEMBER && !skip_blanks(o))
		step = JSON_MORE;
	return step == JSON_MEMBER ? skip_value(o, member) : step;
}

bool json_find(struct json_text text, const char *key, struct json_member *member)
{
	struct json_object object = json_object_of(text.at, text.length);

	while (json_object_next(&object, member) == JSON_MEMBER)
		if (json_text_is(member->key, key))
			return true;
	return false;
}
