/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The states and what they mean are in enum vsock_flow_state. This is what packets do to them; no
 * entry means that the state stays. "3" is a SHUTDOWN that leaves its sender no direction, "1, 2"
 * one that leaves it one. "Other" is data and credit.
 *
 *	             REQUEST     RESPONSE     other        1, 2         3        RST
 *	no flow      requested   established  established  half-closed  closing  (no flow)
 *	requested    (a)         established  established  half-closed  closing  refused (b)
 *	established  (a)                                   half-closed  closing  reset
 *	half-closed  (a)                                                closing  reset (c)
 *	closing      (a)                                                         closed (d)
 *	ended        new flow    (e)          (e)          (e)          (e)      (e)
 *
 *	(a) superseded, and a new flow. But the client's own REQUEST repeats the first one, and one
 *	    that comes right after its RESPONSE was captured in the wrong order.
 *	(b) from the server; reset if the client sent it.
 *	(c) closed if both sides said that they would send no more.
 *	(d) from the peer of the side that closed; forced if that side sent it itself.
 *	(e) still counted to the ended flow for VSOCK_FLOW_LINGER; then as without a flow.
 *
 * Bare frames have a simpler table, at the end of this file.
 *
 * client_sent() decides by the flow's first packet which side is the client. sender_of() decides
 * which side sent a packet. This file reports no findings: an event says what happened.
 */
#include "core/flow-update.h"

#include "core/credit.h"
#include "core/flow-slots.h"
#include "core/packet-hash.h"
#include "core/stream.h"
#include "core/timeouts.h"

static bool on_loopback(const struct vsock_packet *p)
{
	return p->src_cid == VSOCK_CID_LOCAL || p->dst_cid == VSOCK_CID_LOCAL;
}

/* Both ends have the same half of the key, so only some ops show which side sends. */
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

/* Decides by the flow's first packet which side is the client. Sets marks if that is a guess. */
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

/* The hints about both ports. */
#define MADE_UP (VSOCK_HINT_SRC_PORT_MADE_UP | VSOCK_HINT_DST_PORT_MADE_UP)

/* Nobody asks for a port that was made up, so this is the server's CONNECT. */
static bool is_acceptance(const struct vsock_packet *p)
{
	return p->monitor_op == VSOCK_MONITOR_CONNECT &&
	       (p->hints & MADE_UP) == VSOCK_HINT_DST_PORT_MADE_UP;
}

/*
 * The same for a bare flow. A program that makes ports up begins with the client's, because servers
 * listen on ports that are known. If it made up both, the client has the lower one.
 */
static bool bare_client_sent(struct vsock_flow *flow, const struct vsock_packet *p)
{
	bool connect = p->monitor_op == VSOCK_MONITOR_CONNECT;

	if (!connect || is_acceptance(p) || p->hints & VSOCK_HINT_OLDER)
		flow->marks |= VSOCK_FLOW_MIDSTREAM;
	if (connect)
		return !is_acceptance(p);
	if ((p->hints & MADE_UP) == MADE_UP)
		return p->src_port < p->dst_port;
	if (p->hints & MADE_UP)
		return p->hints & VSOCK_HINT_SRC_PORT_MADE_UP;
	flow->marks |= VSOCK_FLOW_ROLES_GUESSED;
	return p->src_port >= p->dst_port;
}

static void set_addresses(struct vsock_flow *flow, const struct vsock_packet *p, bool client)
{
	flow->client_cid = (uint32_t)(client ? p->src_cid : p->dst_cid);
	flow->client_port = client ? p->src_port : p->dst_port;
	flow->server_cid = (uint32_t)(client ? p->dst_cid : p->src_cid);
	flow->server_port = client ? p->dst_port : p->src_port;
}

static void set_state(struct vsock_flow *flow, enum vsock_flow_state state,
		      const struct vsock_moment *moment)
{
	if (flow->state == state)
		return;
	flow->state = (uint8_t)state;
	flow->state_ts = moment->ts;
	flow->state_packet = (uint32_t)moment->number;
}

