/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers from the command line, read strictly: the whole text must be digits, and the value in
 * range. strtoul() takes blanks, signs and trailing text, and wraps "-1" around.
 */
#ifndef VSOCK_LIB_COMMON_NUMBER_H
#define VSOCK_LIB_COMMON_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal. False, with *value as it was, unless `text` is a number from `least` to `most`. */
bool parse_number(const char *text, uint64_t least, uint64_t most, uint64_t *value);

/* The same; "0x" makes it hexadecimal. A leading 0 alone does not make it octal. */
bool parse_number_any_base(const char *text, uint64_t least, uint64_t most, uint64_t *value);

#endif
