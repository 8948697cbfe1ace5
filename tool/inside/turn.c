/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What followers report: calls that begin, are answered, and end. */
#include "core/flow-event.h"
#include "tool/inside/follow.h"

uint64_t turn_began(const struct turn *turn, uint64_t stamp)
{
	return stamp == turn->packet ? turn->ts : turn->side->began_ts;
}

void turn_keep_beginning(const struct turn *turn, uint64_t stamp, bool idle)
{
	if (!idle && stamp == turn->packet)
		turn->side->began_ts = turn->ts;
}

/* The address of the side that answers. */
static struct call_place place_of(const struct turn *turn)
{
	const struct vsock_flow *flow = turn->flow;

	if (turn->connection->caller == VSOCK_CLIENT)
		return (struct call_place){flow->server_cid, flow->server_port,
					   flow->made_up >> VSOCK_SERVER & 1};
	return (struct call_place){flow->client_cid, flow->client_port,
				   flow->made_up >> VSOCK_CLIENT & 1};
}

static uint32_t caller_of(const struct turn *turn)
{
	return turn->connection->caller == VSOCK_CLIENT ? turn->flow->client_cid
							: turn->flow->server_cid;
}

void turn_name_call(const struct turn *turn, struct open_call *call, enum call_protocol protocol,
		    const char *name)
{
	call->protocol = (uint8_t)protocol;
	if (turn->inside->calls)
		call->class =
		    call_classes_get(&turn->inside->classes, place_of(turn), protocol, name);
	if (call->class)
		call_class_add_caller(call->class, caller_of(turn));
}

struct open_call *turn_call(const struct turn *turn, uint32_t id, enum call_protocol protocol,
			    const char *name)
{
	struct open_call *call = open_calls_add(&turn->inside->open, turn->connection, id);

	if (!call) {
		turn->inside->left_out++;
		return NULL;
	}
	call->packet = turn->packet;
	call->asked_ts = turn->ts;
	call->protocol = (uint8_t)protocol;
	if (name)
		turn_name_call(turn, call, protocol, name);
	return call;
}

void turn_answered(struct open_call *call, uint64_t ts)
{
	if (call->answered)
		return;
	call->answered = true;
	call->waited = vsock_elapsed(call->asked_ts, ts);
}

static void note_times(const struct turn *turn, const struct open_call *call,
		       struct call_class *class)
{
	if (!call->answered)
		return;
	if (class->first.count == 0 || call->waited > class->first.most) {
		class->slowest_flow = turn->flow->number;
		class->slowest_packet = call->packet;
	}
	histogram_add(&class->first, call->waited);
	histogram_add(&class->last, vsock_elapsed(call->asked_ts, turn->ts));
	class->waited += call->waited;
	turn->inside->waited += call->waited;
}

void turn_end_call(const struct turn *turn, struct open_call *call, uint16_t status)
{
	struct inside *inside = turn->inside;
	struct call_class *class = call->class;

	if (class) {
		class->answered++;
		class->bytes[0] += call->bytes[0];
		class->bytes[1] += call->bytes[1];
		if (call_status_is_error((enum call_protocol)call->protocol, status))
			call_class_add_error(class, status);
		note_times(turn, call, class);
		inside->answered++;
		inside->unnamed += !class->named;
	}
	open_calls_remove(&inside->open, turn->connection, call);
}

void turn_drop_call(const struct turn *turn, struct open_call *call)
{
	if (call->class)
		call->class->unpaired++;
	turn->inside->unpaired++;
	open_calls_remove(&turn->inside->open, turn->connection, call);
}

void turn_stray_answer(const struct turn *turn)
{
	turn->inside->unpaired++;
}
