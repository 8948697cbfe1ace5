/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of bytes in memory of just their size, so that sanitizers and valgrind see a read beyond.
 */
#ifndef TESTS_UNIT_LIB_PROTOCOLS_EXACT_H
#define TESTS_UNIT_LIB_PROTOCOLS_EXACT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* To be freed. */
static inline uint8_t *exact_copy(const void *bytes, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	return copy;
}

#define assert_text(text, expected)                                                                \
	do {                                                                                       \
		assert_int_equal((text).length, strlen(expected));                                 \
		assert_memory_equal((text).at, expected, strlen(expected));                        \
	} while (0)

#endif
