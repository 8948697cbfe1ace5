/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: letters and long names are tcpdump's wherever tcpdump has the option.
 *
 * One table (options.c) holds everything about an option but its effect: the parser's strings
 * and --help are made from it, so they cannot disagree.
 */
#ifndef VSOCKDUMP_OPTIONS_OPTIONS_H
#define VSOCKDUMP_OPTIONS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "tool/options/error.h"
#include "tool/print/output.h"
#include "tool/settings.h"

enum option_group {
	GROUP_SOURCE,
	GROUP_PACKETS,
	GROUP_OTHER_OUTPUT,
	GROUP_NAMES,
	GROUP_FILES,
	GROUP_INTERFACES,
	GROUP_SAFETY,
	GROUP_HELP,
	OPTION_GROUPS
};

struct option_row {
	int id;               /* the letter, or a number above 255 */
	const char *name;     /* long name, or NULL */
	const char *argument; /* name of the argument, or NULL when there is none */
	bool optional; /* the argument may be left out, and is then given as --name=ARGUMENT */
	enum option_group group;
	const char *help; /* one line; NULL: an alias that --help leaves out */
};

extern const struct option_row options_table[];
extern const size_t options_count;

/*
 * Fills *settings from the command line. False with a message in `error` if it cannot be
 * understood; then, too, options_free() is due. A default file of names that is bad is no error
 * but a warning: `error` is not empty though the result is true.
 */
bool options_parse(struct settings *settings, int argc, char **argv,
		   char error[static OPTIONS_ERROR_MAX]);
void options_free(struct settings *settings);

/* What --help prints (help.c). */
void options_help(struct output *out);

#endif
