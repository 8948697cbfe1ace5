/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/screen/style.h"

#include <string.h>

#include "tool/print/color.h"
#include "tool/screen/screen.h"

_Static_assert(COLORS <= STYLE_COLORS, "a color is an enum color");

/*
 * The numbers that all terminals with colors agree on. Not blue and cyan: each is hard to read on
 * black or on white.
 */
enum { RED = 1, GREEN = 2, MAGENTA = 5 };

static const short basic[COLORS] = {
    [COLOR_OPEN] = GREEN,   [COLOR_CLOSE] = MAGENTA, [COLOR_RESET] = RED,
    [COLOR_ODD] = MAGENTA,  [COLOR_CERTAIN] = RED,   [COLOR_SUSPICIOUS] = MAGENTA,
    [COLOR_SERVER] = GREEN,
};

size_t style_at(const char *text, size_t length, struct style *style)
{
	const size_t reverse = sizeof(SCREEN_REVERSE) - 1;
	enum color color;
	size_t sequence;

	if (length >= reverse && memcmp(text, SCREEN_REVERSE, reverse) == 0) {
		style->reverse = true;
		return reverse;
	}
	sequence = color_sequence_at(text, length, &color);
	if (sequence > 0)
		*style = (struct style){.color = color, .bold = color_is_bold(color)};
	return sequence;
}

short style_of_palette(unsigned color)
{
	return color < COLORS ? color_number((enum color)color) : COLOR_NO_NUMBER;
}

short style_of_basic(unsigned color)
{
	return color < COLORS && basic[color] ? basic[color] : COLOR_NO_NUMBER;
}