__attribute__((noinline)) static void end_flow(struct vsock_flow_table *table,
					       struct vsock_flow *flow, enum vsock_flow_state state,
					       const struct vsock_moment *moment)
{
	set_state(flow, state, moment);
	vsock_flow_move(table, flow, VSOCK_LIST_ENDED);
}

static void begin_flow(struct vsock_flow *flow, const struct vsock_packet *p)
{
	set_addresses(flow, p, client_sent(flow, p));
	flow->type = p->type;
	flow->state = p->op == VSOCK_OP_REQUEST ? VSOCK_FLOW_REQUESTED : VSOCK_FLOW_ESTABLISHED;
}

__attribute__((cold, noinline)) static void begin_bare_flow(struct vsock_flow *flow,
							    const struct vsock_packet *p)
{
	bool asks = p->monitor_op == VSOCK_MONITOR_CONNECT && !is_acceptance(p);
	bool client = bare_client_sent(flow, p);
	unsigned src = p->hints & VSOCK_HINT_SRC_PORT_MADE_UP ? 1 : 0;
	unsigned dst = p->hints & VSOCK_HINT_DST_PORT_MADE_UP ? 1 : 0;

	set_addresses(flow, p, client);
	flow->made_up = (client ? src | dst << 1 : dst | src << 1) & 3;
	flow->state = asks ? VSOCK_FLOW_REQUESTED : VSOCK_FLOW_ESTABLISHED;
}

static struct vsock_flow *open_flow(struct vsock_flow_table *table,
				    const struct vsock_flow_key *key, const struct vsock_packet *p,
				    const struct vsock_moment *moment)
{
	struct vsock_flow *flow = vsock_flow_add(table, key, moment->flow_hash);

	if (!flow)
		return NULL;
	if (flow->bare)
		begin_bare_flow(flow, p);
	else
		begin_flow(flow, p);
	flow->first_ts = flow->last_ts = flow->state_ts = moment->ts;
	flow->first_hash = vsock_packet_hash(p);
	flow->state_packet = (uint32_t)moment->number;
	if (moment->timeless)
		flow->marks |= VSOCK_FLOW_SAME_START;
	return flow;
}

/*
 * The REQUEST of a flow that a later packet opened. Either the tap swapped it with the RESPONSE,
 * the only packet of the flow. Or files were joined in the wrong order, and its time is before the
 * flow's first.
 */
static bool is_late_request(const struct vsock_flow *flow, const struct vsock_packet *p,
			    uint64_t ts)
{
	if (!(flow->marks & VSOCK_FLOW_MIDSTREAM))
		return false;
	if (ts < flow->first_ts)
		return true;
	return flow->response_ts && flow->side[VSOCK_CLIENT].packets == 0 &&
	       flow->side[VSOCK_SERVER].packets == 1 && sender_of(flow, p) == VSOCK_CLIENT;
}

/*
 * The REQUEST that opened the flow came again. A merged capture of both ends has each packet twice.
 * The clocks of the ends differ, so the copy of a packet may come after later packets. But after a
 * closing flow, an equal REQUEST may open a new flow.
 */
static bool is_request_again(const struct vsock_flow *flow, const struct vsock_packet *p,
			     uint64_t ts)
{
	uint64_t most =
	    flow->state == VSOCK_FLOW_CLOSING ? VSOCK_CLOSING_COPY_TIME : VSOCK_COPY_TIME;

	return !(flow->marks & VSOCK_FLOW_MIDSTREAM) && p->type == flow->type &&
	       vsock_elapsed(flow->first_ts, ts) <= most && sender_of(flow, p) == VSOCK_CLIENT &&
	       vsock_packet_hash(p) == flow->first_hash;
}

/* A REQUEST on a live flow: the same one again, a swapped one, or a new epoch? */
static bool is_new_epoch(const struct vsock_flow *flow, const struct vsock_packet *p, uint64_t ts)
{
	if (flow->state == VSOCK_FLOW_REQUESTED && sender_of(flow, p) == VSOCK_CLIENT)
		return false;
	return !is_late_request(flow, p, ts) && !is_request_again(flow, p, ts);
}

