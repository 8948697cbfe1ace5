/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that do more than fill a field. */
#include <stdlib.h>
#include <string.h>

#include "lib/common/number.h"
#include "tool/options/file-options.h"
#include "tool/options/input-list.h"
#include "tool/options/parse.h"

bool option_file_bytes(struct parse *parse, const char *argument)
{
	if (file_size_parse(argument, &parse->settings->file.bytes))
		return true;
	return options_fail(
	    parse, "-C %.64s: not a number of millions of bytes, nor one with K, M or G", argument);
}

bool option_follow(struct parse *parse, const char *argument)
{
	static const char *const sides[] = {
	    [FOLLOW_BOTH] = "", [FOLLOW_CLIENT] = ".client", [FOLLOW_SERVER] = ".server"};
	struct flow_settings *settings = &parse->settings->flow;
	size_t digits = strspn(argument, "0123456789");
	char flow[24];

	if (digits < sizeof(flow)) {
		memcpy(flow, argument, digits);
		flow[digits] = '\0';
		for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
			if (strcmp(argument + digits, sides[i]) != 0)
				continue;
			settings->sides = (enum follow_sides)i;
			if (parse_number(flow, 0, UINT64_MAX - 1, &settings->follow))
				return true;
		}
	}
	return options_fail(
	    parse, "--follow %.64s: not the number of a flow, FLOW, FLOW.client or FLOW.server",
	    argument);
}

bool option_name(struct parse *parse, const char *argument)
{
	parse->assignments[parse->assignment_count++] = argument;
	return true;
}

bool option_names_file(struct parse *parse, const char *argument)
{
	parse->files[parse->file_count++] = argument;
	return true;
}

bool option_read(struct parse *parse, const char *argument)
{
	return input_list_add(parse->settings, argument, parse->error);
}

bool option_read_list(struct parse *parse, const char *argument)
{
	if (strcmp(argument, "-") == 0)
		parse->list_on_input = true;
	return input_list_read(parse->settings, argument, parse->error);
}

/* "100ms", "1s", "2.5s": nanoseconds, more than 0 and at most an hour. */
static bool parse_duration(const char *text, uint64_t *ns)
{
	static const struct {
		const char *suffix;
		double ns;
	} units[] = {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
	size_t digits = strspn(text, "0123456789.");
	char number[24];
	char *end;
	double value;

	if (digits == 0 || digits >= sizeof(number))
		return false;
	memcpy(number, text, digits);
	number[digits] = '\0';
	value = strtod(number, &end);
	if (*end)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(text + digits, units[i].suffix) != 0)
			continue;
		value *= units[i].ns;
		if (value < 1 || value > 3600e9)
			return false;
		*ns = (uint64_t)value;
		return true;
	}
	return false;
}

static bool set_duration(struct parse *parse, const char *option, const char *argument,
			 uint64_t *ns)
{
	if (parse_duration(argument, ns))
		return true;
	return options_fail(parse,
			    "%s %.64s: not a time above 0 and up to 3600s, with us, ms or s, "
			    "such as 100ms or 2.5s",
			    option, argument);
}

bool option_slow_handshake(struct parse *parse, const char *argument)
{
	return set_duration(parse, "--slow-handshake", argument,
			    &parse->settings->flow.slow_handshake);
}

bool option_stall(struct parse *parse, const char *argument)
{
	return set_duration(parse, "--stall", argument, &parse->settings->flow.stall);
}
