/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/mode/cause*.c and tool/mode/endpoints.c.
 *
 * How findings are grouped, the sentence of a cause, and the endpoints that it compares with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/cid-names.h"
#include "core/finding-text.h"
#include "tests/unit/text.h"
#include "tool/mode/cause-text.h"
#include "tool/mode/cause.h"

static const struct print_settings numbers = {.numbers = true};

static struct vsock_finding finding(enum vsock_finding_code code, enum vsock_class class,
				    uint64_t flow)
{
	return (struct vsock_finding){
	    .code = (uint8_t)code,
	    .severity = (uint8_t) class,
	    .type = VSOCK_TYPE_STREAM,
	    .flow = flow,
	    .ts = 1000 + flow,
	    .client_cid = 3,
	    .client_port = 4000 + (uint32_t)flow,
	    .server_cid = 2,
	    .server_port = 1024,
	};
}

static void add(struct causes *causes, struct vsock_finding f)
{
	causes_add(causes, &f);
}

static const char *text_of(const struct causes *causes, uint32_t cause)
{
	static struct text text;

	text_begin(&text);
	cause_text(&text.out, &numbers, causes, causes->sorted[cause]);
	return text_take(&text);
}

static void a_service_is_one_cause(void **state)
{
	struct causes causes = {0};
	const struct cause *cause;
	struct vsock_finding f;

	(void)state;
	for (uint64_t flow = 1; flow <= 14; flow++)
		add(&causes, finding(VSOCK_FINDING_REFUSED, VSOCK_INFORMATION, flow));
	assert_int_equal(causes.count, 1);
	cause = causes.sorted[0];
	assert_int_equal(cause->count, 14);
	assert_int_equal(cause->connections, 14);
	assert_int_equal(cause_flow_count(cause), CAUSE_FLOWS);
	assert_int_equal(cause->flows[CAUSE_FLOWS - 1], CAUSE_FLOWS);
	assert_int_equal(cause->first_ts, 1001);
	assert_int_equal(cause->last_ts, 1014);
	assert_string_equal(text_of(&causes, 0),
			    "2:1024 refused 14 connections from CID 3. Most likely no STREAM "
			    "socket listens on port 1024, or its backlog is full. No port of CID 2 "
			    "answered.");

	/* Another port, another type, another server: other causes. Another client is not. */
	f = finding(VSOCK_FINDING_REFUSED, VSOCK_INFORMATION, 15);
	f.client_cid = 4;
	add(&causes, f);
	assert_int_equal(causes.count, 1);
	f.server_port = 1025;
	add(&causes, f);
	f.type = VSOCK_TYPE_SEQPACKET;
	add(&causes, f);
	f.server_cid = 5;
	add(&causes, f);
	assert_int_equal(causes.count, 4);
	assert_non_null(
	    strstr(text_of(&causes, 0), "2:1024 refused 15 connections from CID 3 and CID 4."));
	causes_free(&causes);
}

static void a_device_is_one_cause(void **state)
{
	struct causes causes = {0};
	struct vsock_finding f = finding(VSOCK_FINDING_EMPTY_RW, VSOCK_SUSPICIOUS, 1);

	(void)state;
	add(&causes, f);
	f.server_port = 99;
	f.server_cid = 98;
	f.flow = VSOCK_NO_FLOW;
	add(&causes, f);
	assert_int_equal(causes.count, 1);
	assert_string_equal(
	    text_of(&causes, 0),
	    "CID 3 sent data packets of 0 bytes on 1 connection, which Linux never "
	    "does. This is most likely a bug in CID 3's virtio-vsock device (VMM or "
	    "driver), not in your program.");
	f.about = VSOCK_SERVER;
	add(&causes, f);
	add(&causes, f);
	assert_int_equal(causes.count, 2);
	assert_non_null(strstr(text_of(&causes, 1), "CID 98 sent data packets of 0 bytes, which "));

	/* The side that does not answer is at fault, not the side that asked. */
	f = finding(VSOCK_FINDING_CREDIT_REQUEST_UNANSWERED, VSOCK_SUSPICIOUS, 4);
	f.amount = 1500000;
	add(&causes, f);
	add(&causes, f);
	assert_int_equal(causes.count, 3);
	assert_string_equal(
	    text_of(&causes, 0),
	    "The device of CID 2 has not answered CREDIT_REQUEST for up to 1.50 s on 2 "
	    "connections. That device hangs, or it is Linux before 5.14, which never answers.");
	causes_free(&causes);
}

