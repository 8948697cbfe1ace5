/* SPDX-License-Identifier: BSD-3-Clause */
/* Lengths of time as text, in sentences and in tables. */
#ifndef VSOCK_CORE_DURATION_H
#define VSOCK_CORE_DURATION_H

#include <stddef.h>
#include <stdint.h>

#define VSOCK_DURATION_TEXT_MAX 24

/*
 * Writes a time with three digits, or with two units: "85us", "1.23ms", "12.3s", "1m02s", "3h04m",
 * "2d03h". The rounded value decides the unit. `gap` comes between number and unit: "" in a table,
 * " " in a sentence ("12.3 s"). Returns the length.
 */
size_t vsock_duration_text(char text[static VSOCK_DURATION_TEXT_MAX], uint64_t nanoseconds,
			   const char *gap);

#endif
