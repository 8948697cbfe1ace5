/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -h: the options that most people need, in a screen of 24 lines.
 * --help: the table of options, grouped, in 80 columns.
 */
#include <string.h>

#include "tool/options/options.h"
#include "tool/options/row.h"

/* The column where the words about an option begin. */
#define HELP_COLUMN 28

#define HELP_WIDTH 80

/* The indent of further rows on a narrow terminal. */
#define NARROW_INDENT 8

static const char *const group_titles[OPTION_GROUPS] = {
    [GROUP_SOURCE] = "Where packets come from",
    [GROUP_PACKETS] = "One line per packet",
    [GROUP_OTHER_OUTPUT] = "Other output",
    [GROUP_RECORDS] = "Records and metrics, for many hosts",
    [GROUP_NAMES] = "Names",
    [GROUP_FILES] = "Capture files",
    [GROUP_INTERFACES] = "Interfaces",
    [GROUP_SAFETY] = "Safety",
    [GROUP_HELP] = "Help",
};

static size_t add(struct output *out, const char *text)
{
	output_text(out, text);
	return strlen(text);
}

static void pad(struct output *out, size_t column)
{
	for (; column < HELP_COLUMN; column++)
		output_char(out, ' ');
}

/* "  -s, --snapshot-length BYTES"; returns its width. */
static size_t synopsis(struct output *out, const struct option_row *row)
{
	size_t width = add(out, "  ");

	if (row->letter) {
		output_char(out, '-');
		output_char(out, (char)row->letter);
		width += 2;
		width += row->name ? add(out, ", ") : 0;
	} else {
		width += add(out, "    ");
	}
	if (row->name)
		width += add(out, "--") + add(out, row->name);
	if (row->argument)
		width += add(out, row->optional ? "[=" : " ") + add(out, row->argument) +
			 add(out, row->optional ? "]" : "");
	return width;
}

/* The lines of a row are made for HELP_WIDTH columns. On a narrower terminal they are joined. */
static void describe_narrow(struct output *out, const char *help)
{
	output_char(out, '\n');
	output_blanks(out, NARROW_INDENT);
	for (; *help; help++)
		output_char(out, *help == '\n' ? ' ' : *help);
	output_char(out, '\n');
}

static void describe(struct output *out, const struct option_row *row)
{
	size_t width = synopsis(out, row);

	if (out->columns && out->columns < HELP_WIDTH) {
		describe_narrow(out, row->help);
		return;
	}
	if (width + 2 > HELP_COLUMN) {
		output_char(out, '\n');
		width = 0;
	}
	for (const char *line = row->help; line;) {
		size_t length = strcspn(line, "\n");

		pad(out, width);
		output_bytes(out, line, length);
		output_char(out, '\n');
		width = 0;
		line = line[length] ? line + length + 1 : NULL;
	}
}

static void describe_wrapped(struct output *out, const struct option_row *row)
{
	size_t line = output_line_begin(out);

	describe(out, row);
	output_line_end(out, line, out->columns < HELP_WIDTH ? NARROW_INDENT : HELP_COLUMN);
}

/* Two columns, then two lines for each example. Fits 80 columns and 24 lines. */
static const char short_help[] =
    "Usage: vsockdump [OPTION]... [FILTER]\n"
    "Captures AF_VSOCK traffic or reads captures of it, and shows it.\n"
    "\n"
    "  -i IF              capture on IF (default: any vsockmon, or a new one)\n"
    "  -r FILE            read a capture file\n"
    "  -w FILE            write the packets to FILE\n"
    "  -c N               stop after N packets\n"
    "  -n                 print numbers instead of the names of CIDs\n"
    "  -v, -vv, -vvv      print more of each packet: credit, flows, all headers\n"
    "  -A, -X             print the payload as text, or in hexadecimal and as text\n"
    "  --diagnose         print only what is wrong, by cause, and what is well\n"
    "  --flows            print a table of the flows\n"
    "  --follow FLOW      print the payload of one flow\n"
    "  --json             print JSON: packets, or --flows, or --diagnose\n"
    "  -D                 list the interfaces\n"
    "\n"
    "Examples:\n"
    "  vsockdump --diagnose                        capture, then say what is wrong\n"
    "  vsockdump -r vsock.pcap --flows             list the connections of a file\n"
    "  vsockdump -w vsock.pcap --print port 1024   save port 1024, and see it\n"
    "\n"
    "--help lists all options. vsockdump(8) explains them, and what is printed.\n";

void options_short_help(struct output *out)
{
	size_t line = output_line_begin(out);

	output_text(out, short_help);
	output_line_end(out, line, NARROW_INDENT);
}

void options_help(struct output *out)
{
	size_t line = output_line_begin(out);

	output_text(out, "Usage: vsockdump [OPTION]... [FILTER]\n"
			 "Captures AF_VSOCK traffic or reads captures of it, and shows it.\n");
	output_line_end(out, line, NARROW_INDENT);
	for (int group = 0; group < OPTION_GROUPS; group++) {
		output_printf(out, "\n%s:\n", group_titles[group]);
		for (size_t i = 0; i < options_count; i++) {
			if ((int)options_table[i].group == group && options_table[i].help)
				describe_wrapped(out, &options_table[i]);
		}
	}
	output_text(out, "\nSee vsockdump(8) for more.\n");
}
