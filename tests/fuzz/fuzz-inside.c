/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/inside: protocols, calls and first lines of flows.
 *
 * The input is a sequence of steps. A byte says which of four flows sends, which side, and what
 * happens besides: bytes are lost or cut, the flow ends, another flow takes its place. A second
 * byte is the length of the payload, which follows. Each open call must be in one list, lines
 * must be printable, counts must fit, and all memory must be returned.
 */
#include <string.h>

#include "tests/fuzz/must.h"
#include "tool/inside/inside.h"

#define FLOWS 4

enum what {
	STEP_PLAIN,
	STEP_CUT,     /* the second half is not known */
	STEP_SKIPPED, /* bytes before it are missing */
	STEP_LOST,    /* it acknowledges bytes that are not in the capture */
	STEP_SHUTDOWN,
	STEP_END,
	STEP_LEAVES,
	STEP_LATE, /* another flow takes its place, in the middle */
};

struct state {
	struct inside *inside;
	struct vsock_flow flows[FLOWS];
	uint64_t number; /* of flows */
	uint64_t packet;
	uint64_t asked; /* packets with payload */
};

static void begin_flow(struct state *state, uint32_t slot, bool late)
{
	state->flows[slot] = (struct vsock_flow){
	    .slot = slot,
	    .number = state->number++,
	    .client_cid = 3,
	    .client_port = 5000 + slot,
	    .server_cid = 2,
	    .server_port = 80,
	    .state = VSOCK_FLOW_ESTABLISHED,
	    .marks = late ? VSOCK_FLOW_MIDSTREAM : 0,
	};
}

static void check_line(const struct inside *inside)
{
	size_t length;
	const char *line = inside_first_line(inside, &length);

	must(!line || length < FIRST_LINE_SIZE);
	for (size_t i = 0; line && i < length; i++)
		must(line[i] >= ' ' && line[i] <= '~');
}

static void check_calls(struct state *state)
{
	const struct inside *inside = state->inside;
	const struct call_classes *classes = &inside->classes;
	uint64_t answered = 0;
	uint64_t open = 0;
	uint64_t of_classes = 0;

	must(inside_count_open(state->inside) == inside->open.count);
	for (uint32_t i = 0; i < inside->connections.used; i++)
		if (inside->connections.all[i]->flow != CONNECTION_UNUSED)
			open += inside->connections.all[i]->open_calls;
	must(open == inside->open.count);
	for (uint32_t i = 0; i < classes->count; i++) {
		const struct call_class *class = classes->sorted[i];

		answered += class->answered;
		of_classes += class->open;
		must(class->errors <= class->answered);
		must(class->first.count <= class->answered);
		must(class->first.count == class->last.count);
	}
	must(answered == inside->answered || classes->others);
	must(of_classes <= open);
	must(inside->budget.used <= HPACK_BUDGET);
}

static void give(struct state *state, struct vsock_flow *flow, enum vsock_side side, enum what what,
		 const uint8_t *bytes, size_t length)
{
	struct vsock_packet packet = {.op = VSOCK_OP_RW};
	struct capture_record record = {.ts = 1000000000 + state->packet * 1000000};
	struct seen seen = {.record = &record, .packet = &packet, .number = ++state->packet};
	uint8_t *copy = malloc(length ? length : 1);
	uint32_t known = what == STEP_CUT ? (uint32_t)length / 2 : (uint32_t)length;

	must(copy);
	memcpy(copy, bytes, length);
	if (what == STEP_SKIPPED)
		flow->side[side].bytes += 100;
	if (what == STEP_LOST)
		flow->side[side].fwd_cnt += 1000;
	seen.event = (struct vsock_flow_event){
	    .flow = flow,
	    .sender = side,
	    .has_segment = length > 0,
	    .segment = {.offset = flow->side[side].bytes,
			.data = copy,
			.known = known,
			.length = (uint32_t)length},
	};
	flow->side[side].bytes += length;
	flow->last_ts = record.ts;
	if (what == STEP_SHUTDOWN)
		flow->side[side].marks |= VSOCK_SHUTDOWN_SEND;
	if (what == STEP_END)
		flow->state = VSOCK_FLOW_CLOSED;
	inside_packet(state->inside, &seen);
	check_line(state->inside);
	free(copy);
}

static size_t step(struct state *state, const uint8_t *data, size_t size)
{
	uint32_t slot = data[0] & 3;
	enum vsock_side side = (enum vsock_side)(data[0] >> 2 & 1);
	enum what what = (enum what)(data[0] >> 3 & 7);
	size_t length = data[1] < size - 2 ? data[1] : size - 2;
	struct vsock_flow *flow = &state->flows[slot];

	give(state, flow, side, what, data + 2, length);
	if (what == STEP_LEAVES)
		inside_flow_left(state->inside, flow);
	if (what >= STEP_END)
		begin_flow(state, slot, what == STEP_LATE);
	return 2 + length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state state = {.inside = inside_new(true, true)};
	size_t at = 0;

	must(state.inside);
	for (uint32_t i = 0; i < FLOWS; i++)
		begin_flow(&state, i, false);
	while (size - at >= 2)
		at += step(&state, data + at, size - at);
	check_calls(&state);
	inside_free(state.inside);
	return 0;
}
