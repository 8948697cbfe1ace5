/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a piece of text looks, without the names of ncurses, which has the same ones as
 * tool/print/color.h.
 */
#ifndef VSOCKDUMP_SCREEN_STYLE_H
#define VSOCKDUMP_SCREEN_STYLE_H

#include <stdbool.h>
#include <stddef.h>

/* Different colors of letters. */
#define STYLE_COLORS 16

struct style {
	unsigned color; /* below STYLE_COLORS; 0: the terminal's own */
	bool bold;
	bool reverse;
};

/*
 * The length of the sequence of color_print() or SCREEN_REVERSE that the text begins with, or 0.
 * Then *style is that of the text after it.
 */
size_t style_at(const char *text, size_t length, struct style *style);

/*
 * The number of a style's color: in xterm's palette of 256, or of the eight basic ones. -1: the
 * terminal's own.
 */
short style_of_palette(unsigned color);
short style_of_basic(unsigned color);

#endif
