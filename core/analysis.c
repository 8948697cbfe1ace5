/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Order of things for a packet: timers that are due by its time first, then the packet alone,
 * then what it means to its flow, then what many flows together mean.
 *
 * Timers: a flow that waits for something is in a list of the flow table by what it waits for,
 * so that looking at the old end of three lists finds all that is due; a flow that has been
 * reported leaves the list. Due times within one list differ by how a flow got there, so a flow
 * that is not due yet may hide one that is for a moment; never for longer than its own wait.
 */
#include "core/analysis.h"

#include <stdlib.h>

#include "core/checks.h"
#include "core/flow-slots.h"
#include "core/flow-update.h"
#include "core/timeouts.h"

/* Timers handled with one packet: a flood of packets that all fall due must not stall the rest. */
#define TIMERS_PER_PACKET 4

/* How many of a CID's connections must be forgotten within a second to be one event. */
#define GUEST_RESET_FLOWS 3
/* RSTs of one CID within a second, without a flow, to be a storm. */
#define RST_STORM_PACKETS 100

/* Events of one kind and CID within a second. A few CIDs are counted at a time. */
struct burst {
	uint32_t cid;
	uint32_t count;
	uint64_t start;
	bool told;
};
#define BURSTS 16

struct vsock_analysis {
	struct vsock_flow_table *flows;
	struct vsock_analysis_config config;
	struct burst half_open[BURSTS];
	struct burst rst[BURSTS];
	/* When a code was last reported without a flow: once a second is enough. */
	uint64_t last_report[VSOCK_FINDING_CODES];
	struct vsock_moment last; /* the last packet's, but ts is the highest so far */
	struct vsock_capture capture;
	uint64_t point_ends[VSOCK_ENDS_MAX]; /* 0: the point has not ended */
};

static void start_check(struct vsock_check *check, struct vsock_analysis *analysis,
			const struct vsock_packet *packet, uint64_t now);

/* The flow leaves the table: what waited to be judged is judged now. */
static void on_leave(void *context, const struct vsock_flow *flow)
{
	struct vsock_analysis *analysis = context;
	struct vsock_flow settled = *flow;
	struct vsock_check check;

	start_check(&check, analysis, NULL, analysis->last.ts);
	if (flow->state != VSOCK_FLOW_EVICTED)
		vsock_check_settle(&check, &settled);
	if (analysis->config.flows.on_leave)
		analysis->config.flows.on_leave(analysis->config.flows.context, &settled);
}

struct vsock_analysis *vsock_analysis_new(const struct vsock_analysis_config *config)
{
	struct vsock_analysis *analysis = calloc(1, sizeof(*analysis));

	if (!analysis)
		return NULL;
	analysis->config = *config;
	if (!config->slow_handshake)
		analysis->config.slow_handshake = VSOCK_SLOW_HANDSHAKE_TIME;
	if (!config->stall)
		analysis->config.stall = VSOCK_STALL_TIME;
	analysis->config.flows.on_leave = on_leave;
	analysis->config.flows.context = analysis;
	analysis->flows = vsock_flow_table_new(&analysis->config.flows);
	analysis->config.flows = config->flows;
	if (!analysis->flows) {
		free(analysis);
		return NULL;
	}
	return analysis;
}

void vsock_analysis_free(struct vsock_analysis *analysis)
{
	if (!analysis)
		return;
	vsock_flow_table_free(analysis->flows);
	free(analysis);
}

struct vsock_flow_table *vsock_analysis_flows(struct vsock_analysis *analysis)
{
	return analysis->flows;
}

uint32_t vsock_analysis_withheld(const struct vsock_analysis *analysis)
{
	return analysis->capture.withheld & ~analysis->capture.ops_seen;
}

static void deliver(struct vsock_analysis *analysis, const struct vsock_finding *finding)
{
	if (analysis->config.on_finding)
		analysis->config.on_finding(analysis->config.flows.context, finding);
}

/* Counts one more; true when that makes `enough` within a second, once. */
static bool burst_full(struct burst *bursts, uint32_t cid, uint64_t now, uint32_t enough)
{
	struct burst *b = &bursts[cid % BURSTS];

	if (b->cid != cid || now < b->start || now - b->start > VSOCK_BURST_TIME)
		*b = (struct burst){.cid = cid, .start = now};
	b->count++;
	if (b->told || b->count < enough)
		return false;
	b->told = true;
	return true;
}

/*
 * Many half-open connections of one CID are one event: its guest, or the host's device, has
 * forgotten them all. The local machine cannot: it would have forgotten the capture as well.
 */
