/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a packet means to its flow.
 *
 * A check that relies on what was NOT captured between two packets is suspicious at most, unless
 * the capture is known to be complete: see trusted(). A check that compares what one side says now
 * and said before is certain: no lost packet can change its result.
 */
#include "core/check-report.h"
#include "core/checks.h"
#include "core/timeouts.h"

/*
 * What one queued packet costs a receiver since 6.12.94, 6.18.36 and 7.0.13, which reset the
 * connection when (packets + 1) times this exceeds buf_alloc: SKB_TRUESIZE(0) on 64-bit
 * machines.
 */
#define PACKET_COST 576

/* No packet of this flow can be missing that would explain what was captured. */
static bool trusted(const struct vsock_check *check, const struct vsock_flow *flow)
{
	return check->config->lossless &&
	       !(flow->marks & (VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_LOSSY | VSOCK_FLOW_REORDERED));
}

static bool is_local(const struct vsock_flow *flow)
{
	return flow->client_cid == flow->server_cid || flow->client_cid == VSOCK_CID_LOCAL ||
	       flow->server_cid == VSOCK_CID_LOCAL;
}

/*
 * An apparent contradiction may be a new connection of the same addresses whose opening, and its
 * predecessor's end, were lost. Then there is a pause in the capture, and a side counts fwd_cnt
 * from 0 again. On the local machine it takes neither: since Linux 7.0 two of its namespaces may
 * use the same addresses at the same time.
 */
static bool same_epoch(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	return trusted(check, event->flow) ||
	       (event->silence_us < VSOCK_NEW_EPOCH_TIME_US && check->packet->fwd_cnt != 0 &&
		!is_local(event->flow) && !check->capture->timeless);
}

static void report_handshake(const struct vsock_check *check, struct vsock_flow *flow,
			     enum vsock_side about)
{
	vsock_report(check, flow,
		     &(struct vsock_report){.code = VSOCK_FINDING_BAD_HANDSHAKE,
					    .excused = !trusted(check, flow),
					    .about = about,
					    .other_packet = flow->state_packet});
}

static void check_slow_handshake(const struct vsock_check *check, struct vsock_flow *flow)
{
	int64_t handshake = vsock_flow_handshake_ns(flow);

	if (!check->capture->timeless && handshake > (int64_t)check->config->slow_handshake)
		vsock_report(check, flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_SLOW_HANDSHAKE,
						    .about = VSOCK_SERVER,
						    .amount = (uint64_t)handshake / 1000});
}

static void check_opening(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;

	if (event->facts & VSOCK_FACT_SUPERSEDES && event->old &&
	    vsock_check_complete(check, event->old, VSOCK_OP_RST))
		vsock_report(check, flow,
			     &(struct vsock_report){
				 .code = VSOCK_FINDING_SUPERSEDED,
				 /* A socket that was closing may be replaced at once since 6.7. */
				 .excused = event->replaced == VSOCK_FLOW_CLOSING,
			     });
	if (event->facts & VSOCK_FACT_EARLY && trusted(check, flow))
		report_handshake(check, flow, event->sender);
	/* Now the order is proven. */
	if (check->packet->op == VSOCK_OP_RESPONSE && flow->marks & VSOCK_FLOW_NO_RESPONSE &&
	    event->sender == VSOCK_SERVER)
		report_handshake(check, flow, VSOCK_CLIENT);
	if (check->packet->op == VSOCK_OP_RESPONSE && event->before == VSOCK_FLOW_REQUESTED)
		check_slow_handshake(check, flow);
}

/*
 * More in flight than the peer's buffer. The peer's later packet says how much it had read at most,
 * so an acknowledgement that was lost or captured late does not explain it. Two other things could:
 * a repetition that was counted as data, or a buffer that shrank while data was in flight. In the
 * second case healthy Linux senders put one more packet in flight.
 */
static void check_over(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;
	enum vsock_side about = vsock_peer(event->sender);
	const struct vsock_flow_side *data = &flow->side[about];
	const struct vsock_flow_side *own = &flow->side[event->sender];
	bool excuse = data->marks & VSOCK_SIDE_REPEATED || own->marks & VSOCK_SIDE_SHRUNK;

	if (!(event->facts & VSOCK_FACT_OVER_CONFIRMED))
		return;
	/* Both sides repeat themselves: the capture has each packet twice. */
	if (data->marks & own->marks & VSOCK_SIDE_REPEATED) {
		flow->marks |= VSOCK_FLOW_TWICE;
		return;
	}
	vsock_report(check, flow,
		     &(struct vsock_report){.code = VSOCK_FINDING_CREDIT_VIOLATION,
					    .excused = excuse,
					    .about = about,
					    .amount = event->in_flight,
					    .buffer = own->buf_alloc,
					    .other_packet = data->last_data_packet});
}

