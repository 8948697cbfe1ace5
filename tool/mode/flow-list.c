/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/flow-list.h"

#include <errno.h>
#include <inttypes.h>

#include "lib/common/plural.h"
#include "lib/common/time.h"
#include "tool/message.h"

uint64_t flow_list_now(const struct session *session)
{
	uint64_t now;

	if (session->settings->source.file_count)
		return session->latest_ts;
	now = clock_now(CLOCK_REALTIME);
	return now > session->latest_ts ? now : session->latest_ts;
}

void flow_list_report_evicted(const struct session *session)
{
	uint64_t evicted = vsock_flow_table_stats(session->flows).evicted;

	if (evicted > 0)
		notice("%" PRIu64 " flow%s left the table while alive, to make room (see "
		       "--max-flows)",
		       evicted, plural(evicted));
}

const struct vsock_flow *flow_list_next(const struct session *session, struct vsock_flow_walk *walk)
{
	const struct vsock_flow *flow;

	while ((flow = vsock_flow_walk_next(walk)))
		if (session_wants(session, flow))
			return flow;
	return NULL;
}

bool flow_list_walk(const struct session *session, struct vsock_flow_walk *walk)
{
	if (vsock_flow_walk(walk, session->flows))
		return true;
	if (session->out->error == 0)
		session->out->error = ENOMEM;
	return false;
}

struct connection_totals flow_list_totals(const struct session *session,
					  const struct connection_totals *left)
{
	struct connection_totals totals = *left;
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(session, &walk))
		return totals;
	while ((flow = flow_list_next(session, &walk)))
		connection_totals_add(&totals, flow);
	vsock_flow_walk_end(&walk);
	return totals;
}
