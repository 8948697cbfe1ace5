/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/options, and the choice of a mode in tool/mode/mode.c.
 *
 * The command line: what each option sets, and the message for each mistake.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/mode/mode.h"
#include "tool/options/options.h"
#include "tool/options/row.h"

#define ARGUMENTS_MAX 16

/* A command line, split at blanks. */
struct line {
	char text[512];
	char *argv[ARGUMENTS_MAX];
	int argc;
};

static void split(struct line *line, const char *text)
{
	char *rest = NULL;

	snprintf(line->text, sizeof(line->text), "%s", text);
	line->argc = 0;
	line->argv[line->argc++] = (char *)"vsockdump";
	for (char *word = strtok_r(line->text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		line->argv[line->argc++] = word;
	line->argv[line->argc] = NULL;
	assert_true(line->argc < ARGUMENTS_MAX);
}

static bool understood(struct settings *settings, int argc, char **argv,
		       char error[static OPTIONS_ERROR_MAX])
{
	return options_parse(settings, argc, argv, error) &&
	       (settings->action != ACTION_CAPTURE || mode_choose(settings, error));
}

/* Fails the test unless the line is understood. The strings of *settings are in *line. */
static void parse(struct line *line, struct settings *settings, const char *text)
{
	char error[OPTIONS_ERROR_MAX];

	split(line, text);
	if (!understood(settings, line->argc, line->argv, error))
		fail_msg("'%s' is refused: %s", text, error);
	assert_string_equal(error, "");
}

static void assert_refused(const char *text, const char *expected)
{
	struct settings settings;
	struct line line;
	char error[OPTIONS_ERROR_MAX] = "";

	split(&line, text);
	if (understood(&settings, line.argc, line.argv, error))
		fail_msg("'%s' is not refused", text);
	if (strcmp(error, expected) != 0)
		fail_msg("'%s':\n  told     %s\n  expected %s", text, error, expected);
	options_free(&settings);
}

static void nothing_means_capture(void **state)
{
	struct settings settings;
	struct line line;

	(void)state;
	parse(&line, &settings, "");
	assert_int_equal(settings.action, ACTION_CAPTURE);
	assert_null(settings.source.interface);
	assert_int_equal(settings.source.file_count, 0);
	assert_null(settings.file.name);
	assert_int_equal(settings.source.count, 0);
	assert_int_equal(settings.source.snaplen, 0);
	assert_int_equal(settings.print.time, TIME_OF_DAY);
	assert_int_equal(settings.print.payload, PAYLOAD_NONE);
	assert_int_equal(settings.print.color, COLOR_AUTO);
	assert_non_null(settings.print.names);
	assert_true(mode_prints(&settings));
	options_free(&settings);
}

/* One option, one flag of struct settings. */
static void flags_are_set(void **state)
{
	static const struct {
		const char *text;
		size_t offset;
	} flags[] = {
	    {"--immediate-mode", offsetof(struct settings, source.immediate)},
	    {"-n", offsetof(struct settings, print.numbers)},
	    {"-nn", offsetof(struct settings, print.numbers)},
	    {"-e", offsetof(struct settings, print.link_header)},
	    {"-q", offsetof(struct settings, print.quiet)},
	    {"-l", offsetof(struct settings, print.line_buffered)},
	    {"-U", offsetof(struct settings, file.packet_buffered)},
	    {"--packet-buffered", offsetof(struct settings, file.packet_buffered)},
	    {"--no-findings", offsetof(struct settings, flow.no_findings)},
	    {"--print", offsetof(struct settings, file.print_too)},
	    {"--raw --follow 1", offsetof(struct settings, flow.raw)},
	    {"--annotate -w x.pcapng", offsetof(struct settings, file.annotate)},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		struct settings settings;
		struct line line;

		parse(&line, &settings, flags[i].text);
		for (size_t j = 0; j < sizeof(flags) / sizeof(flags[0]); j++) {
			bool is = *(bool *)((char *)&settings + flags[j].offset);
			bool want = flags[j].offset == flags[i].offset;

			if (is != want)
				fail_msg("'%s' makes %s %d", flags[i].text, flags[j].text, is);
		}
		options_free(&settings);
	}
}

static void a_mode_is_chosen(void **state)
{
	static const struct {
		const char *text;
		const struct mode *mode;
		bool prints;
	} lines[] = {
	    {"-n", &mode_packets, true},
	    {"--json", &mode_packets_json, true},
	    {"--no-findings", &mode_packets_alone, true},
	    {"--no-findings --json", &mode_packets_json, true},
	    {"--no-findings -vv", &mode_packets, true},
	    {"--no-findings -x", &mode_packets, true},
	    {"--flows", &mode_flows, true},
	    {"--flows --flows", &mode_flows, true},
	    {"--json --flows", &mode_flows_json, true},
	    {"--diagnose", &mode_diagnose, true},
	    {"--diagnose --json", &mode_diagnose_json, true},
	    {"--count", &mode_count, true},
	    {"--follow 1", &mode_follow, true},
	    {"--export a", &mode_export, true},
	    {"-w a", &mode_silent, false},
	    {"-w a --print", &mode_packets, true},
	    {"-w a --json", &mode_packets_json, true},
	    {"-w a --count", &mode_count, true},
	    {"-w a --export b", &mode_export, false},
	    {"-w - --export b", &mode_export, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct settings settings;
		struct line line;

		parse(&line, &settings, lines[i].text);
		if (settings.mode != lines[i].mode || mode_prints(&settings) != lines[i].prints)
			fail_msg("'%s' has the wrong mode", lines[i].text);
		options_free(&settings);
	}
}

static void the_last_precision_counts(void **state)
{
	static const struct {
		const char *text;
		enum time_precision precision;
	} lines[] = {
	    {"-n", PRECISION_BY_SOURCE},
	    {"--nano", PRECISION_NANO},
	    {"--nano --micro", PRECISION_MICRO},
	    {"--time-stamp-precision=nano", PRECISION_NANO},
	    {"--nano --time-stamp-precision micro", PRECISION_MICRO},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct settings settings;
		struct line line;

		parse(&line, &settings, lines[i].text);
		assert_int_equal(settings.print.precision, lines[i].precision);
		options_free(&settings);
	}
}

static void values_are_kept(void **state)
{
	struct settings settings;
	struct line line;

	(void)state;
	parse(&line, &settings, "-i vsockmon7 -w out.pcap -c 18446744073709551615 -s 76 -B 512");
	assert_string_equal(settings.source.interface, "vsockmon7");
	assert_string_equal(settings.file.name, "out.pcap");
	assert_true(settings.source.count == UINT64_MAX);
	assert_int_equal(settings.source.snaplen, 76);
	assert_int_equal(settings.source.buffer_kib, 512);
	assert_false(mode_prints(&settings));
	options_free(&settings);

	parse(&line, &settings,
	      "--interface=a --snapshot-length=262144 --buffer-size=2097151 --max-flows 1");
	assert_string_equal(settings.source.interface, "a");
	assert_int_equal(settings.source.snaplen, 262144);
	assert_int_equal(settings.source.buffer_kib, 2097151);
	assert_int_equal(settings.flow.most, 1);
	options_free(&settings);
}

static void files_are_cut(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} sizes[] = {
	    {"1", 1000000},  {"1k", 1024},       {"3K", 3072},        {"2m", 2097152},
	    {"2M", 2097152}, {"1g", 1073741824}, {"5G", 5368709120u}, {"12345", 12345000000u},
	};
	struct settings settings;
	struct line line;
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(text, sizeof(text), "-w x -C %s", sizes[i].text);
		parse(&line, &settings, text);
		assert_true(settings.file.bytes == sizes[i].bytes);
		options_free(&settings);
	}
	parse(&line, &settings, "-w x%s -G 60 -W 24 --packets-per-file 1000");
	assert_int_equal(settings.file.seconds, 60);
	assert_int_equal(settings.file.count, 24);
	assert_int_equal(settings.file.packets, 1000);
	options_free(&settings);
	assert_refused("-w x -C 1T", "-C 1T: not a number of millions of bytes, or a number with "
				     "K, M or G");
	assert_refused("-w x -C 9223372036855", "-C 9223372036855: not a number of millions of "
						"bytes, or a number with K, M or G");
	assert_refused("-w x -W 0 -C 1", "-W 0: not a number from 1 to 1000000000");
	assert_refused("-G 0", "-G 0: not a number from 1 to 1000000000");
	assert_refused("-C 1", "-C is for use with -w");
	assert_refused("-w - -C 1", "-C makes several files, and -w - is one");
}

static void the_format_is_that_of_the_name(void **state)
{
	static const struct {
		const char *text;
		bool pcapng;
	} names[] = {
	    {"-w x", false},
	    {"-w x.pcap", false},
	    {"-w pcapng", false},
	    {"-w x.pcapng.pcap", false},
	    {"-w x.pcapng", true},
	    {"-w .pcapng", true},
	    {"-w x%s.pcapng -G 1", true},
	    {"-w - --file-format pcapng", true},
	    {"-w x.pcapng --file-format=pcap", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct settings settings;
		struct line line;

		parse(&line, &settings, names[i].text);
		if (file_is_pcapng(&settings.file) != names[i].pcapng)
			fail_msg("'%s' makes another format", names[i].text);
		options_free(&settings);
	}
}

/* "-version" is an answer only if it is not a file, and only in the form that people type. */
static void a_file_may_be_called_version(void **state)
{
	struct settings settings;
	struct line line;

	(void)state;
	parse(&line, &settings, "-r -version");
	assert_int_equal(settings.action, ACTION_CAPTURE);
	assert_string_equal(settings.source.files[0], "-version");
	options_free(&settings);
	parse(&line, &settings, "-ver version");
	assert_string_equal(settings.source.files[0], "version");
	options_free(&settings);
}

static void any_interface_is_the_default(void **state)
{
	struct settings settings;
	struct line line;

	(void)state;
	parse(&line, &settings, "-i any");
	assert_null(settings.source.interface);
	options_free(&settings);
	parse(&line, &settings, "--delete-interface any");
	assert_string_equal(settings.source.interface, "any");
	options_free(&settings);
}

/* A direction is a filter of the kernel: packets that it hides are not judged. */
static void a_direction_hides_packets(void **state)
{
	struct settings settings;
	struct line line;

	(void)state;
	parse(&line, &settings, "-Q in");
	assert_int_equal(settings.source.direction, DIRECTION_IN);
	assert_true(settings.print.filtered && settings.print.incomplete);
	options_free(&settings);
	parse(&line, &settings, "-Q out -Q inout");
	assert_false(settings.print.filtered || settings.print.incomplete);
	options_free(&settings);
}

static void letters_combine(void **state)
{
	struct settings settings;
	struct line line;

	(void)state;
	parse(&line, &settings, "-nnvttXr in.pcap -vc3 -w - -q");
	assert_true(settings.print.numbers);
	assert_int_equal(settings.print.verbose, 2);
	assert_int_equal(settings.print.time, TIME_EPOCH);
	assert_int_equal(settings.print.payload, PAYLOAD_HEX_ASCII);
	assert_int_equal(settings.source.file_count, 1);
	assert_string_equal(settings.source.files[0], "in.pcap");
	assert_string_equal(settings.file.name, "-");
	assert_int_equal(settings.source.count, 3);
	assert_true(settings.print.quiet);
	options_free(&settings);
}

static void repetition_counts(void **state)
{
	static const struct {
		const char *text;
		enum time_style style;
	} times[] = {
	    {"-t", TIME_NONE},    {"-tt", TIME_EPOCH},          {"-t -t -t", TIME_DELTA},
	    {"-tttt", TIME_DATE}, {"-ttttt", TIME_SINCE_FIRST}, {"-tt -t", TIME_DELTA},
	};
	struct settings settings;
	struct line line;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		parse(&line, &settings, times[i].text);
		assert_int_equal(settings.print.time, times[i].style);
		options_free(&settings);
	}
	assert_refused("-tttttt", "only -t, -tt, -ttt, -tttt and -ttttt have a meaning");
	parse(&line, &settings, "-vvvv");
	assert_int_equal(settings.print.verbose, 4);
	options_free(&settings);
}

static void last_one_wins(void **state)
{
	struct settings settings;
	struct line line;

	(void)state;
	parse(&line, &settings,
	      "-r one -r two -x -A --nano --micro --color --color=never -c 1 -c 2");
	assert_int_equal(settings.source.file_count, 2);
	assert_string_equal(settings.source.files[0], "one");
	assert_string_equal(settings.source.files[1], "two");
	assert_int_equal(settings.print.payload, PAYLOAD_ASCII);
	assert_int_equal(settings.print.precision, PRECISION_MICRO);
	assert_int_equal(settings.print.color, COLOR_NEVER);
	assert_int_equal(settings.source.count, 2);
	options_free(&settings);
}

static void color_has_three_ways(void **state)
{
	static const struct {
		const char *text;
		enum color_when when;
	} ways[] = {{"--color", COLOR_ALWAYS},
		    {"--color=always", COLOR_ALWAYS},
		    {"--colour=never", COLOR_NEVER},
		    {"--col=never", COLOR_NEVER},
		    {"--color=always --color=auto", COLOR_AUTO}};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct settings settings;
		struct line line;

		parse(&line, &settings, ways[i].text);
		assert_int_equal(settings.print.color, ways[i].when);
		options_free(&settings);
	}
	assert_refused("--color=blue", "--color=blue: not one of auto, always, never");
}

