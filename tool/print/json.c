/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/json.h"

#include "tool/print/timestamp.h"

void json_key_flushing(struct output *out, const char *key)
{
	output_text(out, ",\"");
	output_text(out, key);
	output_text(out, "\":");
}

void json_null(struct output *out)
{
	output_bytes(out, "null", 4);
}

void json_bool(struct output *out, bool value)
{
	output_text(out, value ? "true" : "false");
}

void json_u64(struct output *out, bool there, uint64_t value)
{
	if (there)
		output_u64(out, value);
	else
		json_null(out);
}

void json_keyword(struct output *out, bool there, const char *keyword, uint64_t value)
{
	size_t length;
	char *p;

	if (!there || !keyword) {
		json_u64(out, there, value);
		return;
	}
	length = strlen(keyword);
	if (length > OUTPUT_SLACK - 2) {
		json_string(out, keyword, length);
		return;
	}
	p = output_room(out);
	p[0] = '"';
	memcpy(p + 1, keyword, length);
	p[length + 1] = '"';
	out->length += length + 2;
}

void json_time(struct output *out, uint64_t ts)
{
	output_char(out, '"');
	timestamp_print_epoch(out, ts);
	output_char(out, '"');
}

void json_microseconds(struct output *out, int64_t nanoseconds)
{
	if (nanoseconds < 0) {
		json_null(out);
		return;
	}
	output_u64(out, (uint64_t)nanoseconds / 1000);
	if (nanoseconds % 1000 != 0) {
		output_char(out, '.');
		output_padded(out, (uint64_t)nanoseconds % 1000, 3, '0');
	}
}

void json_string(struct output *out, const char *bytes, size_t length)
{
	output_char(out, '"');
	output_json_escaped(out, bytes, length);
	output_char(out, '"');
}

void json_text(struct output *out, const char *key, const char *text)
{
	json_key(out, key);
	if (text && *text)
		json_string(out, text, strlen(text));
	else
		json_null(out);
}

void json_hex(struct output *out, const uint8_t *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";

	output_char(out, '"');
	for (size_t i = 0; i < length; i++) {
		char pair[2] = {digits[bytes[i] >> 4], digits[bytes[i] & 15]};

		output_bytes(out, pair, sizeof(pair));
	}
	output_char(out, '"');
}
