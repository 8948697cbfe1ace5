/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/credit.h"

#include <limits.h>

#include "core/timeouts.h"

static uint32_t flight(const struct vsock_flow_side *side)
{
	return side->in_flight > 0 ? (uint32_t)side->in_flight : 0;
}

bool vsock_credit_window(const struct vsock_flow *flow, enum vsock_side sender, uint32_t *window)
{
	const struct vsock_flow_side *own = &flow->side[sender];
	const struct vsock_flow_side *peer = &flow->side[vsock_peer(sender)];

	if (!(peer->marks & VSOCK_SIDE_CREDIT_KNOWN))
		return false;
	*window = peer->buf_alloc;
	if (own->marks & VSOCK_SIDE_CREDIT_KNOWN && !(own->marks & VSOCK_SIDE_UNCAPPED) &&
	    own->buf_alloc < *window)
		*window = own->buf_alloc;
	return true;
}

bool vsock_credit_free(const struct vsock_flow *flow, enum vsock_side sender, uint32_t *bytes)
{
	uint32_t used = flight(&flow->side[sender]);
	uint32_t window;

	if (!vsock_credit_window(flow, sender, &window))
		return false;
	*bytes = used < window ? window - used : 0;
	return true;
}

/* Adds, but stays within the range of the field: no hostile length may wrap it. */
static int32_t add_clamped(int32_t a, int64_t b)
{
	int64_t sum = a + b;

	if (sum > INT32_MAX)
		return INT32_MAX;
	return sum < INT32_MIN ? INT32_MIN : (int32_t)sum;
}

void vsock_credit_sent(struct vsock_flow_event *event, const struct vsock_packet *packet)
{
	struct vsock_flow *flow = event->flow;
	struct vsock_flow_side *own = &flow->side[event->sender];
	const struct vsock_flow_side *peer = &flow->side[vsock_peer(event->sender)];
	uint32_t room;

	own->in_flight = add_clamped(own->in_flight, packet->len);
	own->in_flight_packets++;
	if (!(peer->marks & VSOCK_SIDE_CREDIT_KNOWN))
		return;
	if (flight(own) > peer->buf_alloc) {
		own->marks |= VSOCK_SIDE_OVER;
		event->facts |= VSOCK_FACT_OVER;
	} else if (flight(own) > own->buf_alloc) {
		own->marks |= VSOCK_SIDE_UNCAPPED;
	}
	if (vsock_credit_free(flow, event->sender, &room) && room == 0) {
		own->marks |= VSOCK_SIDE_STALLED;
		own->marks &= (uint16_t)~VSOCK_SIDE_UNHEEDED;
	}
}

/* Estimates the packets still in flight from the bytes. This is exact if all have one size. */
static uint32_t packets_left(uint32_t packets, uint32_t before, uint32_t after)
{
	if (after == 0 || before == 0)
		return 0;
	return (uint32_t)(((uint64_t)packets * after + before - 1) / before);
}

/* `acked` more bytes of `data`'s sender were consumed. */
static void acknowledge(const struct vsock_flow *flow, struct vsock_flow_side *data, uint32_t acked)
{
	uint32_t before = flight(data);

	data->in_flight = add_clamped(data->in_flight, -(int64_t)acked);
	/* These may include bytes that were lost, or sent before the capture began. */
	if (flow->marks & (VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_LOSSY) && data->in_flight < 0)
		data->in_flight = 0;
	data->in_flight_packets = packets_left(data->in_flight_packets, before, flight(data));
}

/* More was acknowledged than captured, and no late packet explained it: bytes are missing. */
static void settle_ahead(struct vsock_flow_event *event, struct vsock_flow_side *data)
{
	const struct vsock_flow *flow = event->flow;
	uint64_t ts = event->moment.ts;

	if (data->in_flight >= 0 || vsock_elapsed(flow->last_ts, ts) < VSOCK_REORDER_TIME)
		return;
	event->facts |= VSOCK_FACT_FWD_AHEAD;
	event->ahead = (uint32_t) - (int64_t)data->in_flight;
	event->flow->marks |= VSOCK_FLOW_LOSSY;
	data->in_flight = 0;
}

static void note_fwd_cnt(struct vsock_flow_event *event, struct vsock_flow_side *own,
			 struct vsock_flow_side *data, uint32_t fwd_cnt)
{
	uint32_t acked = fwd_cnt - own->fwd_cnt;

