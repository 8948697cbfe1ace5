/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The members of a JSON object, one after the other, without its tree.
 *
 * Only the outermost members are looked at. Values inside of values are skipped: their brackets
 * must match and their strings must end. The rest of their grammar is not checked. The
 * protocols here are known by the names of the outermost members, which is cheap to find out.
 */
#ifndef LIB_PROTOCOLS_JSON_OBJECT_H
#define LIB_PROTOCOLS_JSON_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Brackets inside of brackets. Text that has more is taken for no JSON. */
#define JSON_DEPTH_MAX 64

/* A part of the text; `at` is NULL if it is missing. */
struct json_text {
	const uint8_t *at;
	size_t length;
};

enum json_kind {
	JSON_UNKNOWN, /* the value has not begun */
	JSON_STRING,
	JSON_OBJECT,
	JSON_ARRAY,
	JSON_NUMBER,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL
};

/* Strings are without their quotes, with escapes as they are in the text. */
struct json_member {
	struct json_text key;
	struct json_text value;
	enum json_kind kind;
};

enum json_step {
	JSON_WRONG,  /* this is no object */
	JSON_MORE,   /* the bytes end too early */
	JSON_MEMBER, /* here is the next member */
	JSON_END,    /* that was the last one */
};

struct json_object {
	const uint8_t *bytes;
	size_t length;
	size_t at; /* after JSON_END: of the byte that follows the object */
	bool begun;
};

/* The object begins with the first byte. */
struct json_object json_object_of(const uint8_t *bytes, size_t length);

/*
 * The next member. With JSON_MORE, `member` describes the unfinished one: the key if it
 * is complete, then the kind of its value if that has begun. For true, false and null that is
 * JSON_NUMBER, until the word is complete.
 */
enum json_step json_object_next(struct json_object *object, struct json_member *member);

/* Whether the text is this word. */
bool json_text_is(struct json_text text, const char *word);

/* The value of this member of an object in `text`. False if it is missing. */
bool json_find(struct json_text text, const char *key, struct json_member *member);

/* The bytes that are blanks in JSON. */
bool json_is_blank(uint8_t byte);

#endif
