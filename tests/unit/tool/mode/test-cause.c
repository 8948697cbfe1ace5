/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/mode/cause*.c and tool/mode/endpoints.c.
 *
 * How findings are grouped, and what a group says; the endpoints it compares with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/cid-names.h"
#include "tests/unit/text.h"
#include "tool/mode/cause-text.h"
#include "tool/mode/cause.h"

static const struct settings numbers = {.numbers = true};

static struct vsock_finding finding(enum vsock_finding_code code, enum vsock_class class,
				    uint64_t flow)
{
	return (struct vsock_finding){
	    .code = (uint8_t)code,
	    .class = (uint8_t) class,
	    .type = VSOCK_TYPE_STREAM,
	    .flow = flow,
	    .ts = 1000 + flow,
	    .client_cid = 3,
	    .client_port = 4000 + (uint32_t)flow,
	    .server_cid = 2,
	    .server_port = 1024,
	};
}

static void add(struct diagnosis *diagnosis, struct vsock_finding f)
{
	diagnosis_add(diagnosis, &f);
}

static const char *text_of(const struct diagnosis *diagnosis, uint32_t group)
{
	static struct text text;

	text_begin(&text);
	diagnosis_text(&text.out, &numbers, diagnosis, diagnosis->sorted[group]);
	return text_take(&text);
}

static void a_service_is_one_cause(void **state)
{
	struct diagnosis diagnosis = {0};
	const struct diagnosis_group *group;
	struct vsock_finding f;

	(void)state;
	for (uint64_t flow = 1; flow <= 14; flow++)
		add(&diagnosis, finding(VSOCK_FINDING_REFUSED, VSOCK_INFORMATION, flow));
	assert_int_equal(diagnosis.count, 1);
	group = diagnosis.sorted[0];
	assert_int_equal(group->count, 14);
	assert_int_equal(group->connections, 14);
	assert_int_equal(group_flow_count(group), GROUP_FLOWS);
	assert_int_equal(group->flows[GROUP_FLOWS - 1], GROUP_FLOWS);
	assert_int_equal(group->first_ts, 1001);
	assert_int_equal(group->last_ts, 1014);
	assert_string_equal(text_of(&diagnosis, 0),
			    "14 connections from CID 3 to 2:1024 refused: nothing listens there, "
			    "its backlog is full, or it has no STREAM socket; no port of CID 2 "
			    "answered");

	/* Another port, another type, another server: other causes. Another client is not. */
	f = finding(VSOCK_FINDING_REFUSED, VSOCK_INFORMATION, 15);
	f.client_cid = 4;
	add(&diagnosis, f);
	assert_int_equal(diagnosis.count, 1);
	f.server_port = 1025;
	add(&diagnosis, f);
	f.type = VSOCK_TYPE_SEQPACKET;
	add(&diagnosis, f);
	f.server_cid = 5;
	add(&diagnosis, f);
	assert_int_equal(diagnosis.count, 4);
	assert_memory_equal(text_of(&diagnosis, 0), "15 connections from CID 3 and CID 4 to", 38);
	diagnosis_free(&diagnosis);
}

static void a_device_is_one_cause(void **state)
{
	struct diagnosis diagnosis = {0};
	struct vsock_finding f = finding(VSOCK_FINDING_EMPTY_RW, VSOCK_SUSPICIOUS, 1);

	(void)state;
	add(&diagnosis, f);
	f.server_port = 99;
	f.server_cid = 98;
	f.flow = 0;
	add(&diagnosis, f);
	assert_int_equal(diagnosis.count, 1);
	assert_string_equal(text_of(&diagnosis, 0),
			    "CID 3 on 1 connection sent data of no length, which Linux never does");
	f.about = VSOCK_SERVER;
	add(&diagnosis, f);
	assert_int_equal(diagnosis.count, 2);
	assert_string_equal(text_of(&diagnosis, 1),
			    "CID 98 sent data of no length, which Linux never does");

	/* Who does not answer is to blame, not who asked. */
	f = finding(VSOCK_FINDING_CREDIT_REQUEST_UNANSWERED, VSOCK_SUSPICIOUS, 4);
	f.amount = 1500000;
	add(&diagnosis, f);
	assert_int_equal(diagnosis.count, 3);
	assert_string_equal(text_of(&diagnosis, 0),
			    "CID 2 on 1 connection left CREDIT_REQUEST unanswered for up to 1.50s: "
			    "its device is broken or hangs");
	diagnosis_free(&diagnosis);
}

