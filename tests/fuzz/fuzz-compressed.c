/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers the reader of lib/capture-file, for compressed files: the bridge to the libraries that
 * decompress, not these libraries.
 *
 * The first byte of the input chooses the pieces in which the file arrives; the file follows.
 */
#include <string.h>

#include "tests/fuzz/must.h"
#include "tests/fuzz/reading.h"

/* A library may keep back what precedes the damage, depending on the pieces. */
static bool is_damaged(const struct reading *reading)
{
	return strstr(reading->error, " data is damaged near byte ");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading whole;
	struct reading pieces;

	if (size < 1)
		return 0;
	read_capture(&whole, data + 1, size - 1, AT_ONCE, 0, NULL, NULL);
	read_capture(&pieces, data + 1, size - 1, IN_PIECES, data[0], NULL, NULL);
	if (is_damaged(&whole) || is_damaged(&pieces))
		must(whole.error[0] && pieces.error[0]);
	else
		check_same(&whole, &pieces);
	return 0;
}
