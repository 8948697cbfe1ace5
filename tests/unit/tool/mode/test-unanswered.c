/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/mode/unanswered.c: which calls without an answer are findings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/timeouts.h"
#include "tool/mode/unanswered.h"

struct scene {
	struct vsock_flow flow;
	struct call_class class;
	struct open_call call;
	struct ended_call ended;
	struct causes causes;
	struct inside inside;
};

/* A call that the server has not answered for 10 seconds. */
static void prepare(struct scene *s)
{
	*s = (struct scene){
	    .flow = {.number = 5,
		     .client_cid = 3,
		     .server_cid = 2,
		     .server_port = 9000,
		     .side = {{.packets = 9, .bytes = 1}, {.packets = 9, .bytes = 1}}},
	    .class = {.name = "POST /v1/logs"},
	    .call = {.packet = 17, .whole = true, .protocol = CALL_HTTP1},
	};
	s->ended = (struct ended_call){.flow = &s->flow,
				       .class = &s->class,
				       .call = &s->call,
				       .caller = VSOCK_CLIENT,
				       .seen = true,
				       .waited = 10 * VSOCK_SECOND};
	unanswered_watch(&s->inside, &s->causes);
}

static const struct cause *report(struct scene *s)
{
	s->inside.on_unanswered(s->inside.context, &s->ended);
	return s->causes.count ? s->causes.sorted[0] : NULL;
}

static void a_call_that_waits_is_a_finding(void **state)
{
	struct scene s;
	const struct cause *cause;

	(void)state;
	prepare(&s);
	cause = report(&s);
	assert_non_null(cause);
	assert_int_equal(cause->code, VSOCK_FINDING_CALL_UNANSWERED);
	assert_int_equal(cause->severity, VSOCK_SUSPICIOUS);
	assert_int_equal(cause->detail, VSOCK_UNANSWERED_OPEN);
	assert_int_equal(cause->about, VSOCK_SERVER);
	assert_int_equal(cause->port, 9000);
	assert_int_equal(cause->most, 10000000);
	assert_int_equal(cause->example.packets[0], 17);
	assert_string_equal(cause->method, "POST /v1/logs");
	assert_false(cause->more_methods);
	snprintf(s.class.name, sizeof(s.class.name), "GET /");
	s.causes.sorted[0]->method = "POST /v1/logs";
	assert_true(report(&s)->more_methods);
	assert_int_equal(report(&s)->count, 3);
	causes_free(&s.causes);
}

static void a_short_wait_is_none(void **state)
{
	struct scene s;

	(void)state;
	prepare(&s);
	s.ended.waited--;
	assert_null(report(&s));
	/* Others of its class take so long. */
	prepare(&s);
	s.class.first = (struct histogram){.count = 1, .most = VSOCK_SECOND + 1};
	assert_null(report(&s));
	s.class.first.most--;
	assert_non_null(report(&s));
	causes_free(&s.causes);
}

static void who_closed_decides(void **state)
{
	struct scene s;

	(void)state;
	prepare(&s);
	s.ended.closed = true;
	s.ended.closer = VSOCK_SERVER;
	s.ended.waited = 1;
	assert_int_equal(report(&s)->detail, VSOCK_UNANSWERED_CLOSED);
	causes_free(&s.causes);
	prepare(&s);
	s.ended.closed = true;
	s.ended.closer = VSOCK_CLIENT;
	assert_int_equal(report(&s)->detail, VSOCK_UNANSWERED_GAVE_UP);
	causes_free(&s.causes);
	prepare(&s);
	s.ended.closed = true;
	s.ended.closer = VSOCK_CLIENT;
	s.ended.waited--;
	assert_null(report(&s));
}

static void what_is_not_certain_is_no_finding(void **state)
{
	struct scene s;

	(void)state;
	prepare(&s);
	s.ended.seen = false;
	assert_null(report(&s));
	prepare(&s);
	s.call.whole = false;
	assert_null(report(&s));
	prepare(&s);
	s.call.waits = true;
	assert_null(report(&s));
	for (unsigned i = 0; i < 4; i++) {
		static const uint16_t marks[] = {VSOCK_FLOW_LOSSY, VSOCK_FLOW_TWICE,
						 VSOCK_FLOW_COPY, VSOCK_FLOW_TIMELESS};

		prepare(&s);
		s.flow.marks = marks[i];
		assert_null(report(&s));
	}
}

/* A stream may have nothing to send. */
static void grpc_that_never_answered_is_less_sure(void **state)
{
	struct scene s;

	(void)state;
	prepare(&s);
	s.call.protocol = CALL_GRPC;
	assert_int_equal(report(&s)->severity, VSOCK_INFORMATION);
	causes_free(&s.causes);
	prepare(&s);
	s.call.protocol = CALL_GRPC;
	s.class.answered = 1;
	assert_int_equal(report(&s)->severity, VSOCK_SUSPICIOUS);
	causes_free(&s.causes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_call_that_waits_is_a_finding),
	    cmocka_unit_test(a_short_wait_is_none),
	    cmocka_unit_test(who_closed_decides),
	    cmocka_unit_test(what_is_not_certain_is_no_finding),
	    cmocka_unit_test(grpc_that_never_answered_is_less_sure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
