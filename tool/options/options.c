/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/options/options.h"

#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/flow-table.h"
#include "lib/common/cid-file.h"
#include "lib/common/number.h"
#include "tool/options/file-options.h"
#include "tool/options/ids.h"

/* libpcap's own limit (MAXIMUM_SNAPLEN); no vsock frame is longer. */
#define SNAPLEN_MAX 262144

#define THREADS_MAX 2

/* Of -W and -G: larger than anybody means, and far from where sums would overflow. */
#define FILES_MAX        1000000000
#define FILE_SECONDS_MAX 1000000000

/* What the command line leaves to be done when all of it has been read. */
struct parse {
	struct settings *settings;
	char *error;                     /* OPTIONS_ERROR_MAX chars */
	unsigned times;                  /* number of -t */
	const struct option_row *action; /* the option that is not about packets; or NULL */
	/* Arguments of --name and --names-file, pointers into argv. */
	const char **assignments;
	const char **files;
	size_t assignment_count;
	size_t file_count;
};

__attribute__((format(printf, 2, 3))) static bool fail(struct parse *parse, const char *format, ...)
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
	if (row->id < 256)
		snprintf(text, 32, "-%c", row->id);
	else
		snprintf(text, 32, "--%s", row->name);
	return text;
}

static bool number(struct parse *parse, const struct option_row *row, const char *argument,
		   uint64_t least, uint64_t most, uint64_t *value)
{
	char text[32];
	if (parse_number(argument, least, most, value))
		return true;
	return fail(parse, "%s %.64s: not a number from %llu to %llu", row_text(row, text),
		    argument, (unsigned long long)least, (unsigned long long)most);
}

static bool set_snaplen(struct parse *parse, const struct option_row *row, const char *argument)
{
	uint64_t value;
	if (!number(parse, row, argument, 0, SNAPLEN_MAX, &value))
		return false;
	parse->settings->snaplen = (int)value;
	return true;
}

static bool set_buffer_size(struct parse *parse, const struct option_row *row, const char *argument)
{
	uint64_t kib;
	if (!number(parse, row, argument, 1, INT_MAX / 1024, &kib))
		return false;
	parse->settings->buffer_size = (int)kib * 1024;
	return true;
}

static bool set_max_flows(struct parse *parse, const struct option_row *row, const char *argument)
{
	uint64_t value;
	if (!number(parse, row, argument, 1, VSOCK_FLOW_MAX_LIMIT, &value))
		return false;
	parse->settings->max_flows = (uint32_t)value;
	return true;
}

static bool set_threads(struct parse *parse, const struct option_row *row, const char *argument)
{
	uint64_t value;
	if (!number(parse, row, argument, 1, THREADS_MAX, &value))
		return false;
	parse->settings->threads = (unsigned)value;
	return true;
}

static bool set_file_bytes(struct parse *parse, const char *argument)
{
	if (file_size_parse(argument, &parse->settings->file_bytes))
		return true;
	return fail(parse, "-C %.64s: not a number of millions of bytes, nor one with K, M or G",
		    argument);
}

static bool set_file_count(struct parse *parse, const struct option_row *row, const char *argument)
{
	uint64_t value;
	if (!number(parse, row, argument, 1, FILES_MAX, &value))
		return false;
	parse->settings->file_count = (uint32_t)value;
	return true;
}

static bool set_file_format(struct parse *parse, const char *argument)
{
	return file_format_parse(argument, &parse->settings->file_format) ||
	       fail(parse, "--file-format %.64s: not one of pcap, pcapng", argument);
}

static bool set_follow(struct parse *parse, const char *argument)
{
	static const char *const sides[] = {
	    [FOLLOW_BOTH] = "", [FOLLOW_CLIENT] = ".client", [FOLLOW_SERVER] = ".server"};
	size_t digits = strspn(argument, "0123456789");
	char flow[24];
	if (digits < sizeof(flow)) {
		memcpy(flow, argument, digits);
		flow[digits] = '\0';
		for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
			if (strcmp(argument + digits, sides[i]) != 0)
				continue;
			parse->settings->follow_sides = (enum follow_sides)i;
			if (parse_number(flow, 1, UINT64_MAX, &parse->settings->follow))
				return true;
		}
	}
	return fail(parse,
		    "--follow %.64s: not the number of a flow, FLOW, FLOW.client or FLOW.server",
		    argument);
}

