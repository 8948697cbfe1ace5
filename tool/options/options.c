/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/options/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/common/cid-file.h"
#include "lib/common/number.h"
#include "tool/options/file-options.h"
#include "tool/options/table.h"

bool option_fail(struct parse *parse, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(parse->error, OPTIONS_ERROR_MAX, format, arguments);
	va_end(arguments);
	return false;
}

/* As the user may write it: "-c", "--flows". */
static const char *row_text(const struct option_row *row, char text[static 32])
{
	if (row->letter)
		snprintf(text, 32, "-%c", row->letter);
	else
		snprintf(text, 32, "--%s", row->name);
	return text;
}

static bool set_number(struct parse *parse, const struct option_row *row, const char *argument,
		       void *field)
{
	char text[32];
	uint64_t value;

	if (!parse_number(argument, row->least, row->most, &value))
		return option_fail(parse, "%s %.64s: not a number from %llu to %llu",
				   row_text(row, text), argument, (unsigned long long)row->least,
				   (unsigned long long)row->most);
	if (row->unit)
		value *= row->unit;
	if (row->size == sizeof(uint32_t))
		*(uint32_t *)field = (uint32_t)value;
	else
		*(uint64_t *)field = value;
	return true;
}

static bool fail_choice(struct parse *parse, const struct option_row *row, const char *argument)
{
	char text[32];
	char words[128] = "";
	size_t length = 0;

	for (const struct option_word *w = row->words; w->word; w++)
		length += (size_t)snprintf(words + length, sizeof(words) - length, "%s%s",
					   length > 0 ? ", " : "", w->word);
	return option_fail(parse, "%s%s%.64s: not one of %s", row_text(row, text),
			   row->optional ? "=" : " ", argument, words);
}

static bool set_choice(struct parse *parse, const struct option_row *row, const char *argument,
		       int *field)
{
	if (!argument) {
		*field = row->value;
		return true;
	}
	for (const struct option_word *w = row->words; w->word; w++) {
		if (strcmp(argument, w->word) == 0) {
			*field = w->value;
			return true;
		}
	}
	return fail_choice(parse, row, argument);
}

/* Fills in the option's field. */
static bool set_field(struct parse *parse, const struct option_row *row, const char *argument)
{
	void *field = (char *)parse->settings + row->offset;

	switch (row->kind) {
	case OPTION_NO_FIELD:
		break;
	case OPTION_FLAG:
		*(bool *)field = true;
		break;
	case OPTION_VALUE:
		*(int *)field = row->value;
		break;
	case OPTION_COUNTER:
		++*(unsigned *)field;
		break;
	case OPTION_TEXT:
		*(const char **)field = argument;
		break;
	case OPTION_NUMBER:
		return set_number(parse, row, argument, field);
	case OPTION_CHOICE:
		return set_choice(parse, row, argument, field);
	}
	return true;
}

/* There may be one option of this kind. Repeating it does no harm. */
static bool choose_once(struct parse *parse, const struct option_row **chosen,
			const struct option_row *row)
{
	char one[32];
	char other[32];

	if (*chosen && *chosen != row)
		return option_fail(parse, "%s and %s: only one at a time", row_text(*chosen, one),
				   row_text(row, other));
	*chosen = row;
	return true;
}

/* The effect of one option. */
static bool apply(struct parse *parse, const struct option_row *row, const char *argument)
{
	if (row->action && !choose_once(parse, &parse->action, row))
		return false;
	if (row->mode && !choose_once(parse, &parse->mode, row))
		return false;
	if (row->action)
		parse->settings->action = row->action;
	if (row->mode)
		parse->settings->mode = row->mode;
	return set_field(parse, row, argument) && (!row->set || row->set(parse, row, argument));
}

/* The table in the form that getopt_long() wants it. */
struct getopt_tables {
	char letters[2 + 3 * OPTIONS_MAX];
	struct option names[OPTIONS_MAX + 1];
};

/* What getopt_long() returns for an option: above all letters, its place in the table. */
static int row_id(const struct option_row *row)
{
	return row->letter ? row->letter : 256 + (int)(row - options_table);
}

static void make_getopt_tables(struct getopt_tables *tables)
{
	char *letter = tables->letters;
	struct option *name = tables->names;
	*letter++ = ':'; /* tell a missing argument from an unknown option */
	for (const struct option_row *row = options_table; row < options_table + options_count;
	     row++) {
		if (row->letter) {
			*letter++ = (char)row->letter;
			if (row->argument)
				*letter++ = ':';
		}
		if (row->name) {
			int has = !row->argument  ? no_argument
				  : row->optional ? optional_argument
						  : required_argument;
			*name++ = (struct option){row->name, has, NULL, row_id(row)};
		}
	}
	*letter = '\0';
	*name = (struct option){0};
}

