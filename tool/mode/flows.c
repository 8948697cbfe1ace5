/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows for people: one table at the end. Below it are the totals of each CID and server port, and
 * the findings, the worst first. A flow that must leave early is printed as it leaves. The table
 * then follows with a new heading and its own widths.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "tool/mode/finding-store.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/flow-totals.h"
#include "tool/mode/mode.h"
#include "tool/mode/verdict-text.h"
#include "tool/print/finding-line.h"
#include "tool/print/flow-line.h"

/* Of the second line of a sentence. */
#define INDENT 2

struct flows {
	struct flow_columns columns;
	struct finding_store findings;   /* until the flows are shown */
	struct flow_totals left;         /* of flows that left early */
	struct flow_totals totals;       /* while the table is printed */
	struct connection_totals judged; /* of flows that left early */
};

static void flows_begin(struct session *session)
{
	struct flows *flows;

	if (!session_make_own(session, sizeof(struct flows)))
		return;
	flows = session->own;
	flows->columns.sort = session->settings->flow.sort;
}

static void flows_finding(struct session *session, const struct vsock_finding *finding)
{
	struct flows *flows = session->own;

	finding_store_add(&flows->findings, finding);
}

static void flows_packet(struct session *session, const struct seen *seen)
{
	for (size_t i = 0; i < seen->finding_count; i++)
		flows_finding(session, &seen->findings[i]);
}

static void flows_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct flows *flows = session->own;

	connection_totals_add(&flows->judged, flow);
	if (!flows->columns.headed) {
		flow_line_expect_usual(&flows->columns);
		flow_line_print_heading(session->out, &flows->columns);
	}
	flow_line_print(session->out, &flows->columns, &session->settings->print, flow,
			flow_list_now(session));
	flow_totals_add(&flows->left, flow);
}

static void print_count(struct output *out, uint64_t count, const char *what)
{
	if (count == 0)
		return;
	output_u64(out, count);
	output_text(out, count == 1 ? " flow " : " flows ");
	output_text(out, what);
}

static void print_losses(struct session *session)
{
	const struct flows *flows = session->own;
	struct vsock_flow_stats stats = vsock_flow_table_stats(session->flows);
	struct connection_totals totals = flow_list_totals(session, &flows->judged);
	size_t lines = output_line_begin(session->out);

	print_count(session->out, stats.evicted,
		    "left the table while alive, to make room (see --max-flows)\n");
	if (session->settings->print.incomplete)
		output_text(session->out, "only packets that match the filter were seen\n");
	else if (session->settings->print.filtered)
		output_text(session->out, "only connections with a packet that matches the filter "
					  "are shown\n");
	verdict_print_limits(session, &totals);
	output_line_end(session->out, lines, INDENT);
}

/* "! flow 3: reset: ..."; for findings that are alike, only the first. */
static void print_finding(struct session *session, const struct vsock_finding *finding,
			  uint32_t times)
{
	size_t line = output_line_begin(session->out);

	finding_line_mark(session->out, (enum vsock_class)finding->severity);
	if (times > 1)
		output_printf(session->out, " %" PRIu32 " times%s", times,
			      finding->flow != VSOCK_NO_FLOW ? ", first in" : ",");
	output_text(session->out, finding->flow != VSOCK_NO_FLOW ? " flow " : " no flow");
	if (finding->flow != VSOCK_NO_FLOW)
		output_u64(session->out, finding->flow);
	output_text(session->out, ": ");
	finding_line_body(session->out, &session->settings->print, finding);
	output_line_end(session->out, line,
			finding_line_indent((enum vsock_class)finding->severity));
}

/* Set off by an empty line, so that the table can be cut off from them. */
static void print_findings(struct session *session)
{
	const struct flows *flows = session->own;
	uint32_t count = finding_store_count(&flows->findings);
	/* A file keeps each finding. On a screen, repetitions would take most of the room. */
	bool joined = session->out->columns > 0;
	const struct vsock_finding **all = joined ? finding_store_alike(&flows->findings)
						  : finding_store_worst_first(&flows->findings);
	bool first = true;
	uint32_t times;

	for (uint32_t i = 0; all && i < count; i += times) {
		times = joined ? findings_alike(all + i, count - i) : 1;
		if (!finding_line_wanted(&session->settings->print, all[i]))
			continue;
		if (first)
			output_char(session->out, '\n');
		first = false;
		print_finding(session, all[i], times);
	}
	if (flows->findings.dropped)
		output_printf(session->out, "%" PRIu64 " more findings left out: no room\n",
			      flows->findings.dropped);
	free(all);
}

static void measure_flow(struct session *session, const struct vsock_flow *flow, uint64_t now)
{
	struct flows *flows = session->own;

	flow_line_measure(&flows->columns, &session->settings->print, flow, now);
	flow_totals_add(&flows->totals, flow);
}

static void print_flow(struct session *session, const struct vsock_flow *flow, uint64_t now)
{
	struct flows *flows = session->own;

	flow_line_print(session->out, &flows->columns, &session->settings->print, flow, now);
}

static void print_table(struct session *session)
{
	struct flows *flows = session->own;
	uint64_t now = flow_list_now(session);

	if (flows->columns.headed)
		output_char(session->out, '\n');
	flow_list_each(session, measure_flow, now);
	flow_line_print_heading(session->out, &flows->columns);
	flow_list_each(session, print_flow, now);
	flow_line_print_hidden(session->out, &flows->columns);
	print_losses(session);
	flow_totals_merge(&flows->totals, &flows->left);
	flow_totals_print(session->out, &session->settings->print, &flows->totals);
	flow_totals_free(&flows->totals);
	print_findings(session);
}

static void flows_snapshot(struct session *session)
{
	print_table(session);
	output_flush(session->out);
}

static void flows_end(struct session *session)
{
	struct flows *flows = session->own;

	if (!flows)
		return;
	print_table(session);
	finding_store_free(&flows->findings);
	flow_totals_free(&flows->left);
	session_free_own(session);
}

const struct mode mode_flows = {
    .option = "--flows",
    .json = &mode_flows_json,
    .takes = MODE_TAKES_NO_FINDINGS | MODE_TAKES_SORT,
    .prints_at_end = true,
    .needs_flows = true,
    .keep_ended_flows = true,
    .begin = flows_begin,
    .packet = flows_packet,
    .finding = flows_finding,
    .flow_left = flows_flow_left,
    .snapshot = flows_snapshot,
    .end = flows_end,
};
