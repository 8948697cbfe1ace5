/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that do more than to fill in one field. */
#include <string.h>

#include "lib/common/number.h"
#include "tool/options/file-options.h"
#include "tool/options/table.h"

bool option_set_time(struct parse *parse, const struct option_row *row, const char *argument)
{
	static const enum time_style styles[] = {TIME_OF_DAY, TIME_NONE, TIME_EPOCH,
						 TIME_DELTA,  TIME_DATE, TIME_SINCE_FIRST};

	(void)row;
	(void)argument;
	parse->times++;
	if (parse->times >= sizeof(styles) / sizeof(styles[0]))
		return option_fail(parse, "only -t, -tt, -ttt, -tttt and -ttttt have a meaning");
	parse->settings->print.time = styles[parse->times];
	return true;
}

/* --nano, --micro, and --time-stamp-precision with one of these words. */
bool option_set_precision(struct parse *parse, const struct option_row *row, const char *argument)
{
	const char *precision = argument ? argument : row->name;
	bool nano = strcmp(precision, "nano") == 0;

	if (!nano && strcmp(precision, "micro") != 0)
		return option_fail(parse, "--time-stamp-precision %.64s: not one of micro, nano",
				   precision);
	parse->settings->print.nanosecond = nano;
	parse->settings->print.microsecond = !nano;
	return true;
}

bool option_set_follow(struct parse *parse, const struct option_row *row, const char *argument)
{
	static const char *const sides[] = {
	    [FOLLOW_BOTH] = "", [FOLLOW_CLIENT] = ".client", [FOLLOW_SERVER] = ".server"};
	struct output_settings *output = &parse->settings->output;
	size_t digits = strspn(argument, "0123456789");
	char flow[24];

	(void)row;
	if (digits < sizeof(flow)) {
		memcpy(flow, argument, digits);
		flow[digits] = '\0';
		for (int i = FOLLOW_BOTH; i <= FOLLOW_SERVER; i++) {
			if (strcmp(argument + digits, sides[i]) != 0)
				continue;
			output->follow_sides = i;
			if (parse_number(flow, 1, UINT64_MAX, &output->follow))
				return true;
		}
	}
	return option_fail(
	    parse, "--follow %.64s: not the number of a flow, FLOW, FLOW.client or FLOW.server",
	    argument);
}

bool option_set_file_size(struct parse *parse, const struct option_row *row, const char *argument)
{
	(void)row;
	if (file_size_parse(argument, &parse->settings->file.bytes))
		return true;
	return option_fail(
	    parse, "-C %.64s: not a number of millions of bytes, nor one with K, M or G", argument);
}

bool option_add_name(struct parse *parse, const struct option_row *row, const char *argument)
{
	(void)row;
	parse->assignments[parse->assignment_count++] = argument;
	return true;
}

bool option_add_names_file(struct parse *parse, const struct option_row *row, const char *argument)
{
	(void)row;
	parse->files[parse->file_count++] = argument;
	return true;
}
