/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/mode.h"

const struct mode mode_silent = {
    .name = "silent",
};

const struct mode *mode_for(const struct settings *settings)
{
	if (settings->export_directory)
		return &mode_export;
	if (!settings_prints(settings))
		return &mode_silent;
	if (settings->count_only)
		return &mode_count;
	if (settings->follow)
		return &mode_follow;
	if (settings->diagnose)
		return settings->json ? &mode_diagnose_json : &mode_diagnose;
	if (settings->flows)
		return settings->json ? &mode_flows_json : &mode_flows;
	if (settings->json)
		return &mode_packets_json;
	/* Numbers of flows and true payload are shown with flows alone. */
	if (settings->no_findings && settings->verbose < 2 && settings->payload == PAYLOAD_NONE)
		return &mode_packets_alone;
	return &mode_packets;
}