static void report_ahead(const struct vsock_check *check, struct vsock_flow *flow,
			 enum vsock_side about, uint32_t bytes)
{
	/* What is reported here also set LOSSY, so trusted() would always be false. */
	bool full = check->config->lossless &&
		    !(flow->marks & (VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_REORDERED));

	/* What looked like a repetition was not counted, and may have been data. */
	if (!vsock_check_complete(check, flow, VSOCK_OP_RW) ||
	    flow->side[vsock_peer(about)].marks & VSOCK_SIDE_REPEATED)
		return;
	vsock_report(check, flow,
		     &(struct vsock_report){.code = VSOCK_FINDING_FWD_CNT_AHEAD,
					    .excused = !full,
					    .about = about,
					    .amount = bytes});
}

static void check_fwd_cnt(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;

	/* Before the connection existed, its peer could not consume anything, captured or lost. */
	if (event->facts & VSOCK_FACT_FWD_ON_START)
		vsock_report(check, flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_FWD_CNT_ON_START,
						    .about = event->sender,
						    .amount = check->packet->fwd_cnt});
	if (event->facts & VSOCK_FACT_FWD_BACKWARDS)
		vsock_report(check, flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_FWD_CNT_BACKWARDS,
						    .excused = !same_epoch(check, event),
						    .about = event->sender,
						    .amount = event->backwards});
	if (event->facts & VSOCK_FACT_FWD_AHEAD)
		report_ahead(check, flow, event->sender, event->ahead);
}

static void check_buffer(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	const struct vsock_packet *p = check->packet;

	if (event->facts & VSOCK_FACT_BUF_SHRANK && p->buf_alloc)
		vsock_report(check, event->flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_BUFFER_SHRANK,
						    .about = event->sender,
						    .amount = event->buf_before,
						    .buffer = p->buf_alloc});
	if (p->op != VSOCK_OP_RST && p->buf_alloc == 0)
		vsock_report(check, event->flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_BUFFER_ZERO,
						    .about = event->sender});
}

/*
 * A SEQPACKET receiver reads whole messages only. A message larger than its buffer never becomes
 * whole.
 */
static void check_message(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;
	const struct vsock_flow_side *own = &flow->side[event->sender];
	const struct vsock_flow_side *peer = &flow->side[vsock_peer(event->sender)];

	if (!(peer->marks & VSOCK_SIDE_CREDIT_KNOWN) || own->message <= peer->buf_alloc)
		return;
	vsock_report(
	    check, flow,
	    &(struct vsock_report){.code = VSOCK_FINDING_MESSAGE_TOO_BIG,
				   /* The packet that ended a message may have been lost. */
				   .excused = !trusted(check, flow),
				   .about = event->sender,
				   .amount = own->message,
				   .buffer = peer->buf_alloc});
}

static void check_data(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;

	/*
	 * As for fwd_cnt that goes back: only a new connection that was not captured could explain
	 * it.
	 */
	if (event->facts & VSOCK_FACT_AFTER_OWN_END)
		vsock_report(check, flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_DATA_AFTER_SHUTDOWN,
						    .excused = !same_epoch(check, event),
						    .about = event->sender,
						    .other_packet = flow->state_packet});
	if (event->facts & VSOCK_FACT_AFTER_PEER_END)
		vsock_report(check, flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_DATA_AFTER_PEER_SHUTDOWN,
						    .about = event->sender,
						    .other_packet = flow->state_packet});
	if (flow->type == VSOCK_TYPE_SEQPACKET)
		check_message(check, event);
}

/*
 * The side has answered, but its packets say that it has read nothing: its driver does not count.
 * Its peer will stall when it has sent as many bytes as the side's buffer holds.
 */
static bool check_never_acknowledges(const struct vsock_check *check, struct vsock_flow *flow,
				     enum vsock_side side)
{
	const struct vsock_flow_side *own = &flow->side[side];
	const struct vsock_flow_side *data = &flow->side[vsock_peer(side)];

	if (flow->answers[side] < VSOCK_ANSWERS_MOST || own->fwd_cnt || data->in_flight <= 0)
		return false;
	vsock_report(check, flow,
		     &(struct vsock_report){.code = VSOCK_FINDING_NEVER_ACKNOWLEDGES,
					    .about = side,
					    .amount = own->buf_alloc,
					    .other_packet = data->last_data_packet});
	return true;
}