/* Does the packet belong to this flow, the latest one of its addresses? */
static bool belongs(const struct vsock_flow *flow, const struct vsock_packet *p, uint64_t ts)
{
	if (!vsock_flow_state_ended(flow->state))
		return p->op != VSOCK_OP_REQUEST || !is_new_epoch(flow, p, ts);
	if (p->op == VSOCK_OP_REQUEST)
		return is_late_request(flow, p, ts);
	return ts <= flow->state_ts || ts - flow->state_ts <= VSOCK_FLOW_LINGER;
}

/* An RW after an RW of the peer. */
static void count_answer(struct vsock_flow_event *event, struct vsock_flow_side *own,
			 const struct vsock_flow_side *peer)
{
	uint8_t *answers = &event->flow->answers[event->sender];

	/* So its sender has read, or sends without being asked. */
	if (*answers < VSOCK_ANSWERS_MOST &&
	    (!(own->marks & VSOCK_SIDE_DATA) ||
	     (int32_t)(peer->last_data_packet - own->last_data_packet) > 0))
		++*answers;
	/*
	 * Only the first RW after the peer's RW ends a gap: then the peer's data is newer than
	 * ours.
	 */
	if (peer->last_data_ts > own->last_data_ts) {
		uint32_t gap = vsock_microseconds(peer->last_data_ts, event->moment.ts);

		if (gap > own->longest_gap_us)
			own->longest_gap_us = gap;
	}
}

/* Data without its credit. Always inline: it is most of what a packet costs. */
__attribute__((always_inline)) static inline void note_data(struct vsock_flow_event *event,
							    const struct vsock_packet *p)
{
	uint64_t ts = event->moment.ts;
	struct vsock_flow *flow = event->flow;
	struct vsock_flow_side *own = &flow->side[event->sender];
	const struct vsock_flow_side *peer = &flow->side[vsock_peer(event->sender)];

	if (!(own->marks & VSOCK_SIDE_DATA))
		own->first_data_us = vsock_microseconds(flow->first_ts, ts);
	if (peer->marks & VSOCK_SIDE_DATA)
		count_answer(event, own, peer);
	event->has_segment = true;
	if (!vsock_stream_take(flow, own, p, &event->segment))
		event->facts |= VSOCK_FACT_SPLIT_BROKEN;
	own->bytes += p->len;
	own->last_data_ts = ts;
	own->last_data_packet = (uint32_t)event->moment.number;
	own->marks |= VSOCK_SIDE_DATA;
	own->marks &= (uint16_t)~VSOCK_SIDE_REOPENED;
}

/* Always inline, too. */
__attribute__((always_inline)) static inline void count_data(struct vsock_flow_event *event,
							     const struct vsock_packet *p)
{
	const struct vsock_flow *flow = event->flow;

	if (vsock_side_shutdown(&flow->side[event->sender]) & VSOCK_SHUTDOWN_SEND)
		event->facts |= VSOCK_FACT_AFTER_OWN_END;
	else if (vsock_side_shutdown(&flow->side[vsock_peer(event->sender)]) &
		 VSOCK_SHUTDOWN_RECEIVE)
		event->facts |= VSOCK_FACT_AFTER_PEER_END;
	note_data(event, p);
	vsock_credit_sent(event, p);
}

/*
 * A handshake that comes again. The tap of an old kernel may repeat the REQUEST or the RESPONSE. If
 * both are repeated, the capture has each packet of the flow twice.
 */
static bool is_copy(struct vsock_flow *flow, enum vsock_side sender, const struct vsock_packet *p,
		    uint16_t hash)
{
	const struct vsock_flow_side *own = &flow->side[sender];

	if (p->op == VSOCK_OP_REQUEST && sender == VSOCK_CLIENT && own->packets > 1 &&
	    hash == flow->first_hash) {
		flow->marks |= VSOCK_FLOW_REQUEST_AGAIN;
		return true;
	}
	if (p->op != VSOCK_OP_RESPONSE || sender != VSOCK_SERVER)
		return false;
	if (flow->response_ts && hash == flow->response_hash) {
		if (flow->marks & VSOCK_FLOW_REQUEST_AGAIN)
			flow->marks |= VSOCK_FLOW_TWICE;
		return true;
	}
	flow->response_hash = hash;
	return false;
}

