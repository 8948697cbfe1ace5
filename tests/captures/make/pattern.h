/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_CAPTURES_PATTERN_H
#define TESTS_CAPTURES_PATTERN_H

#include <stddef.h>
#include <stdint.h>

/*
 * What is sent: numbered lines, so that each byte tells its place, its sender and its connection.
 * Bytes that are lost, doubled or moved then show, and xz can still pack a capture of many of them.
 */

/* Fills @at with the @count bytes from place @offset of what @sender ('c' or 's') sends. */
void pattern_fill(char *at, size_t count, uint64_t offset, char sender, uint32_t client_port);

/* Returns how many of the first bytes of @at are those that pattern_fill would put there. */
size_t pattern_match(const char *at, size_t count, uint64_t offset, char sender,
		     uint32_t client_port);

#endif
