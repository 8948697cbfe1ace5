/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/captures/make/pattern.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* So long that numbers are rare, which compresses well. It divides no packet's size except 4096. */
#define LINE 64

static void line_at(char *line, uint64_t number, char sender, uint32_t client_port)
{
	int length =
	    snprintf(line, LINE, "%c %010" PRIu32 " %012" PRIu64 " ", sender, client_port, number);

	memset(line + length, '.', (size_t)(LINE - 1 - length));
	line[LINE - 1] = '\n';
}

void pattern_fill(char *at, size_t count, uint64_t offset, char sender, uint32_t client_port)
{
	while (count) {
		char line[LINE];
		size_t skip, part;

		line_at(line, offset / LINE, sender, client_port);
		skip = offset % LINE;
		part = LINE - skip < count ? LINE - skip : count;
		memcpy(at, line + skip, part);
		at += part;
		offset += part;
		count -= part;
	}
}

size_t pattern_match(const char *at, size_t count, uint64_t offset, char sender,
		     uint32_t client_port)
{
	size_t matching = 0;

	while (matching < count) {
		char wanted[LINE];
		size_t part = count - matching < LINE ? count - matching : LINE;

		pattern_fill(wanted, part, offset + matching, sender, client_port);
		for (size_t i = 0; i < part; i++) {
			if (at[matching + i] != wanted[i])
				return matching + i;
		}
		matching += part;
	}
	return matching;
}