/*
 * If a guest could not queue a packet, the tap of Linux 4.12 to 5.6 delivers it once per retry. A
 * repetition has the same header and payload as the previous packet of its sender. In a file full
 * of zeros all packets are equal, so equal data is a repetition only if the credit leaves no other
 * explanation.
 */
static bool is_repetition(struct vsock_flow *flow, struct vsock_flow_side *own,
			  enum vsock_side sender, const struct vsock_packet *p)
{
	const struct vsock_flow_side *peer = &flow->side[vsock_peer(sender)];
	uint16_t hash = vsock_packet_hash(p);
	bool same = hash == own->last_hash;

	own->last_hash = hash;
	if (p->op <= VSOCK_OP_RESPONSE && is_copy(flow, sender, p, hash))
		return true;
	if (same)
		own->marks |= VSOCK_SIDE_REPEATED;
	if (!same || p->op != VSOCK_OP_RW)
		return same && (p->op == VSOCK_OP_REQUEST || p->op == VSOCK_OP_RESPONSE);
	return peer->marks & VSOCK_SIDE_CREDIT_KNOWN && own->in_flight > 0 &&
	       (uint64_t)own->in_flight + p->len > peer->buf_alloc;
}

static void on_request(struct vsock_flow *flow)
{
	if (!(flow->marks & VSOCK_FLOW_MIDSTREAM))
		return;
	flow->marks &= (uint16_t)~VSOCK_FLOW_MIDSTREAM;
	flow->marks |= VSOCK_FLOW_REORDERED;
}

/* Data, credit or SHUTDOWN proves a connection, even if its RESPONSE was not captured. */
static void on_early(struct vsock_flow_event *event)
{
	if (event->flow->state != VSOCK_FLOW_REQUESTED)
		return;
	event->flow->marks |= VSOCK_FLOW_NO_RESPONSE;
	event->facts |= VSOCK_FACT_EARLY;
	set_state(event->flow, VSOCK_FLOW_ESTABLISHED, &event->moment);
}

static void on_response(struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;

	if (event->sender != VSOCK_SERVER || flow->response_ts)
		return;
	flow->response_ts = event->moment.ts;
	if (flow->state == VSOCK_FLOW_REQUESTED)
		set_state(flow, VSOCK_FLOW_ESTABLISHED, &event->moment);
}

static void on_shutdown(struct vsock_flow_event *event, uint32_t flags)
{
	struct vsock_flow *flow = event->flow;
	struct vsock_flow_side *side = &flow->side[event->sender];

	on_early(event);
	side->marks |= (uint16_t)(flags & VSOCK_SHUTDOWN_BOTH);
	side->marks &= (uint16_t)~VSOCK_SIDE_REOPENED;
	if (vsock_side_shutdown(side) == VSOCK_SHUTDOWN_BOTH)
		set_state(flow, VSOCK_FLOW_CLOSING, &event->moment);
	else if (vsock_side_shutdown(side) && flow->state == VSOCK_FLOW_ESTABLISHED)
		set_state(flow, VSOCK_FLOW_HALF_CLOSED, &event->moment);
}

static enum vsock_flow_state ended_by_rst(const struct vsock_flow *flow, enum vsock_side sender)
{
	switch (flow->state) {
	case VSOCK_FLOW_REQUESTED:
		return sender == VSOCK_SERVER ? VSOCK_FLOW_REFUSED : VSOCK_FLOW_RESET;
	case VSOCK_FLOW_CLOSING:
		if (vsock_side_shutdown(&flow->side[vsock_peer(sender)]) == VSOCK_SHUTDOWN_BOTH)
			return VSOCK_FLOW_CLOSED;
		return VSOCK_FLOW_FORCED;
	case VSOCK_FLOW_HALF_CLOSED:
		/* Both said that they would send no more: nothing was lost. */
		if (vsock_side_shutdown(&flow->side[VSOCK_CLIENT]) & VSOCK_SHUTDOWN_SEND &&
		    vsock_side_shutdown(&flow->side[VSOCK_SERVER]) & VSOCK_SHUTDOWN_SEND)
			return VSOCK_FLOW_CLOSED;
		return VSOCK_FLOW_RESET;
	default:
		return VSOCK_FLOW_RESET;
	}
}

