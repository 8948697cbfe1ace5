/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The terminal as a whole screen, for a mode that draws in place. It has one screen. Everything
 * else prints lines.
 *
 * Nothing here waits for the terminal: a frame is drawn into memory, and the terminal gets as much
 * of it as it takes. So a slow or stopped terminal never delays a capture.
 */
#ifndef VSOCKDUMP_SCREEN_SCREEN_H
#define VSOCKDUMP_SCREEN_SCREEN_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/common/system-call.h"

/* A larger terminal is used up to this size. */
#define SCREEN_ROWS_MOST    300
#define SCREEN_COLUMNS_MOST 500

/* Other keys are their characters. */
enum screen_key {
	SCREEN_NO_KEY = -1,
	SCREEN_TAB = '\t',
	SCREEN_ENTER = '\n',
	SCREEN_ESCAPE = 27,
	SCREEN_UP = 256,
	SCREEN_DOWN,
	SCREEN_PAGE_UP,
	SCREEN_PAGE_DOWN,
	SCREEN_HOME,
	SCREEN_END,
	SCREEN_BACKSPACE,
	SCREEN_F1,
	SCREEN_RESIZED,
};

/* Begins text in reverse; color_print(COLOR_NONE) ends it. Only for screen_line(). */
#define SCREEN_REVERSE "\033[7m"

extern const struct system_call screen_system_calls[];

/*
 * Prepares the screen; the terminal shows nothing of it before screen_show(). With `color`, it has
 * colors if it can. False if standard input or output is no terminal, or this terminal cannot do
 * it. *reason then says why in a sentence for the user, or is NULL if that is what the user
 * expects.
 */
bool screen_open(bool color, const char **reason);

/* Gives the terminal back as it was, and releases messages. */
void screen_close(void);

unsigned screen_rows(void);
unsigned screen_columns(void);

/* Whether the terminal has taken the whole last frame: otherwise a new frame has to wait. */
bool screen_is_free(void);

/* A frame: begin it, set lines, show it. */
void screen_begin(void);
/*
 * A line of text, as print functions write it with color_print(). Text that does not fit is left
 * out. `selected`: the line is reverse up to the edge.
 */
void screen_line(unsigned row, const char *text, size_t length, bool selected);
/* `column`: where the cursor is in the line; or -1: it is hidden. */
void screen_show(unsigned row, int column);

/* For poll(): keys, and room for the rest of a frame. Returns the number, at most 2. */
unsigned screen_waits(struct pollfd *waits);
/* After poll(). False if the terminal has hung up. */
bool screen_ready(const struct pollfd *waits, unsigned count);

/* The next key, or SCREEN_NO_KEY. Handles a new size, and ^Z: afterwards comes SCREEN_RESIZED. */
int screen_key(void);

#endif
