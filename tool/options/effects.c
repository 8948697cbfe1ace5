/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that do more than fill a field. */
#include <string.h>

#include "lib/common/number.h"
#include "tool/options/file-options.h"
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
			if (parse_number(flow, 1, UINT64_MAX, &settings->follow))
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