static void the_worst_is_told(void **state)
{
	struct diagnosis diagnosis = {0};
	struct vsock_finding f = finding(VSOCK_FINDING_RESET, VSOCK_SUSPICIOUS, 1);

	(void)state;
	f.about = VSOCK_SERVER;
	f.amount = 70;
	add(&diagnosis, f);
	f.amount = 9;
	add(&diagnosis, f);
	assert_string_equal(
	    text_of(&diagnosis, 0),
	    "2 connections from CID 3 to 2:1024: the server reset without closing "
	    "first, up to 70 bytes being unread; see the log of the server for why");
	diagnosis_free(&diagnosis);
}

static void a_refusal_is_compared(void **state)
{
	struct diagnosis diagnosis = {0};

	(void)state;
	add(&diagnosis, finding(VSOCK_FINDING_REFUSED, VSOCK_INFORMATION, 1));
	for (uint32_t port = 20; port < 30; port++)
		endpoints_answered(&diagnosis.endpoints, 2, port, VSOCK_TYPE_STREAM);
	endpoints_answered(&diagnosis.endpoints, 1, 7, VSOCK_TYPE_STREAM);
	endpoints_answered(&diagnosis.endpoints, 3, 8, VSOCK_TYPE_STREAM);
	assert_non_null(strstr(text_of(&diagnosis, 0),
			       "; ports of CID 2 that answered: 20, 21, 22, "
			       "23, 24, 25, 26, 27 and 2 more"));
	endpoints_answered(&diagnosis.endpoints, 2, 1024, VSOCK_TYPE_SEQPACKET);
	assert_string_equal(
	    text_of(&diagnosis, 0),
	    "1 connection from CID 3 to 2:1024 refused: it has no STREAM socket, but "
	    "one of another type, which accepted");
	endpoints_answered(&diagnosis.endpoints, 2, 1024, VSOCK_TYPE_STREAM);
	assert_string_equal(text_of(&diagnosis, 0),
			    "1 connection from CID 3 to 2:1024 refused, though it accepted 2 "
			    "connections: its backlog was full, or nothing listened for a while");
	diagnosis_free(&diagnosis);
}

