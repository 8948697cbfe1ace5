/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/inside/inside.h"

#include <stdlib.h>
#include <string.h>

#include "tool/inside/follow.h"

static const struct follower_row *row_of(const struct connection *connection)
{
	static const struct follower_row *const rows[STREAM_PROTOCOLS] = {
	    [STREAM_HTTP1] = &follow_http1,  [STREAM_HTTP2] = &follow_http2,
	    [STREAM_TTRPC] = &follow_ttrpc,  [STREAM_TLS] = &follow_hello,
	    [STREAM_VARLINK] = &follow_json, [STREAM_QMP] = &follow_json,
	    [STREAM_JSONRPC] = &follow_json, [STREAM_SSH] = &follow_hello,
	    [STREAM_NOTIFY] = &follow_hello, [STREAM_DBUS] = &follow_dbus,
	};

	return rows[connection->protocol];
}

struct inside *inside_new(bool calls, bool lines)
{
	struct inside *inside = calloc(1, sizeof(*inside));

	if (!inside)
		return NULL;
	inside->calls = calls;
	inside->lines = lines;
	inside->budget.limit = HPACK_BUDGET;
	output_memory(&inside->line, inside->line_text, sizeof(inside->line_text));
	return inside;
}

static void release(struct connection *connection, enum vsock_side who)
{
	const struct follower_row *row = row_of(connection);

	if (connection->side[who].state == SIDE_READ && row && row->release)
		row->release(connection, who);
}

void inside_free(struct inside *inside)
{
	if (!inside)
		return;
	for (uint32_t i = 0; i < inside->connections.used; i++) {
		struct connection *connection = inside->connections.all[i];

		if (connection->flow == CONNECTION_UNUSED)
			continue;
		release(connection, VSOCK_CLIENT);
		release(connection, VSOCK_SERVER);
	}
	connections_free(&inside->connections);
	open_calls_free(&inside->open);
	call_classes_free(&inside->classes);
	free(inside);
}

static struct turn turn_of(struct inside *inside, struct connection *connection,
			   const struct vsock_flow *flow, enum vsock_side who)
{
	return (struct turn){
	    .inside = inside,
	    .connection = connection,
	    .flow = flow,
	    .side = &connection->side[who],
	    .who = who,
	    .answers = who != connection->caller,
	};
}

static void drop_calls(const struct turn *turn)
{
	struct open_call *call;

	while ((call = open_calls_first(&turn->inside->open, turn->connection)))
		turn_drop_call(turn, call);
}

/* Bytes are missing, or are no messages. Nothing is certain until a request begins a packet. */
static void lose(const struct turn *turn)
{
	struct connection *connection = turn->connection;

	if (row_of(connection) && row_of(connection)->stateless)
		return;
	drop_calls(turn);
	for (int i = VSOCK_CLIENT; i <= VSOCK_SERVER; i++) {
		release(connection, (enum vsock_side)i);
		if (connection->side[i].state != SIDE_DONE)
			connection->side[i].state = SIDE_LOST;
		connection->side[i].kept = 0;
		connection->side[i].passed = 0;
	}
	connection->late = true;
	connection->last_stream = 0;
	connection->tries = 0;
}

static enum follow_result begin_reading(const struct turn *turn, const uint8_t *bytes,
					size_t length)
{
	row_of(turn->connection)->begin(turn);
	turn->side->state = SIDE_READ;
	return row_of(turn->connection)->read(turn, bytes, length);
}

/* The bytes that a side sent in earlier packets, before its protocol was known. */
static enum follow_result read_prefix(const struct turn *turn)
{
	struct turn before = *turn;
	uint8_t prefix[PREFIX_MAX];
	uint16_t length = turn->side->kept;

	if (length == 0)
		return FOLLOW_ON;
	/* The reader takes its place. */
	memcpy(prefix, turn->side->is.prefix, length);
	turn->side->kept = 0;
	before.ts = turn->side->kept_ts;
	before.packet = turn->side->kept_packet;
	return begin_reading(&before, prefix, length);
}

static void set_protocol(struct turn *turn, struct stream_kind kind)
{
	struct connection *connection = turn->connection;

	connection->protocol = (uint8_t)kind.protocol;
	connection->caller = (uint8_t)(kind.answers ? vsock_peer(turn->who) : turn->who);
	turn->answers = kind.answers;
	turn->inside->of_protocol++;
}