static void apply(struct vsock_flow_table *table, struct vsock_flow_event *event,
		  const struct vsock_packet *p)
{
	struct vsock_flow *flow = event->flow;

	switch (p->op) {
	case VSOCK_OP_REQUEST:
		on_request(flow);
		break;
	case VSOCK_OP_RESPONSE:
		on_response(event);
		break;
	case VSOCK_OP_RST:
		flow->rst_sender = event->sender & 1;
		end_flow(table, flow, ended_by_rst(flow, event->sender), &event->moment);
		break;
	case VSOCK_OP_SHUTDOWN:
		on_shutdown(event, p->flags);
		break;
	case VSOCK_OP_RW:
		on_early(event);
		count_data(event, p);
		break;
	case VSOCK_OP_CREDIT_REQUEST:
		flow->side[event->sender].marks |= VSOCK_SIDE_ASKED;
		on_early(event);
		break;
	case VSOCK_OP_CREDIT_UPDATE:
		on_early(event);
		break;
	default:
		break;
	}
}

/* A packet of a live flow. */
static void live_packet(struct vsock_flow_table *table, struct vsock_flow_event *event,
			const struct vsock_packet *p)
{
	struct vsock_flow *flow = event->flow;
	struct vsock_flow_side *own = &flow->side[event->sender];
	bool twin = false;

	vsock_flow_move(table, flow, flow->list);
	if (flow->marks & VSOCK_FLOW_MIDSTREAM)
		twin = vsock_flow_twin(table, flow, event->sender, vsock_packet_hash(p),
				       event->moment.ts);
	if (twin)
		own->marks |= VSOCK_SIDE_REPEATED;
	if (is_repetition(flow, own, event->sender, p)) {
		event->facts |= VSOCK_FACT_REPETITION;
		return;
	}
	if (p->op != VSOCK_OP_RST) {
		if (p->type != flow->type)
			event->facts |= VSOCK_FACT_TYPE_CHANGED;
		vsock_credit_heard(event, p);
	}
	apply(table, event, p);
	/* A packet that contradicts the flow's past and came before: a copy of an old packet. */
	if (twin && event->facts & (VSOCK_FACT_FWD_BACKWARDS | VSOCK_FACT_AFTER_OWN_END))
		flow->marks |= VSOCK_FLOW_TWICE;
}

/*
 * If files were joined in the wrong order, the start of a flow may follow its end. Its REQUEST
 * comes late, and the packets after it were sent before the end, until its time is reached.
 */
static void late_packet(struct vsock_flow_event *event, const struct vsock_packet *p)
{
	if (p->op == VSOCK_OP_REQUEST)
		event->flow->marks |= VSOCK_FLOW_REORDERED;
	if (p->op == VSOCK_OP_RW && event->flow->marks & VSOCK_FLOW_REORDERED &&
	    event->moment.ts < event->flow->state_ts)
		count_data(event, p);
}

static void ended_packet(struct vsock_flow_event *event, const struct vsock_packet *p)
{
	struct vsock_flow *flow = event->flow;

	event->facts |= VSOCK_FACT_AFTER_FLOW_END;
	if (flow->marks & VSOCK_FLOW_RST_FOLLOWED)
		event->facts |= VSOCK_FACT_RST_FOLLOWED;
	if (event->sender == flow->rst_sender)
		flow->marks |= VSOCK_FLOW_RST_FOLLOWED;
	late_packet(event, p);
}

