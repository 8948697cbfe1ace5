/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers vsock_analysis_preview_end(): it finds what vsock_analysis_end() would find, and changes
 * nothing.
 *
 * The input is that of fuzz-flows.c. Two analyses get the same frames, and one of them gives a
 * preview after each. Both must say the same on every frame, and end alike. The last preview must
 * be that end. Every part of an input is an input as well, so this compares all previews in time.
 */
#include <stddef.h>
#include <string.h>

#include "core/analysis.h"
#include "core/flow-table.h"
#include "tests/fuzz/must.h"
#include "tests/fuzz/steps.h"

/* Few, so that flows are evicted. */
#define MAX_FLOWS 5

/* More than an input has frames that may come to be findings; the rest is not compared. */
#define KEPT 4096

/* What an analysis said. */
struct log {
	struct vsock_finding findings[KEPT];
	size_t finding_count;
	struct vsock_flow flows[MAX_FLOWS];
	size_t flow_count;
	uint64_t left; /* flows that left the table */
};

static void log_clear(struct log *log)
{
	log->finding_count = 0;
	log->flow_count = 0;
}

static void log_finding(void *context, const struct vsock_finding *finding)
{
	struct log *log = context;

	if (log->finding_count < KEPT)
		log->findings[log->finding_count++] = *finding;
}

static void log_flow(void *context, const struct vsock_flow *flow)
{
	struct log *log = context;

	must(log->flow_count < MAX_FLOWS);
	log->flows[log->flow_count++] = *flow;
}

static void log_leave(void *context, const struct vsock_flow *flow)
{
	struct log *log = context;

	(void)flow;
	log->left++;
}

/* Bytes between the members are not part of a finding. */
static bool same_finding(const struct vsock_finding *a, const struct vsock_finding *b)
{
	size_t head = offsetof(struct vsock_finding, update) + sizeof(a->update);
	size_t tail = sizeof(*a) - offsetof(struct vsock_finding, flow);

	return memcmp(a, b, head) == 0 && memcmp(&a->flow, &b->flow, tail) == 0;
}

static void must_be_same(const struct log *a, const struct log *b)
{
	must(a->left == b->left);
	must(a->finding_count == b->finding_count);
	for (size_t i = 0; i < a->finding_count; i++)
		must(same_finding(&a->findings[i], &b->findings[i]));
	must(a->flow_count == b->flow_count);
	must(memcmp(a->flows, b->flows, a->flow_count * sizeof(a->flows[0])) == 0);
}

static void log_table(struct log *log, struct vsock_analysis *analysis)
{
	struct vsock_flow_walk walk;
	const struct vsock_flow *flow;

	must(vsock_flow_walk(&walk, vsock_analysis_flows(analysis)));
	while ((flow = vsock_flow_walk_next(&walk)))
		log_flow(log, flow);
	vsock_flow_walk_end(&walk);
}

static struct vsock_analysis *new_analysis(uint8_t setup, struct log *log)
{
	struct vsock_analysis_config config = {
	    .flows = {.max_flows = MAX_FLOWS, .on_leave = log_leave, .context = log},
	    .on_finding = log_finding,
	    .lossless = setup & 2,
	};
	struct vsock_analysis *analysis;

	config.flows.keep_ended = setup & 1;
	log_clear(log);
	log->left = 0;
	analysis = vsock_analysis_new(&config);
	must(analysis);
	return analysis;
}

static void take_frame(struct vsock_analysis *analysis, const struct steps *steps,
		       const struct capture_record *record)
{
	struct vsock_moment moment = steps_moment(steps);
	struct vsock_flow_event event;
	struct vsock_packet packet;

	if (steps->tick)
		vsock_analysis_tick(analysis, moment.ts);
	vsock_decode(&packet, record->data, record->captured, record->on_wire);
	vsock_analysis_packet(analysis, &packet, &moment, &event);
}

static void take_preview(struct vsock_analysis *analysis, struct log *preview)
{
	log_clear(preview);
	must(vsock_analysis_preview_end(analysis, preview, log_finding, log_flow));
}

/* All that the analysis says and has if the capture ends here. */
static void take_end(struct vsock_analysis *analysis, struct log *log)
{
	log_clear(log);
	vsock_analysis_end(analysis, false, 0);
	log_table(log, analysis);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct log asked, unasked, preview;
	struct vsock_analysis *a, *b;
	struct capture_record record;
	struct steps steps;

	if (size == 0)
		return 0;
	a = new_analysis(data[0], &asked);
	b = new_analysis(data[0], &unasked);
	steps_begin(&steps, data + 1, size - 1);
	steps.with_points = data[0] & 8;
	steps.with_bare = data[0] & 64;
	take_preview(a, &preview);
	while (steps_next(&steps, &record)) {
		log_clear(&asked);
		log_clear(&unasked);
		take_frame(a, &steps, &record);
		take_frame(b, &steps, &record);
		take_preview(a, &preview);
		log_table(&asked, a);
		log_table(&unasked, b);
		must_be_same(&asked, &unasked);
	}
	take_end(a, &asked);
	take_end(b, &unasked);
	must_be_same(&asked, &unasked);
	preview.left = unasked.left;
	must_be_same(&preview, &unasked);
	vsock_analysis_free(a);
	vsock_analysis_free(b);
	steps_end(&steps);
	return 0;
}