/* This side showed the protocol. Its peer may have sent something before. */
static enum follow_result begin_both(struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct turn other =
	    turn_of(turn->inside, turn->connection, turn->flow, vsock_peer(turn->who));
	enum follow_result result;

	if (!row_of(turn->connection))
		return FOLLOW_DONE;
	other.ts = turn->ts;
	other.packet = turn->packet;
	result = read_prefix(turn);
	if (result == FOLLOW_ON)
		result = turn->side->state == SIDE_READ
			     ? row_of(turn->connection)->read(turn, bytes, length)
			     : begin_reading(turn, bytes, length);
	return result == FOLLOW_ON ? read_prefix(&other) : result;
}

/* False if there is no room for them. */
static bool keep(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct side *side = turn->side;

	if (length > (size_t)PREFIX_MAX - side->kept)
		return false;
	if (side->kept == 0) {
		side->kept_ts = turn->ts;
		side->kept_packet = turn->packet;
	}
	memcpy(side->is.prefix + side->kept, bytes, length);
	side->kept = (uint16_t)(side->kept + length);
	return true;
}

/* What this side sent until now, with these bytes at the end. */
static enum protocol_answer recognize_all(const struct turn *turn, const uint8_t *bytes,
					  size_t length, struct stream_kind *kind)
{
	const struct side *side = turn->side;
	uint8_t all[2 * PREFIX_MAX];
	size_t more = length < sizeof(all) - side->kept ? length : sizeof(all) - side->kept;

	if (side->kept == 0)
		return stream_recognize(bytes, length, kind);
	memcpy(all, side->is.prefix, side->kept);
	memcpy(all + side->kept, bytes, more);
	return stream_recognize(all, side->kept + more, kind);
}

static enum follow_result recognize(struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct stream_kind kind;

	switch (recognize_all(turn, bytes, length, &kind)) {
	case PROTOCOL_YES:
		set_protocol(turn, kind);
		return begin_both(turn, bytes, length);
	case PROTOCOL_MORE:
		return keep(turn, bytes, length) ? FOLLOW_ON : FOLLOW_DONE;
	case PROTOCOL_NO:
		break;
	}
	return FOLLOW_DONE;
}

/* A connection that lacks its beginning, or another part. */
static enum follow_result find_again(struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct connection *connection = turn->connection;
	struct stream_kind kind;

	if (connection->protocol != STREAM_UNKNOWN && turn->answers)
		return row_of(connection)->resumes(turn, bytes, length)
			   ? begin_reading(turn, bytes, length)
			   : FOLLOW_ON;
	if (stream_recognize_inside(bytes, length, &kind) != PROTOCOL_YES || kind.answers ||
	    (connection->protocol != STREAM_UNKNOWN && connection->protocol != kind.protocol))
		return connection->protocol == STREAM_UNKNOWN && ++connection->tries == LATE_TRIES
			   ? FOLLOW_DONE
			   : FOLLOW_ON;
	if (connection->protocol == STREAM_UNKNOWN) {
		set_protocol(turn, kind);
		turn->inside->late++;
	}
	connection->grpc |= kind.protocol == STREAM_HTTP2;
	return begin_reading(turn, bytes, length);
}

static enum follow_result take_bytes(struct turn *turn, const uint8_t *bytes, size_t length)
{
	if (length == 0)
		return FOLLOW_ON;
	switch ((enum side_state)turn->side->state) {
	case SIDE_NEW:
		return turn->connection->protocol == STREAM_UNKNOWN
			   ? recognize(turn, bytes, length)
			   : begin_reading(turn, bytes, length);
	case SIDE_READ:
		return row_of(turn->connection)->read(turn, bytes, length);
	case SIDE_LOST:
		return find_again(turn, bytes, length);
	case SIDE_DONE:
		break;
	}
	return FOLLOW_ON;
}

static enum follow_result skip_bytes(const struct turn *turn, uint64_t length)
{
	if (length == 0 || turn->side->state == SIDE_DONE || turn->side->state == SIDE_LOST)
		return FOLLOW_ON;
	return turn->side->state == SIDE_READ ? row_of(turn->connection)->skip(turn, length)
					      : FOLLOW_WRONG;
}

static void forget(const struct turn *turn, struct place *place)
{
	struct connection *connection = turn->connection;

	drop_calls(turn);
	release(connection, VSOCK_CLIENT);
	release(connection, VSOCK_SERVER);
	connections_remove(&turn->inside->connections, connection, place);
}

/* False if the connection is of no more interest. */
static bool take_segment(struct turn *turn, const struct vsock_segment *segment)
{
	uint32_t known = vsock_segment_known(segment);
	enum follow_result result;

	if (segment->offset != turn->side->next)
		lose(turn);
	turn->side->next = segment->offset + segment->length;
	result = take_bytes(turn, segment->data, known);
	if (result == FOLLOW_ON)
		result = skip_bytes(turn, segment->length - known);
	if (result == FOLLOW_WRONG)
		lose(turn);
	return result != FOLLOW_DONE;
}

