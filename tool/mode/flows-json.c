/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows for programs: one JSON object a line, when a flow leaves or at the end. A snapshot prints
 * objects of flows that are not final: they come again later. A finding without a flow is a
 * separate line, at once.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tool/message.h"
#include "tool/mode/finding-store.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/mode.h"
#include "tool/print/json-finding.h"
#include "tool/print/json-flow.h"
#include "tool/print/json.h"

static void flows_json_begin(struct session *session)
{
	session_make_own(session, sizeof(struct finding_store));
}

static void print_findings(struct session *session, uint64_t flow)
{
	const struct finding_store *findings = session->own;
	const struct vsock_finding *finding = finding_store_next(findings, flow, NULL);

	json_key(session->out, "findings");
	output_char(session->out, '[');
	while (finding) {
		json_finding(session->out, &session->json, &session->settings->print, finding);
		finding = finding_store_next(findings, flow, finding);
		if (finding)
			output_char(session->out, ',');
	}
	output_char(session->out, ']');
}

static void print_flow(struct session *session, const struct vsock_flow *flow, uint64_t now,
		       bool final)
{
	json_flow(session->out, &session->json, &session->settings->print, flow, now, final);
	print_findings(session, flow->number);
	json_end(session->out);
}

static void print_listed_flow(struct session *session, const struct vsock_flow *flow, uint64_t now)
{
	print_flow(session, flow, now, session->ended);
}

static void flows_json_flow_left(struct session *session, const struct vsock_flow *flow)
{
	print_flow(session, flow, flow_list_now(session), true);
	finding_store_forget(session->own, flow->number);
}

static void print_all(struct session *session)
{
	flow_list_each(session, print_listed_flow, flow_list_now(session));
}

static void flows_json_snapshot(struct session *session)
{
	print_all(session);
	output_flush(session->out);
}

static void flows_json_end(struct session *session)
{
	struct finding_store *findings = session->own;

	if (!findings)
		return;
	print_all(session);
	if (findings->dropped)
		notice("%" PRIu64 " findings left out: no room", findings->dropped);
	flow_list_report_evicted(session);
	finding_store_free(findings);
	session_free_own(session);
}

static void flows_json_finding(struct session *session, const struct vsock_finding *finding)
{
	if (finding->flow != VSOCK_NO_FLOW)
		finding_store_add(session->own, finding);
	else
		json_finding_alone(session->out, &session->json, &session->settings->print,
				   finding);
}

static void flows_json_packet(struct session *session, const struct seen *seen)
{
	for (size_t i = 0; i < seen->finding_count; i++)
		flows_json_finding(session, &seen->findings[i]);
}

const struct mode mode_flows_json = {
    .prints_json = true,
    .prints_at_end = true,
    .needs_flows = true,
    .keep_ended_flows = true,
    .begin = flows_json_begin,
    .packet = flows_json_packet,
    .finding = flows_json_finding,
    .flow_left = flows_json_flow_left,
    .snapshot = flows_json_snapshot,
    .end = flows_json_end,
};
