/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader's terminal: whether standard output and standard error are one, how wide it is, and
 * where a line must end to fit. Only this file knows a width.
 *
 * A terminal is asked once, at the start: the sandbox forbids it later.
 */
#ifndef VSOCKDUMP_TERMINAL_H
#define VSOCKDUMP_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* A narrower terminal counts as this wide. */
#define TERMINAL_COLUMNS_LEAST 20

/* Asks the descriptors 1 and 2. Before this, neither is a terminal. */
void terminals_ask(void);

bool terminal_is(int fd);

/* How many columns a line may have. 0: this is no terminal, and no line is wrapped. */
unsigned terminal_columns(int fd);

/*
 * How many bytes of a line that begins at column `start` fit into `columns`. The line is cut at
 * blanks, which do not count. Words stay whole, so a first word that is too long makes more than
 * fits. Color sequences take no columns.
 */
size_t terminal_fit(const char *text, size_t length, unsigned start, unsigned columns);

#endif
