/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_CAPTURES_AMOUNT_H
#define TESTS_CAPTURES_AMOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AMOUNT_ALL UINT64_MAX

/* "BYTES[:EACH]", for example "1000000:4096". */
struct amount {
	uint64_t bytes;
	size_t each; /* 0: not said */
};

bool amount_is_valid(const char *text);

/* @text has to be valid; an empty one gives zeroes. */
struct amount amount_parse(const char *text);

#endif