static void note_half_open(struct vsock_analysis *analysis, const struct vsock_finding *finding)
{
	uint32_t cid = finding->about == VSOCK_CLIENT ? finding->client_cid : finding->server_cid;
	struct vsock_finding many = *finding;

	if (cid == VSOCK_CID_LOCAL ||
	    !burst_full(analysis->half_open, cid, finding->ts, GUEST_RESET_FLOWS))
		return;
	many.code = VSOCK_FINDING_GUEST_RESET;
	many.severity = (uint8_t)vsock_finding_severity(VSOCK_FINDING_GUEST_RESET);
	many.amount = GUEST_RESET_FLOWS;
	deliver(analysis, &many);
}

/* Takes a finding from the checks. One without a flow comes once a second at most. */
static void note_finding(void *context, const struct vsock_finding *finding)
{
	struct vsock_analysis *analysis = context;
	uint64_t *last = &analysis->last_report[finding->code];

	if (finding->flow == VSOCK_NO_FLOW) {
		if (*last && finding->ts >= *last && finding->ts - *last < VSOCK_REPORT_TIME)
			return;
		*last = finding->ts ? finding->ts : 1;
	}
	deliver(analysis, finding);
	if (finding->code == VSOCK_FINDING_HALF_OPEN)
		note_half_open(analysis, finding);
}

/* Puts the flow where the timer finds it, if it waits for something. */
static inline void watch(struct vsock_analysis *analysis, struct vsock_flow *flow)
{
	enum vsock_flow_list list = VSOCK_LIST_LIVE;

	if (vsock_flow_state_ended(flow->state))
		return;
	if (vsock_check_due(flow, &analysis->config)) {
		if (flow->state == VSOCK_FLOW_REQUESTED)
			list = VSOCK_LIST_REQUESTED;
		else if (flow->state == VSOCK_FLOW_CLOSING)
			list = VSOCK_LIST_CLOSING;
		else
			list = VSOCK_LIST_BLOCKED;
	}
	if (flow->list != list)
		vsock_flow_move(analysis->flows, flow, list);
}

/* Member by member into its place: copying it once more costs each packet some nanoseconds. */
static void start_check(struct vsock_check *check, struct vsock_analysis *analysis,
			const struct vsock_packet *packet, uint64_t now)
{
	check->packet = packet;
	check->number = analysis->last.number;
	check->now = now;
	check->capture = &analysis->capture;
	check->config = &analysis->config;
	check->report = note_finding;
	check->context = analysis;
}

void vsock_analysis_point_end(struct vsock_analysis *analysis, uint16_t point, uint64_t end)
{
	if (point < VSOCK_ENDS_MAX)
		analysis->point_ends[point] = end;
}

/* The time until which the capture would show a packet of this flow. */
static uint64_t seen_until(const struct vsock_analysis *analysis, const struct vsock_flow *flow,
			   uint64_t now)
{
	uint64_t end = flow->point < VSOCK_ENDS_MAX ? analysis->point_ends[flow->point] : 0;

	return end && end < now ? end : now;
}

/* Reports the oldest flow of a list if it is due; true when there may be another. */
static bool run_timer(struct vsock_analysis *analysis, enum vsock_flow_list list, uint64_t now)
{
	struct vsock_flow *flow = vsock_flow_oldest(analysis->flows, list);
	struct vsock_check check;
	uint64_t due;

	if (!flow)
		return false;
	due = vsock_check_due(flow, &analysis->config);
	if (due > now)
		return false;
	now = seen_until(analysis, flow, now);
	if (due > now) {
		vsock_flow_move(analysis->flows, flow, VSOCK_LIST_LIVE);
		return true;
	}
	start_check(&check, analysis, NULL, now);
	if (due)
		vsock_check_waiting(&check, flow);
	watch(analysis, flow);
	/* Still due for another reason: its turn comes again after the others. */
	if (flow->list == list)
		vsock_flow_move(analysis->flows, flow, list);
	return true;
}

__attribute__((noinline)) static void run_timers(struct vsock_analysis *analysis, uint64_t now,
						 unsigned most)
{
	for (int list = VSOCK_LIST_REQUESTED; list <= VSOCK_LIST_CLOSING; list++)
		for (unsigned i = 0; i < most; i++)
			if (!run_timer(analysis, (enum vsock_flow_list)list, now))
				break;
}