static void actions_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		enum action action;
	} actions[] = {
	    {"-D", ACTION_LIST_INTERFACES},
	    {"--list-interfaces", ACTION_LIST_INTERFACES},
	    {"--check", ACTION_CHECK},
	    {"--check --json", ACTION_CHECK},
	    {"--create-interface vsockmon1", ACTION_CREATE_INTERFACE},
	    {"--delete-interface vsockmon1", ACTION_DELETE_INTERFACE},
	    {"-L", ACTION_LIST_LINK_TYPES},
	    {"--list-data-link-types", ACTION_LIST_LINK_TYPES},
	    {"-J", ACTION_LIST_TIME_STAMP_TYPES},
	    {"-version", ACTION_VERSION},
	    {"-h", ACTION_SHORT_HELP},
	    {"--help", ACTION_HELP},
	    {"--version", ACTION_VERSION},
	    /* Help comes first, even with mistakes after it. */
	    {"-D --help --nonsense", ACTION_HELP},
	    {"-r a -i b --version", ACTION_VERSION},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		struct settings settings;
		struct line line;

		parse(&line, &settings, actions[i].text);
		assert_int_equal(settings.action, actions[i].action);
		if (settings.action == ACTION_CREATE_INTERFACE ||
		    settings.action == ACTION_DELETE_INTERFACE)
			assert_string_equal(settings.source.interface, "vsockmon1");
		options_free(&settings);
	}
}

