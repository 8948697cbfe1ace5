/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: letters and long names are tcpdump's wherever tcpdump has the option.
 *
 * One table (table.c) says everything about an option, its effect included. The parser's strings
 * and --help are made from it, so they cannot disagree.
 */
#ifndef VSOCKDUMP_OPTIONS_OPTIONS_H
#define VSOCKDUMP_OPTIONS_OPTIONS_H

#include <stdbool.h>

#include "tool/options/error.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/*
 * Fills *settings from the command line. False with a message in `error` if it cannot be
 * understood; then, too, options_free() is due. A default file of names that is bad is no error
 * but a warning: `error` is not empty though the result is true.
 */
bool options_parse(struct settings *settings, int argc, char **argv,
		   char error[static OPTIONS_ERROR_MAX]);
void options_free(struct settings *settings);

/* What -h prints, and what --help prints (help.c). */
void options_short_help(struct output *out);
void options_help(struct output *out);

#endif
