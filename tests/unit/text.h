/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output into memory, and its text as a string. Include after <cmocka.h>. */
#ifndef TESTS_UNIT_TEXT_H
#define TESTS_UNIT_TEXT_H

#include "tool/print/output.h"

struct text {
	struct output out;
	char room[8192];
};

static inline void text_begin(struct text *text)
{
	output_memory(&text->out, text->room, sizeof(text->room));
}

/* The text until now. Later output begins a new text. */
static inline const char *text_take(struct text *text)
{
	assert_int_equal(output_error(&text->out), 0);
	output_char(&text->out, '\0');
	text->out.length = 0;
	return text->room;
}

#endif
