/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows for people: one table at the end, and below it what was found, the worst first. A flow
 * that must leave early is printed as it leaves; the table then follows with a heading and
 * widths of its own.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "tool/mode/finding-store.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/mode.h"
#include "tool/mode/verdict-text.h"
#include "tool/print/finding-line.h"
#include "tool/print/flow-line.h"

struct flows {
	struct flow_columns columns;
	struct finding_store findings;   /* until the flows are shown */
	struct connection_totals totals; /* of the flows that have left */
};

static void flows_begin(struct session *session)
{
	session_make_own(session, sizeof(struct flows));
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

	connection_totals_add(&flows->totals, flow);
	if (!flows->columns.headed) {
		flow_line_expect_usual(&flows->columns);
		flow_line_print_heading(session->out, &flows->columns);
	}
	flow_line_print(session->out, &flows->columns, &session->settings->print, flow,
			flow_list_now(session));
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
	struct connection_totals totals = flow_list_totals(session, &flows->totals);

	print_count(session->out, stats.evicted,
		    "left the table while alive, to make room (see --max-flows)\n");
	if (session->settings->print.incomplete)
		output_text(session->out, "only packets that match the filter were seen\n");
	else if (session->settings->print.filtered)
		output_text(session->out, "only connections with a packet that matches the filter "
					  "are shown\n");
	verdict_print_limits(session, &totals);
}

static void print_finding(struct session *session, const struct vsock_finding *finding)
{
	finding_line_mark(session->out, (enum vsock_class)finding->severity);
	output_text(session->out, finding->flow != VSOCK_NO_FLOW ? " flow " : " no flow");
	if (finding->flow != VSOCK_NO_FLOW)
		output_u64(session->out, finding->flow);
	output_text(session->out, ": ");
	finding_line_body(session->out, &session->settings->print, finding);
}

/* Set off by an empty line, so that the table can be cut off from them. */
static void print_findings(struct session *session)
{
	const struct flows *flows = session->own;
	uint32_t count = finding_store_count(&flows->findings);
	const struct vsock_finding **all = finding_store_worst_first(&flows->findings);
	bool first = true;

	for (uint32_t i = 0; all && i < count; i++) {
		if (!finding_line_wanted(&session->settings->print, all[i]))
			continue;
		if (first)
			output_char(session->out, '\n');
		first = false;
		print_finding(session, all[i]);
	}
	if (flows->findings.dropped)
		output_printf(session->out,
			      "%" PRIu64 " more findings, for which there was no room\n",
			      flows->findings.dropped);
	free(all);
}

static void measure_rows(struct session *session, uint64_t now)
{
	struct flows *flows = session->own;
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(session, &walk))
		return;
	while ((flow = flow_list_next(session, &walk)))
		flow_line_measure(&flows->columns, &session->settings->print, flow, now);
	vsock_flow_walk_end(&walk);
}

static void print_rows(struct session *session, uint64_t now)
{
	struct flows *flows = session->own;
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(session, &walk))
		return;
	while ((flow = flow_list_next(session, &walk)))
		flow_line_print(session->out, &flows->columns, &session->settings->print, flow,
				now);
	vsock_flow_walk_end(&walk);
}

static void print_table(struct session *session)
{
	struct flows *flows = session->own;
	uint64_t now = flow_list_now(session);

	if (flows->columns.headed)
		output_char(session->out, '\n');
	measure_rows(session, now);
	flow_line_print_heading(session->out, &flows->columns);
	print_rows(session, now);
	print_losses(session);
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
	session_free_own(session);
}

const struct mode mode_flows = {
    .option = "--flows",
    .json = &mode_flows_json,
    .takes = MODE_TAKES_NO_FINDINGS,
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
