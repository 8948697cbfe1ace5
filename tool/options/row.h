/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A row of the table of options (table.c). */
#ifndef VSOCKDUMP_OPTIONS_ROW_H
#define VSOCKDUMP_OPTIONS_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/modes.h"
#include "tool/settings.h"

enum option_group {
	GROUP_SOURCE,
	GROUP_PACKETS,
	GROUP_OTHER_OUTPUT,
	GROUP_RECORDS,
	GROUP_NAMES,
	GROUP_FILES,
	GROUP_INTERFACES,
	GROUP_SAFETY,
	GROUP_HELP,
	OPTION_GROUPS
};

/* What an option does with the field at its offset in struct settings. */
enum option_kind {
	OPTION_FLAG,        /* a bool becomes true */
	OPTION_COUNTER,     /* an unsigned is increased by one, up to `most` unless that is 0 */
	OPTION_NUMBER,      /* a uint32_t becomes the argument, `least` to `most` */
	OPTION_LONG_NUMBER, /* the same for a uint64_t */
	OPTION_TEXT,        /* a pointer to the argument */
	OPTION_CHOICE,      /* an enum becomes the index of the argument in `words`, or `value` */
	OPTION_VALUE,       /* an enum becomes `value` */
	/* These have no field. */
	OPTION_MODE,   /* selects row->mode and nothing else */
	OPTION_ACTION, /* row->action instead of a capture; the argument is the interface */
	OPTION_ANSWER, /* row->action, at once: later mistakes do not matter */
	OPTION_OWN,    /* row->set says */
	OPTION_ALIAS,  /* another name of the option in the previous row */
	/* Options of tcpdump that vsock does not need: */
	OPTION_IGNORED, /* accepted silently */
	OPTION_REFUSED, /* refused with row->reason, unless the argument is one of `words` */
};

struct parse;

struct option_row {
	int letter; /* or 0 */
	enum option_group group;
	const char *name;     /* long name, or NULL */
	const char *argument; /* name of the argument, or NULL without one */
	enum option_kind kind;
	int value;        /* depends on the kind, like the next members */
	size_t offset;    /* of the field in struct settings */
	const char *help; /* lines; NULL: --help leaves it out */

	uint64_t least, most;
	const char *const *words; /* up to a NULL; the first may be "", which no user can type */
	bool (*set)(struct parse *parse, const char *argument);
	const char *reason; /* of OPTION_REFUSED: why not, and what to type instead */
	/* The mode that the option selects, too; or NULL. */
	const struct mode *mode;
	enum action action;
	bool optional; /* the argument may be left out, and is then given as --name=ARGUMENT */
	bool capture;  /* the argument is a capture file, for the completion in shells */
};

extern const struct option_row options_table[];
extern const size_t options_count;

/* Options of tcpdump alone (foreign.c). The parser uses both tables as one. */
extern const struct option_row foreign_options[];
extern const size_t foreign_count;

#endif
