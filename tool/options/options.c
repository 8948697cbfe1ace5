/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/options/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/finding.h"
#include "lib/common/cid-file.h"
#include "lib/common/number.h"
#include "tool/options/input-list.h"
#include "tool/options/parse.h"

/* getopt_long() returns this for a row without a letter: its place in the table, above letters. */
#define LONG_ONLY 256

bool options_fail(struct parse *parse, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(parse->error, OPTIONS_ERROR_MAX, format, arguments);
	va_end(arguments);
	return false;
}

const char *option_text(const struct option_row *row, char text[static 32])
{
	if (row->letter)
		snprintf(text, 32, "-%c", row->letter);
	else
		snprintf(text, 32, "--%s", row->name);
	return text;
}

/* The row of this place in both tables; NULL after the last. */
static const struct option_row *row_at(size_t place)
{
	if (place < options_count)
		return &options_table[place];
	place -= options_count;
	return place < foreign_count ? &foreign_options[place] : NULL;
}

static bool set_number(struct parse *parse, const struct option_row *row, void *field,
		       const char *argument)
{
	uint64_t value;
	char text[32];

	if (!parse_number(argument, row->least, row->most, &value))
		return options_fail(parse, "%s %.64s: not a number from %llu to %llu",
				    option_text(row, text), argument,
				    (unsigned long long)row->least, (unsigned long long)row->most);
	if (row->kind == OPTION_NUMBER)
		*(uint32_t *)field = (uint32_t)value;
	else
		*(uint64_t *)field = value;
	return true;
}

/* "--color=pink: not one of auto, always, never" */
static bool fail_choice(struct parse *parse, const struct option_row *row, const char *argument)
{
	char list[64] = "";
	size_t length = 0;
	char text[32];

	for (const char *const *word = row->words; *word; word++)
		if (**word)
			length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
						   length ? ", " : "", *word);
	return options_fail(parse, "%s%c%.64s: not one of %s", option_text(row, text),
			    row->optional ? '=' : ' ', argument, list);
}

static bool set_choice(struct parse *parse, const struct option_row *row, int *field,
		       const char *argument)
{
	if (!argument) {
		*field = row->value;
		return true;
	}
	for (int i = 0; row->words[i]; i++) {
		if (*row->words[i] && strcmp(row->words[i], argument) == 0) {
			*field = i;
			return true;
		}
	}
	return fail_choice(parse, row, argument);
}

/* "only -t, -tt and -ttt have a meaning" */
static bool fail_counter(struct parse *parse, const struct option_row *row)
{
	char list[128] = "";
	size_t length = 0;

	for (unsigned i = 1; i <= row->most; i++) {
		const char *before = i == 1 ? "-" : i < row->most ? ", -" : " and -";

		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s", before);
		for (unsigned j = 0; j < i && length + 1 < sizeof(list); j++)
			list[length++] = row->letter;
	}
	return options_fail(parse, "only %s have a meaning", list);
}

static bool count_up(struct parse *parse, const struct option_row *row, unsigned *field)
{
	if (row->most && *field == row->most)
		return fail_counter(parse, row);
	++*field;
	return true;
}

/*
 * Only one mode and one action. A mode may be repeated, or selected by two options. But an action
 * has an argument.
 */
static bool choose(struct parse *parse, const struct option_row **chosen,
		   const struct option_row *row)
{
	char one[32];
	char other[32];

	if (*chosen && row->mode && (*chosen)->mode == row->mode)
		return true;
	if (*chosen && (*chosen != row || row->kind == OPTION_ACTION))
		return options_fail(parse, "%s and %s: only one at a time",
				    option_text(*chosen, one), option_text(row, other));
	*chosen = row;
	return true;
}

static bool set_action(struct parse *parse, const struct option_row *row, const char *interface)
{
	if (!choose(parse, &parse->action, row))
		return false;
	parse->settings->action = row->action;
	if (interface)
		parse->settings->source.interface = interface;
	return true;
}

