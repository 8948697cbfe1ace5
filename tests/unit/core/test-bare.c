/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers bare frames: core/packet.c, and what core/flow-update.c and core/check-*.c do for them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/finding-text.h"
#include "core/flow-table.h"
#include "core/verdict.h"
#include "tests/unit/talk.h"

#define C       VSOCK_CLIENT
#define SV      VSOCK_SERVER
#define SRC     VSOCK_HINT_SRC_PORT_MADE_UP
#define DST     VSOCK_HINT_DST_PORT_MADE_UP
#define OLDER   VSOCK_HINT_OLDER
#define PAYLOAD 10

/* A bare frame of talk's addresses, with PAYLOAD bytes if it carries any. Returns its length. */
static uint32_t bare_frame(const struct talk *t, uint8_t *bytes, enum vsock_side side, uint16_t op,
			   unsigned hints)
{
	struct frame f = talk_frame(t, side, VSOCK_OP_RW, 0, 0);

	frame_write(bytes, &f);
	put_le(bytes + VSOCK_MON_OP, op, 2);
	put_le(bytes + VSOCK_MON_TRANSPORT, VSOCK_TRANSPORT_NO_INFO, 2);
	put_le(bytes + VSOCK_MON_LEN, 0, 2);
	put_le(bytes + VSOCK_MON_HINTS, hints, 1);
	return VSOCK_MON_SIZE + (op == VSOCK_MONITOR_PAYLOAD ? PAYLOAD : 0);
}

static void send_bare(struct talk *t, enum vsock_side side, uint16_t op, unsigned hints)
{
	uint8_t bytes[FRAME_HEADERS];
	uint32_t length = bare_frame(t, bytes, side, op, hints);
	struct vsock_packet p;

	vsock_decode(&p, bytes, length, length);
	t->now += MS;
	vsock_analysis_packet(t->analysis, &p,
			      &(struct vsock_moment){.number = ++t->number, .ts = t->now},
			      &t->event);
}

static void connects(struct talk *t, enum vsock_side side)
{
	send_bare(t, side, VSOCK_MONITOR_CONNECT, 0);
}

static void sends(struct talk *t, enum vsock_side side)
{
	send_bare(t, side, VSOCK_MONITOR_PAYLOAD, 0);
}

static void closes(struct talk *t, enum vsock_side side)
{
	send_bare(t, side, VSOCK_MONITOR_DISCONNECT, 0);
}

static void state_is(const struct talk *t, enum vsock_flow_state state, enum vsock_verdict verdict)
{
	assert_non_null(t->event.flow);
	assert_string_equal(vsock_flow_state_name(t->event.flow->state),
			    vsock_flow_state_name(state));
	assert_string_equal(vsock_verdict_name(vsock_flow_verdict(t->event.flow)),
			    vsock_verdict_name(verdict));
}

static void only(const struct talk *t, enum vsock_finding_code code, const char *text)
{
	char found[VSOCK_FINDING_TEXT_MAX];

	assert_int_equal(t->count, 1);
	assert_string_equal(vsock_finding_name(t->findings[0].code), vsock_finding_name(code));
	vsock_finding_text(found, &t->findings[0], NULL, 1);
	assert_string_equal(found, text);
}

