/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/flow-list.h"

#include <errno.h>
#include <inttypes.h>

#include "lib/common/plural.h"
#include "lib/common/time.h"
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
	uint64_t now;

	if (run->settings->read_file)
		return run->latest_ts;
	now = clock_now(CLOCK_REALTIME);
	return now > run->latest_ts ? now : run->latest_ts;
}

void flow_list_tell_evicted(const struct run *run)
{
	uint64_t evicted = vsock_flow_table_stats(run->flows).evicted;

	if (evicted > 0)
		notice("%" PRIu64 " flow%s left the table while alive, to make room (see "
		       "--max-flows)",
		       evicted, plural(evicted));
}

bool flow_list_walk(const struct run *run, struct vsock_flow_walk *walk)
{
	if (vsock_flow_walk(walk, run->flows))
		return true;
	if (run->out->error == 0)
		run->out->error = ENOMEM;
	return false;
}
