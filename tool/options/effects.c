/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that do more than set a field. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/common/number.h"
#include "tool/options/file-options.h"
#include "tool/options/input-list.h"
#include "tool/options/parse.h"

/* A year. */
#define STATS_SECONDS_MAX UINT32_C(31622400)

bool option_file_bytes(struct parse *parse, const char *argument)
{
	if (file_size_parse(argument, &parse->settings->file.bytes))
		return true;
	return options_fail(
	    parse, "-C %.64s: not a number of millions of bytes, or a number with K, M or G",
	    argument);
}

/* Cuts ".client" off "port:80.client", and sets the side. */
static void take_side(char *text, enum follow_sides *side)
{
	static const char *const sides[] = {
	    [FOLLOW_CLIENT] = ".client", [FOLLOW_SERVER] = ".server"};
	char *dot = strrchr(text, '.');

	*side = FOLLOW_BOTH;
	for (size_t i = FOLLOW_CLIENT; dot && i < sizeof(sides) / sizeof(sides[0]); i++) {
		if (strcmp(dot, sides[i]) == 0) {
			*side = (enum follow_sides)i;
			*dot = '\0';
			return;
		}
	}
}

bool option_follow(struct parse *parse, const char *argument)
{
	static const struct {
		const char *word;
		enum follow_what what;
		uint64_t most; /* the highest number that follows; 0: no number follows */
	} forms[] = {
	    {"port:", FOLLOW_PORT, UINT32_MAX}, {"cid:", FOLLOW_CID, UINT32_MAX},
	    {"next", FOLLOW_NEXT, 0},           {"all", FOLLOW_ALL, 0},
	    {"", FOLLOW_FLOW, UINT64_MAX - 1},
	};
	struct flow_settings *settings = &parse->settings->flow;
	char text[64];

	if (strlen(argument) < sizeof(text)) {
		memcpy(text, argument, strlen(argument) + 1);
		take_side(text, &settings->sides);
		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
			size_t length = strlen(forms[i].word);
			const char *number = text + length;

			if (strncmp(text, forms[i].word, length) != 0)
				continue;
			settings->what = forms[i].what;
			if (forms[i].most
				? parse_number(number, 0, forms[i].most, &settings->follow)
				: !*number)
				return true;
		}
	}
	return options_fail(parse,
			    "--follow %.64s: not the number of a flow, port:N, cid:N, next or all; "
			    ".client or .server may follow",
			    argument);
}

/* The number at the start of a list, and what follows its comma; NULL if it is wrong. */
static const char *take_number(const char *list, uint64_t *number)
{
	size_t length = strcspn(list, ",");
	char text[24];

	if (length >= sizeof(text))
		return NULL;
	memcpy(text, list, length);
	text[length] = '\0';
	if (!parse_number(text, 0, UINT64_MAX - 1, number))
		return NULL;
	if (!list[length])
		return list + length;
	return list[length + 1] ? list + length + 1 : NULL;
}

bool option_ladder(struct parse *parse, const char *argument)
{
	struct flow_settings *settings = &parse->settings->flow;
	const char *rest = argument;

	settings->ladder_worst = strcmp(argument, "worst") == 0;
	settings->ladder_count = 0;
	if (settings->ladder_worst)
		return true;
	do {
		if (settings->ladder_count == LADDERS_MAX)
			return options_fail(parse, "--ladder: at most %d flows", LADDERS_MAX);
		rest = take_number(rest, &settings->ladder[settings->ladder_count]);
		if (!rest)
			return options_fail(parse,
					    "--ladder %.64s: not the number of a flow, several "
					    "with commas between them, or worst",
					    argument);
		settings->ladder_count++;
	} while (*rest);
	return true;
}

/* "3=17". */
bool option_map(struct parse *parse, const char *argument)
{
	struct flow_settings *settings = &parse->settings->flow;
	const char *to = strchr(argument, '=');
	char from[16] = "";
	uint64_t cids[2];

	if (settings->map_count == CID_MAPS_MAX)
		return options_fail(parse, "--map: at most %d CIDs", CID_MAPS_MAX);
	if (to && (size_t)(to - argument) < sizeof(from))
		memcpy(from, argument, (size_t)(to - argument));
	if (!to || !parse_number(from, 0, UINT32_MAX, &cids[0]) ||
	    !parse_number(to + 1, 0, UINT32_MAX, &cids[1]))
		return options_fail(parse, "--map %.64s: not two CIDs, such as 3=17", argument);
	settings->map[settings->map_count++] =
	    (struct cid_map){.from = (uint32_t)cids[0], .to = (uint32_t)cids[1]};
	return true;
}

bool option_stats(struct parse *parse, const char *argument)
{
	uint64_t seconds = 0;

	if (argument && !parse_number(argument, 1, STATS_SECONDS_MAX, &seconds))
		return options_fail(parse,
				    "--stats=%.64s: not a number of seconds from 1 to %" PRIu32,
				    argument, STATS_SECONDS_MAX);
	parse->settings->flow.stats_seconds = (uint32_t)seconds;
	return true;
}

bool option_name(struct parse *parse, const char *argument)
{
	parse->assignments[parse->assignment_count++] = argument;
	return true;
}

bool option_hybrid_socket(struct parse *parse, const char *argument)
{
	struct source_settings *source = &parse->settings->source;
	const size_t size = (source->hybrid_count + 1) * sizeof(*source->hybrid_sockets);
	const char **sockets = realloc(source->hybrid_sockets, size);

	if (!sockets)
		return options_fail(parse, "not enough memory");
	source->hybrid_sockets = sockets;
	sockets[source->hybrid_count++] = argument;
	return true;
}

bool option_process(struct parse *parse, const char *argument)
{
	struct print_settings *settings = &parse->settings->print;

	(void)argument;
	if (!settings->processes)
		settings->processes = process_table_new();
	return settings->processes || options_fail(parse, "not enough memory");
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

/* The number at the start of a text, such as "2.5s", and its length. */
static bool take_decimal(const char *text, double *value, size_t *length)
{
	char number[24];
	char *end;

	*length = strspn(text, "0123456789.");
	if (*length == 0 || *length >= sizeof(number))
		return false;
	memcpy(number, text, *length);
	number[*length] = '\0';
	*value = strtod(number, &end);
	return !*end;
}

/* "100ms", "1s", "2.5s": nanoseconds, more than 0 and at most an hour. */
static bool parse_duration(const char *text, uint64_t *ns)
{
	static const struct {
		const char *suffix;
		double ns;
	} units[] = {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
	size_t digits;
	double value;

	if (!take_decimal(text, &value, &digits))
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
	return options_fail(
	    parse,
	    "%s %.64s: not a time above 0 and up to 3600s, with us, ms or s, such as 100ms or 2.5s",
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

/* Seconds, with or without their unit. The mode has narrower limits: see check.c. */
bool option_interval(struct parse *parse, const char *argument)
{
	size_t digits;
	double seconds;

	if (take_decimal(argument, &seconds, &digits) && seconds >= 0.2 && seconds <= 86400 &&
	    (!argument[digits] || strcmp(argument + digits, "s") == 0)) {
		parse->settings->flow.interval = (uint64_t)(seconds * 1e9 + 0.5);
		return true;
	}
	return options_fail(parse,
			    "--interval %.64s: not a number of seconds from 0.2 to 60 "
			    "(--top), or from 1 to 86400 (--flow-log)",
			    argument);
}
