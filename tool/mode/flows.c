/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows for people: one table at the end, and below it what was found, the worst first. A flow
 * that must leave early is printed as it leaves; the table then follows with a heading and
 * widths of its own.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "tool/mode/flow-list.h"
#include "tool/mode/mode.h"
#include "tool/print/finding-line.h"
#include "tool/print/flow-line.h"

static void print_left(struct run *run, const struct vsock_flow *flow)
{
	if (!run->flow_columns.headed) {
		flow_line_expect_usual(&run->flow_columns);
		flow_line_print_heading(run->out, &run->flow_columns);
	}
	flow_line_print(run->out, &run->flow_columns, run->settings, flow, flow_list_now(run));
}

static void print_count(struct output *out, uint64_t count, const char *what)
{
	if (count == 0)
		return;
	output_u64(out, count);
	output_text(out, count == 1 ? " flow " : " flows ");
	output_text(out, what);
}

static void print_losses(struct run *run)
{
	struct vsock_flow_stats stats = vsock_flow_table_stats(run->flows);

	print_count(run->out, stats.evicted,
		    "left the table while alive, to make room (see --max-flows)\n");
	if (settings_filtered(run->settings))
		output_text(run->out, "only packets that match the filter were seen\n");
}

static void print_finding(struct run *run, const struct vsock_finding *finding)
{
	finding_line_mark(run->out, (enum vsock_class)finding->severity);
	output_text(run->out, finding->flow ? " flow " : " no flow");
	if (finding->flow)
		output_u64(run->out, finding->flow);
	output_text(run->out, ": ");
	finding_line_body(run->out, run->settings, finding);
}

/* Set off by an empty line, so that the table can be cut off from them. */
static void print_findings(struct run *run)
{
	uint32_t count = finding_store_count(&run->findings);
	const struct vsock_finding **all = finding_store_worst_first(&run->findings);
	bool first = true;

	for (uint32_t i = 0; all && i < count; i++) {
		if (!finding_line_wanted(run->settings, all[i]))
			continue;
		if (first)
			output_char(run->out, '\n');
		first = false;
		print_finding(run, all[i]);
	}
	if (run->findings.dropped)
		output_printf(run->out, "%" PRIu64 " more findings, for which there was no room\n",
			      run->findings.dropped);
	free(all);
}

static void measure_rows(struct run *run, uint64_t now)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(run, &walk))
		return;
	while ((flow = vsock_flow_walk_next(&walk)))
		flow_line_measure(&run->flow_columns, run->settings, flow, now);
	vsock_flow_walk_end(&walk);
}

static void print_rows(struct run *run, uint64_t now)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(run, &walk))
		return;
	while ((flow = vsock_flow_walk_next(&walk)))
		flow_line_print(run->out, &run->flow_columns, run->settings, flow, now);
	vsock_flow_walk_end(&walk);
}

static void print_table(struct run *run)
{
	uint64_t now = flow_list_now(run);

	if (run->flow_columns.headed)
		output_char(run->out, '\n');
	measure_rows(run, now);
	flow_line_print_heading(run->out, &run->flow_columns);
	print_rows(run, now);
	print_losses(run);
	print_findings(run);
}

static void print_snapshot(struct run *run)
{
	print_table(run);
	output_flush(run->out);
}

static void print_end(struct run *run)
{
	print_table(run);
	finding_store_free(&run->findings);
}

const struct mode mode_flows = {
    .name = "flows",
    .needs_flows = true,
    .keep_ended_flows = true,
    .packet = flow_list_packet,
    .finding = flow_list_finding,
    .flow_left = print_left,
    .snapshot = print_snapshot,
    .end = print_end,
};