static void numbers_are_strict(void **state)
{
	static const struct {
		const char *option;
		const char *range;
	} options[] = {
	    {"-c", "1 to 18446744073709551615"},
	    {"-s", "0 to 262144"},
	    {"-B", "1 to 2097151"},
	    {"--max-flows", "1 to 16777215"},
	};
	static const char *const never[] = {
	    "x", "-1", "+1", "1x", "0x10", "1.0", "1e3", "1,0", "18446744073709551616"};
	char text[128];
	char expected[256];

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		for (size_t j = 0; j < sizeof(never) / sizeof(never[0]); j++) {
			snprintf(text, sizeof(text), "%s %s", options[i].option, never[j]);
			snprintf(expected, sizeof(expected), "%s: not a number from %s", text,
				 options[i].range);
			assert_refused(text, expected);
		}
	}
	assert_refused("-c 0", "-c 0: not a number from 1 to 18446744073709551615");
	assert_refused("-s 262145", "-s 262145: not a number from 0 to 262144");
	assert_refused("-B 0", "-B 0: not a number from 1 to 2097151");
	assert_refused("-B 2097152", "-B 2097152: not a number from 1 to 2097151");
	assert_refused("--max-flows=0", "--max-flows 0: not a number from 1 to 16777215");
}

static void an_empty_number_is_none(void **state)
{
	char *argv[] = {(char *)"vsockdump", (char *)"-c", (char *)"", NULL};
	char error[OPTIONS_ERROR_MAX];
	struct settings settings;

	(void)state;
	assert_false(options_parse(&settings, 3, argv, error));
	assert_string_equal(error, "-c : not a number from 1 to 18446744073709551615");
	options_free(&settings);
}

