/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames to try filters on: random ones, and those of captures. */
#ifndef TESTS_FILTER_FRAMES_H
#define TESTS_FILTER_FRAMES_H

#include "tests/filter/evaluate.h"
#include "tests/filter/random.h"

/* Room for a random frame. */
#define RANDOM_FRAME_MAX 256

/*
 * A whole frame of at most RANDOM_FRAME_MAX bytes: mostly sound, often of another transport, too
 * short for its headers, or in disagreement with itself. Returns its length.
 */
uint32_t random_frame(uint8_t bytes[static RANDOM_FRAME_MAX], struct dice *dice);

struct frames {
	struct sight *frames;
	size_t count, room;
};

/*
 * Adds at most `most` frames from all over a capture file, whole or cut as they are in there.
 * False with a message printed. frames_free() frees their bytes, too.
 */
bool frames_read(struct frames *frames, const char *path, size_t most);
void frames_free(struct frames *frames);

#endif
