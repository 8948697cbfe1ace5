/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/diagnose-both.h"

#include <stdlib.h>

#include "tool/message.h"
#include "tool/mode/flow-list.h"

void diagnose_begin(struct run *run)
{
	run->own = calloc(1, sizeof(struct causes));
	if (run->own)
		return;
	message("not enough memory");
	run->failure = EXIT_FAILED;
}

void diagnose_packet(struct run *run, const struct seen *seen)
{
	struct causes *causes = run->own;
	const struct vsock_flow *flow = seen->event.flow;

	if (flow && seen->packet.op == VSOCK_OP_RESPONSE &&
	    !(seen->event.facts & (VSOCK_FACT_REPETITION | VSOCK_FACT_AFTER_FLOW_END)))
		endpoints_answered(&causes->endpoints, flow->server_cid, flow->server_port,
				   flow->type);
	for (size_t i = 0; i < seen->finding_count; i++)
		causes_add(causes, &seen->findings[i]);
}

void diagnose_finding(struct run *run, const struct vsock_finding *finding)
{
	causes_add(run->own, finding);
}

void diagnose_flow_left(struct run *run, const struct vsock_flow *flow)
{
	struct causes *causes = run->own;

	connection_totals_add(&causes->totals, flow);
}

struct connection_totals diagnose_totals(const struct run *run)
{
	const struct causes *causes = run->own;
	struct connection_totals totals = causes->totals;
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(run, &walk))
		return totals;
	while ((flow = vsock_flow_walk_next(&walk)))
		connection_totals_add(&totals, flow);
	vsock_flow_walk_end(&walk);
	return totals;
}

void diagnose_end(struct run *run)
{
	struct causes *causes = run->own;

	if (run->failure == EXIT_OK && causes_unhealthy(causes))
		run->failure = EXIT_UNHEALTHY;
	causes_free(causes);
	free(causes);
	run->own = NULL;
}
