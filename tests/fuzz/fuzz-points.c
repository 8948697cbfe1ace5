/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers capture points in core/flow-table.c and flow-update.c: flows of different points never
 * mix.
 *
 * The input is a byte that sets up the analysis, and a sequence of frames: see steps.h. One
 * analysis gets all frames. Besides it, each point has an analysis that gets only its own frames.
 * What a frame means to its flow must be the same in both. What is judged may differ: one of
 * several views of a connection is only a copy.
 */
#include <string.h>

#include "core/analysis.h"
#include "tests/fuzz/must.h"
#include "tests/fuzz/steps.h"

/* More than an input has frames: no flow is evicted. */
#define MAX_FLOWS 2048

/* Marks that judging sets. Of a flow that is only a copy, nothing is judged. */
#define JUDGED                                                                                     \
	(VSOCK_FLOW_COPY | VSOCK_FLOW_TWICE | VSOCK_FLOW_NO_RESPONSE | VSOCK_FLOW_RST_PENDING |    \
	 VSOCK_FLOW_SETTLED | VSOCK_FLOW_SELECTED)

static void must_be_same_side(const struct vsock_flow_side *a, const struct vsock_flow_side *b)
{
	struct vsock_flow_side x = *a, y = *b;

	x.marks &= (uint16_t)~VSOCK_SIDE_STALL_REPORTED;
	y.marks &= (uint16_t)~VSOCK_SIDE_STALL_REPORTED;
	/* No bytes between the members. */
	must(memcmp(&x, &y, sizeof(x)) == 0);
}

static void must_be_same_flow(const struct vsock_flow *a, const struct vsock_flow *b)
{
	must(a->point == b->point);
	must(a->client_cid == b->client_cid && a->client_port == b->client_port);
	must(a->server_cid == b->server_cid && a->server_port == b->server_port);
	must(a->state == b->state && a->type == b->type);
	must((a->marks & ~JUDGED) == (b->marks & ~JUDGED));
	must(a->first_ts == b->first_ts && a->last_ts == b->last_ts);
	must(a->response_ts == b->response_ts && a->state_ts == b->state_ts);
	must(a->history == b->history && a->events == b->events);
	must_be_same_side(&a->side[VSOCK_CLIENT], &b->side[VSOCK_CLIENT]);
	must_be_same_side(&a->side[VSOCK_SERVER], &b->side[VSOCK_SERVER]);
}

static void must_be_same_segment(const struct vsock_segment *a, const struct vsock_segment *b)
{
	must(a->offset == b->offset && a->data == b->data && a->known == b->known);
	must(a->length == b->length && a->message == b->message && a->misplaced == b->misplaced);
}

static void must_be_same(const struct vsock_flow_event *a, const struct vsock_flow_event *b)
{
	must(!a->flow == !b->flow && a->facts == b->facts);
	must(a->has_segment == b->has_segment);
	if (a->has_segment)
		must_be_same_segment(&a->segment, &b->segment);
	if (!a->flow)
		return;
	must(a->sender == b->sender && a->before == b->before);
	must(!(a->facts & VSOCK_FACT_STALL_ENDED) || a->stalled_us == b->stalled_us);
	must(a->flow->point == a->moment.point);
	must_be_same_flow(a->flow, b->flow);
}

static struct vsock_analysis *new_analysis(uint8_t setup)
{
	struct vsock_analysis_config config = {.flows = {.max_flows = MAX_FLOWS},
					       .lossless = setup & 2};
	struct vsock_analysis *analysis;

	config.flows.keep_ended = setup & 1;
	analysis = vsock_analysis_new(&config);
	must(analysis);
	return analysis;
}

/* The first is of all points, then comes one for each point. */
static void take_frame(struct vsock_analysis *const analyses[static STEP_POINTS + 1],
		       const struct steps *steps, const struct capture_record *record)
{
	struct vsock_moment moment = steps_moment(steps);
	struct vsock_flow_event together, alone;
	struct vsock_packet packet;

	for (int i = 0; steps->tick && i <= STEP_POINTS; i++)
		vsock_analysis_tick(analyses[i], moment.ts);
	vsock_decode(&packet, record->data, record->captured, record->on_wire);
	vsock_analysis_packet(analyses[0], &packet, &moment, &together);
	vsock_analysis_packet(analyses[1 + steps->point], &packet, &moment, &alone);
	must_be_same(&together, &alone);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vsock_analysis *analyses[STEP_POINTS + 1];
	struct capture_record record;
	struct steps steps;

	if (size == 0)
		return 0;
	for (int i = 0; i <= STEP_POINTS; i++)
		analyses[i] = new_analysis(data[0]);
	steps_begin(&steps, data + 1, size - 1);
	steps.with_points = true;
	steps.with_bare = data[0] & 64;
	while (steps.number < MAX_FLOWS && steps_next(&steps, &record))
		take_frame(analyses, &steps, &record);
	for (int i = 0; i <= STEP_POINTS; i++)
		vsock_analysis_free(analyses[i]);
	steps_end(&steps);
	return 0;
}
