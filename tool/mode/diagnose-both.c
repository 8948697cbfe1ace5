/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/diagnose-both.h"

#include <stdlib.h>

#include "tool/message.h"
#include "tool/mode/flow-list.h"

void diagnose_begin(struct session *session)
{
	session->own = calloc(1, sizeof(struct diagnosis));
	if (session->own)
		return;
	print_error("not enough memory");
	session->failure = EXIT_FAILED;
}

void diagnose_packet(struct session *session, const struct seen *seen)
{
	struct diagnosis *diagnosis = session->own;
	const struct vsock_flow *flow = seen->event.flow;

	if (flow && seen->packet.op == VSOCK_OP_RESPONSE &&
	    !(seen->event.facts & (VSOCK_FACT_REPETITION | VSOCK_FACT_AFTER_FLOW_END)))
		endpoints_answered(&diagnosis->endpoints, flow->server_cid, flow->server_port,
				   flow->type);
	for (size_t i = 0; i < seen->finding_count; i++)
		diagnosis_add(diagnosis, &seen->findings[i]);
}

void diagnose_finding(struct session *session, const struct vsock_finding *finding)
{
	diagnosis_add(session->own, finding);
}

void diagnose_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct diagnosis *diagnosis = session->own;

	diagnosis_count(&diagnosis->totals, flow);
}

struct diagnosis_totals diagnose_totals(const struct session *session)
{
	const struct diagnosis *diagnosis = session->own;
	struct diagnosis_totals totals = diagnosis->totals;
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(session, &walk))
		return totals;
	while ((flow = vsock_flow_walk_next(&walk)))
		diagnosis_count(&totals, flow);
	vsock_flow_walk_end(&walk);
	return totals;
}

void diagnose_end(struct session *session)
{
	struct diagnosis *diagnosis = session->own;

	if (session->failure == EXIT_OK && diagnosis_unhealthy(diagnosis))
		session->failure = EXIT_UNHEALTHY;
	diagnosis_free(diagnosis);
	free(diagnosis);
	session->own = NULL;
}
