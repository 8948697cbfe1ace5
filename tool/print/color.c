/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/color.h"

/* The eight basic colours only: they follow the theme of the reader's terminal. */
static const char *const sequences[COLORS] = {
    [COLOR_NONE] = "\033[0m",           [COLOR_OPEN] = "\033[32m",
    [COLOR_CLOSE] = "\033[33m",         [COLOR_RESET] = "\033[1;31m",
    [COLOR_DATA] = "\033[36m",          [COLOR_CREDIT] = "\033[34m",
    [COLOR_ODD] = "\033[35m",           [COLOR_DIM] = "\033[2m",
    [COLOR_CERTAIN] = "\033[1;31m",     [COLOR_SUSPICIOUS] = "\033[1;33m",
    [COLOR_INFORMATION] = "\033[1;36m", [COLOR_HEADING] = "\033[1m",
    [COLOR_CLIENT] = "\033[36m",        [COLOR_SERVER] = "\033[32m",
};

void color_print_sequence(struct output *out, enum color color)
{
	if ((unsigned)color < COLORS)
		output_text(out, sequences[color]);
}