/* fwd_cnt of the SHUTDOWN says how much the side had read when it gave up receiving. */
static void check_shutdown(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;
	const struct vsock_flow_side *data = &flow->side[vsock_peer(event->sender)];

	if (!(check->packet->flags & VSOCK_SHUTDOWN_RECEIVE) || data->in_flight <= 0 ||
	    check_never_acknowledges(check, flow, event->sender))
		return;
	vsock_report(check, flow,
		     &(struct vsock_report){
			 .code = VSOCK_FINDING_UNREAD_DATA,
			 /*
			  * Equal packets may be one packet that was captured, and counted, twice.
			  */
			 .excused = data->marks & VSOCK_SIDE_REPEATED,
			 .about = event->sender,
			 .amount = (uint32_t)data->in_flight,
			 .other_packet = data->last_data_packet});
}

/* Whether the buffer of the side that sent the RST was nearly full, by bytes or by packets. */
static bool overflowed(const struct vsock_flow_side *receiver, const struct vsock_flow_side *data)
{
	uint64_t cost = ((uint64_t)data->in_flight_packets + 1) * PACKET_COST;

	if (!(receiver->marks & VSOCK_SIDE_CREDIT_KNOWN) || data->in_flight <= 0)
		return false;
	return cost > receiver->buf_alloc || (uint32_t)data->in_flight >= receiver->buf_alloc;
}

static enum vsock_overflow overflow_of(const struct vsock_flow_side *receiver,
				       const struct vsock_flow_side *data)
{
	return (uint32_t)data->in_flight >= receiver->buf_alloc ? VSOCK_OVERFLOW_BYTES
								: VSOCK_OVERFLOW_PACKETS;
}

/*
 * A closed socket answers everything with RST 0/0. A peer that sent nothing in this capture but
 * answers to a SHUTDOWN before it proves no open connection.
 */
static bool joined_while_closing(const struct vsock_flow *flow, enum vsock_side sender)
{
	return flow->marks & VSOCK_FLOW_MIDSTREAM &&
	       !(flow->side[vsock_peer(sender)].marks & VSOCK_SIDE_DATA);
}

/* REQUEST, RESPONSE, RST 0/0: the client's socket was closed when the RESPONSE came. */
static bool gave_up(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	const struct vsock_flow *flow = event->flow;

	return event->sender == VSOCK_CLIENT && !(flow->marks & VSOCK_FLOW_MIDSTREAM) &&
	       flow->response_ts && vsock_flow_client_only_asked(flow) &&
	       (flow->side[VSOCK_SERVER].packets == 1 ||
		vsock_elapsed(flow->response_ts, check->now) < VSOCK_REORDER_TIME) &&
	       check->packet->buf_alloc == 0 && check->packet->fwd_cnt == 0;
}

/*
 * A kernel resets as soon as a packet comes that does not fit. A SHUTDOWN that a filter left out
 * does not explain an RST that comes so soon.
 */
static bool answers_overflow(const struct vsock_check *check, enum vsock_finding_code code,
			     const struct vsock_flow_side *data)
{
	return code == VSOCK_FINDING_OVERFLOW_RESET && !check->capture->timeless &&
	       vsock_elapsed(data->last_data_ts, check->now) <= VSOCK_REORDER_TIME;
}

static uint32_t side_cid(const struct vsock_flow *flow, enum vsock_side side)
{
	return side == VSOCK_CLIENT ? flow->client_cid : flow->server_cid;
}

/*
 * Bytes that the sender of the RST had not read, computed from the credit in this RST. A closed
 * socket and some kernels put anything there, so the credit must agree with what the side said
 * before.
 */
static uint32_t unread_at_rst(const struct vsock_packet *rst, const struct vsock_flow_side *own,
			      const struct vsock_flow_side *data)
{
	uint32_t read = rst->fwd_cnt - own->fwd_cnt;

	if (!(own->marks & VSOCK_SIDE_CREDIT_KNOWN) || rst->buf_alloc != own->buf_alloc ||
	    rst->buf_alloc == 0 || data->in_flight <= 0 || read >= (uint32_t)data->in_flight)
		return 0;
	return (uint32_t)data->in_flight - read;
}

/*
 * In a capture without any SHUTDOWN so far, a filter may have left out those of a healthy end. An
 * RST with credit in it then ends a connection that was closed or one that was reset. In both cases
 * the bytes that its sender had not read are lost. Whether that is wrong stays open.
 */