static void the_worst_is_told(void **state)
{
	struct causes causes = {0};
	struct vsock_finding f = finding(VSOCK_FINDING_RESET, VSOCK_SUSPICIOUS, 1);

	(void)state;
	f.about = VSOCK_SERVER;
	f.amount = 70;
	add(&causes, f);
	f.amount = 9;
	add(&causes, f);
	assert_string_equal(
	    text_of(&causes, 0),
	    "On 2 connections from CID 3 to 2:1024, the server reset the connection without "
	    "closing it first, with up to 70 bytes of the client unread. Look at the log of the "
	    "server for the reason.");
	causes_free(&causes);
}

/* A cause of one finding has the finding's sentence, and the amount of its last update. */
static void one_finding_has_its_sentence(void **state)
{
	struct causes causes = {0};
	struct vsock_finding f = finding(VSOCK_FINDING_CREDIT_STALL, VSOCK_INFORMATION, 1);
	char text[VSOCK_FINDING_TEXT_MAX];

	(void)state;
	f.amount = 1000000;
	add(&causes, f);
	f.update = true;
	f.amount = 3000000;
	add(&causes, f);
	vsock_finding_text(text, &f, NULL, 1);
	assert_string_equal(text_of(&causes, 0), text);
	assert_non_null(strstr(text, " could not send for 3.00 s: "));
	causes_free(&causes);
}

/* Each connection has its own sizes: the first are an example. */
static void a_buffer_has_its_sizes(void **state)
{
	struct causes causes = {0};
	struct vsock_finding f = finding(VSOCK_FINDING_BUFFER_SHRANK, VSOCK_INFORMATION, 1);

	(void)state;
	f.amount = 4096;
	f.buffer = 1;
	add(&causes, f);
	assert_non_null(strstr(text_of(&causes, 0), " smaller, from 4096 bytes to 1 byte. "));
	f.amount = 8192;
	f.buffer = 2048;
	add(&causes, f);
	assert_non_null(strstr(text_of(&causes, 0), " smaller, at first from 4096 to 1 byte. "));
	causes_free(&causes);
}

static void a_refusal_is_compared(void **state)
{
	struct causes causes = {0};

	(void)state;
	add(&causes, finding(VSOCK_FINDING_REFUSED, VSOCK_INFORMATION, 1));
	for (uint32_t port = 20; port < 30; port++)
		endpoints_answered(&causes.endpoints, 2, port, VSOCK_TYPE_STREAM);
	endpoints_answered(&causes.endpoints, 1, 7, VSOCK_TYPE_STREAM);
	endpoints_answered(&causes.endpoints, 3, 8, VSOCK_TYPE_STREAM);
	assert_non_null(strstr(text_of(&causes, 0), " Ports of CID 2 that answered: 20, 21, 22, "
						    "23, 24, 25, 26, 27 and 2 more."));
	endpoints_answered(&causes.endpoints, 2, 1024, VSOCK_TYPE_SEQPACKET);
	assert_string_equal(
	    text_of(&causes, 0),
	    "2:1024 refused 1 connection from CID 3. It has no STREAM socket, but a socket of "
	    "another type accepted connections.");
	endpoints_answered(&causes.endpoints, 2, 1024, VSOCK_TYPE_STREAM);
	assert_string_equal(
	    text_of(&causes, 0),
	    "2:1024 refused 1 connection from CID 3. It accepted 2 connections at "
	    "other times. Most likely its backlog was full, or nothing listened for "
	    "a while.");
	causes_free(&causes);
}

