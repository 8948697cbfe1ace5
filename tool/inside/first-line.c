/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/inside/first-line.h"

#include <string.h>

struct output *first_line_begin(struct inside *inside)
{
	if (!inside->lines || inside->line_count++ > 0)
		return NULL;
	output_memory(&inside->line, inside->line_text, sizeof(inside->line_text));
	return &inside->line;
}

void first_line_text(struct output *out, const char *text, size_t length)
{
	bool cut = length > FIRST_LINE_PIECE;

	output_escaped(out, text, cut ? FIRST_LINE_PIECE : length);
	if (cut)
		output_text(out, "...");
}

void first_line_path(struct output *out, const char *path, size_t length)
{
	const char *query = length ? memchr(path, '?', length) : NULL;

	first_line_text(out, path, query ? (size_t)(query - path) : length);
	if (query)
		output_text(out, "?...");
}
