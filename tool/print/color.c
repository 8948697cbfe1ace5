/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * These are some of the few colors of xterm's palette of 256 that are readable on black and on
 * white, with a contrast of at least 4.5:1 on both. The eight basic colors and faint text (SGR 2)
 * are not. tests/unit/tool/print/test-color.c computes the contrast.
 */
#include "tool/print/color.h"

#define GREEN   "38;5;29"
#define BLUE    "38;5;63"
#define PURPLE  "38;5;98"
#define RED     "38;5;131"
#define MAGENTA "38;5;163"
#define GRAY    "38;5;243"

static const char *const sequences[COLORS] = {
    [COLOR_NONE] = "\033[0m",
    [COLOR_OPEN] = "\033[" GREEN "m",
    [COLOR_CLOSE] = "\033[" PURPLE "m",
    [COLOR_RESET] = "\033[1;" RED "m",
    [COLOR_DATA] = "\033[" BLUE "m",
    [COLOR_CREDIT] = "\033[" GRAY "m",
    [COLOR_ODD] = "\033[" MAGENTA "m",
    [COLOR_DIM] = "\033[" GRAY "m",
    [COLOR_CERTAIN] = "\033[1;" RED "m",
    [COLOR_SUSPICIOUS] = "\033[1;" MAGENTA "m",
    [COLOR_INFORMATION] = "\033[1;" BLUE "m",
    [COLOR_HEADING] = "\033[1m",
    [COLOR_CLIENT] = "\033[" BLUE "m",
    [COLOR_SERVER] = "\033[" GREEN "m",
};

void color_print_sequence(struct output *out, enum color color)
{
	if ((unsigned)color < COLORS)
		output_text(out, sequences[color]);
}
