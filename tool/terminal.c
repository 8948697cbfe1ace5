/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The width of a terminal that does not know its width, such as a serial line. */
#define COLUMNS_USUAL 80
#define COLUMNS_MOST  10000
#define TAB_COLUMNS   8

/* By descriptor. */
static unsigned columns_of[STDERR_FILENO + 1];

/* $COLUMNS comes first: programs see it only if the user exports it. */
static unsigned ask_columns(int fd)
{
	const char *wish = getenv("COLUMNS");
	long columns = wish ? strtol(wish, NULL, 10) : 0;
	struct winsize size;

	if (columns <= 0 || columns > COLUMNS_MOST)
		columns = ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
	if (columns == 0)
		columns = COLUMNS_USUAL;
	return columns < TERMINAL_COLUMNS_LEAST ? TERMINAL_COLUMNS_LEAST : (unsigned)columns;
}

void terminals_ask(void)
{
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		columns_of[fd] = isatty(fd) ? ask_columns(fd) : 0;
}

bool terminal_is(int fd)
{
	return terminal_columns(fd) > 0;
}

unsigned terminal_columns(int fd)
{
	return fd >= 0 && fd <= STDERR_FILENO ? columns_of[fd] : 0;
}

/* The end of the color sequence that begins at `i`. */
static size_t sequence_end(const char *text, size_t length, size_t i)
{
	while (i < length && text[i] != 'm')
		i++;
	return i;
}

/* The column after a character. Bytes that continue a character of UTF-8 have no width. */
static unsigned advance(unsigned column, char c)
{
	if (c == '\t')
		return column - column % TAB_COLUMNS + TAB_COLUMNS;
	return column + (((unsigned char)c & 0xc0) != 0x80);
}

size_t terminal_fit(const char *text, size_t length, unsigned start, unsigned columns)
{
	unsigned column = start;
	size_t cut = 0;
	bool in_word = false;

	for (size_t i = 0; i < length; i++) {
		bool blank = text[i] == ' ' || text[i] == '\t';

		if (text[i] == '\033') {
			i = sequence_end(text, length, i);
			continue;
		}
		if (blank && in_word)
			cut = i;
		in_word = !blank;
		column = advance(column, text[i]);
		if (column > columns && !blank && cut > 0)
			return cut;
	}
	return length;
}
