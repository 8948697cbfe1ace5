/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of options: one row says what an option is called, what --help says, and its effect. */
#ifndef VSOCKDUMP_OPTIONS_TABLE_H
#define VSOCKDUMP_OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/options/error.h"
#include "tool/settings.h"

/* No more than there may be rows in the table. */
#define OPTIONS_MAX 96

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

/* What an option does to its field of struct settings. */
enum option_kind {
	OPTION_NO_FIELD, /* all that it does is in `mode`, `action` or `set` */
	OPTION_FLAG,     /* a bool becomes true */
	OPTION_VALUE,    /* an int becomes `value` */
	OPTION_COUNTER,  /* an unsigned grows by 1 */
	OPTION_TEXT,     /* a const char * becomes the argument */
	OPTION_NUMBER, /* 4 or 8 bytes become the argument, from `least` to `most`, times `unit` */
	OPTION_CHOICE, /* an int becomes the value of one of `words`; `value` without argument */
};

/* A word that an option takes, and its value. The last of an array has none. */
struct option_word {
	const char *word;
	int value;
};

/* What the command line leaves to be done when all of it has been read. */
struct parse {
	struct settings *settings;
	char *error;                     /* OPTIONS_ERROR_MAX chars */
	unsigned times;                  /* number of -t */
	const struct option_row *action; /* the option that chose settings->action; or NULL */
	const struct option_row *mode;   /* the option that chose settings->mode; or NULL */
	/* Arguments of --name and --names-file, pointers into argv. */
	const char **assignments;
	const char **files;
	size_t assignment_count;
	size_t file_count;
};

struct option_row {
	int letter; /* 0: none */
	enum option_group group;
	const char *name;     /* long name, or NULL */
	const char *argument; /* name of the argument, or NULL when there is none */
	const char *help;     /* one line; NULL: an alias that --help leaves out */

	enum option_kind kind;
	enum action action;      /* not ACTION_CAPTURE: the option chooses it */
	const struct mode *mode; /* not NULL: the option chooses it */
	size_t offset;           /* of the field in struct settings */
	uint64_t least;
	uint64_t most;
	const struct option_word *words;
	/* An effect of its own. False with a message in parse->error. */
	bool (*set)(struct parse *parse, const struct option_row *row, const char *argument);
	int value;
	uint32_t unit; /* 0: 1 */
	uint8_t size;  /* of the field */
	bool optional; /* the argument may be left out, and is then given as --name=ARGUMENT */
	bool at_once;  /* whatever else the line says */
};

extern const struct option_row options_table[];
extern const size_t options_count;

/* Writes a message to parse->error, and returns false. */
__attribute__((format(printf, 2, 3))) bool option_fail(struct parse *parse, const char *format,
						       ...);

/* Effects of options (effects.c). */
bool option_set_time(struct parse *parse, const struct option_row *row, const char *argument);
bool option_set_precision(struct parse *parse, const struct option_row *row, const char *argument);
bool option_set_follow(struct parse *parse, const struct option_row *row, const char *argument);
bool option_set_file_size(struct parse *parse, const struct option_row *row, const char *argument);
bool option_add_name(struct parse *parse, const struct option_row *row, const char *argument);
bool option_add_names_file(struct parse *parse, const struct option_row *row, const char *argument);

#endif
