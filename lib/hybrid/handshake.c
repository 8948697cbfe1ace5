/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/hybrid/handshake.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* How the GUID of a port ends, after eight digits: Hyper-V's form of a vsock port. */
#define GUID_END    "-facb-11e6-bd58-64006a7986d3"
#define PORT_DIGITS 8

void hybrid_line_begin(struct hybrid_line *line, enum hybrid_line_kind kind)
{
	*line = (struct hybrid_line){.kind = kind, .state = HYBRID_LINE_PART};
}

static const char *word_of(const struct hybrid_line *line)
{
	return line->kind == HYBRID_LINE_CONNECT ? "CONNECT" : "OK";
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static const char *skip_blanks(const char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

static bool is_end(const char *text)
{
	return *skip_blanks(text) == '\n';
}

static int digit_value(char c, int base)
{
	int value = 99;

	if (c >= '0' && c <= '9')
		value = c - '0';
	else if (c >= 'a' && c <= 'f')
		value = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		value = c - 'A' + 10;
	return value < base ? value : -1;
}

/* "1234" up to the end of the line. */
static bool read_number(const char *text, uint32_t *port)
{
	uint64_t number = 0;

	if (digit_value(*text, 10) < 0)
		return false;
	for (; digit_value(*text, 10) >= 0; text++) {
		number = number * 10 + (uint64_t)digit_value(*text, 10);
		if (number > UINT32_MAX)
			return false;
	}
	*port = (uint32_t)number;
	return is_end(text);
}

/* "000004d2-facb-11e6-bd58-64006a7986d3" up to the end of the line. */
static bool read_guid(const char *text, uint32_t *port)
{
	uint32_t number = 0;

	for (int i = 0; i < PORT_DIGITS; i++, text++) {
		const int value = digit_value(*text, 16);

		if (value < 0)
			return false;
		number = number << 4 | (uint32_t)value;
	}
	if (strncasecmp(text, GUID_END, strlen(GUID_END)) != 0)
		return false;
	*port = number;
	return is_end(text + strlen(GUID_END));
}

/* Whether the bytes that came may still become a line of this kind: junk need not be collected. */
static bool may_become(const struct hybrid_line *line)
{
	const char *word = word_of(line);
	const size_t length = strlen(word);

	return strncasecmp(line->text, word, line->length < length ? line->length : length) == 0;
}

static bool read_line(struct hybrid_line *line)
{
	const size_t length = strlen(word_of(line));
	const char *text = line->text + length;

	if (!may_become(line) || line->length <= length || !is_blank(*text))
		return false;
	text = skip_blanks(text);
	return read_number(text, &line->port) || read_guid(text, &line->port);
}

size_t hybrid_line_take(struct hybrid_line *line, const uint8_t *bytes, size_t count)
{
	size_t taken = 0;

	while (line->state == HYBRID_LINE_PART && taken < count) {
		line->text[line->length++] = (char)bytes[taken++];
		if (line->text[line->length - 1] == '\n')
			line->state = read_line(line) ? HYBRID_LINE_GOOD : HYBRID_LINE_BAD;
		else if (!may_become(line) || line->length == HYBRID_LINE_MAX)
			line->state = HYBRID_LINE_BAD;
	}
	return taken;
}

void hybrid_line_lose(struct hybrid_line *line)
{
	if (line->state == HYBRID_LINE_PART)
		line->state = HYBRID_LINE_BAD;
}
