/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What packets mean to a flow. The states and what they allow stand in enum vsock_flow_state;
 * this file is their transitions. Verdicts are not made here: an event says what happened.
 */
#include "core/flow.h"

#include "core/flow-table.h"

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
	if (flow->state == VSOCK_FLOW_REQUESTED && now > flow->request_ts &&
	    now - flow->request_ts > VSOCK_CONNECT_TIMEOUT)
		return VSOCK_FLOW_TIMED_OUT;
	return flow->state;
}

uint64_t vsock_flow_first_ts(const struct vsock_flow *flow)
{
	const struct vsock_flow_side *client = &flow->side[VSOCK_CLIENT];
	const struct vsock_flow_side *server = &flow->side[VSOCK_SERVER];

	if (client->packets == 0)
		return server->first_ts;
	if (server->packets == 0 || client->first_ts < server->first_ts)
		return client->first_ts;
	return server->first_ts;
}

uint64_t vsock_flow_last_ts(const struct vsock_flow *flow)
{
	const struct vsock_flow_side *client = &flow->side[VSOCK_CLIENT];
	const struct vsock_flow_side *server = &flow->side[VSOCK_SERVER];

	/* A side without packets has last_ts 0. */
	return client->last_ts > server->last_ts ? client->last_ts : server->last_ts;
}

int64_t vsock_flow_handshake_ns(const struct vsock_flow *flow)
{
	if (!flow->request_ts || flow->response_ts < flow->request_ts)
		return -1;
	return (int64_t)(flow->response_ts - flow->request_ts);
}

static bool on_loopback(const struct vsock_packet *p)
{
	return p->src_cid == VSOCK_CID_LOCAL || p->dst_cid == VSOCK_CID_LOCAL;
}

/* Both ends have the same key half: only some ops tell then who sends. */
static enum vsock_side sender_by_op(const struct vsock_packet *p)
{
	return p->op == VSOCK_OP_RESPONSE ? VSOCK_SERVER : VSOCK_CLIENT;
}

static enum vsock_side sender_of(const struct vsock_flow *flow, const struct vsock_packet *p)
{
	bool by_port = on_loopback(p);
	bool client =
	    p->src_port == flow->client_port && (by_port || p->src_cid == flow->client_cid);
	bool server =
	    p->src_port == flow->server_port && (by_port || p->src_cid == flow->server_cid);

	if (client && server)
		return sender_by_op(p);
	return client ? VSOCK_CLIENT : VSOCK_SERVER;
}

/* Who is the client, judged by the flow's first packet. Sets marks where that is a guess. */
static bool client_sent(struct vsock_flow *flow, const struct vsock_packet *p)
{
	if (p->op == VSOCK_OP_REQUEST)
		return true;
	flow->marks |= VSOCK_FLOW_MIDSTREAM;
	if (p->op == VSOCK_OP_RESPONSE)
		return false;
	flow->marks |= VSOCK_FLOW_ROLES_GUESSED;
	return p->src_port >= p->dst_port;
}

static void set_addresses(struct vsock_flow *flow, const struct vsock_packet *p)
{
	bool client = client_sent(flow, p);

	flow->client_cid = client ? p->src_cid : p->dst_cid;
	flow->client_port = client ? p->src_port : p->dst_port;
	flow->server_cid = client ? p->dst_cid : p->src_cid;
	flow->server_port = client ? p->dst_port : p->src_port;
}

static struct vsock_flow *open_flow(struct vsock_flow_table *table,
				    const struct vsock_flow_key *key, uint32_t hash,
				    const struct vsock_packet *p)
{
	struct vsock_flow *flow = vsock_flow_add(table, key, hash);

	if (!flow)
		return NULL;
	set_addresses(flow, p);
	flow->type = p->type;
	flow->state = p->op == VSOCK_OP_REQUEST ? VSOCK_FLOW_REQUESTED : VSOCK_FLOW_ESTABLISHED;
	return flow;
}

static void end_flow(struct vsock_flow_table *table, struct vsock_flow *flow,
		     enum vsock_flow_state state, uint64_t ts)
{
	flow->state = (uint8_t)state;
	flow->end_ts = ts;
	vsock_flow_retire(table, flow);
}

/* A RESPONSE opened the flow and nothing else came: the tap swapped it with this REQUEST. */
static bool is_late_request(const struct vsock_flow *flow, const struct vsock_packet *p)
{
	return flow->response_ts && !flow->request_ts && flow->marks & VSOCK_FLOW_MIDSTREAM &&
	       flow->side[VSOCK_CLIENT].packets == 0 && flow->side[VSOCK_SERVER].packets == 1 &&
	       sender_of(flow, p) == VSOCK_CLIENT;
}

/* A REQUEST on a live flow: the same one again, a swapped one, or a new epoch? */
static bool is_new_epoch(const struct vsock_flow *flow, const struct vsock_packet *p)
{
	if (flow->state == VSOCK_FLOW_REQUESTED && sender_of(flow, p) == VSOCK_CLIENT)
		return false;
	return !is_late_request(flow, p);
}

