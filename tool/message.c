/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/common/patience.h"
#include "tool/signals.h"
#include "tool/status-line.h"
#include "tool/terminal.h"

#define LINE_MAX_BYTES 4096

/* Before each row except the first, if a terminal is narrower than the line. */
#define INDENT 2
/* Each row has at least half of TERMINAL_COLUMNS_LEAST, on average. */
#define ROWS_MAX_BYTES (2 * LINE_MAX_BYTES)

#define HELD_MAX_BYTES (4 * LINE_MAX_BYTES)

static const char warning[] = "vsockdump: warning: ";

/* Lines for messages_held(), up to a zero byte. */
static struct {
	enum hold what;
	size_t length;
	size_t newest; /* where the last line begins */
	char text[HELD_MAX_BYTES];
} held;

/* If the reader does not take a line for too long, it gets no other: we would wait for each. */
static void write_all(const char *text, size_t length)
{
	static bool gave_up;
	sig_atomic_t before = signals_patience;

	while (length > 0 && !gave_up) {
		ssize_t n = write(STDERR_FILENO, text, length);

		if (n > 0) {
			text += n;
			length -= (size_t)n;
		} else if (n == 0 || errno != EINTR) {
			return; /* nobody reads messages */
		} else {
			gave_up = patience_is_over(&signals_patience, before);
		}
	}
}

/* Splits a line into rows; there is room for one more byte. */
static void write_rows(char *rows, size_t length)
{
	rows[length++] = '\n';
	write_all(rows, length);
}

/* For a terminal: splits a line into rows without breaking words. */
static void write_wrapped(const char *line, size_t length)
{
	unsigned columns = terminal_columns(STDERR_FILENO);
	char rows[ROWS_MAX_BYTES];
	size_t used = 0;

	for (;;) {
		size_t indent = used > 0 ? INDENT : 0;
		size_t fits = terminal_fit(line, length, (unsigned)indent, columns);

		if (used + indent + fits + 2 > sizeof(rows))
			break;
		memset(rows + used, ' ', indent);
		memcpy(rows + used + indent, line, fits);
		used += indent + fits;
		line += fits;
		length -= fits;
		for (; length > 0 && *line == ' '; line++)
			length--;
		if (length == 0)
			break;
		rows[used++] = '\n';
	}
	write_rows(rows, used);
}

static void hold(const char *line, size_t length)
{
	bool is_warning = strncmp(line, warning, sizeof(warning) - 1) == 0;

	if ((is_warning && held.what == HOLD_ERRORS) ||
	    length + 2 > sizeof(held.text) - held.length)
		return;
	held.newest = held.length;
	memcpy(held.text + held.length, line, length);
	held.length += length;
	held.text[held.length++] = '\n';
	held.text[held.length] = '\0';
}

static void show(char *line, size_t length)
{
	status_line_erase();
	if (terminal_is(STDERR_FILENO))
		write_wrapped(line, length);
	else
		write_rows(line, length);
}

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
	if (held.what != HOLD_NOTHING)
		hold(line, length);
	else
		show(line, length);
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

	if (held.what == HOLD_ERRORS)
		return;
	va_start(arguments, format);
	write_line("", format, arguments);
	va_end(arguments);
}

void messages_hold(enum hold what)
{
	held.what = what;
}

const char *messages_held(void)
{
	return held.text;
}

const char *messages_newest(void)
{
	return held.text + held.newest;
}

void messages_release(void)
{
	char line[LINE_MAX_BYTES];
	const char *text = held.text;

	held.what = HOLD_NOTHING;
	while (*text) {
		size_t length = strcspn(text, "\n");

		memcpy(line, text, length);
		show(line, length);
		text += length + 1;
	}
	held.length = held.newest = 0;
	held.text[0] = '\0';
}
