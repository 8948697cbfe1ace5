/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * These are some of the few colors of xterm's palette of 256 that are readable on black and on
 * white, with a contrast of at least 4.5:1 on both. The eight basic colors and faint text (SGR 2)
 * are not. tests/unit/tool/print/test-color.c computes the contrast.
 */
#include "tool/print/color.h"

#define GREEN   29
#define BLUE    63
#define PURPLE  98
#define RED     131
#define MAGENTA 163
#define GRAY    243

#define TEXT_OF(number) #number
#define COLORED(number)                                                                            \
	{                                                                                          \
		"\033[38;5;" TEXT_OF(number) "m", number, false                                    \
	}
#define BOLD(number)                                                                               \
	{                                                                                          \
		"\033[1;38;5;" TEXT_OF(number) "m", number, true                                   \
	}

static const struct {
	const char *sequence;
	short number;
	bool bold;
} styles[COLORS] = {
    [COLOR_NONE] = {"\033[0m", COLOR_NO_NUMBER, false},
    [COLOR_OPEN] = COLORED(GREEN),
    [COLOR_CLOSE] = COLORED(PURPLE),
    [COLOR_RESET] = BOLD(RED),
    [COLOR_DATA] = COLORED(BLUE),
    [COLOR_CREDIT] = COLORED(GRAY),
    [COLOR_ODD] = COLORED(MAGENTA),
    [COLOR_DIM] = COLORED(GRAY),
    [COLOR_CERTAIN] = BOLD(RED),
    [COLOR_SUSPICIOUS] = BOLD(MAGENTA),
    [COLOR_INFORMATION] = BOLD(BLUE),
    [COLOR_HEADING] = {"\033[1m", COLOR_NO_NUMBER, true},
    [COLOR_CLIENT] = COLORED(BLUE),
    [COLOR_SERVER] = COLORED(GREEN),
};

void color_print_sequence(struct output *out, enum color color)
{
	if ((unsigned)color < COLORS)
		output_text(out, styles[color].sequence);
}

short color_number(enum color color)
{
	return styles[color].number;
}

bool color_is_bold(enum color color)
{
	return styles[color].bold;
}

size_t color_sequence_at(const char *text, size_t length, enum color *color)
{
	for (enum color i = COLOR_NONE; i < COLORS; i++) {
		size_t sequence = strlen(styles[i].sequence);

		if (sequence <= length && memcmp(text, styles[i].sequence, sequence) == 0) {
			*color = i;
			return sequence;
		}
	}
	return 0;
}
