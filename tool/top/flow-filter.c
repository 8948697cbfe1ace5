/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/flow-filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire.h"
#include "pcap-vsockmon/filter/accepts.h"
#include "pcap-vsockmon/pcap-vsockmon.h"

static int cid_by_name(void *context, const char *name, uint32_t *cid)
{
	return vsock_cid_by_name(context, name, cid);
}

void flow_filter_free(struct flow_filter *filter)
{
	if (filter->on)
		pcap_freecode(&filter->program);
	free(filter->matched);
	*filter = (struct flow_filter){0};
}

bool flow_filter_set(struct flow_filter *filter, const char *expression,
		     struct vsock_cid_names *names, char *error)
{
	const struct pcap_vsockmon_names known = {cid_by_name, names};
	struct flow_filter new = {.on = true};

	if (expression[strspn(expression, " ")] == '\0') {
		flow_filter_free(filter);
		return true;
	}
	/* Not optimized: a test of bytes that are not known must fail. */
	if (pcap_vsockmon_compile(&new.program, expression, 0, &known, NULL, error) != 0)
		return false;
	new.matched = calloc(FLOW_FILTER_MATCHED, sizeof(*new.matched));
	if (!new.matched) {
		snprintf(error, PCAP_ERRBUF_SIZE, "not enough memory");
		pcap_freecode(&new.program);
		return false;
	}
	flow_filter_free(filter);
	*filter = new;
	return true;
}

void flow_filter_packet(struct flow_filter *filter, const struct seen *seen)
{
	const struct capture_record *record = seen->record;
	uint64_t number;

	if (!filter->on || !seen->event.flow ||
	    !filter_accepts(&filter->program, record->data, record->on_wire, record->captured))
		return;
	number = seen->event.flow->number;
	filter->matched[number % FLOW_FILTER_MATCHED] = number + 1;
}

static void put(uint8_t *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* A packet that this side has sent, cut after the monitor header. */
static bool matches(const struct flow_filter *filter, const struct vsock_flow *flow,
		    enum vsock_side sender, enum vsock_monitor_op op)
{
	bool client = sender == VSOCK_CLIENT;
	uint8_t frame[VSOCK_MON_SIZE] = {0};
	uint32_t whole = VSOCK_MON_SIZE + (flow->bare ? 0 : VSOCK_VIRTIO_SIZE);

	put(frame + VSOCK_MON_SRC_CID, client ? flow->client_cid : flow->server_cid, 8);
	put(frame + VSOCK_MON_DST_CID, client ? flow->server_cid : flow->client_cid, 8);
	put(frame + VSOCK_MON_SRC_PORT, client ? flow->client_port : flow->server_port, 4);
	put(frame + VSOCK_MON_DST_PORT, client ? flow->server_port : flow->client_port, 4);
	put(frame + VSOCK_MON_OP, op, 2);
	put(frame + VSOCK_MON_TRANSPORT,
	    flow->bare ? VSOCK_TRANSPORT_NO_INFO : VSOCK_TRANSPORT_VIRTIO, 2);
	put(frame + VSOCK_MON_LEN, whole - VSOCK_MON_SIZE, 2);
	return filter_accepts(&filter->program, frame, whole, sizeof(frame));
}

bool flow_filter_wants(const struct flow_filter *filter, const struct vsock_flow *flow)
{
	if (!filter->on || filter->matched[flow->number % FLOW_FILTER_MATCHED] == flow->number + 1)
		return true;
	for (int i = VSOCK_CLIENT; i <= VSOCK_SERVER; i++) {
		enum vsock_side side = (enum vsock_side)i;
		const struct vsock_flow_side *sent = &flow->side[side];

		/* What a side has sent, as far as its sums say. */
		if (sent->packets == 0)
			continue;
		if (matches(filter, flow, side, VSOCK_MONITOR_UNKNOWN))
			return true;
		if (sent->bytes > 0 && matches(filter, flow, side, VSOCK_MONITOR_PAYLOAD))
			return true;
		if (!(flow->marks & VSOCK_FLOW_MIDSTREAM) &&
		    (side == VSOCK_CLIENT || flow->response_ts) &&
		    matches(filter, flow, side, VSOCK_MONITOR_CONNECT))
			return true;
		if (sent->marks & VSOCK_SIDE_SHUTDOWN &&
		    matches(filter, flow, side, VSOCK_MONITOR_DISCONNECT))
			return true;
	}
	return false;
}