static void postpone_reset(const struct vsock_check *check, struct vsock_flow *flow,
			   struct vsock_report *r)
{
	const struct vsock_flow_side *data = &flow->side[vsock_peer(r->about)];

	flow->marks |= VSOCK_FLOW_RST_PENDING;
	flow->rst_code = (uint8_t)r->code;
	r->amount = unread_at_rst(check->packet, &flow->side[r->about], data);
	if (r->amount == 0 || data->marks & VSOCK_SIDE_REPEATED)
		return;
	r->code = VSOCK_FINDING_UNREAD_DATA;
	r->detail = 0;
	r->excused = true;
	vsock_report(check, flow, r);
}

static void check_reset(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;
	const struct vsock_flow_side *own = &flow->side[event->sender];
	const struct vsock_flow_side *data = &flow->side[vsock_peer(event->sender)];
	struct vsock_report r = {
	    .code = VSOCK_FINDING_RESET,
	    .about = event->sender,
	    .amount = data->in_flight > 0 ? (uint32_t)data->in_flight : 0,
	    .other_packet = data->last_data_packet,
	};

	/*
	 * connect() gave up, and the client refused a late RESPONSE. The timeout was reported
	 * already.
	 */
	if (vsock_check_reported(flow, VSOCK_FINDING_CONNECT_TIMEOUT) ||
	    joined_while_closing(flow, event->sender))
		return;
	/* A client resets a connection that was accepted. The capture lacks the RESPONSE. */
	if (event->before == VSOCK_FLOW_REQUESTED) {
		flow->marks |= VSOCK_FLOW_NO_RESPONSE;
		check->capture->withheld |= UINT32_C(1) << VSOCK_OP_RESPONSE;
		return;
	}
	if (gave_up(check, event)) {
		int64_t handshake = vsock_flow_handshake_ns(flow);
		bool late = !check->capture->timeless && handshake > (int64_t)VSOCK_CONNECT_TIMEOUT;

		r.code = late ? VSOCK_FINDING_CONNECT_TIMEOUT : VSOCK_FINDING_GAVE_UP;
		r.amount = late ? (uint64_t)handshake / 1000 : 0;
		r.detail = late ? (uint8_t)vsock_machine_of(flow->server_cid) : 0;
		r.other_packet = event->state_packet;
		vsock_report(check, flow, &r);
		return;
	}
	if (overflowed(own, data)) {
		r.code = VSOCK_FINDING_OVERFLOW_RESET;
		r.detail = (uint8_t)overflow_of(own, data);
		r.amount = data->in_flight_packets;
	} else if (check->packet->buf_alloc == 0 && check->packet->fwd_cnt == 0) {
		/* An RST that no socket sent has no credit. */
		r.code = VSOCK_FINDING_HALF_OPEN;
		r.detail = (uint8_t)vsock_machine_of(side_cid(flow, event->sender));
	}
	if ((answers_overflow(check, r.code, data) ||
	     vsock_check_complete(check, flow, VSOCK_OP_SHUTDOWN)) &&
	    vsock_check_complete(check, flow, VSOCK_OP_RW)) {
		vsock_report(check, flow, &r);
		return;
	}
	postpone_reset(check, flow, &r);
}

/*
 * The flow is over. If the capture has shown a SHUTDOWN by now, this RST is judged like any other.
 * Otherwise it is judged only if it has no credit, because then no socket sent it. But if both
 * sides sent RSTs, a healthy end without its SHUTDOWN looks the same.
 */
static void settle_rst(const struct vsock_check *check, struct vsock_flow *flow)
{
	enum vsock_side about = (enum vsock_side)flow->rst_sender;
	const struct vsock_flow_side *data = &flow->side[vsock_peer(about)];
	struct vsock_report r = {
	    .code = (enum vsock_finding_code)flow->rst_code,
	    .about = about,
	    .amount = data->in_flight > 0 ? (uint32_t)data->in_flight : 0,
	    .other_packet = flow->state_packet,
	};

	if (!(flow->marks & VSOCK_FLOW_RST_PENDING) || check->config->filtered ||
	    vsock_flow_one_sided(flow))
		return;
	if (r.code == VSOCK_FINDING_HALF_OPEN)
		r.detail = (uint8_t)vsock_machine_of(side_cid(flow, about));
	if ((r.code != VSOCK_FINDING_HALF_OPEN || flow->rst_answered) &&
	    (!vsock_check_complete(check, flow, VSOCK_OP_SHUTDOWN) ||
	     !vsock_check_complete(check, flow, VSOCK_OP_RW)))
		return;
	if (r.code == VSOCK_FINDING_OVERFLOW_RESET) {
		r.detail = (uint8_t)overflow_of(&flow->side[about], data);
		r.amount = data->in_flight_packets;
	}
	flow->marks &= (uint16_t)~VSOCK_FLOW_RST_PENDING;
	vsock_report(check, flow, &r);
}

