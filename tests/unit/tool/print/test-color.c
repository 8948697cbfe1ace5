/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/print/color.c: each color is readable on black and on white. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/print/color.h"

/* What WCAG asks of text of usual size. */
#define CONTRAST_LEAST 4.5

struct rgb {
	unsigned red, green, blue;
};

/* xterm's default palette: 16 colors, a cube of 6 x 6 x 6, and shades of gray. */
static struct rgb palette(unsigned index)
{
	static const struct rgb basic[16] = {
	    {0, 0, 0},       {205, 0, 0},   {0, 205, 0},   {205, 205, 0},
	    {0, 0, 238},     {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
	    {127, 127, 127}, {255, 0, 0},   {0, 255, 0},   {255, 255, 0},
	    {92, 92, 255},   {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
	};
	static const unsigned levels[6] = {0, 95, 135, 175, 215, 255};

	assert_true(index < 256);
	if (index < 16)
		return basic[index];
	if (index < 232)
		return (struct rgb){levels[(index - 16) / 36], levels[(index - 16) / 6 % 6],
				    levels[(index - 16) % 6]};
	index = 8 + 10 * (index - 232);
	return (struct rgb){index, index, index};
}

static double linear(unsigned level)
{
	double c = level / 255.0;

	return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* WCAG's relative luminance. */
static double luminance(struct rgb c)
{
	return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue);
}

static void check_readable(enum color color, unsigned index)
{
	double light = luminance(palette(index));
	double on_black = (light + 0.05) / 0.05;
	double on_white = 1.05 / (light + 0.05);

	if (on_black < CONTRAST_LEAST || on_white < CONTRAST_LEAST)
		fail_msg("color %d, index %u: %.2f on black, %.2f on white", (int)color, index,
			 on_black, on_white);
}

/* One parameter of a sequence, which may be followed by others. */
static unsigned parameter(const char **at)
{
	char *end;
	unsigned value = (unsigned)strtoul(*at, &end, 10);

	assert_true(end > *at);
	*at = *end == ';' ? end + 1 : end;
	return value;
}

/* Besides bold and "back to normal", a sequence sets the color of the letters, and nothing else. */
static void check_sequence(enum color color, const char *sequence)
{
	assert_memory_equal(sequence, "\033[", 2);
	sequence += 2;
	while (*sequence != 'm') {
		unsigned value = parameter(&sequence);

		if (value == 38) {
			assert_int_equal(parameter(&sequence), 5);
			check_readable(color, parameter(&sequence));
		} else if (value >= 30 && value <= 37) {
			check_readable(color, value - 30);
		} else if (value >= 90 && value <= 97) {
			check_readable(color, value - 90 + 8);
		} else {
			/* Faint, reverse, backgrounds: the contrast would not be known. */
			assert_true(value == 0 || value == 1);
		}
	}
}

static void every_color_is_readable(void **state)
{
	struct text text;

	(void)state;
	text_begin(&text);
	text.out.color = true;
	for (unsigned color = 0; color < COLORS; color++) {
		color_print(&text.out, (enum color)color);
		check_sequence((enum color)color, text_take(&text));
	}
}

/* So that the test above can fail: xterm's basic colors do not pass. */
static void the_palette_is_right(void **state)
{
	double red = luminance(palette(1));

	(void)state;
	assert_true(fabs((red + 0.05) / 0.05 - 3.6) < 0.1);
	assert_true(luminance(palette(0)) == 0);
	assert_true(fabs(luminance(palette(15)) - 1) < 1e-9);
	assert_true(fabs(luminance(palette(231)) - 1) < 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_color_is_readable),
	    cmocka_unit_test(the_palette_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
