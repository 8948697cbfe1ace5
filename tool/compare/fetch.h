/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetches memory into the cache before it is needed. The address need not be valid.
 *
 * gcc takes a function that only fetches for one without effect, and leaves out calls of it. The
 * empty assembly is an effect.
 */
#ifndef VSOCKDUMP_COMPARE_FETCH_H
#define VSOCKDUMP_COMPARE_FETCH_H

#include <stddef.h>

#define FETCH_LINE 64

static inline void fetch_line(const void *memory)
{
	__asm__ volatile("");
	__builtin_prefetch(memory, 1);
}

/* All lines of it come at once, and not one after the other. */
static inline void fetch_lines(const void *memory, size_t size)
{
	for (size_t i = 0; i < size; i += FETCH_LINE)
		fetch_line((const char *)memory + i);
}

#endif