/* At another point, the packet opened this flow, too, or was its last one from this side. */
static bool is_seen_at(const struct vsock_flow *other, uint16_t hash, const struct vsock_packet *p,
		       uint64_t ts)
{
	if (other->first_hash == hash && (vsock_elapsed(other->first_ts, ts) <= VSOCK_COPY_TIME))
		return true;
	return other->side[sender_of(other, p)].last_hash == hash &&
	       vsock_elapsed(other->last_ts, ts) <= VSOCK_COPY_TIME;
}

static struct vsock_flow_key key_of(const struct vsock_packet *p, uint16_t point)
{
	return vsock_flow_key((uint32_t)p->src_cid, p->src_port, (uint32_t)p->dst_cid, p->dst_port,
			      point);
}

/* Looks for the flow of these addresses at the other points. The newer one of both is the copy. */
static bool is_copy_of_other(struct vsock_flow_table *table, const struct vsock_packet *p,
			     const struct vsock_moment *moment)
{
	uint64_t others = vsock_flow_points(table);
	uint16_t hash = vsock_packet_hash(p);

	if (moment->point < 64)
		others &= ~(UINT64_C(1) << moment->point);
	for (uint16_t point = 0; others; point++, others >>= 1) {
		struct vsock_flow_key key;
		const struct vsock_flow *other;

		if (!(others & 1))
			continue;
		key = key_of(p, point);
		other = vsock_flow_find(table, &key, 0);
		if (other && is_seen_at(other, hash, p, moment->ts))
			return true;
	}
	return false;
}

/* Opens a flow. `old` is the last one of its addresses, or NULL; it ends if it is live. */
__attribute__((noinline)) static struct vsock_flow *
open_after(struct vsock_flow_table *table, struct vsock_flow_event *event,
	   const struct vsock_flow_key *key, struct vsock_flow *old, const struct vsock_packet *p)
{
	uint16_t marks = 0;
	struct vsock_flow *flow;

	if (old && !vsock_flow_state_ended(old->state)) {
		event->facts |= VSOCK_FACT_SUPERSEDES;
		event->replaced = old->state;
		event->old = old;
		end_flow(table, old, VSOCK_FLOW_SUPERSEDED, &event->moment);
		marks = VSOCK_FLOW_SUPERSEDING | VSOCK_FLOW_SUCCESSOR;
	} else if (old && vsock_elapsed(old->last_ts, event->moment.ts) <= VSOCK_SUCCESSOR_TIME) {
		marks = VSOCK_FLOW_SUCCESSOR;
	}
	if (old && old->first_ts / 1000 == event->moment.ts / 1000)
		marks |= VSOCK_FLOW_SAME_START;
	if (key->point < VSOCK_BARE_POINT && is_copy_of_other(table, p, &event->moment))
		marks |= VSOCK_FLOW_COPY;
	flow = open_flow(table, key, p, &event->moment);
	if (flow)
		flow->marks |= marks;
	/* To make room, the table may have removed the flow that just ended. */
	if (flow == event->old)
		event->old = NULL;
	return flow;
}

static bool may_have_flow(const struct vsock_packet *p)
{
	return vsock_has_virtio(p) && !(p->odd & VSOCK_ODD_CID_HIGH_BITS);
}

uint32_t vsock_flow_expect(const struct vsock_flow_table *table, const struct vsock_packet *packet,
			   uint16_t point)
{
	struct vsock_flow_key key;
	uint32_t hash;

	if (!may_have_flow(packet))
		return 0;
	key = key_of(packet, point);
	hash = vsock_flow_hash(table, &key);
	vsock_flow_fetch_entry(table, hash);
	return hash;
}

/* The flow that the packet belongs to, opened if need be, or NULL. */
static struct vsock_flow *find_or_open(struct vsock_flow_table *table,
				       struct vsock_flow_event *event, const struct vsock_packet *p)
{
	struct vsock_flow_key key = key_of(p, event->moment.point);
	struct vsock_flow *flow = vsock_flow_find(table, &key, event->moment.flow_hash);

	if (flow && belongs(flow, p, event->moment.ts))
		return flow;
	if (p->op == VSOCK_OP_RST)
		return NULL;
	event->facts |= VSOCK_FACT_OPENED;
	return open_after(table, event, &key, flow, p);
}