static void check_message_end(const struct vsock_check *check, struct vsock_flow *flow)
{
	for (int i = VSOCK_CLIENT; i <= VSOCK_SERVER; i++) {
		const struct vsock_flow_side *side = &flow->side[i];

		if (flow->type != VSOCK_TYPE_SEQPACKET || side->message == 0)
			continue;
		vsock_report(check, flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_MESSAGE_CUT,
						    .about = (enum vsock_side)i,
						    .amount = side->message,
						    .other_packet = side->last_data_packet});
	}
}

static void check_refused(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	bool successor = event->flow->marks & VSOCK_FLOW_SUCCESSOR;

	vsock_report(check, event->flow,
		     &(struct vsock_report){.code = VSOCK_FINDING_REFUSED,
					    .about = VSOCK_CLIENT,
					    .detail = event->flow->bare ? VSOCK_REFUSED_BARE
						      : successor       ? VSOCK_REFUSED_SUCCESSOR
									: VSOCK_REFUSED_PLAIN,
					    .other_packet = event->state_packet});
}

/* A socket that connects to its own address gets its own REQUEST and refuses it. */
static bool is_self_connect(const struct vsock_flow *flow)
{
	return flow->client_port == flow->server_port && is_local(flow);
}

static void check_end(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;

	vsock_check_settle(check, flow);
	if (is_self_connect(flow)) {
		vsock_report(check, flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_SELF_CONNECT,
						    .other_packet = event->state_packet});
		return;
	}
	switch (flow->state) {
	case VSOCK_FLOW_REFUSED:
		check_refused(check, event);
		break;
	case VSOCK_FLOW_RESET:
		check_reset(check, event);
		break;
	case VSOCK_FLOW_FORCED:
		vsock_report(check, flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_FORCED_CLOSE,
						    .about = event->sender,
						    .amount = event->in_state_us,
						    .other_packet = event->state_packet});
		break;
	default:
		break;
	}
	check_message_end(check, flow);
}

static void check_loss(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	if (!(event->facts & VSOCK_FACT_SPLIT_BROKEN))
		return;
	vsock_report(
	    check, event->flow,
	    &(struct vsock_report){.code = VSOCK_FINDING_CAPTURE_LOSS, .about = event->sender});
}

/*
 * An RST 0/0 in answer to the RST that ended the flow. Nobody may answer an RST. This is reported
 * only if nobody closed the flow and the capture has SHUTDOWNs at all.
 */
static void check_rst_for_rst(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	const struct vsock_flow *flow = event->flow;
	bool plain = flow->state == VSOCK_FLOW_RESET || flow->state == VSOCK_FLOW_REFUSED;

	if (!plain || !vsock_check_saw(check, VSOCK_OP_SHUTDOWN) || check->config->filtered ||
	    check->packet->buf_alloc || check->packet->fwd_cnt ||
	    flow->marks & VSOCK_FLOW_MIDSTREAM || flow->rst_sender == event->sender ||
	    event->facts & VSOCK_FACT_RST_FOLLOWED ||
	    vsock_side_shutdown(&flow->side[VSOCK_CLIENT]) ||
	    vsock_side_shutdown(&flow->side[VSOCK_SERVER]))
		return;
	vsock_report(check, event->flow,
		     &(struct vsock_report){.code = VSOCK_FINDING_RST_FOR_RST,
					    .about = event->sender,
					    .other_packet = flow->state_packet});
}

static void check_after_end(const struct vsock_check *check, struct vsock_flow *flow,
			    enum vsock_side sender)
{
	if (check->capture->timeless || !vsock_check_saw(check, VSOCK_OP_REQUEST) ||
	    check->packet->op != VSOCK_OP_RW || check->now < flow->state_ts ||
	    check->now - flow->state_ts < VSOCK_AFTER_END_TIME)
		return;
	vsock_report(check, flow,
		     &(struct vsock_report){.code = VSOCK_FINDING_DATA_AFTER_END,
					    .about = sender,
					    .amount = (check->now - flow->state_ts) / 1000,
					    .other_packet = flow->state_packet});
}

