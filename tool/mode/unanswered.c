/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/unanswered.h"

#include "core/flow-event.h"

/* Enough time has passed to call it a fault. */
static bool is_long(const struct ended_call *ended)
{
	const struct histogram *others = &ended->class->first;
	uint64_t slowest = others->count ? others->most : 0;

	return ended->waited >= UNANSWERED_LEAST && ended->waited / UNANSWERED_TIMES >= slowest;
}

/* False if it proves nothing. */
static bool classify(const struct ended_call *ended, enum vsock_unanswered *kind)
{
	*kind = VSOCK_UNANSWERED_OPEN;
	if (!ended->closed)
		return is_long(ended);
	*kind = VSOCK_UNANSWERED_CLOSED;
	if (ended->closer != ended->caller)
		return true;
	*kind = VSOCK_UNANSWERED_GAVE_UP;
	return ended->waited >= UNANSWERED_LEAST;
}

/* A stream of gRPC may have nothing to send. If calls of its class are answered, it is none. */
static enum vsock_class severity_of(const struct ended_call *ended)
{
	bool may_wait = ended->call->protocol == CALL_GRPC && ended->class->answered == 0;

	return may_wait ? VSOCK_INFORMATION : VSOCK_SUSPICIOUS;
}

static struct vsock_finding finding_of(const struct ended_call *ended, enum vsock_unanswered kind)
{
	const struct vsock_flow *flow = ended->flow;
	uint64_t us = ended->waited / 1000;

	return (struct vsock_finding){
	    .code = VSOCK_FINDING_CALL_UNANSWERED,
	    .severity = (uint8_t)severity_of(ended),
	    .about = (uint8_t)vsock_peer(ended->caller),
	    .detail = (uint8_t)kind,
	    .type = flow->type,
	    .packet_count = 1,
	    .packets = {ended->call->packet},
	    .selected = flow->marks & VSOCK_FLOW_SELECTED,
	    .same_start = flow->marks & VSOCK_FLOW_SAME_START,
	    .made_up = flow->made_up,
	    .point = flow->point,
	    .flow = flow->number,
	    .flow_first_ts = flow->first_ts,
	    .ts = ended->call->asked_ts + ended->waited,
	    .amount = us,
	    .client_cid = flow->client_cid,
	    .client_port = flow->client_port,
	    .server_cid = flow->server_cid,
	    .server_port = flow->server_port,
	};
}

static void note_method(struct cause *cause, const char *method)
{
	if (!cause->method)
		cause->method = method;
	else if (strcmp(cause->method, method) != 0)
		cause->more_methods = true;
}

static void report(void *context, const struct ended_call *ended)
{
	struct causes *causes = context;
	const struct vsock_flow *flow = ended->flow;
	enum vsock_unanswered kind;
	struct vsock_finding finding;
	struct cause *cause;

	if (!ended->seen || !ended->call->whole || ended->call->waits ||
	    flow->marks &
		(VSOCK_FLOW_LOSSY | VSOCK_FLOW_TWICE | VSOCK_FLOW_COPY | VSOCK_FLOW_TIMELESS) ||
	    vsock_flow_one_sided(flow) || !classify(ended, &kind))
		return;
	finding = finding_of(ended, kind);
	causes->totals.unanswered += finding.severity >= VSOCK_SUSPICIOUS;
	cause = causes_add(causes, &finding);
	if (cause)
		note_method(cause, ended->class->name);
}

void unanswered_watch(struct inside *inside, struct causes *causes)
{
	inside->on_unanswered = report;
	inside->context = causes;
}
