/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/common/number.h"

/* The value of a digit, or 16 for any other character. */
static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 16;
}

static bool parse(const char *text, unsigned base, uint64_t least, uint64_t most, uint64_t *value)
{
	uint64_t sum = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned digit = digit_value(*text);

		if (digit >= base || sum > (UINT64_MAX - digit) / base)
			return false;
		sum = sum * base + digit;
	}
	if (sum < least || sum > most)
		return false;
	*value = sum;
	return true;
}

bool parse_number(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
	return parse(text, 10, least, most, value);
}

bool parse_number_any_base(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return parse(text + 2, 16, least, most, value);
	return parse(text, 10, least, most, value);
}
