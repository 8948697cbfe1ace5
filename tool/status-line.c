/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blanks erase the line, because a control sequence does not work on every terminal. The line is
 * shorter than the terminal's width, because nothing returns to the start of a line that wraps.
 */
#include "tool/status-line.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tool/signals.h"
#include "tool/terminal.h"

#define COLUMNS_MOST 200

/* "^C", which a terminal echoes after the line. */
#define ECHO_COLUMNS 2

/* Columns on the screen; 0: there is no line. */
static int columns_shown;

unsigned status_line_columns(void)
{
	unsigned columns = terminal_columns(STDERR_FILENO);

	if (columns <= ECHO_COLUMNS + 1)
		return 0;
	columns -= ECHO_COLUMNS + 1;
	return columns < COLUMNS_MOST ? columns : COLUMNS_MOST;
}

/* One write(2): dprintf(3) would seek as well, and the sandbox forbids that. */
static void put(int fd, const char *text, int length)
{
	if (length > 0 && write(fd, text, (size_t)length) < 0)
		return; /* nowhere to report it */
}

static void draw(const char *text, int columns)
{
	char line[COLUMNS_MOST + ECHO_COLUMNS + 2];
	int length = snprintf(line, sizeof(line), "\r%-*.*s", columns, columns, text);

	put(STDERR_FILENO, line, length);
}

void status_line_show(const char *text)
{
	int most = (int)status_line_columns();
	int length = (int)strnlen(text, (size_t)most);

	draw(text, length > columns_shown ? length : columns_shown);
	columns_shown = length;
}

void status_line_erase(void)
{
	if (columns_shown == 0)
		return;
	draw("", columns_shown + ECHO_COLUMNS);
	put(STDERR_FILENO, "\r", 1);
	columns_shown = 0;
}

void status_line_end(void)
{
	/* A terminal sends the signal first, and then echoes. */
	static const struct timespec echo_time = {.tv_nsec = 20000000};
	bool shown = columns_shown > 0;
	bool echoed =
	    signals_interrupted() && (terminal_is(STDERR_FILENO) || terminal_is(STDOUT_FILENO));

	if (echoed)
		nanosleep(&echo_time, NULL);
	status_line_erase();
	if (shown || !echoed)
		return;
	if (terminal_is(STDERR_FILENO))
		put(STDERR_FILENO, "\n", 1);
	else if (terminal_is(STDOUT_FILENO))
		put(STDOUT_FILENO, "\n", 1);
}
