/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers pcap-vsockmon/filter.
 *
 * The input is an expression, a null byte, and a frame. The compiler either refuses the expression
 * with a message or makes valid programs. For the frame, for its beginning and for some random
 * frames, the programs must give the answer that the syntax tree gives.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/filter/check.h"
#include "tests/filter/frames.h"

#define RANDOM_FRAMES 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool right)
{
	if (!right)
		abort();
}

static void try_frames(const struct checked *checked, const uint8_t *bytes, uint32_t length)
{
	struct dice dice = {length};
	uint8_t random[RANDOM_FRAME_MAX];
	enum verdict verdict;

	must(
	    checked_frame(checked, &(struct sight){bytes, length, length}, bytes, &dice, &verdict));
	must(checked_frame(checked, &(struct sight){bytes, die(&dice, length + 1), length}, bytes,
			   &dice, &verdict));
	for (int i = 0; i < RANDOM_FRAMES; i++) {
		uint32_t whole = random_frame(random, &dice);
		struct sight frame = {random, die(&dice, whole + 1), whole};

		must(checked_frame(checked, &frame, random, &dice, &verdict));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *expression = malloc(size + 1);
	struct checked checked;
	enum checked_status opened;
	size_t length;

	if (!expression)
		return 0;
	memcpy(expression, data, size);
	expression[size] = '\0';
	length = strlen(expression);
	opened = checked_open(&checked, expression);
	must(opened != CHECKED_BROKEN);
	if (opened == CHECKED_OPENED) {
		size_t skipped = length < size ? length + 1 : size;

		try_frames(&checked, data + skipped, (uint32_t)(size - skipped));
		checked_close(&checked);
	}
	free(expression);
	return 0;
}