/*
 * flow.c has the letter of each kind. Twice the kind, plus 1 for the server, is a code of 4 bits.
 */
static int event_kind(const struct vsock_packet *p)
{
	switch (p->op) {
	case VSOCK_OP_REQUEST:
		return 0;
	case VSOCK_OP_RESPONSE:
		return 1;
	case VSOCK_OP_RW:
		return 2;
	case VSOCK_OP_CREDIT_UPDATE:
		return 3;
	case VSOCK_OP_CREDIT_REQUEST:
		return 4;
	case VSOCK_OP_SHUTDOWN:
		return (p->flags & VSOCK_SHUTDOWN_BOTH) == VSOCK_SHUTDOWN_BOTH ? 6 : 5;
	case VSOCK_OP_RST:
		return 7;
	default:
		return -1;
	}
}

/* Each code is noted once, above the codes that are there: 16 codes fill the 64 bits. */
static void note_history(struct vsock_flow *flow, int kind, enum vsock_side sender)
{
	unsigned code = (unsigned)kind * 2 + sender;
	unsigned noted = 0;

	if (kind < 0 || flow->events >> code & 1)
		return;
	for (unsigned bits = flow->events; bits; bits &= bits - 1)
		noted++;
	flow->history |= (uint64_t)code << 4 * noted;
	flow->events |= (uint16_t)(1u << code);
}

/* One by one: other members of an event have a meaning only with their fact, or with a flow. */
static inline void start_event(struct vsock_flow_event *event, const struct vsock_moment *moment)
{
	event->moment = *moment;
	event->flow = NULL;
	event->old = NULL;
	event->facts = 0;
	event->has_segment = false;
}

/* What a packet of either kind does to its flow first. */
static inline void begin_packet(struct vsock_flow_event *event, struct vsock_flow *flow,
				const struct vsock_packet *p)
{
	uint64_t ts = event->moment.ts;

	event->flow = flow;
	event->sender = sender_of(flow, p);
	event->before = flow->state;
	event->state_packet = flow->state_packet;
	event->silence_us = vsock_microseconds(flow->last_ts, ts);
	event->in_state_us = vsock_microseconds(flow->state_ts, ts);
	flow->side[event->sender].packets++;
	if (event->moment.timeless)
		flow->marks |= VSOCK_FLOW_TIMELESS;
}

/*
 * Bare frames, as in the table at the top. "c" is the client's, "s" the server's:
 *
 *	             CONNECT c   CONNECT s    PAYLOAD          DISCONNECT
 *	no flow      requested   established  established      half-closed
 *	requested    (f)         established  established (g)  closed, or refused by s
 *	established  (a)                                       half-closed
 *	half-closed  (a)                                       closed (h)
 *	ended        new flow    (e)          (e)              (e)
 *
 *	(f) repeats the first one.
 *	(g) if the server sent it. A client may send data before the server accepts.
 *	(h) from the side that has not closed yet.
 */

static bool bare_belongs(const struct vsock_flow *flow, const struct vsock_packet *p, uint64_t ts)
{
	bool opens = p->monitor_op == VSOCK_MONITOR_CONNECT && sender_of(flow, p) == VSOCK_CLIENT;

	if (!vsock_flow_state_ended(flow->state))
		return !opens || flow->state == VSOCK_FLOW_REQUESTED;
	return !opens && (ts <= flow->state_ts || ts - flow->state_ts <= VSOCK_FLOW_LINGER);
}

static void on_bare_connect(struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;

	if (event->sender == VSOCK_CLIENT) {
		if (!(event->facts & VSOCK_FACT_OPENED))
			flow->marks |= VSOCK_FLOW_REQUEST_AGAIN;
	} else if (flow->response_ts) {
		if (flow->marks & VSOCK_FLOW_REQUEST_AGAIN)
			flow->marks |= VSOCK_FLOW_TWICE;
	} else {
		flow->marks &= (uint16_t)~VSOCK_FLOW_NO_RESPONSE;
		on_response(event);
	}
}