static bool set_colour(struct parse *parse, const char *when)
{
	if (!when || strcmp(when, "always") == 0)
		parse->settings->colour = COLOUR_ALWAYS;
	else if (strcmp(when, "auto") == 0)
		parse->settings->colour = COLOUR_AUTO;
	else if (strcmp(when, "never") == 0)
		parse->settings->colour = COLOUR_NEVER;
	else
		return fail(parse, "--color=%.64s: not one of auto, always, never", when);
	return true;
}

static bool set_precision(struct parse *parse, const char *precision)
{
	bool nano = strcmp(precision, "nano") == 0;
	if (!nano && strcmp(precision, "micro") != 0)
		return fail(parse, "--time-stamp-precision %.64s: not one of micro, nano",
			    precision);
	parse->settings->nanosecond = nano;
	parse->settings->microsecond = !nano;
	return true;
}

static bool set_time(struct parse *parse)
{
	static const enum time_style styles[] = {TIME_OF_DAY, TIME_NONE, TIME_EPOCH,
						 TIME_DELTA,  TIME_DATE, TIME_SINCE_FIRST};
	parse->times++;
	if (parse->times >= sizeof(styles) / sizeof(styles[0]))
		return fail(parse, "only -t, -tt, -ttt, -tttt and -ttttt have a meaning");
	parse->settings->time = styles[parse->times];
	return true;
}

static bool set_action(struct parse *parse, const struct option_row *row, enum action action,
		       const char *interface)
{
	char one[32];
	char other[32];
	if (parse->action)
		return fail(parse, "%s and %s: only one at a time", row_text(parse->action, one),
			    row_text(row, other));
	parse->action = row;
	parse->settings->action = action;
	if (interface)
		parse->settings->interface = interface;
	return true;
}

