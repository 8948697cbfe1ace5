/* SPDX-License-Identifier: BSD-3-Clause */
/* All stages: writes the one error of a compilation. */
#include "pcap-vsockmon/filter/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <pcap/pcap.h>

/* Editors and people count characters, so continuation bytes of UTF-8 do not count. */
static unsigned column_of(const char *expression, const char *where)
{
	unsigned column = 1;

	for (const char *p = expression; p < where; p++)
		if (((unsigned char)*p & 0xc0) != 0x80)
			column++;
	return column;
}

void filter_error_at(struct filter_error *error, const char *where, const char *format, ...)
{
	va_list args;
	int used;

	if (error->set)
		return;
	error->set = true;
	error->column = column_of(error->expression, where);
	used = snprintf(error->errbuf, PCAP_ERRBUF_SIZE, "column %u: ", error->column);
	va_start(args, format);
	vsnprintf(error->errbuf + used, PCAP_ERRBUF_SIZE - (size_t)used, format, args);
	va_end(args);
}

void filter_error(struct filter_error *error, const char *format, ...)
{
	va_list args;

	if (error->set)
		return;
	error->set = true;
	error->column = 0;
	va_start(args, format);
	vsnprintf(error->errbuf, PCAP_ERRBUF_SIZE, format, args);
	va_end(args);
}

const char *filter_quote(char quoted[static FILTER_QUOTE_MAX], const char *text, size_t length)
{
	static const char more[] = "...";
	size_t room = FILTER_QUOTE_MAX - sizeof(more) - 2;
	size_t kept = length > room ? room : length;
	char *to = quoted;

	*to++ = '"';
	for (size_t i = 0; i < kept; i++)
		*to++ = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	if (kept < length) {
		memcpy(to, more, sizeof(more) - 1);
		to += sizeof(more) - 1;
	}
	*to++ = '"';
	*to = '\0';
	return quoted;
}