static void on_bare_disconnect(struct vsock_flow_table *table, struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;

	if (flow->state == VSOCK_FLOW_REQUESTED) {
		end_flow(table, flow,
			 event->sender == VSOCK_SERVER ? VSOCK_FLOW_REFUSED : VSOCK_FLOW_CLOSED,
			 &event->moment);
		return;
	}
	flow->side[event->sender].marks |= VSOCK_SHUTDOWN_SEND;
	if (vsock_side_shutdown(&flow->side[vsock_peer(event->sender)]))
		end_flow(table, flow, VSOCK_FLOW_CLOSED, &event->moment);
	else
		set_state(flow, VSOCK_FLOW_HALF_CLOSED, &event->moment);
}

static void on_bare_payload(struct vsock_flow_event *event, const struct vsock_packet *p)
{
	struct vsock_flow *flow = event->flow;

	if (flow->state == VSOCK_FLOW_REQUESTED && event->sender == VSOCK_SERVER) {
		flow->marks |= VSOCK_FLOW_NO_RESPONSE;
		set_state(flow, VSOCK_FLOW_ESTABLISHED, &event->moment);
	}
	note_data(event, p);
}

static void apply_bare(struct vsock_flow_table *table, struct vsock_flow_event *event,
		       const struct vsock_packet *p)
{
	static const uint8_t kinds[VSOCK_MONITOR_OPS] = {[VSOCK_MONITOR_CONNECT] = 0,
							 [VSOCK_MONITOR_PAYLOAD] = 2,
							 [VSOCK_MONITOR_DISCONNECT] = 6};
	bool accepts = p->monitor_op == VSOCK_MONITOR_CONNECT && event->sender == VSOCK_SERVER;

	note_history(event->flow, accepts ? 1 : kinds[p->monitor_op], event->sender);
	if (vsock_flow_state_ended(event->flow->state)) {
		event->facts |= VSOCK_FACT_AFTER_FLOW_END;
		return;
	}
	vsock_flow_move(table, event->flow, event->flow->list);
	if (p->monitor_op == VSOCK_MONITOR_CONNECT)
		on_bare_connect(event);
	else if (p->monitor_op == VSOCK_MONITOR_DISCONNECT)
		on_bare_disconnect(table, event);
	else
		on_bare_payload(event, p);
}

/* Cold, so that other packets do not pay for it. */
__attribute__((cold, noinline)) static void update_bare(struct vsock_flow_table *table,
							const struct vsock_packet *p,
							struct vsock_flow_event *event)
{
	struct vsock_flow_key key = key_of(p, event->moment.point);
	uint64_t ts = event->moment.ts;
	struct vsock_flow *flow;

	key.point |= VSOCK_BARE_POINT;
	flow = vsock_flow_find(table, &key, 0);
	if (!flow || !bare_belongs(flow, p, ts)) {
		event->facts |= VSOCK_FACT_OPENED;
		flow = open_after(table, event, &key, flow, p);
	}
	if (!flow)
		return;
	begin_packet(event, flow, p);
	apply_bare(table, event, p);
	if (ts > flow->last_ts)
		flow->last_ts = ts;
}

void vsock_flow_update(struct vsock_flow_table *table, const struct vsock_packet *packet,
		       const struct vsock_moment *moment, struct vsock_flow_event *event)
{
	uint64_t ts = moment->ts;
	struct vsock_flow *flow;

	start_event(event, moment);
	vsock_flow_expire(table, ts);
	if (!may_have_flow(packet)) {
		if (vsock_is_bare(packet) && !(packet->odd & VSOCK_ODD_CID_HIGH_BITS))
			update_bare(table, packet, event);
		return;
	}
	flow = find_or_open(table, event, packet);
	if (!flow)
		return;

	begin_packet(event, flow, packet);
	note_history(flow, event_kind(packet), event->sender);
	if (vsock_flow_state_ended(flow->state))
		ended_packet(event, packet);
	else
		live_packet(table, event, packet);
	if (ts > flow->last_ts)
		flow->last_ts = ts;
}
