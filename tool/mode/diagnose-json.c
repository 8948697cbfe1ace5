/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --diagnose for programs: one JSON object for each cause, and one for the whole. */
#include <stdlib.h>

#include "tool/mode/cause-text.h"
#include "tool/mode/diagnose-both.h"
#include "tool/print/json.h"

static void print_text(struct session *session, const struct diagnosis_group *group)
{
	char data[DIAGNOSIS_TEXT_MAX];
	struct output text;

	output_memory(&text, data, sizeof(data));
	diagnosis_text(&text, session->settings, session->own, group);
	json_key(session->out, "text");
	json_string(session->out, data, text.length);
}

static void print_numbers(struct output *out, const char *key, const uint64_t *numbers,
			  unsigned count)
{
	json_key(out, key);
	output_char(out, '[');
	for (unsigned i = 0; i < count; i++) {
		if (i > 0)
			output_char(out, ',');
		output_u64(out, numbers[i]);
	}
	output_char(out, ']');
}

static void print_clients(struct output *out, const struct diagnosis_group *group)
{
	uint64_t clients[GROUP_CLIENTS];

	for (uint32_t i = 0; i < group->client_count; i++)
		clients[i] = group->clients[i];
	print_numbers(out, "client_cids", clients, group->client_count);
}

static void print_group(struct session *session, const struct diagnosis_group *group)
{
	struct output *out = session->out;

	json_first_key(out, "code");
	json_keyword(out, true, vsock_finding_name(group->code), group->code);
	json_key(out, "class");
	json_keyword(out, true, vsock_class_name(group->class), group->class);
	json_key(out, "cid");
	json_u64(out, group->scope != SCOPE_CAPTURE, group->cid);
	json_key(out, "port");
	json_u64(out, group->scope == SCOPE_SERVICE, group->port);
	json_key(out, "count");
	json_u64(out, true, group->count);
	json_key(out, "connections");
	json_u64(out, true, group->connections);
	print_clients(out, group);
	print_numbers(out, "flows", group->flows, group_flow_count(group));
	print_numbers(out, "packets", group->example.packets, group->example.packet_count);
	json_key(out, "first_ts");
	json_time(out, group->first_ts);
	json_key(out, "last_ts");
	json_time(out, group->last_ts);
	print_text(session, group);
	json_end(out);
}

static void print_totals(struct session *session)
{
	const struct diagnosis *diagnosis = session->own;
	const struct diagnosis_totals totals = diagnose_totals(session);
	struct output *out = session->out;
	const struct {
		const char *key;
		uint64_t value;
	} rows[] = {
	    {"certain", diagnosis->findings[VSOCK_CERTAIN]},
	    {"suspicious", diagnosis->findings[VSOCK_SUSPICIOUS]},
	    {"information", diagnosis->findings[VSOCK_INFORMATION]},
	    {"left_out", diagnosis->left_out},
	    {"connections", totals.connections},
	    {"healthy_connections", totals.healthy},
	    {"evicted_connections", vsock_flow_table_stats(session->flows).evicted},
	    {"bytes", totals.bytes},
	    {"packets", session->packets},
	};

	json_first_key(out, "verdict");
	output_text(out, diagnosis_unhealthy(diagnosis) ? "\"unhealthy\"" : "\"healthy\"");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_key(out, rows[i].key);
		json_u64(out, true, rows[i].value);
	}
	json_key(out, "duration_us");
	json_u64(out, session->packets > 0, (session->latest_ts - session->first_ts) / 1000);
	json_end(out);
}

static void print_report(struct session *session)
{
	const struct diagnosis *diagnosis = session->own;
	const struct diagnosis_group **groups = diagnosis_worst_first(diagnosis);

	for (uint32_t i = 0; groups && i < diagnosis->count; i++)
		print_group(session, groups[i]);
	free(groups);
	print_totals(session);
}

static void print_snapshot(struct session *session)
{
	print_report(session);
	output_flush(session->out);
}

static void print_end(struct session *session)
{
	if (!session->own)
		return;
	print_report(session);
	diagnose_end(session);
}

const struct mode mode_diagnose_json = {
    .name = "diagnosis as JSON",
    .needs_flows = true,
    .begin = diagnose_begin,
    .packet = diagnose_packet,
    .finding = diagnose_finding,
    .flow_left = diagnose_flow_left,
    .snapshot = print_snapshot,
    .end = print_end,
};
