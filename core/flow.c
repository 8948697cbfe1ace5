/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/flow.h"

#include "core/timeouts.h"

static const char *const state_names[] = {
    [VSOCK_FLOW_REQUESTED] = "requested",     [VSOCK_FLOW_TIMED_OUT] = "timed-out",
    [VSOCK_FLOW_ESTABLISHED] = "established", [VSOCK_FLOW_HALF_CLOSED] = "half-closed",
    [VSOCK_FLOW_CLOSING] = "closing",         [VSOCK_FLOW_CLOSED] = "closed",
    [VSOCK_FLOW_FORCED] = "forced",           [VSOCK_FLOW_RESET] = "reset",
    [VSOCK_FLOW_REFUSED] = "refused",         [VSOCK_FLOW_SUPERSEDED] = "superseded",
    [VSOCK_FLOW_EVICTED] = "evicted",
};
_Static_assert(sizeof(state_names) / sizeof(state_names[0]) == VSOCK_FLOW_STATES,
	       "each state has a name");

const char *vsock_flow_state_name(enum vsock_flow_state state)
{
	return state < VSOCK_FLOW_STATES ? state_names[state] : "unknown";
}

enum vsock_flow_state vsock_flow_state_at(const struct vsock_flow *flow, uint64_t now)
{
	if (flow->state == VSOCK_FLOW_REQUESTED && now > flow->state_ts &&
	    now - flow->state_ts > VSOCK_CONNECT_TIMEOUT)
		return VSOCK_FLOW_TIMED_OUT;
	return flow->state;
}

int64_t vsock_flow_handshake_ns(const struct vsock_flow *flow)
{
	if (flow->marks & (VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_REORDERED) ||
	    flow->response_ts < flow->first_ts)
		return -1;
	return (int64_t)(flow->response_ts - flow->first_ts);
}

/* By the kinds of events in flow-update.c. */
static const char event_letters[] = "QPDCKHFR";

size_t vsock_flow_history(const struct vsock_flow *flow, char text[static VSOCK_FLOW_HISTORY_MAX])
{
	size_t length = 0;

	for (unsigned bits = flow->events; bits; bits &= bits - 1) {
		unsigned code = flow->history >> 4 * length & 15;
		char letter = event_letters[code / 2];

		text[length++] = code & 1 ? (char)(letter - 'A' + 'a') : letter;
	}
	text[length] = '\0';
	return length;
}

bool vsock_flow_client_only_asked(const struct vsock_flow *flow)
{
	const unsigned client = 0x5555; /* its codes are even */
	const unsigned request = 1u << 0;
	const unsigned rst = 1u << 14;

	return (flow->events & client) == (request | rst);
}

bool vsock_flow_one_sided(const struct vsock_flow *flow)
{
	const struct vsock_flow_side *client = &flow->side[VSOCK_CLIENT];
	const struct vsock_flow_side *server = &flow->side[VSOCK_SERVER];

	if ((client->packets && server->packets) || flow->bare)
		return false;
	/* A socket that connects to itself has one address. */
	if (flow->client_port == flow->server_port && flow->client_cid == flow->server_cid)
		return false;
	/* A client without an answer sends nothing but its REQUEST. */
	return !client->packets || flow->marks & (VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_NO_RESPONSE) ||
	       flow->state != VSOCK_FLOW_REQUESTED;
}