/* The effect of one option. */
static bool apply(struct parse *parse, const struct option_row *row, const char *argument)
{
	struct settings *settings = parse->settings;
	switch (row->id) {
	case 'i':
		settings->interface = argument;
		break;
	case 'r':
		settings->read_file = argument;
		break;
	case 'c':
		return number(parse, row, argument, 1, UINT64_MAX, &settings->count);
	case 's':
		return set_snaplen(parse, row, argument);
	case 'B':
		return set_buffer_size(parse, row, argument);
	case 'F':
		settings->filter_file = argument;
		break;
	case 'd':
		settings->dump_program++;
		break;
	case 'O':
		settings->unoptimised = true;
		break;
	case OPTION_IMMEDIATE:
		settings->immediate = true;
		break;
	case 'n':
		settings->numbers = true;
		break;
	case 'q':
		settings->quiet = true;
		break;
	case 'v':
		settings->verbose++;
		break;
	case 'x':
		settings->payload = PAYLOAD_HEX;
		break;
	case 'X':
		settings->payload = PAYLOAD_HEX_ASCII;
		break;
	case 'A':
		settings->payload = PAYLOAD_ASCII;
		break;
	case 't':
		return set_time(parse);
	case OPTION_NANO:
		return set_precision(parse, "nano");
	case OPTION_MICRO:
		return set_precision(parse, "micro");
	case OPTION_PRECISION:
		return set_precision(parse, argument);
	case OPTION_COLOR:
		return set_colour(parse, argument);
	case 'l':
		settings->line_buffered = true;
		break;
	case OPTION_FLOWS:
		settings->flows = true;
		break;
	case OPTION_DIAGNOSE:
		settings->diagnose = true;
		break;
	case OPTION_NO_FINDINGS:
		settings->no_findings = true;
		break;
	case OPTION_JSON:
		settings->json = true;
		break;
	case OPTION_COUNT:
		settings->count_only = true;
		break;
	case OPTION_THREADS:
		return set_threads(parse, row, argument);
	case OPTION_MAX_FLOWS:
		return set_max_flows(parse, row, argument);
	case OPTION_FOLLOW:
		return set_follow(parse, argument);
	case OPTION_RAW:
		settings->raw = true;
		break;
	case OPTION_EXPORT:
		settings->export_directory = argument;
		break;
	case OPTION_NAME:
		parse->assignments[parse->assignment_count++] = argument;
		break;
	case OPTION_NAMES_FILE:
		parse->files[parse->file_count++] = argument;
		break;
	case 'w':
		settings->write_file = argument;
		break;
	case OPTION_PRINT:
		settings->print = true;
		break;
	case 'U':
		settings->packet_buffered = true;
		break;
	case OPTION_FILE_FORMAT:
		return set_file_format(parse, argument);
	case OPTION_ANNOTATE:
		settings->annotate = true;
		break;
	case 'C':
		return set_file_bytes(parse, argument);
	case 'G':
		return number(parse, row, argument, 1, FILE_SECONDS_MAX, &settings->file_seconds);
	case OPTION_FILE_PACKETS:
		return number(parse, row, argument, 1, UINT64_MAX, &settings->file_packets);
	case 'W':
		return set_file_count(parse, row, argument);
	case 'Z':
		settings->user = argument;
		break;
	case OPTION_NO_SANDBOX:
		settings->no_sandbox = true;
		break;
	case 'D':
		return set_action(parse, row, ACTION_LIST_INTERFACES, NULL);
	case OPTION_CREATE:
		return set_action(parse, row, ACTION_CREATE_INTERFACE, argument);
	case OPTION_DELETE:
		return set_action(parse, row, ACTION_DELETE_INTERFACE, argument);
	}
	return true;
}

/* The table in the form that getopt_long() wants it. */
struct getopt_tables {
	char letters[2 + 3 * OPTIONS_MAX];
	struct option names[OPTIONS_MAX + 1];
};

static void make_getopt_tables(struct getopt_tables *tables)
{
	char *letter = tables->letters;
	struct option *name = tables->names;
	*letter++ = ':'; /* tell a missing argument from an unknown option */
	for (const struct option_row *row = options_table; row < options_table + options_count;
	     row++) {
		if (row->id < 256) {
			*letter++ = (char)row->id;
			if (row->argument)
				*letter++ = ':';
		}
		if (row->name) {
			int has = !row->argument  ? no_argument
				  : row->optional ? optional_argument
						  : required_argument;
			*name++ = (struct option){row->name, has, NULL, row->id};
		}
	}
	*letter = '\0';
	*name = (struct option){0};
}

static const struct option_row *find_row(int id)
{
	for (const struct option_row *row = options_table; row < options_table + options_count;
	     row++) {
		if (row->id == id)
			return row;
	}
	return NULL;
}

/* What getopt_long() did not like; `word` is the argument of the command line it stood in. */
static bool fail_getopt(struct parse *parse, int result, const char *word)
{
	bool is_long = strncmp(word, "--", 2) == 0;
	const struct option_row *row = find_row(optopt);
	char text[32];
	if (result == ':')
		return fail(parse, "%s needs an argument: %s", row_text(row, text), row->argument);
	if (is_long && row)
		return fail(parse, "%s takes no argument", row_text(row, text));
	if (is_long)
		return fail(parse, "unknown or ambiguous option '%.64s'", word);
	return fail(parse, "unknown option '-%c'", optopt);
}

