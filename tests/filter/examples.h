/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The expressions that a manual page shows. */
#ifndef TESTS_FILTER_EXAMPLES_H
#define TESTS_FILTER_EXAMPLES_H

#include <stdbool.h>
#include <stdio.h>

#define EXAMPLE_MAX 1024

/* Reads the next line that the page displays, without the escapes of mdoc. False at the end. */
bool example_next(FILE *page, char expression[static EXAMPLE_MAX]);

#endif
