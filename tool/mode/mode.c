/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/mode.h"

#include <stdio.h>
#include <string.h>

const struct mode mode_silent = {
    .json = &mode_packets_json,
    .takes = MODE_TAKES_NO_FINDINGS,
};

/* An option that only some modes take, and whether it was given. */
struct taken {
	const char *option;
	unsigned bit;
	bool given;
};

static bool check_taken(const struct mode *mode, const struct taken *taken,
			char error[static MODE_ERROR_MAX])
{
	if (!taken->given || mode->takes & taken->bit)
		return true;
	if (mode->option)
		snprintf(error, MODE_ERROR_MAX, "%s is not for use with %s", taken->option,
			 mode->option);
	else
		snprintf(error, MODE_ERROR_MAX, "%s is for use with --follow", taken->option);
	return false;
}

static bool check_options(const struct settings *settings, char error[static MODE_ERROR_MAX])
{
	const struct mode *mode = settings->mode;
	const struct taken taken[] = {
	    {"--raw", MODE_TAKES_RAW, settings->output.raw},
	    {"--no-findings", MODE_TAKES_NO_FINDINGS, settings->print.no_findings},
	};

	if (settings->output.json && !mode->json) {
		snprintf(error, MODE_ERROR_MAX, "%s is not for use with --json", mode->option);
		return false;
	}
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (!check_taken(mode, &taken[i], error))
			return false;
	return true;
}

/* As with tcpdump, -w silences the packets unless --print. Another mode was asked for. */
static const struct mode *without_option(const struct settings *settings)
{
	return settings->file.name && !settings->output.despite_file ? &mode_silent : &mode_packets;
}

/* The same output for less. */
static const struct mode *cheapest(const struct settings *settings)
{
	/* Numbers of flows and true payload are shown with flows alone. */
	bool alone = settings->print.no_findings && settings->print.verbose < 2 &&
		     settings->print.payload == PAYLOAD_NONE;

	return settings->mode == &mode_packets && alone ? &mode_packets_alone : settings->mode;
}

bool mode_choose(struct settings *settings, char error[static MODE_ERROR_MAX])
{
	if (!settings->mode)
		settings->mode = without_option(settings);
	if (!check_options(settings, error))
		return false;
	if (settings->output.json)
		settings->mode = settings->mode->json;
	settings->mode = cheapest(settings);
	if (settings->mode->prints && settings->file.name &&
	    strcmp(settings->file.name, "-") == 0) {
		snprintf(error, MODE_ERROR_MAX,
			 "-w - and what is printed cannot share standard output");
		return false;
	}
	return true;
}