static void the_worst_comes_first(void **state)
{
	static const uint8_t expected[] = {VSOCK_FINDING_INVALID_OP, VSOCK_FINDING_EMPTY_RW,
					   VSOCK_FINDING_RESET, VSOCK_FINDING_REFUSED};
	struct diagnosis diagnosis = {0};
	const struct diagnosis_group **groups;

	(void)state;
	assert_false(diagnosis_unhealthy(&diagnosis));
	for (uint64_t flow = 1; flow <= 5; flow++)
		add(&diagnosis, finding(VSOCK_FINDING_REFUSED, VSOCK_INFORMATION, flow));
	assert_false(diagnosis_unhealthy(&diagnosis));
	add(&diagnosis, finding(VSOCK_FINDING_RESET, VSOCK_SUSPICIOUS, 6));
	assert_true(diagnosis_unhealthy(&diagnosis));
	add(&diagnosis, finding(VSOCK_FINDING_EMPTY_RW, VSOCK_SUSPICIOUS, 7));
	add(&diagnosis, finding(VSOCK_FINDING_EMPTY_RW, VSOCK_SUSPICIOUS, 8));
	add(&diagnosis, finding(VSOCK_FINDING_INVALID_OP, VSOCK_CERTAIN, 9));
	groups = diagnosis_worst_first(&diagnosis);
	assert_int_equal(diagnosis.count, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(groups[i]->code, expected[i]);
	free(groups);
	diagnosis_free(&diagnosis);
}

static void causes_beyond_the_limit_are_counted(void **state)
{
	struct diagnosis diagnosis = {0};
	struct vsock_finding f = finding(VSOCK_FINDING_REFUSED, VSOCK_INFORMATION, 1);

	(void)state;
	for (uint32_t port = 0; port < DIAGNOSIS_CLASS_GROUPS + 10; port++) {
		f.server_port = port * 7919;
		add(&diagnosis, f);
	}
	assert_int_equal(diagnosis.count, DIAGNOSIS_CLASS_GROUPS);
	assert_int_equal(diagnosis.left_out, 10);
	/* What is worse has room. */
	add(&diagnosis, finding(VSOCK_FINDING_RESET, VSOCK_CERTAIN, 1));
	assert_int_equal(diagnosis.count, DIAGNOSIS_CLASS_GROUPS + 1);
	assert_int_equal(diagnosis.left_out, 10);
	for (uint32_t port = 0; port < DIAGNOSIS_CLASS_GROUPS + 10; port++) {
		f.class = VSOCK_CERTAIN;
		f.server_port = port;
		add(&diagnosis, f);
	}
	assert_int_equal(diagnosis.left_out, 21);
	assert_int_equal(diagnosis.findings[VSOCK_CERTAIN], DIAGNOSIS_CLASS_GROUPS + 11);
	diagnosis_free(&diagnosis);
}

/* Each code, each class and side of it, with the longest of everything. */
static void every_text_fits(void **state)
{
	static const char longest[] =
	    "a123456789012345678901234567890123456789012345678901234567890.-";
	struct vsock_cid_names *names = vsock_cid_names_new();
	struct settings settings = {.names = names};
	struct text text;

	(void)state;
	for (uint32_t cid = 100; cid < 110; cid++)
		vsock_cid_names_add(names, cid, longest);
	for (unsigned code = 1; code < VSOCK_FINDING_CODES; code++) {
		for (unsigned detail = 0; detail < VSOCK_CULPRITS; detail++) {
			struct diagnosis diagnosis = {0};
			struct vsock_finding f = finding((enum vsock_finding_code)code, 0, 1);
			enum group_scope scope;

			f.detail = (uint8_t)detail;
			f.server_cid = 105;
			f.server_port = UINT32_MAX;
			f.amount = UINT64_MAX;
			for (uint32_t port = 0; port < 20; port++)
				endpoints_answered(&diagnosis.endpoints, 105, UINT32_MAX - 1 - port,
						   VSOCK_TYPE_STREAM);
			for (uint32_t cid = 100; cid < 110; cid++) {
				f.client_cid = cid;
				if (code == VSOCK_FINDING_REFUSED || diagnosis.count == 0)
					add(&diagnosis, f);
			}
			scope = diagnosis.sorted[0]->scope;
			text_begin(&text);
			diagnosis_text(&text.out, &settings, &diagnosis, diagnosis.sorted[0]);
			assert_in_range(text.out.length, 20, DIAGNOSIS_TEXT_MAX - 100);
			assert_null(strchr(text_take(&text), '%'));
			/* A sentence, not the name that stands in for one; a service's names it. */
			assert_non_null(strchr(text.room, ' '));
			assert_int_equal(!!strstr(text.room, ":4294967295"),
					 scope == SCOPE_SERVICE);
			diagnosis_free(&diagnosis);
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
	struct diagnosis_totals totals = {0};
	struct vsock_flow flow = {.side = {{.bytes = 5}, {.bytes = 7}}};

	(void)state;
	diagnosis_count(&totals, &flow);
	flow.reported = UINT64_C(1) << VSOCK_FINDING_RESET;
	diagnosis_count(&totals, &flow);
	assert_int_equal(totals.connections, 2);
	assert_int_equal(totals.healthy, 1);
	assert_int_equal(totals.bytes, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_service_is_one_cause),
	    cmocka_unit_test(a_device_is_one_cause),
	    cmocka_unit_test(the_worst_is_told),
	    cmocka_unit_test(a_refusal_is_compared),
	    cmocka_unit_test(the_worst_comes_first),
	    cmocka_unit_test(causes_beyond_the_limit_are_counted),
	    cmocka_unit_test(every_text_fits),
	    cmocka_unit_test(endpoints_are_sorted_and_bounded),
	    cmocka_unit_test(totals_tell_the_healthy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
