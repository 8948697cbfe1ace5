/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_CAPTURES_PATTERN_H
#define TESTS_CAPTURES_PATTERN_H

#include <stddef.h>
#include <stdint.h>

/*
 * The sent bytes are numbered lines, so each byte shows its place, its sender and its connection.
 * So lost, doubled or moved bytes are noticed, and xz can still compress a capture of many bytes.
 */

/* Fills @at with the @count bytes from @offset of the stream of @sender ('c' or 's'). */
void pattern_fill(char *at, size_t count, uint64_t offset, char sender, uint32_t client_port);

/* Returns how many of the first bytes of @at are equal to those of pattern_fill(). */
size_t pattern_match(const char *at, size_t count, uint64_t offset, char sender,
		     uint32_t client_port);

#endif