static void hints(void **state)
{
	static const struct {
		uint16_t op, transport, len;
		uint8_t byte, hints;
		bool bare;
	} cases[] = {
	    {VSOCK_MONITOR_CONNECT, VSOCK_TRANSPORT_NO_INFO, 0, 0, 0, true},
	    {VSOCK_MONITOR_CONNECT, VSOCK_TRANSPORT_NO_INFO, 0, SRC, SRC, true},
	    {VSOCK_MONITOR_DISCONNECT, VSOCK_TRANSPORT_NO_INFO, 0, DST, DST, true},
	    {VSOCK_MONITOR_PAYLOAD, VSOCK_TRANSPORT_NO_INFO, 0, 0xff, SRC | DST | OLDER, true},
	    {VSOCK_MONITOR_PAYLOAD, VSOCK_TRANSPORT_NO_INFO, 0, 0xf8, 0, true},
	    {VSOCK_MONITOR_PAYLOAD, VSOCK_TRANSPORT_NO_INFO, 1, SRC, 0, false},
	    {VSOCK_MONITOR_CONTROL, VSOCK_TRANSPORT_NO_INFO, 0, SRC, 0, false},
	    {VSOCK_MONITOR_UNKNOWN, VSOCK_TRANSPORT_NO_INFO, 0, SRC, 0, false},
	    {VSOCK_MONITOR_OPS, VSOCK_TRANSPORT_NO_INFO, 0, SRC, 0, false},
	    {VSOCK_MONITOR_PAYLOAD, VSOCK_TRANSPORT_VIRTIO, 44, SRC, 0, false},
	    {VSOCK_MONITOR_PAYLOAD, VSOCK_TRANSPORT_UNKNOWN, 0, SRC, 0, false},
	};
	struct frame f = FRAME(3, 2, 1, 2, VSOCK_OP_RW);
	uint8_t bytes[FRAME_HEADERS];
	struct vsock_packet p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		frame_write(bytes, &f);
		put_le(bytes + VSOCK_MON_OP, cases[i].op, 2);
		put_le(bytes + VSOCK_MON_TRANSPORT, cases[i].transport, 2);
		put_le(bytes + VSOCK_MON_LEN, cases[i].len, 2);
		bytes[VSOCK_MON_HINTS] = cases[i].byte;
		vsock_decode(&p, bytes, sizeof(bytes), sizeof(bytes));
		assert_int_equal(p.hints, cases[i].hints);
		assert_int_equal(vsock_is_bare(&p), cases[i].bare);
	}
	/* The header is cut. */
	put_le(bytes + VSOCK_MON_TRANSPORT, VSOCK_TRANSPORT_NO_INFO, 2);
	put_le(bytes + VSOCK_MON_LEN, 0, 2);
	vsock_decode(&p, bytes, VSOCK_MON_SIZE - 1, VSOCK_MON_SIZE);
	assert_false(vsock_is_bare(&p));
	assert_int_equal(p.hints, 0);
}

static void healthy(void **state)
{
	struct talk *t = talk_new(0, false);
	char history[VSOCK_FLOW_HISTORY_MAX];
	const struct vsock_flow *flow;

	(void)state;
	send_bare(t, C, VSOCK_MONITOR_CONNECT, SRC);
	state_is(t, VSOCK_FLOW_REQUESTED, VSOCK_WAITING);
	sends(t, C);
	assert_int_equal(t->event.facts, 0);
	state_is(t, VSOCK_FLOW_REQUESTED, VSOCK_WAITING);
	connects(t, SV);
	state_is(t, VSOCK_FLOW_ESTABLISHED, VSOCK_HEALTHY);
	sends(t, SV);
	assert_non_null(vsock_event_segment(&t->event));
	assert_int_equal(vsock_event_segment(&t->event)->known, PAYLOAD);
	assert_int_equal(vsock_event_segment(&t->event)->offset, 0);
	sends(t, C);
	assert_int_equal(vsock_event_segment(&t->event)->offset, PAYLOAD);
	closes(t, SV);
	state_is(t, VSOCK_FLOW_HALF_CLOSED, VSOCK_HEALTHY);
	closes(t, SV); /* says nothing new */
	state_is(t, VSOCK_FLOW_HALF_CLOSED, VSOCK_HEALTHY);
	sends(t, C);
	closes(t, C);
	state_is(t, VSOCK_FLOW_CLOSED, VSOCK_HEALTHY);
	flow = t->event.flow;
	vsock_flow_history(flow, history);
	assert_string_equal(history, "QDpdfF");
	assert_int_equal(flow->bare, 1);
	assert_int_equal(flow->made_up, 1 << C);
	assert_int_equal(flow->type, 0);
	assert_int_equal(vsock_flow_handshake_ns(flow), 2 * MS);
	assert_int_equal(flow->side[C].bytes, 3 * PAYLOAD);
	assert_int_equal(flow->side[SV].bytes, PAYLOAD);
	for (int side = C; side <= SV; side++) {
		assert_int_equal(flow->side[side].in_flight, 0);
		assert_int_equal(flow->side[side].marks & VSOCK_SIDE_CREDIT_KNOWN, 0);
	}
	wait_for(t, 60 * S);
	vsock_analysis_end(t->analysis, true, t->now);
	assert_int_equal(t->count, 0);
	talk_free(t);
}

