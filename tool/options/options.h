/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line. Options that tcpdump has, too, have its letters and long names.
 *
 * One table (table.c) describes each option and its effect. The parser's strings and --help are
 * made from it, so they never disagree.
 */
#ifndef VSOCKDUMP_OPTIONS_OPTIONS_H
#define VSOCKDUMP_OPTIONS_OPTIONS_H

#include <stdbool.h>

#include "tool/options/error.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/*
 * Fills *settings from the command line. False with a message in `error` if the command line is
 * wrong. In both cases, call options_free() later. A bad default file of names is only a warning:
 * then `error` is not empty, and the result is true.
 */
bool options_parse(struct settings *settings, int argc, char **argv,
		   char error[static OPTIONS_ERROR_MAX]);
void options_free(struct settings *settings);

/* What -h prints, and what --help prints (help.c). */
void options_short_help(struct output *out);
void options_help(struct output *out);

#endif
