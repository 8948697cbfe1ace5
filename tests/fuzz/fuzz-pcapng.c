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

#define LINKTYPE_AT 36

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

/* The link type is that of choice: VSOCK, LINUX_SLL or LINUX_SLL2. */
static void put_start(uint8_t *file, uint8_t choice)
{
	static const uint16_t linktypes[] = {271, 113, 276, 271};
	const bool big_endian = choice & 1;
	uint16_t linktype = linktypes[choice >> 2 & 3];

	memcpy(file, starts[big_endian], sizeof(starts[big_endian]));
	file[LINKTYPE_AT + !big_endian] = (uint8_t)(linktype >> 8);
	file[LINKTYPE_AT + big_endian] = (uint8_t)linktype;
}

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
	put_start(file, data[1]);
	memcpy(file + before, data + 2, size - 2);
	check_reading(file, before + size - 2, data[0]);
	free(file);
	return 0;
}
