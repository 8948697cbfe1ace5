/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads numbers from the command line and from files. The whole text must be digits and the value
 * must be in range. strtoul() is not used, because it accepts blanks, signs and text after the
 * number, and turns "-1" into a large number.
 */
#ifndef VSOCK_LIB_COMMON_NUMBER_H
#define VSOCK_LIB_COMMON_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal. False, without a change of *value, unless `text` is a number from `least` to `most`. */
bool parse_number(const char *text, uint64_t least, uint64_t most, uint64_t *value);

/* The same, or hexadecimal with "0x". A leading 0 alone does not make a number octal. */
bool parse_number_any_base(const char *text, uint64_t least, uint64_t most, uint64_t *value);

#endif
