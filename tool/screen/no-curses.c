/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screen of a build without ncurses: there is none. */
#include <unistd.h>

#include "tool/screen/screen.h"
#include "tool/terminal.h"

const struct system_call screen_system_calls[] = {SYSTEM_CALLS_END};

bool screen_open(bool color, const char **reason)
{
	(void)color;
	*reason = terminal_is(STDOUT_FILENO)
		      ? "this vsockdump was built without ncurses, so it prints tables"
		      : NULL;
	return false;
}

void screen_close(void)
{
}

unsigned screen_rows(void)
{
	return 0;
}

unsigned screen_columns(void)
{
	return 0;
}

bool screen_is_free(void)
{
	return false;
}

void screen_begin(void)
{
}

void screen_line(unsigned row, const char *text, size_t length, bool selected)
{
	(void)row;
	(void)text;
	(void)length;
	(void)selected;
}

void screen_show(unsigned row, int column)
{
	(void)row;
	(void)column;
}

unsigned screen_waits(struct pollfd *waits)
{
	(void)waits;
	return 0;
}

bool screen_ready(const struct pollfd *waits, unsigned count)
{
	(void)waits;
	(void)count;
	return true;
}

int screen_key(void)
{
	return SCREEN_NO_KEY;
}
