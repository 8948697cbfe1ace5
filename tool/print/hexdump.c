/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/hexdump.h"

#include <stdbool.h>

#define BYTES_PER_LINE 16
/* Eight groups of four digits with a blank before each. */
#define HEX_WIDTH 40

static char visible(uint8_t byte)
{
	return byte > ' ' && byte <= '~' ? (char)byte : '.';
}

/* Writes the hexadecimal column, filled up with blanks to HEX_WIDTH. Returns its used length. */
static size_t hex_column(char column[static HEX_WIDTH], const uint8_t *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	size_t at = 0;

	for (size_t i = 0; i < length; i++) {
		if (i % 2 == 0)
			column[at++] = ' ';
		column[at++] = digits[bytes[i] >> 4];
		column[at++] = digits[bytes[i] & 15];
	}
	memset(column + at, ' ', HEX_WIDTH - at);
	return at;
}

/* The text before the bytes of a line. */
struct margin {
	const char *text;
	uint64_t offset; /* of the first line's first byte */
	unsigned digits; /* of an offset, at least */
};

static void print_hex(struct output *out, const struct margin *margin, const uint8_t *bytes,
		      size_t length, bool ascii)
{
	char column[HEX_WIDTH];

	for (size_t at = 0; at < length; at += BYTES_PER_LINE) {
		size_t left = length - at;
		size_t n = left < BYTES_PER_LINE ? left : BYTES_PER_LINE;
		size_t used = hex_column(column, bytes + at, n);

		output_text(out, margin->text);
		output_hex(out, margin->offset + at, margin->digits);
		output_text(out, ": ");
		output_bytes(out, column, ascii ? HEX_WIDTH : used);
		if (ascii) {
			output_text(out, "  ");
			for (size_t i = 0; i < n; i++)
				output_char(out, visible(bytes[at + i]));
		}
		output_char(out, '\n');
	}
}

/* CR before LF is left out, because the line break shows that the line ended. */
static void print_ascii(struct output *out, const uint8_t *bytes, size_t length)
{
	bool line_start = true;

	for (size_t i = 0; i < length; i++) {
		uint8_t byte = bytes[i];

		if (byte == '\r' && i + 1 < length && bytes[i + 1] == '\n')
			continue;
		if (line_start)
			output_char(out, '\t');
		line_start = byte == '\n';
		if (byte == '\n' || byte == '\t' || byte == ' ')
			output_char(out, (char)byte);
		else
			output_char(out, visible(byte));
	}
	if (!line_start)
		output_char(out, '\n');
}

void hexdump_print(struct output *out, enum payload_style style, const uint8_t *bytes,
		   size_t length)
{
	static const struct margin margin = {.text = "\t", .digits = 4};

	switch (style) {
	case PAYLOAD_NONE:
		break;
	case PAYLOAD_HEX:
		print_hex(out, &margin, bytes, length, false);
		break;
	case PAYLOAD_HEX_ASCII:
		print_hex(out, &margin, bytes, length, true);
		break;
	case PAYLOAD_ASCII:
		print_ascii(out, bytes, length);
		break;
	}
}

void hexdump_print_at(struct output *out, enum payload_style style, const char *prefix,
		      uint64_t offset, const uint8_t *bytes, size_t length)
{
	struct margin margin = {.text = prefix, .offset = offset, .digits = 8};

	print_hex(out, &margin, bytes, length, style == PAYLOAD_HEX_ASCII);
}