void vsock_analysis_tick(struct vsock_analysis *analysis, uint64_t now)
{
	if (analysis->capture.timeless)
		return;
	/* A flow waits for two things at most, one a side. */
	run_timers(analysis, now, 2 * vsock_flow_table_count(analysis->flows));
	vsock_flow_expire(analysis->flows, now);
}

/* An RST that belongs to no flow, or to one that has ended. */
static void note_stray_rst(struct vsock_analysis *analysis, const struct vsock_packet *packet,
			   uint64_t ts)
{
	if (!burst_full(analysis->rst, (uint32_t)packet->src_cid, ts, RST_STORM_PACKETS))
		return;
	deliver(analysis, &(struct vsock_finding){
			      .code = VSOCK_FINDING_RST_STORM,
			      .severity = (uint8_t)vsock_finding_severity(VSOCK_FINDING_RST_STORM),
			      .about = VSOCK_CLIENT,
			      .type = packet->type,
			      .packet_count = 1,
			      .ts = ts,
			      .flow = VSOCK_NO_FLOW,
			      .packets = {analysis->last.number},
			      .amount = RST_STORM_PACKETS,
			      .client_cid = (uint32_t)packet->src_cid,
			      .client_port = packet->src_port,
			      .server_cid = (uint32_t)packet->dst_cid,
			      .server_port = packet->dst_port,
			  });
}

/* Payload that the kernel of the capture is known to have copied wrongly. */
static void doubt_payload(const struct vsock_kernel_payload *kernel,
			  const struct vsock_packet *packet, struct vsock_flow_event *event)
{
	struct vsock_segment *segment = &event->segment;

	if (!event->has_segment || segment->known == 0 || !vsock_has_virtio(packet) ||
	    !vsock_kernel_payload_is_wrong(kernel, packet->on_wire, segment->data, segment->known))
		return;
	segment->unreliable = true;
	segment->known = 0;
	segment->data = NULL;
}

static void note_packet(struct vsock_analysis *analysis, const struct vsock_packet *packet,
			const struct vsock_moment *moment)
{
	analysis->last.number = moment->number;
	if (moment->ts > analysis->last.ts)
		analysis->last.ts = moment->ts;
	if (moment->timeless)
		analysis->capture.timeless = true;
	/* A packet without an op has 0 there. */
	analysis->capture.ops_seen |= UINT32_C(1) << (packet->op & 31);
}

/*
 * Counts flows by what they show of their sides. A flow lacks a side, until that side sends
 * something, if its client continues without a RESPONSE or if its start was not seen.
 */
static void note_directions(struct vsock_capture *capture, const struct vsock_flow_event *event)
{
	const struct vsock_flow *flow = event->flow;
	const struct vsock_flow_side *own = &flow->side[event->sender];
	const struct vsock_flow_side *peer = &flow->side[vsock_peer(event->sender)];
	bool early = event->facts & VSOCK_FACT_EARLY;

	if (own->packets > 1 && !early)
		return;
	if (!peer->packets) {
		capture->one_sided += early || flow->marks & VSOCK_FLOW_MIDSTREAM;
		return;
	}
	if (own->packets > 1)
		return;
	capture->two_sided++;
	if (capture->one_sided && (flow->marks & (VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_REORDERED) ||
				   (flow->marks & VSOCK_FLOW_NO_RESPONSE && !early)))
		capture->one_sided--;
}

static void note_request(struct vsock_capture_request *last, const struct vsock_flow *flow)
{
	if (last->client_cid == flow->client_cid && last->server_cid == flow->server_cid &&
	    last->server_port == flow->server_port &&
	    vsock_elapsed(last->ts, flow->first_ts) < VSOCK_HASTY_TIME)
		last->hasty = true;
	last->ts = flow->first_ts;
	last->client_cid = flow->client_cid;
	last->server_cid = flow->server_cid;
	last->server_port = flow->server_port;
}

/* Bare frames do not acknowledge each other, so they show no direction that is missing. */
__attribute__((cold, noinline)) static void bare_packet(struct vsock_analysis *analysis,
							const struct vsock_check *check,
							const struct vsock_flow_event *event)
{
	if (event->flow->state == VSOCK_FLOW_REQUESTED && event->facts & VSOCK_FACT_OPENED)
		note_request(&analysis->capture.request, event->flow);
	vsock_check_bare_event(check, event);
	watch(analysis, event->flow);
}

bool vsock_analysis_expect_pays(const struct vsock_analysis *analysis)
{
	return vsock_flow_fetch_pays(analysis->flows);
}

