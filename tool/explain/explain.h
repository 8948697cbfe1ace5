/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --explain: what the codes of findings mean, as text in 80 columns. */
#ifndef VSOCKDUMP_EXPLAIN_EXPLAIN_H
#define VSOCKDUMP_EXPLAIN_EXPLAIN_H

#include "tool/exit-status.h"
#include "tool/print/output.h"

/*
 * Explains each code up to a NULL. Without one, lists all codes by class. A word that several codes
 * begin with lists these. An unknown code is EXIT_USAGE, with a message; then nothing is printed.
 */
enum exit_status explain(struct output *out, char *const *codes);

#endif
