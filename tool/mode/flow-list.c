/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/flow-list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

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

void flow_list_report_missing(const struct session *session, const char *option, uint64_t number)
{
	const uint64_t flows = vsock_flow_table_stats(session->flows).opened;

	if (flows == 0)
		print_error("%s: there is no flow", option);
	else if (number >= flows)
		print_error("there is no flow %" PRIu64 ": the highest number is %" PRIu64
			    "; --flows lists them",
			    number, flows - 1);
	else if (session->settings->print.filtered)
		print_error("flow %" PRIu64 ": the filter matches no packet of it", number);
	else
		print_error("flow %" PRIu64 " was captured at another interface: see -i", number);
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

static uint64_t sum_bytes(const struct vsock_flow *flow)
{
	return flow->side[VSOCK_CLIENT].bytes + flow->side[VSOCK_SERVER].bytes;
}

static uint64_t longest_stall(const struct vsock_flow *flow)
{
	uint64_t client = flow->stalls[VSOCK_CLIENT].longest_us;
	uint64_t server = flow->stalls[VSOCK_SERVER].longest_us;

	return client > server ? client : server;
}

/* 0 where it is not known, so that these come last. */
static uint64_t handshake_time(const struct vsock_flow *flow)
{
	int64_t handshake = vsock_flow_handshake_ns(flow);

	return handshake < 0 ? 0 : (uint64_t)handshake + 1;
}

static uint64_t duration(const struct vsock_flow *flow)
{
	return flow->last_ts > flow->first_ts ? flow->last_ts - flow->first_ts : 0;
}

static uint64_t sort_value(const struct vsock_flow *flow, enum flow_sort sort)
{
	switch (sort) {
	case FLOW_SORT_BYTES:
		return sum_bytes(flow);
	case FLOW_SORT_STALL:
		return longest_stall(flow);
	case FLOW_SORT_HANDSHAKE:
		return handshake_time(flow);
	case FLOW_SORT_DURATION:
		return duration(flow);
	case FLOW_SORT_NUMBER:
		break;
	}
	return 0;
}

struct sorted_flow {
	uint64_t value;
	const struct vsock_flow *flow;
};

static int most_first(const void *a, const void *b)
{
	const struct sorted_flow *x = a;
	const struct sorted_flow *y = b;

	if (x->value != y->value)
		return x->value > y->value ? -1 : 1;
	return (x->flow->number > y->flow->number) - (x->flow->number < y->flow->number);
}

static void visit_sorted(struct session *session, struct vsock_flow_walk *walk,
			 flow_list_visitor *each, uint64_t now)
{
	enum flow_sort sort = session->settings->flow.sort;
	size_t most = vsock_flow_table_count(session->flows);
	struct sorted_flow *all = calloc(most + 1, sizeof(*all));
	const struct vsock_flow *flow;
	size_t count = 0;

	if (!all) {
		if (session->out->error == 0)
			session->out->error = ENOMEM;
		return;
	}
	while ((flow = flow_list_next(session, walk)))
		all[count++] = (struct sorted_flow){sort_value(flow, sort), flow};
	qsort(all, count, sizeof(*all), most_first);
	for (size_t i = 0; i < count; i++)
		each(session, all[i].flow, now);
	free(all);
}

void flow_list_each(struct session *session, flow_list_visitor *each, uint64_t now)
{
	struct vsock_flow_walk walk;
	const struct vsock_flow *flow;

	if (!flow_list_walk(session, &walk))
		return;
	if (session->settings->flow.sort != FLOW_SORT_NUMBER)
		visit_sorted(session, &walk, each, now);
	else
		while ((flow = flow_list_next(session, &walk)))
			each(session, flow, now);
	vsock_flow_walk_end(&walk);
}