/* How much more a side has read than its peer is known to have sent, mod 2^32. */
static uint32_t ahead_of(const struct vsock_flow *flow, enum vsock_side reader)
{
	return flow->side[reader].fwd_cnt - (uint32_t)flow->side[vsock_peer(reader)].bytes;
}

/*
 * Bytes of its peer that the capture lacks. The core waits for packets that come late, and after
 * the first loss it expects others. Here the next message would be misread.
 */
static bool acknowledges_unseen(struct connection *connection, const struct vsock_flow_event *event)
{
	struct side *side = &connection->side[vsock_peer(event->sender)];
	uint32_t ahead = ahead_of(event->flow, event->sender);
	bool more = side->ahead_known && (int32_t)(ahead - side->ahead) > 0;

	if (event->flow->bare)
		return false;
	if (more || !side->ahead_known)
		side->ahead = ahead;
	side->ahead_known = true;
	return more;
}

/* Most flows are of no protocol that is known here, and need no memory. */
static bool may_be_known(const struct vsock_segment *segment)
{
	uint32_t known = vsock_segment_known(segment);
	struct stream_kind kind;

	return known > 0 && stream_recognize(segment->data, known, &kind) != PROTOCOL_NO;
}

static struct connection *begin_connection(struct inside *inside, struct place *place,
					   const struct vsock_flow_event *event)
{
	const struct vsock_flow *flow = event->flow;
	bool late =
	    event->segment.offset > 0 || (flow->marks & VSOCK_FLOW_MIDSTREAM && !flow->response_ts);
	struct connection *connection;

	if (!late && !may_be_known(&event->segment)) {
		place->connection = PLACE_IGNORED;
		return NULL;
	}
	connection = connections_add(&inside->connections, place, flow);
	if (!connection) {
		inside->not_followed++;
		return NULL;
	}
	connection->late = late;
	for (int i = VSOCK_CLIENT; i <= VSOCK_SERVER; i++)
		connection->side[i].ahead_known = !connection->late;
	if (!connection->late)
		return connection;
	connection->side[VSOCK_CLIENT].state = connection->side[VSOCK_SERVER].state = SIDE_LOST;
	for (int i = VSOCK_CLIENT; i <= VSOCK_SERVER; i++)
		connection->side[i].next = flow->side[i].bytes;
	connection->side[event->sender].next = event->segment.offset;
	return connection;
}

/* All bytes of the side are in messages that were read. */
static bool is_read(const struct connection *connection, const struct vsock_flow *flow,
		    enum vsock_side who)
{
	const struct side *side = &connection->side[who];

	return side->next == flow->side[who].bytes &&
	       (side->state == SIDE_READ || (side->state == SIDE_NEW && side->next == 0));
}

static bool is_all_read(const struct connection *connection, const struct vsock_flow *flow)
{
	return is_read(connection, flow, VSOCK_CLIENT) && is_read(connection, flow, VSOCK_SERVER);
}

/* The answer will not come any more. */
static void end_calls(const struct turn *turn)
{
	struct inside *inside = turn->inside;
	struct open_call *call;

	while ((call = open_calls_first(&inside->open, turn->connection))) {
		const struct ended_call ended = {
		    .flow = turn->flow,
		    .class = call->class,
		    .call = call,
		    .caller = (enum vsock_side)turn->connection->caller,
		    .closer = (enum vsock_side)turn->connection->closer,
		    .seen = is_all_read(turn->connection, turn->flow),
		    .closed = true,
		    .waited = vsock_elapsed(call->asked_ts, turn->ts),
		};

		if (call->answered) {
			turn_end_call(turn, call, call->status);
			continue;
		}
		if (call->class) {
			call->class->unanswered++;
			if (inside->on_unanswered)
				inside->on_unanswered(inside->context, &ended);
		}
		inside->unanswered++;
		open_calls_remove(&inside->open, turn->connection, call);
	}
}

static void flow_over(struct inside *inside, struct connection *connection, struct place *place,
		      const struct vsock_flow *flow)
{
	enum vsock_side answers = vsock_peer((enum vsock_side)connection->caller);
	struct turn turn = turn_of(inside, connection, flow, answers);
	const struct follower_row *row = row_of(connection);

	turn.ts = flow->last_ts;
	/* What was evicted may have continued. */
	if (row && flow->state != VSOCK_FLOW_EVICTED) {
		if (row->flow_end)
			row->flow_end(&turn);
		end_calls(&turn);
	}
	forget(&turn, place);
}