/* Does the packet belong to this flow, the last of its addresses to be seen? */
static bool belongs(const struct vsock_flow *flow, const struct vsock_packet *p, uint64_t ts)
{
	if (!vsock_flow_state_ended(flow->state))
		return p->op != VSOCK_OP_REQUEST || !is_new_epoch(flow, p);
	if (p->op == VSOCK_OP_REQUEST)
		return false;
	return ts <= flow->end_ts || ts - flow->end_ts <= VSOCK_FLOW_LINGER;
}

static void count(struct vsock_flow_side *side, const struct vsock_packet *p, uint64_t ts)
{
	if (side->packets++ == 0)
		side->first_ts = ts;
	side->last_ts = ts;
	if (p->op == VSOCK_OP_RW)
		side->bytes += p->len;
}

static void on_request(struct vsock_flow *flow, uint64_t ts)
{
	if (flow->request_ts)
		return;
	flow->request_ts = ts;
	if (flow->marks & VSOCK_FLOW_MIDSTREAM) {
		flow->marks &= (uint8_t)~VSOCK_FLOW_MIDSTREAM;
		flow->marks |= VSOCK_FLOW_REORDERED;
	}
}

static void on_response(struct vsock_flow *flow, enum vsock_side sender, uint64_t ts)
{
	if (sender != VSOCK_SERVER || flow->response_ts)
		return;
	flow->response_ts = ts;
	if (flow->state == VSOCK_FLOW_REQUESTED)
		flow->state = VSOCK_FLOW_ESTABLISHED;
}

/* Data or credit or SHUTDOWN proves a connection, whether or not its RESPONSE was captured. */
static void on_other(struct vsock_flow *flow)
{
	if (flow->state != VSOCK_FLOW_REQUESTED)
		return;
	flow->marks |= VSOCK_FLOW_NO_RESPONSE;
	flow->state = VSOCK_FLOW_ESTABLISHED;
}

static void on_shutdown(struct vsock_flow *flow, enum vsock_side sender, uint32_t flags)
{
	struct vsock_flow_side *side = &flow->side[sender];

	on_other(flow);
	side->shutdown |= (uint8_t)(flags & VSOCK_SHUTDOWN_BOTH);
	if (side->shutdown == VSOCK_SHUTDOWN_BOTH)
		flow->state = VSOCK_FLOW_CLOSING;
	else if (side->shutdown && flow->state == VSOCK_FLOW_ESTABLISHED)
		flow->state = VSOCK_FLOW_HALF_CLOSED;
}

static enum vsock_flow_state ended_by_rst(const struct vsock_flow *flow, enum vsock_side sender)
{
	switch (flow->state) {
	case VSOCK_FLOW_REQUESTED:
		return sender == VSOCK_SERVER ? VSOCK_FLOW_REFUSED : VSOCK_FLOW_RESET;
	case VSOCK_FLOW_CLOSING:
		if (flow->side[vsock_peer(sender)].shutdown == VSOCK_SHUTDOWN_BOTH)
			return VSOCK_FLOW_CLOSED;
		return VSOCK_FLOW_FORCED;
	default:
		return VSOCK_FLOW_RESET;
	}
}

static void apply(struct vsock_flow_table *table, const struct vsock_flow_event *event,
		  const struct vsock_packet *p, uint64_t ts)
{
	struct vsock_flow *flow = event->flow;

	switch (p->op) {
	case VSOCK_OP_REQUEST:
		on_request(flow, ts);
		break;
	case VSOCK_OP_RESPONSE:
		on_response(flow, event->sender, ts);
		break;
	case VSOCK_OP_RST:
		end_flow(table, flow, ended_by_rst(flow, event->sender), ts);
		break;
	case VSOCK_OP_SHUTDOWN:
		on_shutdown(flow, event->sender, p->flags);
		break;
	case VSOCK_OP_RW:
	case VSOCK_OP_CREDIT_UPDATE:
	case VSOCK_OP_CREDIT_REQUEST:
		on_other(flow);
		break;
	default:
		break;
	}
}

struct vsock_flow_event vsock_flow_update(struct vsock_flow_table *table,
					  const struct vsock_packet *packet, uint64_t ts)
{
	struct vsock_flow_event event = {0};
	struct vsock_flow_key key;
	struct vsock_flow *flow;
	uint32_t hash;

	vsock_flow_expire(table, ts);
	if (!vsock_has_virtio(packet))
		return event;
	key = vsock_flow_key(packet->src_cid, packet->src_port, packet->dst_cid, packet->dst_port);
	hash = vsock_flow_hash(table, &key);
	flow = vsock_flow_find(table, &key, hash);

	if (flow && !belongs(flow, packet, ts)) {
		if (!vsock_flow_state_ended(flow->state))
			end_flow(table, flow, VSOCK_FLOW_SUPERSEDED, ts);
		flow = NULL;
	}
	if (!flow) {
		if (packet->op == VSOCK_OP_RST)
			return event;
		flow = open_flow(table, &key, hash, packet);
		if (!flow)
			return event;
		event.opened = true;
	}

	event.flow = flow;
	event.sender = sender_of(flow, packet);
	event.before = flow->state;
	count(&flow->side[event.sender], packet, ts);
	if (!vsock_flow_state_ended(flow->state)) {
		vsock_flow_touch(table, flow);
		apply(table, &event, packet, ts);
	}
	return event;
}
