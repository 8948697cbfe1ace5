/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --explain: what the codes of findings mean, as text in 80 columns. */
#ifndef VSOCKDUMP_EXPLAIN_EXPLAIN_H
#define VSOCKDUMP_EXPLAIN_EXPLAIN_H

#include "tool/exit-status.h"
#include "tool/print/output.h"

/*
 * Explains each code up to a NULL. Without a code, lists all codes by class. If several codes begin
 * with a word, lists these. For an unknown code, prints only a message and returns EXIT_USAGE.
 */
enum exit_status explain(struct output *out, char *const *codes);

#endif
