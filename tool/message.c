/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096

static void write_line(const char *prefix, const char *format, va_list arguments)
{
	char line[LINE_MAX_BYTES];
	size_t length = strlen(prefix);
	size_t room;
	int wanted;

	memcpy(line, prefix, length);

	room = sizeof(line) - length - 1; /* a newline must fit */
	wanted = vsnprintf(line + length, room, format, arguments);
	if (wanted > 0)
		length += (size_t)wanted < room ? (size_t)wanted : room - 1;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)line[i];

		if (c < 0x20 || c == 0x7f)
			line[i] = '?';
	}
	line[length++] = '\n';
	if (write(STDERR_FILENO, line, length) < 0)
		return; /* nobody left to tell */
}

void print_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line("vsockdump: ", format, arguments);
	va_end(arguments);
}

void notice(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line("", format, arguments);
	va_end(arguments);
}
