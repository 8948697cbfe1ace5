/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/flow-selection.h"

#include <stdlib.h>

#include "core/verdict.h"
#include "tool/message.h"

/* One bit for each flow, by its number. */
struct flow_selection {
	uint8_t *bits;
	uint64_t bytes;
};

void flow_selection_free(struct flow_selection *selection)
{
	if (selection)
		free(selection->bits);
	free(selection);
}

bool flow_selection_has(const struct flow_selection *selection, uint64_t number)
{
	return selection && number / 8 < selection->bytes &&
	       selection->bits[number / 8] >> number % 8 & 1;
}

static bool add_flow(struct flow_selection *selection, uint64_t number)
{
	if (number / 8 >= selection->bytes) {
		uint64_t bytes = selection->bytes ? selection->bytes : 4096;
		uint8_t *bits;

		while (number / 8 >= bytes)
			bytes *= 2;
		bits = realloc(selection->bits, bytes);
		if (!bits)
			return false;
		for (uint64_t i = selection->bytes; i < bytes; i++)
			bits[i] = 0;
		selection->bits = bits;
		selection->bytes = bytes;
	}
	selection->bits[number / 8] |= (uint8_t)(1u << number % 8);
	return true;
}

static void selection_packet(struct session *session, const struct seen *seen)
{
	if (!seen->event.flow || add_flow(session->own, seen->event.flow->number))
		return;
	print_error("not enough memory for the flows that match the filter");
	session->failure = EXIT_FAILED;
}

static void selection_begin(struct session *session)
{
	session_make_own(session, sizeof(struct flow_selection));
}

static void selection_end(struct session *session)
{
	flow_selection_free(session->own);
	session->own = NULL;
}

struct mode flow_selection_mode(const struct mode *second)
{
	return (struct mode){
	    .prints_at_end = true,
	    .needs_flows = true,
	    .keep_ended_flows = second->keep_ended_flows,
	    .begin = selection_begin,
	    .packet = selection_packet,
	    .end = selection_end,
	};
}

/* The worst flow so far of those that are selected. */
struct worst {
	const struct flow_selection *among;
	uint64_t rank;
	uint64_t number;
	bool found;
};

/* A finding counts first, by its class. Then the verdict counts, and then the time without credit.
 */
static uint64_t rank_of(const struct vsock_flow *flow)
{
	static const uint8_t verdicts[VSOCK_VERDICTS] = {
	    [VSOCK_UNHEALTHY] = 6, [VSOCK_WAITING] = 5,  [VSOCK_GIVEN_UP] = 4, [VSOCK_REFUSED] = 3,
	    [VSOCK_RECOVERED] = 2, [VSOCK_UNJUDGED] = 1, [VSOCK_HEALTHY] = 0,
	};
	uint64_t class = flow->reported ? (uint64_t)flow->worst + 1 : 0;
	uint64_t stalled =
	    (uint64_t)flow->stalls[VSOCK_CLIENT].blocked_us + flow->stalls[VSOCK_SERVER].blocked_us;

	return class << 40 | (uint64_t)verdicts[vsock_flow_verdict(flow)] << 36 | stalled;
}

static void compare_flow(void *context, const struct vsock_flow *flow)
{
	struct worst *worst = context;
	uint64_t rank = rank_of(flow);

	if (flow->marks & VSOCK_FLOW_COPY || !flow_selection_has(worst->among, flow->number) ||
	    (worst->found && rank <= worst->rank))
		return;
	*worst = (struct worst){worst->among, rank, flow->number, true};
}

static void ignore_finding(void *context, const struct vsock_finding *finding)
{
	(void)context;
	(void)finding;
}

static void keep_worst(struct session *session, struct flow_selection *selection)
{
	struct worst worst = {.among = selection};

	if (!vsock_analysis_preview_end(session->analysis, &worst, ignore_finding, compare_flow)) {
		print_error("not enough memory");
		session->failure = EXIT_FAILED;
	}
	for (uint64_t i = 0; i < selection->bytes; i++)
		selection->bits[i] = 0;
	if (worst.found)
		add_flow(selection, worst.number);
}

struct flow_selection *flow_selection_take(struct session *session, bool worst)
{
	struct flow_selection *selection = session->own;

	session->own = NULL;
	if (selection && worst)
		keep_worst(session, selection);
	return selection;
}
