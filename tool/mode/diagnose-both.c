/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/diagnose-both.h"

#include <stdlib.h>

#include "tool/message.h"
#include "tool/mode/flow-list.h"

void diagnose_begin(struct run *run)
{
	run->own = calloc(1, sizeof(struct diagnosis));
	if (run->own)
		return;
	message("not enough memory");
	run->failure = EXIT_FAILED;
}

void diagnose_packet(struct run *run, const struct seen *seen)
{
	struct diagnosis *diagnosis = run->own;
	const struct vsock_flow *flow = seen->event.flow;

	if (flow && seen->packet.op == VSOCK_OP_RESPONSE &&
	    !(seen->event.facts & (VSOCK_FACT_REPETITION | VSOCK_FACT_AFTER_FLOW_END)))
		endpoints_answered(&diagnosis->endpoints, flow->server_cid, flow->server_port,
				   flow->type);
	for (size_t i = 0; i < seen->finding_count; i++)
		diagnosis_add(diagnosis, &seen->findings[i]);
}

void diagnose_finding(struct run *run, const struct vsock_finding *finding)
{
	diagnosis_add(run->own, finding);
}

void diagnose_flow_left(struct run *run, const struct vsock_flow *flow)
{
	struct diagnosis *diagnosis = run->own;

	diagnosis_count(&diagnosis->totals, flow);
}

struct diagnosis_totals diagnose_totals(const struct run *run)
{
	const struct diagnosis *diagnosis = run->own;
	struct diagnosis_totals totals = diagnosis->totals;
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(run, &walk))
		return totals;
	while ((flow = vsock_flow_walk_next(&walk)))
		diagnosis_count(&totals, flow);
	vsock_flow_walk_end(&walk);
	return totals;
}

void diagnose_end(struct run *run)
{
	struct diagnosis *diagnosis = run->own;

	if (run->failure == EXIT_OK && diagnosis_unhealthy(diagnosis))
		run->failure = EXIT_UNHEALTHY;
	diagnosis_free(diagnosis);
	free(diagnosis);
	run->own = NULL;
}
