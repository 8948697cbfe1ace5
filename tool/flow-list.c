/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "tool/flow-list.h"
#include "tool/message.h"

void flow_list_packet(struct run *run, const struct seen *seen)
{
	for (size_t i = 0; i < seen->finding_count; i++)
		finding_store_add(&run->findings, &seen->findings[i]);
}

void flow_list_finding(struct run *run, const struct vsock_finding *finding)
{
	finding_store_add(&run->findings, finding);
}

uint64_t flow_list_now(const struct run *run)
{
	struct timespec clock;
	uint64_t now;

	if (run->settings->read_file != NULL || clock_gettime(CLOCK_REALTIME, &clock) != 0)
		return run->latest_ts;
	now = (uint64_t)clock.tv_sec * NANOSECONDS_PER_SECOND + (uint64_t)clock.tv_nsec;
	return now > run->latest_ts ? now : run->latest_ts;
}

void flow_list_tell_evicted(const struct run *run)
{
	uint64_t evicted = vsock_flow_table_stats(run->flows).evicted;

	if (evicted > 0)
		notice("%" PRIu64 " flow%s left the table while alive, to make room (see "
		       "--max-flows)",
		       evicted, evicted == 1 ? "" : "s");
}

const struct vsock_flow **flow_list_all(const struct run *run, uint32_t *count)
{
	const struct vsock_flow **flows;

	*count = vsock_flow_table_count(run->flows);
	/* One more than needed: an empty list is no lack of memory. */
	flows = calloc((size_t)*count + 1, sizeof(const struct vsock_flow *));
	if (flows != NULL)
		vsock_flow_table_list(run->flows, flows);
	else if (run->out->error == 0)
		run->out->error = ENOMEM;
	return flows;
}
