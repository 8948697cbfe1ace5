/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/records/metrics.h"

#include <string.h>

#include "core/time-units.h"
#include "tool/records/record.h"

const uint32_t metrics_handshake_edges[HANDSHAKE_EDGES] = {
    50,    100,    250,    500,    1000,    2500,    5000,    10000,   25000,
    50000, 100000, 250000, 500000, 1000000, 2000000, 5000000, 10000000};

const uint32_t metrics_stall_edges[STALL_EDGES] = {
    10000,   25000,   50000,    100000,   250000,   500000,    1000000,
    2000000, 5000000, 10000000, 30000000, 60000000, 120000000, 300000000};

static struct metrics_service *service_of(struct metrics *metrics, const struct vsock_flow *flow)
{
	size_t index;

	record_service(&metrics->session->settings->records, flow->server_port, &index);
	return &metrics->services[index];
}

/* NULL unless it is asked for, or if no virtual machine takes part. */
static struct metrics_vm *vm_of(struct metrics *metrics, const struct vsock_flow *flow)
{
	const struct settings *settings = metrics->session->settings;
	uint32_t guest = record_guest(flow);

	if (!settings->records.metrics_by_vm || !guest)
		return NULL;
	return metrics_vm_find(&metrics->vms, guest, &settings->print, metrics->last);
}

static enum metrics_initiator initiator_of(const struct vsock_flow *flow)
{
	switch (record_initiator(flow)[0]) {
	case 'g':
		return BY_GUEST;
	case 'h':
		return BY_HOST;
	case 'l':
		return BY_LOCAL;
	default:
		return BY_UNKNOWN;
	}
}

static enum metrics_failure failure_of(const char *error)
{
	switch (error[0]) {
	case 't':
		return BY_TIMEOUT;
	case 's':
		return BY_SUPERSEDING;
	default:
		return error[2] == 'f' ? BY_REFUSAL : BY_RESET; /* "refused", "reset" */
	}
}

static bool is_open(unsigned state)
{
	return state == VSOCK_FLOW_ESTABLISHED || state == VSOCK_FLOW_HALF_CLOSED ||
	       state == VSOCK_FLOW_CLOSING;
}

static size_t edge_of(const uint32_t *edges, size_t count, uint64_t us)
{
	size_t i = 0;

	while (i < count && us > edges[i])
		i++;
	return i;
}

static void count_handshake(struct metrics_service *service, const struct vsock_flow *flow)
{
	int64_t ns = vsock_flow_handshake_ns(flow);
	/* An edge belongs to its counter, so parts of a microsecond count. */
	uint64_t us = ((uint64_t)ns + 999) / 1000;

	if (ns < 0)
		return;
	service->handshakes[edge_of(metrics_handshake_edges, HANDSHAKE_EDGES, us)]++;
	service->handshake_ns += (uint64_t)ns;
}

static void count_opened(struct metrics *metrics, struct metrics_service *service,
			 const struct vsock_flow *flow)
{
	struct metrics_vm *vm = vm_of(metrics, flow);
	enum metrics_initiator initiator = initiator_of(flow);

	service->opened[initiator]++;
	count_handshake(service, flow);
	if (!vm)
		return;
	vm->opened[initiator]++;
	if (vm == &metrics->vms.others)
		metrics->vms.folded++;
}

static void change_open(struct metrics *metrics, struct metrics_service *service,
			const struct vsock_flow *flow, int by)
{
	struct metrics_vm *vm = vm_of(metrics, flow);

	service->open += by;
	if (vm)
		vm->open += by;
}

/* What the packet did to the number of connections. */
static void count_connections(struct metrics *metrics, struct metrics_service *service,
			      const struct vsock_flow_event *event)
{
	const struct vsock_flow *flow = event->flow;
	const bool before = !(event->facts & VSOCK_FACT_OPENED) && is_open(event->before);
	const bool after = is_open(flow->state);

	if (event->facts & VSOCK_FACT_SUPERSEDES && is_open(event->replaced))
		change_open(metrics, service, flow, -1);
	if (before == after)
		return;
	change_open(metrics, service, flow, after ? 1 : -1);
	if (after && !(flow->marks & VSOCK_FLOW_MIDSTREAM))
		count_opened(metrics, service, flow);
}

