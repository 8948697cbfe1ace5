/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/check-report.h"

/*
 * The flow keeps 32 bits of a packet's number. It is the last number before this one that ends in
 * them.
 */
static uint64_t whole_number(uint64_t number, uint32_t low)
{
	return number - (uint32_t)((uint32_t)number - low);
}

static void add_packets(struct vsock_finding *f, const struct vsock_check *check, uint32_t other)
{
	uint64_t earlier = other ? whole_number(check->number, other) : 0;

	if (earlier && !(check->packet && earlier == check->number))
		f->packets[f->packet_count++] = earlier;
	if (check->packet)
		f->packets[f->packet_count++] = check->number;
}

static uint8_t severity_of(const struct vsock_report *r)
{
	return (uint8_t)(vsock_finding_severity(r->code) - r->excused);
}

/*
 * Two namespaces with equal addresses, or a machine that was restored, look like a flow that
 * supersedes another. So nothing about these flows is certain.
 */
static uint8_t severity_in_flow(const struct vsock_report *r, const struct vsock_flow *flow)
{
	uint8_t severity = severity_of(r);

	if (severity == VSOCK_CERTAIN && flow->marks & VSOCK_FLOW_SUPERSEDING &&
	    !vsock_finding_is_form(r->code))
		return VSOCK_SUSPICIOUS;
	return severity;
}

_Static_assert(VSOCK_FINDING_CODES <= 64, "vsock_flow.reported has a bit for each code");

enum vsock_machine vsock_machine_of(uint32_t cid)
{
	if (cid == VSOCK_CID_HOST)
		return VSOCK_MACHINE_HOST;
	return cid == VSOCK_CID_LOCAL ? VSOCK_MACHINE_LOCAL : VSOCK_MACHINE_GUEST;
}

bool vsock_check_reported(const struct vsock_flow *flow, enum vsock_finding_code code)
{
	return flow->reported >> code & 1;
}

/*
 * Packets of both sides came again in a flow whose start was not captured. All its packets may be
 * in the capture twice, so nothing that follows from counting is known.
 */
static bool may_be_twice(const struct vsock_flow *flow, const struct vsock_report *r)
{
	return flow->marks & VSOCK_FLOW_MIDSTREAM && !vsock_finding_is_form(r->code) &&
	       flow->side[VSOCK_CLIENT].marks & flow->side[VSOCK_SERVER].marks &
		   VSOCK_SIDE_REPEATED;
}

void vsock_report(const struct vsock_check *check, struct vsock_flow *flow,
		  const struct vsock_report *r)
{
	struct vsock_finding f = {
	    .code = (uint8_t)r->code,
	    .severity = severity_in_flow(r, flow),
	    .about = (uint8_t)r->about,
	    .detail = r->detail,
	    .selected = flow->marks & VSOCK_FLOW_SELECTED,
	    .update = r->update,
	    .same_start = flow->marks & VSOCK_FLOW_SAME_START,
	    .made_up = flow->made_up,
	    .point = flow->point,
	    .type = flow->type,
	    .flow = flow->number,
	    .flow_first_ts = flow->first_ts,
	    .ts = check->now,
	    .amount = r->amount,
	    .buffer = r->buffer,
	    .client_cid = flow->client_cid,
	    .client_port = flow->client_port,
	    .server_cid = flow->server_cid,
	    .server_port = flow->server_port,
	};

	if (may_be_twice(flow, r))
		flow->marks |= VSOCK_FLOW_TWICE;
	if (vsock_check_reported(flow, r->code) != r->update ||
	    flow->marks & (VSOCK_FLOW_TWICE | VSOCK_FLOW_COPY))
		return;
	flow->reported |= UINT64_C(1) << r->code;
	if (f.severity > flow->worst)
		flow->worst = f.severity;
	add_packets(&f, check, r->other_packet);
	check->report(check->context, &f);
}

void vsock_report_packet(const struct vsock_check *check, const struct vsock_report *r)
{
	const struct vsock_packet *p = check->packet;
	struct vsock_finding f = {
	    .code = (uint8_t)r->code,
	    .severity = severity_of(r),
	    .made_up = p->hints & (VSOCK_HINT_SRC_PORT_MADE_UP | VSOCK_HINT_DST_PORT_MADE_UP),
	    .type = p->type,
	    .flow = VSOCK_NO_FLOW,
	    .ts = check->now,
	    .amount = r->amount,
	    .client_cid = (uint32_t)p->src_cid,
	    .client_port = p->src_port,
	    .server_cid = (uint32_t)p->dst_cid,
	    .server_port = p->dst_port,
	};

	add_packets(&f, check, 0);
	check->report(check->context, &f);
}
