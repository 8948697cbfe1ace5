/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers the reader of lib/capture-file, for pcapng files.
 *
 * The first byte of the input chooses the pieces in which the file arrives. The second byte says
 * whether the file begins with a good section and interface, and which: then mutations reach the
 * blocks after them.
 */
#include <string.h>

#include "tests/fuzz/must.h"
#include "tests/fuzz/reading.h"

/* Both byte orders; microseconds. */
static const uint8_t starts[2][48] = {
    {
	0x0a, 0x0d, 0x0d, 0x0a, 28,   0,    0,    0,    0x4d, 0x3c, 0x2b, 0x1a, 1,  0, 0, 0,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28,   0,    0,    0,    1,  0, 0, 0,
	20,   0,    0,    0,    0x0f, 0x01, 0,    0,    0,    0,    4,    0,    20, 0, 0, 0,
    },
    {
	0x0a, 0x0d, 0x0d, 0x0a, 0,    0,    0,    28,   0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0,    0,    0,    28,   0, 0, 0, 1,
	0,    0,    0,    20,   0x01, 0x0f, 0,    0,    0,    4,    0,    0,    0, 0, 0, 20,
    },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t before = sizeof(starts[0]);
	uint8_t *file;

	if (size < 2)
		return 0;
	if (!(data[1] & 2)) {
		check_reading(data + 2, size - 2, data[0]);
		return 0;
	}
	file = malloc(before + size);
	must(file);
	memcpy(file, starts[data[1] & 1], before);
	memcpy(file + before, data + 2, size - 2);
	check_reading(file, before + size - 2, data[0]);
	free(file);
	return 0;
}
