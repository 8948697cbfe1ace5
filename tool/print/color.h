/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colors by role, not by hue. */
#ifndef VSOCKDUMP_PRINT_COLOR_H
#define VSOCKDUMP_PRINT_COLOR_H

#include "tool/print/output.h"

enum color {
	COLOR_NONE,    /* back to normal */
	COLOR_OPEN,    /* REQUEST, RESPONSE */
	COLOR_CLOSE,   /* SHUTDOWN, and an RST that answers it */
	COLOR_RESET,   /* an RST that refuses or breaks a connection */
	COLOR_DATA,    /* RW */
	COLOR_CREDIT,  /* CREDIT_UPDATE, CREDIT_REQUEST */
	COLOR_ODD,     /* what should not be */
	COLOR_CERTAIN, /* findings by class */
	COLOR_SUSPICIOUS,
	COLOR_INFORMATION,
	COLOR_DIM,     /* what matters less */
	COLOR_HEADING, /* table headings */
	COLOR_CLIENT,  /* what the client says */
	COLOR_SERVER,  /* what the server says */
	COLORS
};

void color_print_sequence(struct output *out, enum color color);

/* Sets the color of the text that follows. Prints nothing unless out->color is set. */
static inline void color_print(struct output *out, enum color color)
{
	if (out->color)
		color_print_sequence(out, color);
}

/* A color of the terminal's own. */
#define COLOR_NO_NUMBER (-1)

/* For a screen: the number in xterm's palette of 256, or COLOR_NO_NUMBER. */
short color_number(enum color color);
bool color_is_bold(enum color color);

/*
 * Reads what color_print_sequence() wrote: the length of the sequence that the text begins with, or
 * 0. Several colors have the same sequence; *color is one of them.
 */
size_t color_sequence_at(const char *text, size_t length, enum color *color);

#endif