static void the_worst_comes_first(void **state)
{
	static const uint8_t expected[] = {VSOCK_FINDING_INVALID_OP, VSOCK_FINDING_EMPTY_RW,
					   VSOCK_FINDING_RESET, VSOCK_FINDING_REFUSED};
	struct causes causes = {0};
	const struct cause **worst;

	(void)state;
	assert_false(causes_have(&causes, VSOCK_SUSPICIOUS));
	for (uint64_t flow = 1; flow <= 5; flow++)
		add(&causes, finding(VSOCK_FINDING_REFUSED, VSOCK_INFORMATION, flow));
	assert_false(causes_have(&causes, VSOCK_SUSPICIOUS));
	add(&causes, finding(VSOCK_FINDING_RESET, VSOCK_SUSPICIOUS, 6));
	assert_true(causes_have(&causes, VSOCK_SUSPICIOUS));
	add(&causes, finding(VSOCK_FINDING_EMPTY_RW, VSOCK_SUSPICIOUS, 7));
	add(&causes, finding(VSOCK_FINDING_EMPTY_RW, VSOCK_SUSPICIOUS, 8));
	add(&causes, finding(VSOCK_FINDING_INVALID_OP, VSOCK_CERTAIN, 9));
	worst = causes_worst_first(&causes);
	assert_int_equal(causes.count, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(worst[i]->code, expected[i]);
	free(worst);
	causes_free(&causes);
}

static void the_newest_come_first(void **state)
{
	static const uint64_t times[] = {5, 9, 7, 8, 6};
	const struct cause *newest[3];
	struct causes causes = {0};

	(void)state;
	for (uint32_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct vsock_finding f = finding(VSOCK_FINDING_REFUSED, VSOCK_INFORMATION, i);

		f.server_port = 1024 + i;
		f.ts = times[i];
		f.severity = i == 1 ? VSOCK_INFORMATION : VSOCK_SUSPICIOUS;
		add(&causes, f);
	}
	assert_int_equal(causes_newest(&causes, VSOCK_INFORMATION, 3, newest), 3);
	assert_int_equal(newest[0]->last_ts, 9);
	assert_int_equal(newest[1]->last_ts, 8);
	assert_int_equal(newest[2]->last_ts, 7);
	assert_int_equal(causes_newest(&causes, VSOCK_SUSPICIOUS, 3, newest), 3);
	assert_int_equal(newest[0]->last_ts, 8);
	assert_int_equal(newest[2]->last_ts, 6);
	assert_int_equal(causes_newest(&causes, VSOCK_CERTAIN, 3, newest), 0);
	causes_free(&causes);
}

static void causes_beyond_the_limit_are_counted(void **state)
{
	struct causes causes = {0};
	struct vsock_finding f = finding(VSOCK_FINDING_REFUSED, VSOCK_INFORMATION, 1);

	(void)state;
	for (uint32_t port = 0; port < CAUSES_OF_CLASS + 10; port++) {
		f.server_port = port * 7919;
		add(&causes, f);
	}
	assert_int_equal(causes.count, CAUSES_OF_CLASS);
	assert_int_equal(causes.left_out, 10);
	/* A cause of a worse class still has room. */
	add(&causes, finding(VSOCK_FINDING_RESET, VSOCK_CERTAIN, 1));
	assert_int_equal(causes.count, CAUSES_OF_CLASS + 1);
	assert_int_equal(causes.left_out, 10);
	for (uint32_t port = 0; port < CAUSES_OF_CLASS + 10; port++) {
		f.severity = VSOCK_CERTAIN;
		f.server_port = port;
		add(&causes, f);
	}
	assert_int_equal(causes.left_out, 21);
	assert_int_equal(causes.findings[VSOCK_CERTAIN], CAUSES_OF_CLASS + 11);
	causes_free(&causes);
}

/* Each code, each class and side of it, with the longest of everything. */
static void every_text_fits(void **state)
{
	static const char longest[] =
	    "a123456789012345678901234567890123456789012345678901234567890.-";
	struct vsock_cid_names *names = vsock_cid_names_new();
	struct print_settings settings = {.names = names};
	struct text text;

	(void)state;
	for (uint32_t cid = 100; cid < 110; cid++)
		vsock_cid_names_add(names, cid, longest);
	for (unsigned code = 1; code < VSOCK_FINDING_CODES; code++) {
		for (unsigned detail = 0; detail < VSOCK_CULPRITS; detail++) {
			struct causes causes = {0};
			struct vsock_finding f = finding((enum vsock_finding_code)code, 0, 1);
			enum vsock_scope scope;

			f.detail = (uint8_t)detail;
			f.server_cid = 105;
			f.server_port = UINT32_MAX;
			f.amount = UINT64_MAX;
			for (uint32_t port = 0; port < 20; port++)
				endpoints_answered(&causes.endpoints, 105, UINT32_MAX - 1 - port,
						   VSOCK_TYPE_STREAM);
			for (uint32_t cid = 100; cid < 110; cid++) {
				f.client_cid = cid;
				if (code == VSOCK_FINDING_REFUSED || causes.count == 0)
					add(&causes, f);
			}
			/* One finding would have the sentence on one flow. */
			add(&causes, causes.sorted[0]->example);
			scope = causes.sorted[0]->scope;
			text_begin(&text);
			cause_text(&text.out, &settings, &causes, causes.sorted[0]);
			assert_true(text.out.length >= 20 &&
				    text.out.length <= CAUSE_TEXT_MAX - 100);
			assert_null(strchr(text_take(&text), '%'));
			/*
			 * A sentence, not the name that replaces a missing one. That of a service
			 * names it.
			 */
			assert_non_null(strchr(text.room, ' '));
			assert_int_equal(!!strstr(text.room, ":4294967295"),
					 scope == VSOCK_SCOPE_SERVICE);
			causes_free(&causes);
		}
	}
	vsock_cid_names_free(names);
}

static void endpoints_are_sorted_and_bounded(void **state)
{
	struct endpoints endpoints = {0};
	const struct endpoint *e;

	(void)state;
	assert_null(endpoints_first(&endpoints, 2));
	assert_null(endpoints_find(&endpoints, 2, 3));
	for (uint32_t i = 0; i < 1000; i++)
		endpoints_answered(&endpoints, i * 37 % 10, i * 389 % 1000, VSOCK_TYPE_STREAM);
	for (uint32_t i = 1; i < endpoints.count; i++) {
		const struct endpoint *a = &endpoints.sorted[i - 1];
		const struct endpoint *b = &endpoints.sorted[i];

		assert_true(a->cid < b->cid || (a->cid == b->cid && a->port < b->port));
	}
	e = endpoints_first(&endpoints, 3);
	assert_non_null(e);
	assert_int_equal(e->cid, 3);
	assert_true(e == endpoints.sorted || e[-1].cid < 3);
	assert_null(endpoints_first(&endpoints, 10));
	assert_ptr_equal(endpoints_find(&endpoints, e->cid, e->port), e);
	assert_int_equal(e->answers, 1);
	assert_int_equal(e->types, endpoint_type_bit(VSOCK_TYPE_STREAM));

	for (uint32_t port = 0; port < ENDPOINTS_MAX + 100; port++)
		endpoints_answered(&endpoints, 50, port, 77);
	assert_int_equal(endpoints.count, ENDPOINTS_MAX);
	assert_int_equal(endpoint_type_bit(77), 1);
	endpoints_free(&endpoints);
}

static void totals_tell_the_healthy(void **state)
{
	struct connection_totals totals = {0};
	struct vsock_flow flow = {.state = VSOCK_FLOW_CLOSED,
				  .side = {{.packets = 1, .bytes = 5}, {.packets = 1, .bytes = 7}}};

	(void)state;
	connection_totals_add(&totals, &flow);
	flow.reported = UINT64_C(1) << VSOCK_FINDING_RESET;
	flow.worst = VSOCK_SUSPICIOUS;
	connection_totals_add(&totals, &flow);
	assert_int_equal(totals.connections, 2);
	assert_int_equal(totals.verdicts[VSOCK_HEALTHY], 1);
	assert_int_equal(totals.bytes, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_service_is_one_cause),
	    cmocka_unit_test(a_device_is_one_cause),
	    cmocka_unit_test(the_worst_is_told),
	    cmocka_unit_test(one_finding_has_its_sentence),
	    cmocka_unit_test(a_buffer_has_its_sizes),
	    cmocka_unit_test(a_refusal_is_compared),
	    cmocka_unit_test(the_worst_comes_first),
	    cmocka_unit_test(the_newest_come_first),
	    cmocka_unit_test(causes_beyond_the_limit_are_counted),
	    cmocka_unit_test(every_text_fits),
	    cmocka_unit_test(endpoints_are_sorted_and_bounded),
	    cmocka_unit_test(totals_tell_the_healthy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