static void note_closing(struct connection *connection, const struct vsock_flow_event *event)
{
	const struct vsock_flow *flow = event->flow;
	unsigned shut = vsock_side_shutdown(&flow->side[event->sender]);

	if (connection->closing)
		return;
	if (shut & VSOCK_SHUTDOWN_SEND ||
	    vsock_flow_state_ended((enum vsock_flow_state)flow->state)) {
		connection->closing = true;
		connection->closer = (uint8_t)event->sender;
	}
}

static void follow(struct inside *inside, struct connection *connection, struct place *place,
		   const struct seen *seen)
{
	const struct vsock_flow_event *event = &seen->event;
	struct turn turn = turn_of(inside, connection, event->flow, event->sender);

	turn.ts = seen->record->ts;
	turn.packet = seen->number;
	if (acknowledges_unseen(connection, event) || event->facts & VSOCK_FACT_SPLIT_BROKEN)
		lose(&turn);
	if (event->has_segment && !take_segment(&turn, &event->segment)) {
		forget(&turn, place);
		return;
	}
	note_closing(connection, event);
	if (vsock_flow_state_ended((enum vsock_flow_state)event->flow->state))
		flow_over(inside, connection, place, event->flow);
}

void inside_flow_left(struct inside *inside, const struct vsock_flow *flow)
{
	struct place *place = connections_place(&inside->connections, flow);
	struct connection *connection = place ? connections_at(&inside->connections, place) : NULL;

	if (connection)
		flow_over(inside, connection, place, flow);
}

void inside_look(struct inside *inside, struct place *place, const struct seen *seen)
{
	const struct vsock_flow_event *event = &seen->event;
	struct connection *connection;

	if (event->facts & VSOCK_FACT_SUPERSEDES && event->old)
		inside_flow_left(inside, event->old);
	/* The places may have moved. */
	place = connections_place(&inside->connections, event->flow);
	if (!place || place->connection == PLACE_IGNORED)
		return;
	connection = connections_at(&inside->connections, place);
	if (!connection && event->has_segment)
		connection = begin_connection(inside, place, event);
	if (connection)
		follow(inside, connection, place, seen);
}

static void count_call(const struct connection *connection, const struct open_call *call)
{
	struct call_class *class = call->class;

	if (!class)
		return;
	class->open++;
	/* A call that the caller has not finished, or whose answer has begun, waits for nothing. */
	if (!call->whole || call->answered)
		return;
	if (class->oldest_ts == 0 || call->asked_ts < class->oldest_ts) {
		class->oldest_ts = call->asked_ts;
		class->oldest_flow = connection->flow;
	}
}

uint64_t inside_count_open(struct inside *inside)
{
	struct call_classes *classes = &inside->classes;

	for (uint32_t i = 0; i < classes->count; i++)
		classes->sorted[i]->open = classes->sorted[i]->oldest_ts = 0;
	if (classes->others)
		classes->others->open = classes->others->oldest_ts = 0;
	for (uint32_t i = 0; i < inside->connections.used; i++) {
		const struct connection *connection = inside->connections.all[i];
		const struct open_call *call;

		if (connection->flow == CONNECTION_UNUSED)
			continue;
		call = open_calls_first(&inside->open, connection);
		for (; call; call = open_calls_next(&inside->open, call))
			count_call(connection, call);
	}
	return inside->open.count;
}

static void report_flow(struct inside *inside, const struct vsock_flow *flow, uint64_t now)
{
	struct place *place = connections_place(&inside->connections, flow);
	const struct connection *connection =
	    place ? connections_at(&inside->connections, place) : NULL;
	const struct open_call *call =
	    connection ? open_calls_first(&inside->open, connection) : NULL;

	for (; call; call = open_calls_next(&inside->open, call)) {
		const struct ended_call open = {
		    .flow = flow,
		    .class = call->class,
		    .call = call,
		    .caller = (enum vsock_side)connection->caller,
		    .seen = is_all_read(connection, flow),
		    .waited = vsock_elapsed(call->asked_ts, now),
		};

		if (!call->answered && call->class)
			inside->on_unanswered(inside->context, &open);
	}
}

void inside_report_open(struct inside *inside, uint64_t now, struct vsock_flow_table *flows)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!inside->on_unanswered || inside->open.count == 0 || !vsock_flow_walk(&walk, flows))
		return;
	while ((flow = vsock_flow_walk_next(&walk)))
		report_flow(inside, flow, now);
	vsock_flow_walk_end(&walk);
}
