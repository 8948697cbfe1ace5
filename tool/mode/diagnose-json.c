/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --diagnose for programs: one JSON object for each cause, and one for the capture. */
#include <stdlib.h>
#include <string.h>

#include "tool/mode/cause-text.h"
#include "tool/mode/diagnose-both.h"
#include "tool/print/json.h"
#include "tool/print/process-name.h"

static void print_text(struct session *session, const struct cause *cause)
{
	char data[CAUSE_TEXT_MAX];
	struct output text;

	output_memory(&text, data, sizeof(data));
	cause_text(&text, &session->settings->print, session->own, cause);
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

static void print_clients(struct output *out, const struct cause *cause)
{
	uint64_t clients[CAUSE_CLIENTS] = {0};

	for (uint32_t i = 0; i < cause->client_count; i++)
		clients[i] = cause->clients[i];
	print_numbers(out, "client_cids", clients, cause->client_count);
}

static void print_name(struct session *session, const struct cause *cause)
{
	if (cause->scope != VSOCK_SCOPE_CAPTURE) {
		json_cid_name(session->out, "name", &session->settings->print, cause->cid);
		return;
	}
	json_key(session->out, "name");
	json_null(session->out);
}

static void print_cause(struct session *session, const struct cause *cause)
{
	struct output *out = session->out;

	json_kind(out, "cause");
	json_key(out, "code");
	json_keyword(out, true, vsock_finding_name(cause->code), cause->code);
	json_key(out, "class");
	json_keyword(out, true, vsock_class_name(cause->severity), cause->severity);
	json_key(out, "cid");
	json_u64(out, cause->scope != VSOCK_SCOPE_CAPTURE, cause->cid);
	print_name(session, cause);
	json_key(out, "port");
	json_u64(out, cause->scope == VSOCK_SCOPE_SERVICE, cause->port);
	json_key(out, "count");
	json_u64(out, true, cause->count);
	json_key(out, "connections");
	json_u64(out, true, cause->connections);
	print_clients(out, cause);
	print_numbers(out, "flows", cause->flows, cause_flow_count(cause));
	print_numbers(out, "packets", cause->example.packets, cause->example.packet_count);
	json_finding_uid(out, &session->json, &cause->example);
	json_span(out, &session->json, true, cause->first_ts, cause->last_ts);
	json_common_place(out, &session->json);
	print_text(session, cause);
	if (cause->method) {
		json_key(out, "method");
		json_string(out, cause->method, strlen(cause->method));
	}
	process_json_finding(out, &session->settings->print, &cause->example);
	json_end(out);
}

/* "healthy" only if every connection is healthy. */
static const char *run_verdict(const struct causes *causes, const struct connection_totals *totals)
{
	if (causes_have(causes, VSOCK_SUSPICIOUS))
		return "unhealthy";
	if (totals->connections == 0)
		return "unknown";
	return totals->verdicts[VSOCK_HEALTHY] == totals->connections ? "healthy" : "mixed";
}

static void print_totals(struct session *session)
{
	const struct causes *causes = session->own;
	const struct connection_totals totals = diagnose_totals(session);
	struct output *out = session->out;
	const char *verdict = run_verdict(causes, &totals);
	const int64_t span = session_span(session);
	const struct {
		const char *key;
		uint64_t value;
	} rows[] = {
	    {"certain", causes->findings[VSOCK_CERTAIN]},
	    {"suspicious", causes->findings[VSOCK_SUSPICIOUS]},
	    {"information", causes->findings[VSOCK_INFORMATION]},
	    {"left_out", causes->left_out},
	    {"connections", totals.connections},
	    {"healthy_connections", totals.verdicts[VSOCK_HEALTHY]},
	    {"unhealthy_connections", totals.verdicts[VSOCK_UNHEALTHY]},
	    {"refused_connections", totals.verdicts[VSOCK_REFUSED]},
	    {"given_up_connections", totals.verdicts[VSOCK_GIVEN_UP]},
	    {"recovered_connections", totals.verdicts[VSOCK_RECOVERED]},
	    {"waiting_connections", totals.verdicts[VSOCK_WAITING]},
	    {"unjudged_connections", totals.verdicts[VSOCK_UNJUDGED]},
	    {"evicted_connections", vsock_flow_table_stats(session->flows).evicted},
	    {"bytes", totals.bytes},
	    {"packets", session->packets},
	};

	json_kind(out, "verdict");
	json_key(out, "verdict");
	json_string(out, verdict, strlen(verdict));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_key(out, rows[i].key);
		json_u64(out, true, rows[i].value);
	}
	json_span(out, &session->json, session->packets > 0 && span >= 0, session->lowest_ts,
		  session->lowest_ts + (uint64_t)span);
	json_common_place(out, &session->json);
	json_end(out);
}

static void print_report(struct session *session)
{
	const struct causes *causes = session->own;
	const struct cause **worst = causes_worst_first(causes);

	for (uint32_t i = 0; worst && i < causes->count; i++)
		print_cause(session, worst[i]);
	free(worst);
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
	diagnose_settle(session);
	print_report(session);
	diagnose_end(session);
}

const struct mode mode_diagnose_json = {
    .prints_json = true,
    .prints_at_end = true,
    .needs_flows = true,
    .begin = diagnose_begin,
    .packet = diagnose_packet,
    .finding = diagnose_finding,
    .flow_left = diagnose_flow_left,
    .snapshot = print_snapshot,
    .end = print_end,
};
