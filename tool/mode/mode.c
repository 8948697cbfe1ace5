/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/mode.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tool/terminal.h"

const struct mode mode_silent = {
    .json = &mode_packets_json,
    .takes = MODE_TAKES_NO_FINDINGS,
    .silenced_by_w = true,
};

/* An option that only some modes accept, and whether it was given. */
struct taken {
	const char *option;
	unsigned bit;
	bool given;
	const char *use; /* a mode that accepts it */
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
		snprintf(error, MODE_ERROR_MAX, "%s is for use with %s", taken->option, taken->use);
	return false;
}

static bool check_options(const struct settings *settings, char error[static MODE_ERROR_MAX])
{
	const struct mode *mode = settings->mode;
	const struct taken taken[] = {
	    {"--raw", MODE_TAKES_RAW, settings->flow.raw, "--follow"},
	    {"--no-findings", MODE_TAKES_NO_FINDINGS, settings->flow.no_findings, "--flows"},
	    {"--sort", MODE_TAKES_SORT, settings->flow.sort != FLOW_SORT_NUMBER, "--flows"},
	    {"--interval", MODE_TAKES_INTERVAL, settings->flow.interval, "--top or --flow-log"},
	    {"--rows", MODE_TAKES_ROWS, settings->flow.top_rows, "--top"},
	    {"--notable", MODE_TAKES_RECORDS, settings->records.notable, "--flow-log"},
	    {"--log-size", MODE_TAKES_RECORDS, settings->records.log_bytes, "--flow-log"},
	    {"--log-time", MODE_TAKES_RECORDS, settings->records.log_seconds, "--flow-log"},
	    {"--host-id", MODE_TAKES_RECORDS, settings->records.host_id, "--flow-log"},
	    {"--service", MODE_TAKES_RECORDS, settings->records.service_count, "--flow-log"},
	    {"--metrics-by-vm", MODE_TAKES_RECORDS, settings->records.metrics_by_vm, "--metrics"},
	    {"--redact", MODE_TAKES_RECORDS, settings->print.redact, "--flow-log"},
	};

	if (settings->flow.json && !mode->json) {
		snprintf(error, MODE_ERROR_MAX, "%s is not for use with --json", mode->option);
		return false;
	}
	if (mode->for_files && settings->source.file_count) {
		snprintf(error, MODE_ERROR_MAX,
			 "%s shows a capture while it runs. For a file, use %s", mode->option,
			 mode->for_files);
		return false;
	}
	if (settings->source.skip && mode->whole_flows) {
		snprintf(error, MODE_ERROR_MAX, "--skip is not for use with %s", mode->option);
		return false;
	}
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (!check_taken(mode, &taken[i], error))
			return false;
	return true;
}

/* The mode if no option selects one. */
static const struct mode *choose_packets(const struct settings *settings)
{
	const struct print_settings *print = &settings->print;

	if (settings->file.name && !settings->file.print_too)
		return &mode_silent;
	/* Only with a flow table, numbers of flows, messages and the true payload are known. */
	if (settings->flow.no_findings && print->verbose < 1 && print->payload == PAYLOAD_NONE)
		return &mode_packets_alone;
	return &mode_packets;
}

bool mode_choose(struct settings *settings, char error[static MODE_ERROR_MAX])
{
	if (!settings->mode)
		settings->mode = choose_packets(settings);
	if (!check_options(settings, error))
		return false;
	/* Before a capture needs privileges. */
	if (settings->flow.raw && terminal_is(STDOUT_FILENO)) {
		snprintf(error, MODE_ERROR_MAX,
			 "--raw is not for a terminal: redirect standard output");
		return false;
	}
	if (settings->flow.json)
		settings->mode = settings->mode->json;
	if (settings->file.name && strcmp(settings->file.name, "-") == 0 && mode_prints(settings)) {
		snprintf(error, MODE_ERROR_MAX,
			 "-w - and printed text cannot share standard output");
		return false;
	}
	return true;
}