void vsock_analysis_expect(const struct vsock_analysis *analysis,
			   const struct vsock_packet *packets, struct vsock_moment *moments,
			   size_t count)
{
	for (size_t i = 0; i < count; i++)
		moments[i].flow_hash =
		    vsock_flow_expect(analysis->flows, &packets[i], moments[i].point);
	for (size_t i = 0; i < count; i++)
		if (moments[i].flow_hash)
			(void)vsock_flow_fetch(analysis->flows, moments[i].flow_hash);
}

void vsock_analysis_expect_soon(const struct vsock_analysis *analysis,
				const struct vsock_packet *packet, struct vsock_moment *moment)
{
	moment->flow_hash = vsock_flow_expect(analysis->flows, packet, moment->point);
}

uint32_t vsock_analysis_expect_next(const struct vsock_analysis *analysis,
				    const struct vsock_moment *moment)
{
	return moment->flow_hash ? vsock_flow_fetch(analysis->flows, moment->flow_hash)
				 : UINT32_MAX;
}

uint32_t vsock_analysis_expected_slot(const struct vsock_analysis *analysis,
				      const struct vsock_moment *moment)
{
	return moment->flow_hash ? vsock_flow_expected_slot(analysis->flows, moment->flow_hash)
				 : UINT32_MAX;
}

__attribute__((flatten)) void vsock_analysis_packet(struct vsock_analysis *analysis,
						    const struct vsock_packet *packet,
						    const struct vsock_moment *moment,
						    struct vsock_flow_event *event)
{
	struct vsock_check check;

	note_packet(analysis, packet, moment);
	if (vsock_flow_any_waiting(analysis->flows) && !analysis->capture.timeless)
		run_timers(analysis, moment->ts, TIMERS_PER_PACKET);
	vsock_flow_update(analysis->flows, packet, moment, event);
	if (analysis->config.payload.unreliable)
		doubt_payload(&analysis->config.payload, packet, event);
	start_check(&check, analysis, packet, moment->ts);
	vsock_check_packet(&check, event);
	if (!event->flow) {
		if (vsock_has_virtio(packet) && packet->op == VSOCK_OP_RST)
			note_stray_rst(analysis, packet, moment->ts);
		return;
	}
	if (!vsock_has_virtio(packet)) {
		bare_packet(analysis, &check, event);
		return;
	}
	note_directions(&analysis->capture, event);
	if (event->facts & VSOCK_FACT_OPENED && packet->op == VSOCK_OP_REQUEST)
		note_request(&analysis->capture.request, event->flow);
	vsock_check_event(&check, event);
	watch(analysis, event->flow);
}

/* Until the end of the capture, nothing more came for this flow. */
static void end_of_flow(struct vsock_analysis *analysis, struct vsock_flow *flow, uint64_t now)
{
	struct vsock_check check;
	uint64_t due;

	now = seen_until(analysis, flow, now);
	start_check(&check, analysis, NULL, now);
	/* One turn for each side. */
	analysis->capture.at_end = true;
	for (int i = 0;
	     !analysis->capture.timeless && !vsock_flow_state_ended(flow->state) && i < 2; i++) {
		due = vsock_check_due(flow, &analysis->config);
		if (due && due <= now)
			vsock_check_waiting(&check, flow);
	}
	vsock_check_settle(&check, flow);
}

void vsock_analysis_end(struct vsock_analysis *analysis, bool known, uint64_t end)
{
	uint64_t now = known && end > analysis->last.ts ? end : analysis->last.ts;
	struct vsock_flow_walk walk;
	struct vsock_flow *flow;

	if (!vsock_flow_walk(&walk, analysis->flows))
		return;
	while ((flow = vsock_flow_walk_next_mutable(&walk)))
		end_of_flow(analysis, flow, now);
	vsock_flow_walk_end(&walk);
}

bool vsock_analysis_preview_end(struct vsock_analysis *analysis, void *context,
				void (*on_finding)(void *context,
						   const struct vsock_finding *finding),
				void (*on_flow)(void *context, const struct vsock_flow *flow))
{
	/* Takes the notes about what was found. end_of_flow() does not use the table. */
	struct vsock_analysis copy = *analysis;
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	copy.config.flows.context = context;
	copy.config.on_finding = on_finding;
	if (!vsock_flow_walk(&walk, analysis->flows))
		return false;
	while ((flow = vsock_flow_walk_next(&walk))) {
		struct vsock_flow settled = *flow;

		end_of_flow(&copy, &settled, analysis->last.ts);
		on_flow(context, &settled);
	}
	vsock_flow_walk_end(&walk);
	return true;
}
