/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/stream-text.h"

const char *stream_text_prefix(enum vsock_side side)
{
	return side == VSOCK_CLIENT ? "> " : "< ";
}

enum color stream_text_color(enum vsock_side side)
{
	return side == VSOCK_CLIENT ? COLOR_CLIENT : COLOR_SERVER;
}

static void begin_line(struct stream_text *text, enum vsock_side side)
{
	if (text->open)
		return;
	output_text(text->out, stream_text_prefix(side));
	text->open = true;
	text->side = side;
}

static void end_line(struct stream_text *text)
{
	text->open = false;
	text->cr = false;
	output_char(text->out, '\n');
}

/* The CR that was held back was not part of a line's end. */
static void print_cr(struct stream_text *text)
{
	if (text->cr)
		output_escaped(text->out, "\r", 1);
	text->cr = false;
}

void stream_text_break(struct stream_text *text)
{
	if (!text->open)
		return;
	print_cr(text);
	end_line(text);
}

/* The number of bytes before one that is special. */
static size_t plain(const uint8_t *bytes, size_t length)
{
	size_t n = 0;

	while (n < length && bytes[n] != '\n' && bytes[n] != '\r' && bytes[n] != '\t')
		n++;
	return n;
}

static void print_special(struct stream_text *text, uint8_t byte)
{
	if (byte == '\n') {
		end_line(text);
		return;
	}
	print_cr(text);
	if (byte == '\r')
		text->cr = true;
	else
		output_char(text->out, (char)byte);
}

void stream_text_print(struct stream_text *text, enum vsock_side side, const uint8_t *bytes,
		       size_t length)
{
	if (text->side != side)
		stream_text_break(text);
	color_print(text->out, stream_text_color(side));
	for (size_t at = 0; at < length;) {
		size_t n = plain(bytes + at, length - at);

		begin_line(text, side);
		if (n > 0) {
			print_cr(text);
			output_escaped(text->out, (const char *)bytes + at, n);
			at += n;
		} else {
			print_special(text, bytes[at++]);
		}
	}
	color_print(text->out, COLOR_NONE);
}