static bool set_mode(struct parse *parse, const struct option_row *row)
{
	if (!choose(parse, &parse->mode, row))
		return false;
	parse->settings->mode = row->mode;
	return true;
}

/* Options of tcpdump alone. Some of these accept one value that changes nothing. */
static bool refuse(struct parse *parse, const struct option_row *row, const char *argument)
{
	char text[32];

	for (const char *const *word = argument ? row->words : NULL; word && *word; word++)
		if (strcasecmp(*word, argument) == 0)
			return true;
	return options_fail(parse, "%s%s%.64s: %s", option_text(row, text), argument ? " " : "",
			    argument ? argument : "", row->reason);
}

/* Applies one option. */
static bool apply(struct parse *parse, const struct option_row *row, const char *argument)
{
	void *field = (char *)parse->settings + row->offset;

	if (row->mode && !set_mode(parse, row))
		return false;
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return true;
	case OPTION_COUNTER:
		return count_up(parse, row, field);
	case OPTION_NUMBER:
	case OPTION_LONG_NUMBER:
		return set_number(parse, row, field, argument);
	case OPTION_TEXT:
		*(const char **)field = argument;
		return true;
	case OPTION_CHOICE:
		return set_choice(parse, row, field, argument);
	case OPTION_VALUE:
		*(int *)field = row->value;
		return true;
	case OPTION_ACTION:
		return set_action(parse, row, argument);
	case OPTION_ANSWER:
		parse->settings->action = row->action;
		return true;
	case OPTION_OWN:
		return row->set(parse, argument);
	case OPTION_REFUSED:
		return refuse(parse, row, argument);
	case OPTION_MODE:
	case OPTION_ALIAS:
	case OPTION_IGNORED:
		break;
	}
	return true;
}

/* The table in the form for getopt_long(). */
struct getopt_tables {
	char letters[2 + 3 * OPTIONS_MAX];
	struct option names[OPTIONS_MAX + 1];
};

static int argument_kind(const struct option_row *row)
{
	if (!row->argument)
		return no_argument;
	return row->optional ? optional_argument : required_argument;
}

static void make_getopt_tables(struct getopt_tables *tables)
{
	char *letter = tables->letters;
	struct option *name = tables->names;
	int id = 0;

	*letter++ = ':'; /* distinguishes a missing argument from an unknown option */
	for (size_t i = 0; row_at(i); i++) {
		const struct option_row *row = row_at(i);

		if (row->letter) {
			*letter++ = (char)row->letter;
			if (row->argument)
				*letter++ = ':';
		}
		if (row->kind != OPTION_ALIAS)
			id = row->letter ? row->letter : LONG_ONLY + (int)i;
		if (row->name)
			*name++ = (struct option){row->name, argument_kind(row), NULL, id};
	}
	*letter = '\0';
	*name = (struct option){0};
}

static const struct option_row *find_row(int id)
{
	if (id >= LONG_ONLY)
		return row_at((size_t)id - LONG_ONLY);
	for (size_t i = 0; row_at(i); i++)
		if (id && row_at(i)->letter == id)
			return row_at(i);
	return NULL;
}

/* The argument with the unknown letter. getopt_long() stays in it until its last letter. */
static const char *argument_of_letter(int argc, char **argv)
{
	const char *last = argv[optind - 1];
	const bool ended = optind == argc || (last[0] == '-' && last[strlen(last) - 1] == optopt);

	return ended ? last : argv[optind];
}

/* Reports what getopt_long() refused. */
static bool fail_getopt(struct parse *parse, int result, int argc, char **argv)
{
	const struct option_row *row = find_row(optopt);
	char text[32];

	if (result == ':' && row->kind == OPTION_REFUSED)
		return refuse(parse, row, NULL);
	if (result == ':')
		return options_fail(parse, "%s needs an argument: %s", option_text(row, text),
				    row->argument);
	if (row)
		return options_fail(parse, "%s takes no argument", option_text(row, text));
	if (optopt == 0)
		return options_fail_long(parse, argv[optind - 1]);
	return options_fail_letter(parse, optopt, argument_of_letter(argc, argv));
}