	if (acked > INT32_MAX) {
		event->facts |= VSOCK_FACT_FWD_BACKWARDS;
		event->backwards = (uint32_t)-acked;
		return;
	}
	own->fwd_cnt = fwd_cnt;
	if (acked)
		acknowledge(event->flow, data, acked);
}

static void note_buf_alloc(struct vsock_flow_event *event, struct vsock_flow_side *own,
			   uint32_t buf_alloc)
{
	if (buf_alloc < own->buf_alloc) {
		event->facts |= VSOCK_FACT_BUF_SHRANK;
		own->marks |= VSOCK_SIDE_SHRUNK;
		event->buf_before = own->buf_alloc;
	}
	own->buf_alloc = buf_alloc;
}

/* With what the peer says now, are the bytes in flight still too many? */
static void settle_over(struct vsock_flow_event *event, struct vsock_flow_side *data,
			const struct vsock_flow_side *own, uint32_t buf_before)
{
	uint64_t ts = event->moment.ts;
	uint32_t most = own->buf_alloc > buf_before ? own->buf_alloc : buf_before;

	if (!(data->marks & VSOCK_SIDE_OVER))
		return;
	if (flight(data) <= most) {
		data->marks &= (uint16_t)~VSOCK_SIDE_OVER;
	} else if (ts > data->last_data_ts && ts - data->last_data_ts >= VSOCK_REORDER_TIME) {
		data->marks &= (uint16_t)~VSOCK_SIDE_OVER;
		event->facts |= VSOCK_FACT_OVER_CONFIRMED;
		event->in_flight = flight(data);
	}
}

static void settle_stall(struct vsock_flow_event *event, struct vsock_flow_side *data)
{
	struct vsock_flow_stalls *stalls = &event->flow->stalls[vsock_peer(event->sender)];
	uint32_t room;
	uint32_t us;

	if (!(data->marks & VSOCK_SIDE_STALLED))
		return;
	if (!vsock_credit_free(event->flow, vsock_peer(event->sender), &room) || room == 0) {
		data->marks |= VSOCK_SIDE_UNHEEDED;
		return;
	}
	us = vsock_microseconds(data->last_data_ts, event->moment.ts);
	data->marks &= (uint16_t) ~(VSOCK_SIDE_STALLED | VSOCK_SIDE_UNHEEDED);
	stalls->blocked_us =
	    us > UINT32_MAX - stalls->blocked_us ? UINT32_MAX : stalls->blocked_us + us;
	if (us > stalls->longest_us)
		stalls->longest_us = us;
	if (us >= VSOCK_STALL_TIME / 1000)
		data->marks |= VSOCK_SIDE_REOPENED;
	event->facts |= VSOCK_FACT_STALL_ENDED;
	event->stalled_us = us;
}

/* The first packet in which a side announces its credit. */
static void note_first(struct vsock_flow_event *event, struct vsock_flow_side *own,
		       struct vsock_flow_side *data, const struct vsock_packet *packet)
{
	bool start = packet->op == VSOCK_OP_REQUEST || packet->op == VSOCK_OP_RESPONSE;

	if (packet->fwd_cnt && start) {
		/* Before the connection existed, no bytes could be consumed. */
		event->facts |= VSOCK_FACT_FWD_ON_START;
	} else if (event->flow->marks & VSOCK_FLOW_MIDSTREAM) {
		/* It may have consumed all bytes that were captured until now. */
		data->in_flight = 0;
		data->in_flight_packets = 0;
	} else {
		acknowledge(event->flow, data, packet->fwd_cnt);
	}
	own->fwd_cnt = packet->fwd_cnt;
	own->buf_alloc = packet->buf_alloc;
	own->marks |= VSOCK_SIDE_CREDIT_KNOWN;
}

void vsock_credit_heard(struct vsock_flow_event *event, const struct vsock_packet *packet)
{
	struct vsock_flow *flow = event->flow;
	struct vsock_flow_side *own = &flow->side[event->sender];
	struct vsock_flow_side *data = &flow->side[vsock_peer(event->sender)];
	uint32_t buf_before = own->buf_alloc;

	data->marks &= (uint16_t)~VSOCK_SIDE_ASKED;
	settle_ahead(event, data);
	if (own->marks & VSOCK_SIDE_CREDIT_KNOWN) {
		note_fwd_cnt(event, own, data, packet->fwd_cnt);
		note_buf_alloc(event, own, packet->buf_alloc);
	} else {
		note_first(event, own, data, packet);
		buf_before = packet->buf_alloc;
	}
	settle_over(event, data, own, buf_before);
	settle_stall(event, data);
}