static void mistakes_are_told(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} mistakes[] = {
	    {"-R", "unknown option '-R'. Type vsockdump --help to see all"},
	    {"-nR", "unknown option '-R'. Type vsockdump --help to see all"},
	    {"--flows -RA", "unknown option '-R'. Type vsockdump --help to see all"},
	    {"-z gzip", "-z gzip: vsockdump starts no program: its sandbox forbids that while it "
			"reads packets. Run the command on the files when the capture has ended"},
	    {"-z", "-z: vsockdump starts no program: its sandbox forbids that while it reads "
		   "packets. Run the command on the files when the capture has ended"},
	    {"--linktype=EN10MB",
	     "-y EN10MB: vsock packets always have the link type VSOCK. Leave -y out"},
	    {"-Q up", "-Q up: not one of inout, in, out"},
	    {"-r a -Q in", "-Q: a capture file does not say which machine made it. Type a "
			   "filter instead, such as 'dst cid host'"},
	    {"--skip 1 --follow 1", "--skip is not for use with --follow"},
	    {"--skip 1 --export a", "--skip is not for use with --export"},
	    {"-L -r a", "-L is not for use with -r or -w"},
	    {"--nonsense", "unknown option '--nonsense'. Type vsockdump --help to see all"},
	    {"--na", "--na can mean several options: --nano, --name, --names-file"},
	    {"--pr=1", "--pr can mean several options: --process, --print, --print-sampling"},
	    {"--diagnoze", "unknown option '--diagnoze'. Did you mean --diagnose?"},
	    {"--folow=3", "unknown option '--folow'. Did you mean --follow?"},
	    {"--jsno", "unknown option '--jsno'. Did you mean --json?"},
	    {"--packet-per-files", "unknown option '--packet-per-files'. Did you mean "
				   "--packets-per-file?"},
	    {"--xyz", "unknown option '--xyz'. Type vsockdump --help to see all"},
	    {"-flows", "unknown option '-o' in '-flows'. Did you mean --flows?"},
	    {"-r", "-r needs an argument: FILE"},
	    {"-nr", "-r needs an argument: FILE"},
	    {"--name", "--name needs an argument: CID=NAME"},
	    {"--flows=yes", "--flows takes no argument"},
	    {"--packet-buffered=1", "-U takes no argument"},
	    {"--time-stamp-precision=pico", "--time-stamp-precision pico: not one of micro, nano"},
	    {"-F a port 22", "-F a and 'port': only one filter at a time"},
	    {"-D port 22", "-D takes no filter"},
	    {"-dddd", "only -d, -dd and -ddd have a meaning"},
	    {"--count --flows", "--count and --flows: only one at a time"},
	    {"--count --json", "--count is not for use with --json"},
	    {"--follow", "--follow needs an argument: FLOW"},
	    {"--raw", "--raw is for use with --follow"},
	    {"--raw --follow 1 -x", "--raw is not for use with -x, -X or -A"},
	    {"--follow 1 --export a", "--follow and --export: only one at a time"},
	    {"--follow 1 --json", "--follow is not for use with --json"},
	    {"--export a --flows", "--export and --flows: only one at a time"},
	    {"--export a --count", "--export and --count: only one at a time"},
	    {"--diagnose --flows", "--diagnose and --flows: only one at a time"},
	    {"--diagnose --count", "--diagnose and --count: only one at a time"},
	    {"--diagnose --follow 1", "--diagnose and --follow: only one at a time"},
	    {"--diagnose --export a", "--diagnose and --export: only one at a time"},
	    {"--diagnose --no-findings", "--no-findings is not for use with --diagnose"},
	    {"-w - --diagnose", "-w - and printed text cannot share standard output"},
	    {"-w - --follow 1", "-w - and printed text cannot share standard output"},
	    {"-D -r a", "-D is not for use with -r or -w"},
	    {"--delete-interface a -w b", "--delete-interface is not for use with -r or -w"},
	    {"-D --check", "-D and --check: only one at a time"},
	    {"-r a --check", "--check is not for use with -r or -w"},
	    {"--check port 9", "--check takes no filter"},
	    {"-D --create-interface a", "-D and --create-interface: only one at a time"},
	    {"--create-interface a --create-interface b",
	     "--create-interface and --create-interface: only one at a time"},
	    {"--colour=x", "--color=x: not one of auto, always, never"},
	    {"-w - --print", "-w - and printed text cannot share standard output"},
	    {"-w - --flows", "-w - and printed text cannot share standard output"},
	    {"-w - --json", "-w - and printed text cannot share standard output"},
	    {"-w - --count", "-w - and printed text cannot share standard output"},
	    {"--name web", "--name: 'web' is not of the form CID=NAME"},
	    {"--name =web", "--name: '=web': a CID is a number from 0 to 4294967295"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++)
		assert_refused(mistakes[i].text, mistakes[i].error);
}