/* People type "-version", which would mean -v -e -r sion. */
static bool is_version(int id, const char *word)
{
	return id == 'r' && strcmp(word, "-version") == 0 && optarg == word + strlen("-ver");
}

static void note_filter(struct settings *settings)
{
	const bool one_side = settings->source.direction != DIRECTION_INOUT;

	settings->print.filtered =
	    settings->source.filter_file || *settings->source.expression || one_side;
	settings->print.incomplete = settings->print.filtered && settings->source.file_count == 0;
}

static bool parse_options(struct parse *parse, int argc, char **argv)
{
	struct settings *settings = parse->settings;
	struct getopt_tables tables = {0};
	int id;

	make_getopt_tables(&tables);
	optind = 0; /* GNU: forget a parse before this one */
	opterr = 0;
	while ((id = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		if (id == ':' || id == '?')
			return fail_getopt(parse, id, argc, argv);
		if (is_version(id, argv[optind - 1])) {
			settings->action = ACTION_VERSION;
			return true;
		}
		if (!apply(parse, find_row(id), optarg))
			return false;
		if (find_row(id)->kind == OPTION_ANSWER) {
			settings->source.expression = argv + optind;
			return true;
		}
	}
	settings->source.expression = argv + optind;
	note_filter(settings);
	/* With vsock each interface sees everything, and so does the default. */
	if (!parse->action && settings->source.interface &&
	    strcmp(settings->source.interface, "any") == 0)
		settings->source.interface = NULL;
	return true;
}

/* Later names replace earlier ones, so the command line's come last. */
static bool read_names(struct parse *parse)
{
	struct vsock_cid_names *names = parse->settings->print.names;

	for (size_t i = 0; i < parse->file_count; i++) {
		if (!cid_file_read(names, parse->files[i], parse->error))
			return false;
	}
	if (parse->file_count == 0 && !parse->settings->print.numbers)
		cid_file_read_defaults(names, parse->error);

	for (size_t i = 0; i < parse->assignment_count; i++) {
		char wrong[CID_FILE_ERROR_MAX];

		if (!cid_file_assign(names, parse->assignments[i], wrong))
			return options_fail(parse, "--name: %s", wrong);
	}
	return true;
}

static bool parse_all(struct parse *parse, int argc, char **argv)
{
	const enum action *action = &parse->settings->action;

	if (!parse_options(parse, argc, argv))
		return false;
	if (*action == ACTION_HELP || *action == ACTION_SHORT_HELP || *action == ACTION_VERSION ||
	    *action == ACTION_EXPLAIN)
		return true;
	if (!options_check(parse))
		return false;
	return *action != ACTION_CAPTURE || read_names(parse);
}

_Static_assert(OPTIONS_ERROR_MAX >= CID_FILE_ERROR_MAX + 16, "an error of names must fit");

bool options_parse(struct settings *settings, int argc, char **argv,
		   char error[static OPTIONS_ERROR_MAX])
{
	struct parse parse = {
	    .settings = settings,
	    .error = error,
	    .assignments = calloc((size_t)argc + 1, sizeof(char *)),
	    .files = calloc((size_t)argc + 1, sizeof(char *)),
	};
	bool ok;

	*settings = (struct settings){.print = {.names = vsock_cid_names_new()},
				      .flow = {.fail_on = VSOCK_SUSPICIOUS}};
	error[0] = '\0';
	ok = settings->print.names && parse.assignments && parse.files;
	if (!ok)
		options_fail(&parse, "not enough memory");
	ok = ok && parse_all(&parse, argc, argv);
	free(parse.assignments);
	free(parse.files);
	return ok;
}

void options_free(struct settings *settings)
{
	input_list_free(settings);
	free(settings->source.hybrid_sockets);
	settings->source.hybrid_sockets = NULL;
	vsock_cid_names_free(settings->print.names);
	settings->print.names = NULL;
	free((void *)settings->print.redact);
	settings->print.redact = NULL;
	process_table_free(settings->print.processes);
	settings->print.processes = NULL;
}
