/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/dbus.h"

#include <string.h>

static const char *const commands[] = {"AUTH",         "CANCEL",   "BEGIN", "DATA",
				       "ERROR",        "REJECTED", "OK",    "NEGOTIATE_UNIX_FD",
				       "AGREE_UNIX_FD"};

static size_t smaller(size_t one, size_t other)
{
	return one < other ? one : other;
}

/* `complete`: the command ends here. Otherwise these bytes may be its beginning. */
static bool is_command(const uint8_t *bytes, size_t length, bool complete)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t size = strlen(commands[i]);

		if (complete ? length == size : length <= size)
			if (memcmp(commands[i], bytes, length) == 0)
				return true;
	}
	return false;
}

static bool text_is(struct dbus_text text, const char *other)
{
	return text.length == strlen(other) && memcmp(text.at, other, text.length) == 0;
}

static bool is_of_mechanism(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* "MECHANISM", or "MECHANISM 31303030" with the first response in hexadecimal digits. */
static bool read_auth(struct dbus_line *line)
{
	struct dbus_text rest = line->argument;
	size_t end = 0;

	while (end < rest.length && is_of_mechanism(rest.at[end]))
		end++;
	if (end == 0)
		return rest.length == 0;
	line->mechanism = (struct dbus_text){rest.at, end};
	if (end == rest.length)
		return true;
	if (rest.at[end] != ' ')
		return false;
	while (++end < rest.length)
		if (!is_hex(rest.at[end]))
			return false;
	return true;
}

static bool read_rejected(struct dbus_line *line)
{
	for (size_t i = 0; i < line->argument.length; i++)
		if (!is_of_mechanism(line->argument.at[i]) && line->argument.at[i] != ' ')
			return false;
	if (line->argument.length > 0)
		line->mechanisms = line->argument;
	return true;
}

static bool read_argument(struct dbus_line *line)
{
	if (text_is(line->command, "AUTH"))
		return read_auth(line);
	return !text_is(line->command, "REJECTED") || read_rejected(line);
}

/* `end`: where the line's text ends. */
static enum protocol_answer read_text(const uint8_t *bytes, size_t end, struct dbus_line *line)
{
	const uint8_t *blank = memchr(bytes, ' ', end);
	size_t command = blank ? (size_t)(blank - bytes) : end;

	if (!is_command(bytes, command, true))
		return PROTOCOL_NO;
	line->command = (struct dbus_text){(const char *)bytes, command};
	if (blank)
		line->argument = (struct dbus_text){(const char *)blank + 1, end - command - 1};
	return read_argument(line) ? PROTOCOL_YES : PROTOCOL_NO;
}

/* Whether the beginning of a line may become one. */
static bool may_become(const uint8_t *bytes, size_t length)
{
	const uint8_t *blank = memchr(bytes, ' ', length);

	return blank ? is_command(bytes, (size_t)(blank - bytes), true)
		     : is_command(bytes, length, false);
}

enum protocol_answer dbus_line_read(const uint8_t *bytes, size_t length, struct dbus_line *line)
{
	size_t most = smaller(length, DBUS_LINE_MAX);
	size_t end = 0;

	*line = (struct dbus_line){.size = 0};
	while (end < most && bytes[end] >= ' ' && bytes[end] < 0x7f)
		end++;
	if (end == most || (end + 1 == length && bytes[end] == '\r')) {
		if (end + 2 > DBUS_LINE_MAX)
			return PROTOCOL_NO;
		if (end < most && read_text(bytes, end, line) != PROTOCOL_YES)
			return PROTOCOL_NO;
		return may_become(bytes, end) ? PROTOCOL_MORE : PROTOCOL_NO;
	}
	if (end + 2 > DBUS_LINE_MAX || bytes[end] != '\r' || bytes[end + 1] != '\n')
		return PROTOCOL_NO;
	line->size = end + 2;
	return read_text(bytes, end, line);
}

enum protocol_answer dbus_start_read(const uint8_t *bytes, size_t length, struct dbus_line *line)
{
	static const char auth[] = {'\0', 'A', 'U', 'T', 'H'};
	enum protocol_answer answer;

	*line = (struct dbus_line){.size = 0};
	if (memcmp(bytes, auth, smaller(length, sizeof(auth))) != 0)
		return PROTOCOL_NO;
	if (length <= sizeof(auth))
		return PROTOCOL_MORE;
	answer = dbus_line_read(bytes + 1, length - 1, line);
	line->size += line->size > 0;
	return answer;
}

static uint32_t number(const uint8_t *at, bool little)
{
	return little
		   ? (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0]
		   : (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Byte order, type, flags, and the version. */
static bool begins_message(const uint8_t *bytes, size_t length)
{
	return (bytes[0] == 'l' || bytes[0] == 'B') &&
	       (length < 2 || (bytes[1] >= 1 && bytes[1] <= 4)) && (length < 4 || bytes[3] == 1);
}

enum protocol_answer dbus_message_read(const uint8_t *bytes, size_t length, uint32_t *size)
{
	bool little;
	uint32_t body;
	uint32_t fields;

	*size = 0;
	if (length == 0)
		return PROTOCOL_MORE;
	if (!begins_message(bytes, length))
		return PROTOCOL_NO;
	if (length < DBUS_HEADER_SIZE)
		return PROTOCOL_MORE;
	little = bytes[0] == 'l';
	body = number(bytes + 4, little);
	fields = number(bytes + 12, little);
	if (number(bytes + 8, little) == 0 || body > DBUS_MESSAGE_MAX || fields > DBUS_FIELDS_MAX)
		return PROTOCOL_NO;
	/* The body begins at a multiple of 8. */
	*size = ((DBUS_HEADER_SIZE + fields + 7) & ~UINT32_C(7)) + body;
	if (*size > DBUS_MESSAGE_MAX)
		return PROTOCOL_NO;
	return length >= *size ? PROTOCOL_YES : PROTOCOL_MORE;
}

bool dbus_message_is_certain(const uint8_t *bytes, size_t length)
{
	/* The types of the fields 1 to 9: path, interface, member, error name, ... */
	static const char types[] = "osssussgu";
	uint32_t size;
	uint8_t field;

	if (length < DBUS_HEADER_SIZE + 4 ||
	    dbus_message_read(bytes, length, &size) == PROTOCOL_NO || bytes[2] > 7)
		return false;
	field = bytes[DBUS_HEADER_SIZE];
	return field >= 1 && field <= strlen(types) && bytes[DBUS_HEADER_SIZE + 1] == 1 &&
	       bytes[DBUS_HEADER_SIZE + 2] == (uint8_t)types[field - 1] &&
	       bytes[DBUS_HEADER_SIZE + 3] == 0;
}