static void refused(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	send_bare(t, C, VSOCK_MONITOR_CONNECT, SRC);
	sends(t, C);
	closes(t, SV);
	state_is(t, VSOCK_FLOW_REFUSED, VSOCK_REFUSED);
	only(t, VSOCK_FINDING_REFUSED,
	     "2:22 refused 3:?5000. Most likely nothing listens on port 22.");
	/* After the end, and so soon, it says nothing. */
	sends(t, C);
	closes(t, C);
	state_is(t, VSOCK_FLOW_REFUSED, VSOCK_REFUSED);
	assert_int_equal(t->count, 1);
	assert_int_equal(t->event.flow->side[C].bytes, PAYLOAD);
	talk_free(t);
}

/* A capture of one direction looks the same, so it takes a frame of some server to tell. */
static void given_up(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	connects(t, C);
	closes(t, C);
	state_is(t, VSOCK_FLOW_CLOSED, VSOCK_UNJUDGED);
	assert_false(vsock_flow_one_sided(t->event.flow));
	t->side[C].port++;
	connects(t, C);
	connects(t, SV);
	t->side[C].port++;
	connects(t, C);
	sends(t, C);
	closes(t, C);
	state_is(t, VSOCK_FLOW_CLOSED, VSOCK_GIVEN_UP);
	assert_int_equal(t->count, 1);
	assert_int_equal(t->findings[0].code, VSOCK_FINDING_GAVE_UP);
	/* Now the first one is known, too. */
	vsock_analysis_end(t->analysis, true, t->now);
	assert_int_equal(t->count, 2);
	assert_int_equal(t->findings[1].code, VSOCK_FINDING_GAVE_UP);
	assert_int_equal(t->findings[1].flow, 0);
	talk_free(t);
}

static void not_answered(void **state)
{
	struct talk *t = talk_new(0, true);

	(void)state;
	connects(t, C);
	wait_for(t, 1 * S);
	assert_int_equal(t->count, 0);
	wait_for(t, 1001 * MS);
	only(t, VSOCK_FINDING_CONNECT_TIMEOUT,
	     "2:22 did not accept 3:5000 for 2.00 s. See whether its machine runs (it may be "
	     "paused, "
	     "hung, or booting), and what the program that should accept is doing.");
	assert_int_equal(vsock_flow_state_at(t->event.flow, t->now), VSOCK_FLOW_TIMED_OUT);
	closes(t, C); /* not given up besides */
	state_is(t, VSOCK_FLOW_CLOSED, VSOCK_UNHEALTHY);
	vsock_analysis_end(t->analysis, true, t->now);
	assert_int_equal(t->count, 1);
	talk_free(t);
}

/* If nobody says that the capture is whole, it must show itself that servers' frames are in it. */
static void not_answered_in_a_file(void **state)
{
	(void)state;
	for (int answers = 0; answers < 3; answers++) {
		struct talk *t = talk_new(0, false);

		t->side[C].port--;
		connects(t, C);
		if (answers == 2)
			connects(t, SV);
		else if (answers == 1)
			sends(t, C);
		t->side[C].port++;
		t->side[SV].port++;
		connects(t, C);
		wait_for(t, 3 * S);
		assert_int_equal(t->count, answers == 2);
		vsock_analysis_end(t->analysis, true, t->now);
		/* Nothing but the first CONNECTs: these servers are silent. */
		assert_int_equal(t->count, answers == 0 ? 2 : answers == 1 ? 0 : 1);
		talk_free(t);
	}
}

static void slow(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	connects(t, C);
	wait_for(t, 1500 * MS);
	connects(t, SV);
	state_is(t, VSOCK_FLOW_ESTABLISHED, VSOCK_RECOVERED);
	assert_int_equal(t->count, 1);
	assert_int_equal(t->findings[0].code, VSOCK_FINDING_SLOW_HANDSHAKE);
	assert_int_equal(t->findings[0].amount, 1501000);
	talk_free(t);
}

static void not_accepted_in_the_capture(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	connects(t, C);
	sends(t, SV);
	state_is(t, VSOCK_FLOW_ESTABLISHED, VSOCK_UNJUDGED);
	assert_true(t->event.flow->marks & VSOCK_FLOW_NO_RESPONSE);
	connects(t, SV); /* late */
	state_is(t, VSOCK_FLOW_ESTABLISHED, VSOCK_HEALTHY);
	assert_false(t->event.flow->marks & VSOCK_FLOW_NO_RESPONSE);
	t->side[C].port++;
	connects(t, C);
	sends(t, SV);
	vsock_analysis_end(t->analysis, true, t->now);
	assert_int_equal(vsock_analysis_withheld(t->analysis), 0);
	assert_int_equal(t->count, 0);
	talk_free(t);
}

