/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/common/word-distance.h"

#include <string.h>

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* rows[i][j] is the distance of the first i letters of `a` and the first j of `b`. */
unsigned word_distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_DISTANCE_MAX];
	size_t a_length = strlen(a);
	size_t b_length = strlen(b);

	if (a_length >= WORD_DISTANCE_MAX || b_length >= WORD_DISTANCE_MAX)
		return WORD_DISTANCE_MAX;
	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i - 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			unsigned replaced = above[j - 1] + (a[i - 1] != b[j - 1]);

			row[j] = least(least(above[j], row[j - 1]) + 1, replaced);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}