/*
 * The client closed before the server accepted. A filter may have left out all that servers sent,
 * so this is reported if the capture shows any of it.
 */
static void check_bare_end(const struct vsock_check *check, struct vsock_flow *flow)
{
	bool shown = !check->config->filtered && check->capture->bare_answers;

	if (flow->state != VSOCK_FLOW_CLOSED || flow->response_ts ||
	    flow->side[VSOCK_SERVER].packets || flow->marks & VSOCK_FLOW_MIDSTREAM ||
	    vsock_check_reported(flow, VSOCK_FINDING_CONNECT_TIMEOUT) ||
	    vsock_check_reported(flow, VSOCK_FINDING_GAVE_UP))
		return;
	if (shown || check->config->unfiltered || check->config->lossless)
		vsock_report(check, flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_GAVE_UP,
						    .about = VSOCK_CLIENT,
						    .other_packet = flow->state_packet});
}

void vsock_check_settle(const struct vsock_check *check, struct vsock_flow *flow)
{
	if (flow->bare) {
		check_bare_end(check, flow);
		return;
	}
	settle_rst(check, flow);
	if (flow->marks & VSOCK_FLOW_SETTLED)
		return;
	flow->marks |= VSOCK_FLOW_SETTLED;
	if (flow->marks & VSOCK_FLOW_NO_RESPONSE && !flow->response_ts &&
	    !vsock_flow_one_sided(flow))
		check->capture->withheld |= UINT32_C(1) << VSOCK_OP_RESPONSE;
	for (int i = VSOCK_CLIENT; i <= VSOCK_SERVER; i++) {
		enum vsock_side side = (enum vsock_side)i;
		const struct vsock_flow_side *data = &flow->side[side];

		/*
		 * It stays negative: --follow and --export read from it how many bytes are missing.
		 */
		if (data->in_flight < 0) {
			flow->marks |= VSOCK_FLOW_LOSSY;
			report_ahead(check, flow, vsock_peer(side),
				     (uint32_t) - (int64_t)data->in_flight);
		}
		check_never_acknowledges(check, flow, vsock_peer(side));
		if (data->marks & VSOCK_SIDE_STALLED && !check->capture->timeless)
			vsock_check_stall_lasted(
			    check, flow, side, vsock_microseconds(data->last_data_ts, check->now));
	}
}

void vsock_check_event(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;
	uint16_t op = check->packet->op;

	if (event->facts & VSOCK_FACT_AFTER_FLOW_END) {
		if (op == VSOCK_OP_RST) {
			if (event->sender != (enum vsock_side)flow->rst_sender)
				flow->rst_answered = 1;
			check_rst_for_rst(check, event);
		}
		check_after_end(check, flow, event->sender);
		return;
	}
	if (event->facts & VSOCK_FACT_REPETITION)
		return;
	if (event->old)
		vsock_check_settle(check, event->old);
	if (event->facts & VSOCK_FACT_STALL_ENDED)
		vsock_check_stall_lasted(check, flow, vsock_peer(event->sender), event->stalled_us);
	if (event->facts & VSOCK_FACT_TYPE_CHANGED)
		vsock_report(check, flow,
			     &(struct vsock_report){.code = VSOCK_FINDING_TYPE_CHANGE,
						    .excused = !same_epoch(check, event),
						    .about = event->sender});
	check_opening(check, event);
	if (event->facts) {
		check_over(check, event);
		check_fwd_cnt(check, event);
	}
	check_buffer(check, event);
	if (op == VSOCK_OP_RW) {
		check_loss(check, event);
		check_data(check, event);
	} else if (op == VSOCK_OP_SHUTDOWN) {
		check_shutdown(check, event);
	}
	if (vsock_flow_state_ended(flow->state))
		check_end(check, event);
}

void vsock_check_bare_event(const struct vsock_check *check, const struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;

	if (event->sender == VSOCK_SERVER)
		check->capture->bare_answers = true;
	else if (!(event->facts & VSOCK_FACT_OPENED))
		check->capture->bare_more = true;
	if (event->old)
		vsock_check_settle(check, event->old);
	if (event->before == VSOCK_FLOW_REQUESTED && flow->state == VSOCK_FLOW_ESTABLISHED)
		check_slow_handshake(check, flow);
	if (flow->state == VSOCK_FLOW_REFUSED)
		check_refused(check, event);
	else if (vsock_flow_state_ended(flow->state))
		vsock_check_settle(check, flow);
}