/* Which side is the client of a flow that does not begin with its CONNECT. */
static void roles(void **state)
{
	static const struct {
		uint16_t op;
		unsigned hints;
		enum vsock_side from;   /* of talk, whose client has the higher port */
		enum vsock_side sender; /* as decided */
		enum vsock_flow_state state;
		bool midstream, guessed;
	} cases[] = {
	    {VSOCK_MONITOR_CONNECT, 0, C, C, VSOCK_FLOW_REQUESTED, false, false},
	    {VSOCK_MONITOR_CONNECT, 0, SV, C, VSOCK_FLOW_REQUESTED, false, false},
	    {VSOCK_MONITOR_CONNECT, SRC | DST, C, C, VSOCK_FLOW_REQUESTED, false, false},
	    {VSOCK_MONITOR_CONNECT, OLDER, C, C, VSOCK_FLOW_REQUESTED, true, false},
	    {VSOCK_MONITOR_CONNECT, DST, C, SV, VSOCK_FLOW_ESTABLISHED, true, false},
	    {VSOCK_MONITOR_PAYLOAD, 0, C, C, VSOCK_FLOW_ESTABLISHED, true, true},
	    {VSOCK_MONITOR_PAYLOAD, 0, SV, SV, VSOCK_FLOW_ESTABLISHED, true, true},
	    {VSOCK_MONITOR_PAYLOAD, SRC | OLDER, C, C, VSOCK_FLOW_ESTABLISHED, true, false},
	    {VSOCK_MONITOR_PAYLOAD, SRC | OLDER, SV, C, VSOCK_FLOW_ESTABLISHED, true, false},
	    {VSOCK_MONITOR_PAYLOAD, SRC | DST, C, SV, VSOCK_FLOW_ESTABLISHED, true, false},
	    {VSOCK_MONITOR_PAYLOAD, SRC | DST, SV, C, VSOCK_FLOW_ESTABLISHED, true, false},
	    {VSOCK_MONITOR_PAYLOAD, DST, C, SV, VSOCK_FLOW_ESTABLISHED, true, false},
	    {VSOCK_MONITOR_DISCONNECT, 0, C, C, VSOCK_FLOW_HALF_CLOSED, true, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct talk *t = talk_new(0, false);
		const struct vsock_flow *flow;
		unsigned made_up = cases[i].hints & (SRC | DST);

		if (cases[i].sender == SV)
			made_up = (made_up & 1) << 1 | made_up >> 1;
		send_bare(t, cases[i].from, cases[i].op, cases[i].hints);
		flow = t->event.flow;
		assert_int_equal(t->event.sender, cases[i].sender);
		assert_int_equal(flow->state, cases[i].state);
		assert_int_equal(!!(flow->marks & VSOCK_FLOW_MIDSTREAM), cases[i].midstream);
		assert_int_equal(!!(flow->marks & VSOCK_FLOW_ROLES_GUESSED), cases[i].guessed);
		assert_int_equal(flow->made_up, made_up);
		assert_int_equal(vsock_flow_verdict(flow), cases[i].state == VSOCK_FLOW_REQUESTED
							       ? VSOCK_WAITING
							       : VSOCK_UNJUDGED);
		assert_int_equal(t->count, 0);
		talk_free(t);
	}
}

/* A flow that began before the capture is healthy only if both sides close it. */
static void older(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	send_bare(t, SV, VSOCK_MONITOR_PAYLOAD, OLDER | DST);
	state_is(t, VSOCK_FLOW_ESTABLISHED, VSOCK_UNJUDGED);
	assert_int_equal(t->event.sender, SV);
	assert_false(vsock_flow_one_sided(t->event.flow));
	closes(t, C);
	state_is(t, VSOCK_FLOW_HALF_CLOSED, VSOCK_UNJUDGED);
	closes(t, SV);
	state_is(t, VSOCK_FLOW_CLOSED, VSOCK_HEALTHY);
	vsock_analysis_end(t->analysis, true, t->now);
	assert_int_equal(t->count, 0);
	talk_free(t);
}

static void the_same_ports_again(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	connects(t, C);
	connects(t, SV);
	closes(t, SV);
	closes(t, C);
	state_is(t, VSOCK_FLOW_CLOSED, VSOCK_HEALTHY);
	connects(t, C);
	assert_int_equal(t->event.flow->number, 1);
	connects(t, SV);
	connects(t, C);
	assert_int_equal(t->event.flow->number, 2);
	assert_int_equal(t->event.old->state, VSOCK_FLOW_SUPERSEDED);
	assert_int_equal(vsock_flow_verdict(t->event.old), VSOCK_UNJUDGED);
	assert_int_equal(t->count, 0);
	/* Long after the end, data is of a connection that was not seen. */
	connects(t, SV);
	closes(t, SV);
	closes(t, C);
	wait_for(t, 11 * S);
	sends(t, C);
	assert_int_equal(t->event.flow->number, 3);
	assert_true(t->event.flow->marks & VSOCK_FLOW_MIDSTREAM);
	assert_int_equal(t->count, 0);
	talk_free(t);
}

static void never_with_virtio(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	connects(t, C);
	say(t, C, VSOCK_OP_REQUEST, 0, 0);
	assert_int_equal(t->event.flow->number, 1);
	assert_int_equal(t->event.flow->bare, 0);
	say(t, SV, VSOCK_OP_RESPONSE, 0, 0);
	assert_int_equal(t->event.flow->number, 1);
	connects(t, SV);
	assert_int_equal(t->event.flow->number, 0);
	closes(t, SV);
	say(t, C, VSOCK_OP_SHUTDOWN, 0, VSOCK_SHUTDOWN_BOTH);
	assert_int_equal(t->event.flow->number, 1);
	assert_int_equal(t->event.flow->state, VSOCK_FLOW_CLOSING);
	closes(t, C);
	assert_int_equal(t->event.flow->number, 0);
	state_is(t, VSOCK_FLOW_CLOSED, VSOCK_HEALTHY);
	assert_int_equal(t->count, 0);
	talk_free(t);
}

/* Merged from two copies of a file. */
static void twice(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	connects(t, C);
	connects(t, C);
	state_is(t, VSOCK_FLOW_REQUESTED, VSOCK_WAITING);
	connects(t, SV);
	state_is(t, VSOCK_FLOW_ESTABLISHED, VSOCK_HEALTHY);
	connects(t, SV);
	state_is(t, VSOCK_FLOW_ESTABLISHED, VSOCK_UNJUDGED);
	sends(t, C);
	assert_int_equal(vsock_segment_known(vsock_event_segment(&t->event)), 0);
	talk_free(t);
}

/* A kernel that copies payload wrongly did not make these frames. */
static void payload_is_certain(void **state)
{
	struct vsock_analysis_config config = {.payload = {.unreliable = true}};
	struct vsock_analysis *analysis = vsock_analysis_new(&config);
	struct talk *t = talk_new(0, false);
	uint8_t bytes[FRAME_HEADERS];
	uint32_t length = bare_frame(t, bytes, C, VSOCK_MONITOR_PAYLOAD, 0);
	struct vsock_flow_event event;
	struct vsock_packet p;

	(void)state;
	assert_non_null(analysis);
	memset(bytes + VSOCK_MON_SIZE, 0, PAYLOAD);
	vsock_decode(&p, bytes, length, length);
	vsock_analysis_packet(analysis, &p, &(struct vsock_moment){.number = 1, .ts = 1}, &event);
	assert_int_equal(event.segment.known, PAYLOAD);
	assert_false(event.segment.unreliable);
	vsock_analysis_free(analysis);
	talk_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hints),
	    cmocka_unit_test(healthy),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(given_up),
	    cmocka_unit_test(not_answered),
	    cmocka_unit_test(not_answered_in_a_file),
	    cmocka_unit_test(slow),
	    cmocka_unit_test(not_accepted_in_the_capture),
	    cmocka_unit_test(roles),
	    cmocka_unit_test(older),
	    cmocka_unit_test(the_same_ports_again),
	    cmocka_unit_test(never_with_virtio),
	    cmocka_unit_test(twice),
	    cmocka_unit_test(payload_is_certain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
