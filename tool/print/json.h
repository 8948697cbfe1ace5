/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pieces of JSON objects, one object per line. Keys are ours and need no escaping. Numbers are
 * exact up to 64 bits. Times are strings, because a double is too short for nanoseconds since 1970.
 *
 * Functions for values that may be missing have a parameter `there`. False prints null, so all
 * objects of a kind have the same keys.
 */
#ifndef VSOCKDUMP_PRINT_JSON_H
#define VSOCKDUMP_PRINT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/print/output.h"

/* Key of the object's first value: opens the object. */
static inline void json_first_key(struct output *out, const char *key)
{
	output_text(out, "{\"");
	output_text(out, key);
	output_text(out, "\":");
}

/* For json_key() when the buffer is full. */
__attribute__((cold)) void json_key_flushing(struct output *out, const char *key);

/*
 * Most of an object is keys, so this checks the room once. Always inline, so that the text of a key
 * becomes one or two stores.
 */
__attribute__((always_inline)) static inline void json_key(struct output *out, const char *key)
{
	const size_t length = strlen(key);
	char *p = out->data + out->length;

	if (length + 4 > out->size - out->length) {
		json_key_flushing(out, key);
		return;
	}
	memcpy(p, ",\"", 2);
	memcpy(p + 2, key, length);
	memcpy(p + 2 + length, "\":", 2);
	out->length += length + 4;
}

/* Every object begins with what it is: {"kind":"flow" */
static inline void json_kind(struct output *out, const char *kind)
{
	output_text(out, "{\"kind\":\"");
	output_text(out, kind);
	output_char(out, '"');
}

/* Closes the object and the line. */
static inline void json_end(struct output *out)
{
	output_bytes(out, "}\n", 2);
}

void json_null(struct output *out);
void json_bool(struct output *out, bool value);
void json_u64(struct output *out, bool there, uint64_t value);
/* A keyword that needs no escaping. If it is NULL, the number. */
void json_keyword(struct output *out, bool there, const char *keyword, uint64_t value);
/* "1700000000.000000001" */
void json_time(struct output *out, uint64_t ts);
/* Nanoseconds as microseconds: 85.231; negative: null. */
void json_microseconds(struct output *out, int64_t nanoseconds);
void json_string(struct output *out, const char *bytes, size_t length);
/* A key with a text, or with null if the text is NULL or empty. */
void json_text(struct output *out, const char *key, const char *text);
/* Bytes as a string of two hexadecimal digits each. */
void json_hex(struct output *out, const uint8_t *bytes, size_t length);

#endif