static bool parse_options(struct parse *parse, int argc, char **argv)
{
	struct getopt_tables tables = {0};
	make_getopt_tables(&tables);

	optind = 0; /* GNU: forget a parse before this one */
	opterr = 0;
	int id;
	while ((id = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		if (id == ':' || id == '?')
			return fail_getopt(parse, id, argv[optind - 1]);
		/* Whatever else the line says, who asks for help shall have it. */
		if (id == 'h' || id == OPTION_VERSION) {
			parse->settings->action = id == 'h' ? ACTION_HELP : ACTION_VERSION;
			return true;
		}
		if (!apply(parse, find_row(id), optarg))
			return false;
	}
	parse->settings->expression = argv + optind;
	return true;
}

/* --follow and --export are outputs of their own. */
static bool check_streams(struct parse *parse)
{
	const struct settings *settings = parse->settings;
	if (settings->follow && settings->export_directory)
		return fail(parse, "--follow and --export: only one at a time");
	if (settings->raw && !settings->follow)
		return fail(parse, "--raw is for use with --follow");
	if (settings->raw && settings->payload != PAYLOAD_NONE)
		return fail(parse, "--raw is not for use with -x, -X or -A");
	if ((settings->follow || settings->export_directory) &&
	    (settings->flows || settings->json || settings->count_only))
		return fail(parse, "%s is not for use with --flows, --json or --count",
			    settings->follow ? "--follow" : "--export");
	return true;
}

static bool check_diagnose(struct parse *parse)
{
	const struct settings *settings = parse->settings;
	if (!settings->diagnose || !(settings->flows || settings->count_only || settings->follow ||
				     settings->export_directory || settings->no_findings))
		return true;
	return fail(parse, "--diagnose is not for use with --flows, --count, --follow, --export "
			   "or --no-findings");
}

static bool check_combination(struct parse *parse)
{
	const struct settings *settings = parse->settings;
	char text[32];
	if (parse->action) {
		if (settings->read_file || settings->write_file)
			return fail(parse, "%s is not for use with -r or -w",
				    row_text(parse->action, text));
		if (settings_filtered(settings))
			return fail(parse, "%s takes no filter", row_text(parse->action, text));
		return true;
	}
	if (settings->filter_file && *settings->expression)
		return fail(parse, "-F %.64s and '%.64s': only one filter at a time",
			    settings->filter_file, *settings->expression);
	if (settings->dump_program > 3)
		return fail(parse, "only -d, -dd and -ddd have a meaning");
	if (settings->read_file && settings->interface)
		return fail(parse, "-r and -i: packets come from a file or from an interface");
	if (settings->count_only && (settings->flows || settings->json))
		return fail(parse, "--count is not for use with --flows or --json");
	if (settings->write_file && strcmp(settings->write_file, "-") == 0 &&
	    settings_prints(settings))
		return fail(parse, "-w - and what is printed cannot share standard output");
	return check_diagnose(parse) && check_streams(parse) &&
	       file_options_check(settings, parse->error);
}

/* Later names win, so the command line's come last. */
static bool read_names(struct parse *parse)
{
	struct vsock_cid_names *names = parse->settings->names;
	for (size_t i = 0; i < parse->file_count; i++) {
		if (!cid_file_read(names, parse->files[i], parse->error))
			return false;
	}
	if (parse->file_count == 0 && !parse->settings->numbers)
		cid_file_read_defaults(names, parse->error);

	for (size_t i = 0; i < parse->assignment_count; i++) {
		char wrong[CID_FILE_ERROR_MAX];
		if (!cid_file_assign(names, parse->assignments[i], wrong))
			return fail(parse, "--name: %s", wrong);
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
	*settings = (struct settings){.names = vsock_cid_names_new()};
	error[0] = '\0';
	struct parse parse = {
	    .settings = settings,
	    .error = error,
	    .assignments = calloc((size_t)argc + 1, sizeof(char *)),
	    .files = calloc((size_t)argc + 1, sizeof(char *)),
	};

	bool ok = settings->names && parse.assignments && parse.files;
	if (!ok)
		fail(&parse, "not enough memory");
	ok = ok && parse_all(&parse, argc, argv);
	free(parse.assignments);
	free(parse.files);
	return ok;
}

void options_free(struct settings *settings)
{
	vsock_cid_names_free(settings->names);
	settings->names = NULL;
}
