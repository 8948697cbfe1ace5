/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/captures/make/amount.h"

#include <stdlib.h>
#include <string.h>

static bool is_number(const char *text, size_t length)
{
	return length > 0 && length < 19 && strspn(text, "0123456789") >= length;
}

bool amount_is_valid(const char *text)
{
	size_t length = strcspn(text, ":");

	return is_number(text, length) &&
	       (!text[length] || is_number(text + length + 1, strlen(text + length + 1)));
}

struct amount amount_parse(const char *text)
{
	char *end;
	struct amount amount = {.bytes = strtoull(text, &end, 10)};

	if (*end == ':')
		amount.each = strtoull(end + 1, NULL, 10);
	return amount;
}