static bool is_guest(uint32_t cid)
{
	return cid > VSOCK_CID_HOST;
}

static enum metrics_direction direction_of(uint32_t from, uint32_t to)
{
	if (from == to || from == VSOCK_CID_LOCAL || to == VSOCK_CID_LOCAL)
		return AT_LOCAL;
	if (is_guest(from))
		return FROM_GUEST;
	return is_guest(to) ? TO_GUEST : AT_LOCAL;
}

static void count_traffic(struct metrics *metrics, struct metrics_service *service,
			  const struct seen *seen)
{
	const struct vsock_flow_event *event = &seen->event;
	const struct vsock_flow *flow = event->flow;
	const bool client = event->sender == VSOCK_CLIENT;
	const enum metrics_direction direction =
	    direction_of(client ? flow->client_cid : flow->server_cid,
			 client ? flow->server_cid : flow->client_cid);
	struct metrics_vm *vm;

	service->packets[direction]++;
	/* What the flow counts, too. */
	if (!vsock_event_segment(event))
		return;
	service->bytes[direction] += seen->packet->len;
	vm = vm_of(metrics, flow);
	if (vm)
		vm->bytes[direction] += seen->packet->len;
}

static void count_stall(struct metrics *metrics, const struct vsock_flow_event *event)
{
	const struct vsock_flow *flow = event->flow;
	const bool client = vsock_peer(event->sender) == VSOCK_CLIENT;
	const uint32_t from = client ? flow->client_cid : flow->server_cid;
	const enum metrics_direction direction =
	    direction_of(from, client ? flow->server_cid : flow->client_cid);
	const enum metrics_blocked blocked = direction == AT_LOCAL     ? BLOCKED_LOCAL
					     : direction == FROM_GUEST ? BLOCKED_GUEST
								       : BLOCKED_HOST;
	struct metrics_vm *vm = vm_of(metrics, flow);

	metrics->stalls[blocked][edge_of(metrics_stall_edges, STALL_EDGES, event->stalled_us)]++;
	metrics->stall_us[blocked] += event->stalled_us;
	if (vm)
		vm->blocked_us[blocked] += event->stalled_us;
}

void metrics_packet(struct metrics *metrics, const struct seen *seen)
{
	const struct vsock_flow_event *event = &seen->event;
	struct metrics_service *service;

	metrics->packets++;
	if (event->moment.ts > metrics->last && !event->moment.timeless)
		metrics->last = event->moment.ts;
	if (!event->flow)
		return;
	service = service_of(metrics, event->flow);
	count_connections(metrics, service, event);
	count_traffic(metrics, service, seen);
	if (event->facts & VSOCK_FACT_STALL_ENDED && event->stalled_us >= STALL_LEAST_US)
		count_stall(metrics, event);
}

void metrics_finding(struct metrics *metrics, const struct vsock_finding *finding)
{
	if (finding->code < VSOCK_FINDING_CODES && finding->severity < VSOCK_CLASSES)
		metrics->findings[finding->code][finding->severity]++;
}

void metrics_failure(struct metrics *metrics, const struct vsock_flow *flow, const char *error)
{
	struct metrics_vm *vm = vm_of(metrics, flow);
	enum metrics_failure failure = failure_of(error);

	service_of(metrics, flow)->failures[failure]++;
	if (vm)
		vm->failures[failure]++;
}

void metrics_closed(struct metrics *metrics, const struct vsock_flow *flow)
{
	const unsigned known = VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_NO_RESPONSE | VSOCK_FLOW_REORDERED;
	struct metrics_service *service = service_of(metrics, flow);

	if (!vsock_flow_state_ended((enum vsock_flow_state)flow->state))
		return;
	service->closed[flow->state]++;
	/* No packet closed it. */
	if (flow->state == VSOCK_FLOW_EVICTED && (flow->response_ts || flow->marks & known))
		change_open(metrics, service, flow, -1);
}
