/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What fuzz targets assert; unlike assert(3) in every build. */
#ifndef TESTS_FUZZ_MUST_H
#define TESTS_FUZZ_MUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define must(right) ((right) ? (void)0 : must_fail(__FILE__, __LINE__, #right))

static inline _Noreturn void must_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	abort();
}

#endif