static void a_flow_has_sides(void **state)
{
	static const struct {
		const char *text;
		uint64_t flow;
		enum follow_sides sides;
	} lines[] = {
	    {"--follow 1", 1, FOLLOW_BOTH},
	    {"--follow 7.client", 7, FOLLOW_CLIENT},
	    {"--follow=18446744073709551614.server", UINT64_MAX - 1, FOLLOW_SERVER},
	    {"--follow 0", 0, FOLLOW_BOTH},
	    {"--follow 7.client --follow 8", 8, FOLLOW_BOTH},
	};
	static const char *const never[] = {"-1",
					    "x",
					    "1.",
					    ".client",
					    "1.x",
					    "1.client2",
					    "1 .client",
					    "1client",
					    "1.client.server",
					    "18446744073709551616",
					    "99999999999999999999999999999.client"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct settings settings;
		struct line line;

		parse(&line, &settings, lines[i].text);
		assert_true(settings.flow.follow == lines[i].flow);
		assert_int_equal(settings.flow.sides, lines[i].sides);
		assert_true(mode_prints(&settings));
		options_free(&settings);
	}
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		char *argv[] = {(char *)"vsockdump", (char *)"--follow", (char *)never[i], NULL};
		char error[OPTIONS_ERROR_MAX];
		struct settings settings;

		if (options_parse(&settings, 3, argv, error))
			fail_msg("--follow %s is not refused", never[i]);
		options_free(&settings);
	}
}

