/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/filter/examples.h"

#include <string.h>

#define DISPLAY ".Dl "
#define QUOTE   "\\(dq"

/* Undoes the escapes of the man page. */
static void unescape(char *line)
{
	char *at;

	line[strcspn(line, "\n")] = '\0';
	while ((at = strstr(line, QUOTE))) {
		*at = '"';
		memmove(at + 1, at + strlen(QUOTE), strlen(at + strlen(QUOTE)) + 1);
	}
}

bool example_next(FILE *page, char expression[static EXAMPLE_MAX])
{
	while (fgets(expression, EXAMPLE_MAX, page)) {
		if (strncmp(expression, DISPLAY, strlen(DISPLAY)) != 0)
			continue;
		unescape(expression);
		memmove(expression, expression + strlen(DISPLAY),
			strlen(expression) - strlen(DISPLAY) + 1);
		return true;
	}
	return false;
}
