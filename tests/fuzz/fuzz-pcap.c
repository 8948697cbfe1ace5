/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers the reader of lib/capture-file, for pcap files.
 *
 * The first byte of the input chooses the pieces in which the file arrives. The second byte says
 * whether the header is in the input or is a good one, and of which link type: then mutations reach
 * the records.
 */
#include <string.h>

#include "core/wire.h"
#include "tests/fuzz/must.h"
#include "tests/fuzz/reading.h"
#include "tests/unit/frame.h"

#define HEADER_SIZE 24

static void put(uint8_t *at, uint32_t value, int bytes, bool big_endian)
{
	put_le(at, big_endian ? __builtin_bswap32(value) >> (32 - 8 * bytes) : value, bytes);
}

static void put_header(uint8_t header[static HEADER_SIZE], uint8_t choice)
{
	static const uint32_t linktypes[] = {VSOCK_LINKTYPE, 113, 276, VSOCK_LINKTYPE};
	bool nanosecond = choice & 1;
	bool big_endian = choice & 2;

	memset(header, 0, HEADER_SIZE);
	put(header, nanosecond ? 0xa1b23c4d : 0xa1b2c3d4, 4, big_endian);
	put(header + 4, 2, 2, big_endian);
	put(header + 6, 4, 2, big_endian);
	put(header + 16, 262144, 4, big_endian);
	put(header + 20, linktypes[choice >> 3 & 3], 4, big_endian);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *file;

	if (size < 2)
		return 0;
	if (!(data[1] & 4)) {
		check_reading(data + 2, size - 2, data[0]);
		return 0;
	}
	file = malloc(HEADER_SIZE + size);
	must(file);
	put_header(file, data[1]);
	memcpy(file + HEADER_SIZE, data + 2, size - 2);
	check_reading(file, HEADER_SIZE + size - 2, data[0]);
	free(file);
	return 0;
}
