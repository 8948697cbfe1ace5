/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/bpf-tap/kernel-symbols.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 1024

/* "ffffffff82a14ca0 D vmemmap_base\n": the name, with its length; NULL for another line. */
static const char *name_of(const char *line, size_t *length)
{
	const char *name = strchr(line, ' ');

	name = name ? strchr(name + 1, ' ') : NULL;
	if (!name)
		return NULL;
	name++;
	*length = strcspn(name, "\t\n");
	return name;
}

/* True if the line has one of the symbols. */
static bool take_line(struct kernel_symbol *symbols, unsigned count, const char *line)
{
	size_t length = 0;
	const char *name = name_of(line, &length);

	for (unsigned i = 0; name && i < count; i++) {
		if (strlen(symbols[i].name) != length || memcmp(symbols[i].name, name, length) != 0)
			continue;
		symbols[i].address = strtoull(line, NULL, 16);
		return true;
	}
	return false;
}

unsigned kernel_symbols_find(struct kernel_symbol *symbols, unsigned count, FILE *list)
{
	char line[LINE_MAX_BYTES];
	unsigned found = 0;

	for (unsigned i = 0; i < count; i++)
		symbols[i].address = 0;
	while (found < count && fgets(line, sizeof(line), list))
		found += take_line(symbols, count, line);
	return found;
}