/* An error shows a part of a long argument, and ends. */
static void long_arguments_do_no_harm(void **state)
{
	static const char *const options[] = {"-c", "--name", "--names-file",
					      "--time-stamp-precision", "--follow"};
	char *huge = malloc(100001);

	(void)state;
	assert_non_null(huge);
	memset(huge, 'A', 100000);
	huge[100000] = '\0';
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		char *argv[] = {(char *)"vsockdump", (char *)options[i], huge, NULL};
		char error[OPTIONS_ERROR_MAX];
		struct settings settings;

		assert_false(options_parse(&settings, 3, argv, error));
		assert_true(strlen(error) >= 1 && strlen(error) <= OPTIONS_ERROR_MAX - 1);
		options_free(&settings);
	}
	for (size_t dashes = 1; dashes <= 2; dashes++) {
		char *argv[] = {(char *)"vsockdump", huge, NULL};
		char error[OPTIONS_ERROR_MAX];
		struct settings settings;

		memset(huge, 'k', 100000);
		memset(huge, '-', dashes);
		assert_false(options_parse(&settings, 2, argv, error));
		assert_true(strlen(error) >= 1 && strlen(error) <= OPTIONS_ERROR_MAX - 1);
		options_free(&settings);
	}
	free(huge);
}

static void silence_needs_a_file(void **state)
{
	static const struct {
		const char *text;
		bool prints;
	} lines[] = {
	    {"-w out", false},        {"-w out -v", false},    {"-w out --print", true},
	    {"-w out --flows", true}, {"-w out --json", true}, {"-w out --count", true},
	    {"-r in -w out", false},  {"-r in", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct settings settings;
		struct line line;

		parse(&line, &settings, lines[i].text);
		assert_int_equal(mode_prints(&settings), lines[i].prints);
		options_free(&settings);
	}
}

/* Names of the command line take precedence over those of files, in any order. */
static void names_are_layered(void **state)
{
	char path[] = "/tmp/vsockdump-test-XXXXXX";
	struct settings settings;
	struct line line;
	char text[256];
	FILE *file = fdopen(mkstemp(path), "w");

	(void)state;
	assert_non_null(file);
	fputs("3 file3\n4 file4\n", file);
	fclose(file);

	snprintf(text, sizeof(text), "--name 3=web --names-file %s --name=5=db", path);
	parse(&line, &settings, text);
	assert_string_equal(vsock_cid_name(settings.print.names, 3), "web");
	assert_string_equal(vsock_cid_name(settings.print.names, 4), "file4");
	assert_string_equal(vsock_cid_name(settings.print.names, 5), "db");
	options_free(&settings);
	remove(path);
}

/* Every option is in --help, and no line of it is wider than a terminal. */
static void help_is_whole_and_fits(void **state)
{
	static char text[65536];
	struct output out;

	(void)state;
	output_memory(&out, text, sizeof(text));
	options_help(&out);
	assert_int_equal(output_error(&out), 0);
	output_char(&out, '\0');

	for (size_t i = 0; i < options_count; i++) {
		char name[64];

		if (!options_table[i].help)
			continue;
		if (options_table[i].name)
			snprintf(name, sizeof(name), "--%s", options_table[i].name);
		else
			snprintf(name, sizeof(name), "  -%c", options_table[i].letter);
		if (!strstr(text, name))
			fail_msg("%s is missing", name);
	}
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
		if (strcspn(line, "\n") > 80)
			fail_msg("too wide: %.*s", (int)strcspn(line, "\n"), line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_means_capture),
	    cmocka_unit_test(flags_are_set),
	    cmocka_unit_test(a_mode_is_chosen),
	    cmocka_unit_test(the_last_precision_counts),
	    cmocka_unit_test(values_are_kept),
	    cmocka_unit_test(files_are_cut),
	    cmocka_unit_test(the_format_is_that_of_the_name),
	    cmocka_unit_test(a_file_may_be_called_version),
	    cmocka_unit_test(any_interface_is_the_default),
	    cmocka_unit_test(a_direction_hides_packets),
	    cmocka_unit_test(letters_combine),
	    cmocka_unit_test(repetition_counts),
	    cmocka_unit_test(last_one_wins),
	    cmocka_unit_test(color_has_three_ways),
	    cmocka_unit_test(actions_are_told_apart),
	    cmocka_unit_test(numbers_are_strict),
	    cmocka_unit_test(an_empty_number_is_none),
	    cmocka_unit_test(mistakes_are_told),
	    cmocka_unit_test(long_arguments_do_no_harm),
	    cmocka_unit_test(a_flow_has_sides),
	    cmocka_unit_test(silence_needs_a_file),
	    cmocka_unit_test(names_are_layered),
	    cmocka_unit_test(help_is_whole_and_fits),
	};

	/* Removes the CID names of the person who runs this. */
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
