/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of bytes for people. */
#ifndef VSOCKDUMP_PRINT_SIZE_H
#define VSOCKDUMP_PRINT_SIZE_H

#include <stdint.h>

#include "tool/print/output.h"

/* "512 bytes", "3.1 GB"; decimal units, two or three digits. */
void size_print(struct output *out, uint64_t bytes);

/* "512", "3.1G": for a table, at most six characters. */
void size_print_short(struct output *out, uint64_t bytes);

#endif
