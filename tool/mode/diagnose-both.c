/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/diagnose-both.h"

#include "tool/message.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/unanswered.h"

bool diagnose_watch_calls(struct session *session, struct causes *causes)
{
	causes->inside = inside_new(true, false);
	if (causes->inside) {
		unanswered_watch(causes->inside, causes);
		return true;
	}
	print_error("not enough memory");
	session->failure = EXIT_FAILED;
	return false;
}

void diagnose_begin(struct session *session)
{
	if (session_make_own(session, sizeof(struct causes)) &&
	    !diagnose_watch_calls(session, session->own))
		session_free_own(session);
}

/* The server accepts a connection. */
static bool is_answer(const struct seen *seen)
{
	return seen->packet->op == VSOCK_OP_RESPONSE ||
	       (vsock_is_bare(seen->packet) && seen->event.sender == VSOCK_SERVER &&
		seen->packet->monitor_op == VSOCK_MONITOR_CONNECT);
}

void diagnose_note(struct causes *causes, const struct seen *seen)
{
	const struct vsock_flow *flow = seen->event.flow;

	if (flow && is_answer(seen) &&
	    !(seen->event.facts & (VSOCK_FACT_REPETITION | VSOCK_FACT_AFTER_FLOW_END)))
		endpoints_answered(&causes->endpoints, flow->server_cid, flow->server_port,
				   flow->type);
	if (flow && seen->packet->src_cid == VSOCK_CID_HOST &&
	    flow->side[seen->event.sender].packets == 1)
		causes_note_host_sent(causes, (uint32_t)seen->packet->dst_cid);
	for (size_t i = 0; i < seen->finding_count; i++)
		causes_add(causes, &seen->findings[i]);
}

void diagnose_packet(struct session *session, const struct seen *seen)
{
	struct causes *causes = session->own;

	diagnose_note(causes, seen);
	if (causes->inside)
		inside_packet(causes->inside, seen);
}

void diagnose_finding(struct session *session, const struct vsock_finding *finding)
{
	causes_add(session->own, finding);
}

void diagnose_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct causes *causes = session->own;

	if (causes->inside)
		inside_flow_left(causes->inside, flow);
	connection_totals_add(&causes->totals, flow);
}

struct connection_totals diagnose_totals(const struct session *session)
{
	const struct causes *causes = session->own;

	return flow_list_totals(session, &causes->totals);
}

void diagnose_settle(struct session *session)
{
	struct causes *causes = session->own;

	if (causes->inside)
		inside_report_open(causes->inside, flow_list_now(session), session->flows);
}

void diagnose_end(struct session *session)
{
	struct causes *causes = session->own;

	if (session->failure == EXIT_OK &&
	    causes_have(causes, (enum vsock_class)session->settings->flow.fail_on))
		session->failure = EXIT_UNHEALTHY;
	causes_free(causes);
	session_free_own(session);
}