static const struct option_row *find_row(int id)
{
	for (size_t i = 0; i < options_count; i++)
		if (row_id(&options_table[i]) == id)
			return &options_table[i];
	return NULL;
}

/* What getopt_long() did not like; `word` is the argument of the command line it stood in. */
static bool fail_getopt(struct parse *parse, int result, const char *word)
{
	bool is_long = strncmp(word, "--", 2) == 0;
	const struct option_row *row = find_row(optopt);
	char text[32];
	if (result == ':')
		return option_fail(parse, "%s needs an argument: %s", row_text(row, text),
				   row->argument);
	if (is_long && row)
		return option_fail(parse, "%s takes no argument", row_text(row, text));
	if (is_long)
		return option_fail(parse, "unknown or ambiguous option '%.64s'", word);
	return option_fail(parse, "unknown option '-%c'", optopt);
}

static bool parse_options(struct parse *parse, int argc, char **argv)
{
	struct getopt_tables tables = {0};
	const struct option_row *row;
	int id;

	make_getopt_tables(&tables);

	optind = 0; /* GNU: forget a parse before this one */
	opterr = 0;
	while ((id = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		if (id == ':' || id == '?')
			return fail_getopt(parse, id, argv[optind - 1]);
		row = find_row(id);
		/* --help always works. */
		if (row->at_once) {
			parse->settings->action = row->action;
			return true;
		}
		if (!apply(parse, row, optarg))
			return false;
	}
	parse->settings->source.expression = argv + optind;
	parse->settings->print.filtered = parse->settings->source.filter_file || argv[optind];
	return true;
}

/* What cannot go together with an option that is not about packets. */
static bool check_action(struct parse *parse)
{
	const struct settings *settings = parse->settings;
	char text[32];

	if (settings->source.read_file || settings->file.name)
		return option_fail(parse, "%s is not for use with -r or -w",
				   row_text(parse->action, text));
	if (settings->print.filtered)
		return option_fail(parse, "%s takes no filter", row_text(parse->action, text));
	return true;
}

static bool check_combination(struct parse *parse)
{
	const struct settings *settings = parse->settings;
	const struct source_settings *source = &settings->source;

	if (parse->action)
		return check_action(parse);
	if (source->filter_file && *source->expression)
		return option_fail(parse, "-F %.64s and '%.64s': only one filter at a time",
				   source->filter_file, *source->expression);
	if (source->dump_program > 3)
		return option_fail(parse, "only -d, -dd and -ddd have a meaning");
	if (source->read_file && source->interface)
		return option_fail(parse,
				   "-r and -i: packets come from a file or from an interface");
	if (settings->output.raw && settings->print.payload != PAYLOAD_NONE)
		return option_fail(parse, "--raw is not for use with -x, -X or -A");
	return file_options_check(settings, parse->error);
}

/* Later names win, so the command line's come last. */
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
			return option_fail(parse, "--name: %s", wrong);
	}
	return true;
}

static bool parse_all(struct parse *parse, int argc, char **argv)
{
	if (!parse_options(parse, argc, argv))
		return false;
	if (parse->settings->action == ACTION_HELP || parse->settings->action == ACTION_VERSION)
		return true;
	if (!check_combination(parse))
		return false;
	return parse->settings->action != ACTION_CAPTURE || read_names(parse);
}

_Static_assert(OPTIONS_ERROR_MAX >= CID_FILE_ERROR_MAX + 16, "an error of names must fit");

bool options_parse(struct settings *settings, int argc, char **argv,
		   char error[static OPTIONS_ERROR_MAX])
{
	*settings = (struct settings){.print.names = vsock_cid_names_new()};
	error[0] = '\0';
	struct parse parse = {
	    .settings = settings,
	    .error = error,
	    .assignments = calloc((size_t)argc + 1, sizeof(char *)),
	    .files = calloc((size_t)argc + 1, sizeof(char *)),
	};

	bool ok = settings->print.names && parse.assignments && parse.files;
	if (!ok)
		option_fail(&parse, "not enough memory");
	ok = ok && parse_all(&parse, argc, argv);
	free(parse.assignments);
	free(parse.files);
	return ok;
}

void options_free(struct settings *settings)
{
	vsock_cid_names_free(settings->print.names);
	settings->print.names = NULL;
}
