/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/screen.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/common/plural.h"
#include "tool/check/machines.h"
#include "tool/check/row.h"
#include "tool/print/color.h"

#define COLUMNS   80
#define NAME_AT   8
#define TEXT_AT   20
#define SHOWN_MAX 6 /* listeners */

/* Words from the column `at` on. Further lines begin at TEXT_AT. Returns the column. */
static unsigned print_words(struct output *out, unsigned at, const char *text)
{
	while (*text) {
		const size_t length = strcspn(text, " ");
		const bool first = at <= TEXT_AT;

		if (!first && at + 1 + length > COLUMNS) {
			output_char(out, '\n');
			output_blanks(out, TEXT_AT);
			at = TEXT_AT;
		} else if (!first) {
			output_char(out, ' ');
			at++;
		}
		output_escaped(out, text, length);
		at += (unsigned)length;
		text += length + (text[length] == ' ');
	}
	return at;
}

/* A command is never broken. */
static void print_command(struct output *out, unsigned at, const char *command)
{
	const size_t length = strlen(command);

	if (at + 1 + length > COLUMNS) {
		output_char(out, '\n');
		output_blanks(out, TEXT_AT);
	} else {
		output_char(out, ' ');
	}
	output_escaped(out, command, length);
}

static void print_fix(struct output *out, const struct check_row *row)
{
	unsigned at;

	output_blanks(out, TEXT_AT);
	at = print_words(out, TEXT_AT, row->fix);
	if (*row->command)
		print_command(out, at, row->command);
	output_char(out, '\n');
}

static enum color result_color(enum check_result result)
{
	static const enum color colors[] = {
	    [CHECK_OK] = COLOR_NONE,
	    [CHECK_WARN] = COLOR_SUSPICIOUS,
	    [CHECK_FAIL] = COLOR_CERTAIN,
	    [CHECK_SKIP] = COLOR_DIM,
	};

	return colors[result];
}

static void print_row(struct output *out, const struct check_row *row)
{
	const char *result = check_result_name(row->result);

	output_text(out, "  ");
	color_print(out, result_color(row->result));
	output_text(out, result);
	color_print(out, COLOR_NONE);
	output_blanks(out, NAME_AT - 2 - strlen(result));
	output_text(out, row->name);
	output_blanks(out, TEXT_AT - NAME_AT - strlen(row->name));
	print_words(out, TEXT_AT, row->text);
	output_char(out, '\n');
	if (row->fix)
		print_fix(out, row);
}

const char *check_socket_type(uint32_t type)
{
	switch (type) {
	case SOCK_STREAM:
		return "stream";
	case SOCK_SEQPACKET:
		return "seqpacket";
	case SOCK_DGRAM:
		return "dgram";
	default:
		return NULL;
	}
}

static void print_listener(struct output *out, const struct listener *listener)
{
	const char *type = check_socket_type(listener->type);
	char address[32];

	if (listener->cid == UINT32_MAX)
		snprintf(address, sizeof(address), "any:%u", (unsigned)listener->port);
	else
		snprintf(address, sizeof(address), "%u:%u", (unsigned)listener->cid,
			 (unsigned)listener->port);
	output_blanks(out, NAME_AT);
	output_printf(out, "%-21s  %-9s  ", address, type ? type : "?");
	if (listener->pid) {
		output_escaped(out, listener->command, strlen(listener->command));
		output_printf(out, " (pid %u)", (unsigned)listener->pid);
	} else {
		output_text(out, "process not known");
	}
	output_char(out, '\n');
}

static void print_listeners(struct output *out, const struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->count && i < SHOWN_MAX; i++)
		print_listener(out, &listeners->list[i]);
	if (listeners->count > SHOWN_MAX) {
		output_blanks(out, NAME_AT);
		output_printf(out, "%zu more: --json lists them\n", listeners->count - SHOWN_MAX);
	}
}

static void print_group(struct output *out, const struct check_report *report,
			enum check_group group, bool quiet)
{
	static const char *const titles[CHECK_GROUPS] = {
	    [CHECK_CAPTURE] = "capture",
	    [CHECK_SEEN] = "what can be seen",
	    [CHECK_MACHINES] = "virtual machines",
	    [CHECK_LISTENERS] = "who listens",
	};
	bool titled = false;

	for (size_t i = 0; i < report->count; i++) {
		const struct check_row *row = &report->rows[i];
		const bool problem = row->result == CHECK_WARN || row->result == CHECK_FAIL;

		if (row->group != group || (quiet ? !problem : row->detail))
			continue;
		if (!titled) {
			color_print(out, COLOR_HEADING);
			output_text(out, titles[group]);
			color_print(out, COLOR_NONE);
			output_char(out, '\n');
		}
		titled = true;
		print_row(out, row);
	}
}

static void print_result(struct output *out, const struct check_report *report)
{
	char text[96];
	unsigned at;

	output_char(out, '\n');
	if (report->source)
		snprintf(text, sizeof(text), "Capturing works, with %s. %u warning%s.",
			 report->source, report->warnings, plural(report->warnings));
	else
		snprintf(text, sizeof(text), "Capturing does not work: exit status %d.",
			 (int)report->status);
	output_text(out, text);
	at = (unsigned)strlen(text);
	if (report->next)
		at = print_words(out, at, report->next);
	if (*report->command)
		print_command(out, at, report->command);
	output_char(out, '\n');
}

void check_print_text(struct output *out, const struct check_report *report,
		      const struct check_facts *facts, bool quiet)
{
	if (!quiet) {
		output_escaped(out, facts->os, strlen(facts->os));
		output_char(out, ' ');
		output_escaped(out, facts->machine, strlen(facts->machine));
		output_char(out, '\n');
	}
	for (int group = 0; group < CHECK_GROUPS; group++) {
		print_group(out, report, (enum check_group)group, quiet);
		if (group == CHECK_MACHINES && !quiet)
			machines_print_text(out, report, &facts->vms);
		if (group == CHECK_LISTENERS && !quiet)
			print_listeners(out, &facts->listeners);
	}
	print_result(out, report);
}
