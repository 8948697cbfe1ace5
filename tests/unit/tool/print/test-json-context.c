/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/print/json-context.c and tool/print/uid.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/print/json-context.h"

#define S    UINT64_C(1000000000)
#define HOST "00112233445566778899aabbccddeeff"
#define BOOT "ffeeddccbbaa99887766554433221100"

static const struct capture_origin origins[] = {
    {.interface = "vsockmon0", .host = HOST, .boot = BOOT},
    {.interface = "vsockmon1", .host = HOST, .boot = BOOT},
    {.interface = "a\"\\\n\x7f\xc3", .host = HOST},
};

static const struct capture_origin *describe(void *source, uint32_t point)
{
	return (const struct capture_origin *)source + point;
}

static uint32_t one(void *source)
{
	(void)source;
	return 1;
}

static uint32_t two(void *source)
{
	(void)source;
	return 2;
}

static struct json_context context_of(const struct capture_origin *source)
{
	return (struct json_context){.describe = describe, .count = one, .source = (void *)source};
}

static const char *time_of(struct json_context *context, uint64_t ts)
{
	static struct text text;

	text_begin(&text);
	json_ts_and_time(&text.out, context, ts);
	return text_take(&text);
}

/* The first and the last second, ends of February, a leap second's neighbours. */
static void times(void **state)
{
	static const struct {
		uint64_t ts;
		const char *text;
	} rows[] = {
	    {0, ",\"ts\":\"0.000000000\",\"time\":\"1970-01-01T00:00:00.000000000Z\""},
	    {86400 * S - 1,
	     ",\"ts\":\"86399.999999999\",\"time\":\"1970-01-01T23:59:59.999999999Z\""},
	    {951782400 * S,
	     ",\"ts\":\"951782400.000000000\",\"time\":\"2000-02-29T00:00:00.000000000Z\""},
	    {1700000000 * S + 1,
	     ",\"ts\":\"1700000000.000000001\",\"time\":\"2023-11-14T22:13:20.000000001Z\""},
	    {1709164800 * S,
	     ",\"ts\":\"1709164800.000000000\",\"time\":\"2024-02-29T00:00:00.000000000Z\""},
	    {1709251200 * S,
	     ",\"ts\":\"1709251200.000000000\",\"time\":\"2024-03-01T00:00:00.000000000Z\""},
	    {4107542400 * S,
	     ",\"ts\":\"4107542400.000000000\",\"time\":\"2100-03-01T00:00:00.000000000Z\""},
	    {UINT64_MAX,
	     ",\"ts\":\"18446744073.709551615\",\"time\":\"2554-07-21T23:34:33.709551615Z\""},
	};
	struct json_context context = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(time_of(&context, rows[i].ts), rows[i].text);
		/* The second is kept. */
		assert_string_equal(time_of(&context, rows[i].ts), rows[i].text);
	}
}

static void spans(void **state)
{
	struct json_context context = {0};
	struct text text;

	(void)state;
	text_begin(&text);
	json_span(&text.out, &context, true, 1700000000 * S, 1700000002 * S + 1999);
	assert_string_equal(text_take(&text), ",\"first_ts\":\"1700000000.000000000\","
					      "\"last_ts\":\"1700000002.000001999\","
					      "\"time\":\"2023-11-14T22:13:20.000000000Z\","
					      "\"duration_us\":2000001");
	json_span(&text.out, &context, false, 5, 4);
	assert_string_equal(text_take(&text), ",\"first_ts\":null,\"last_ts\":null,"
					      "\"time\":null,\"duration_us\":null");
	/* Packets without a time. */
	json_span(&text.out, &context, true, 0, 0);
	assert_string_equal(text_take(&text),
			    ",\"first_ts\":\"0.000000000\",\"last_ts\":\"0.000000000\","
			    "\"time\":null,\"duration_us\":0");
}

static void places(void **state)
{
	struct json_context context = context_of(origins);
	struct text text;

	(void)state;
	text_begin(&text);
	json_place(&text.out, &context, 1);
	assert_string_equal(text_take(&text), ",\"point\":\"vsockmon1\",\"host\":\"" HOST "\"");
	json_place(&text.out, &context, 2);
	assert_string_equal(text_take(&text),
			    ",\"point\":\"a\\\"\\\\\\u000a\\u007f\\u00c3\",\"host\":\"" HOST "\"");
	json_common_place(&text.out, &context);
	assert_string_equal(text_take(&text), ",\"point\":\"vsockmon0\",\"host\":\"" HOST "\"");
	context.count = two;
	json_common_place(&text.out, &context);
	assert_string_equal(text_take(&text), ",\"point\":null,\"host\":null");
	json_context_free(&context);
	context = (struct json_context){0};
	json_place(&text.out, &context, 0);
	assert_string_equal(text_take(&text), ",\"point\":null,\"host\":null");
}

/* The longest name that a file may have, of bytes that take the most room. */
static void the_longest_place(void **state)
{
	struct capture_origin origin = {.host = HOST};
	struct json_context context = context_of(&origin);
	struct text text;

	(void)state;
	memset(origin.interface, '\n', sizeof(origin.interface) - 1);
	text_begin(&text);
	json_place(&text.out, &context, 0);
	assert_int_equal(text.out.length,
			 strlen(",\"point\":\"\",\"host\":\"" HOST "\"") + 6 * 255);
	assert_int_equal(output_error(&text.out), 0);
	json_context_free(&context);
}

static const struct vsock_flow example = {
    .number = 7,
    .first_ts = 1700000000 * S + 123456789,
    .client_cid = 3,
    .client_port = 1024,
    .server_cid = 2,
    .server_port = 80,
};

static const char *uid(const struct capture_origin *origin, const struct vsock_flow *flow)
{
	static char texts[4][UID_SIZE + 1]; /* so that calls may be compared */
	static unsigned next;
	const struct vsock_siphash_key key = uid_key(origin);
	char *text = texts[next++ % 4];

	uid_of_flow(text, &key, flow);
	return text;
}

/* The form of a UUID of version 8, with the time in front. */
static void form_of_uids(void **state)
{
	const char *text = uid(&origins[0], &example);

	(void)state;
	assert_int_equal(strlen(text), UID_SIZE);
	/* 1700000000123 ms, and 456 us. */
	assert_memory_equal(text, "018bcfe5-687b-81c8-", 19);
	assert_non_null(strchr("89ab", text[19]));
	assert_int_equal(text[23], '-');
	assert_int_equal(strspn(text, "0123456789abcdef-"), UID_SIZE);
	/* A change here is one that users see: uids of old files would differ. */
	assert_string_equal(text, "018bcfe5-687b-81c8-be3d-3958fdccf1ca");
}

static void what_uids_depend_on(void **state)
{
	struct capture_origin origin = origins[0];
	struct vsock_flow flow = example;

	(void)state;
	/* Not on roles, which may be a guess, nor on what a pcap file of microseconds loses. */
	flow.client_cid = 2;
	flow.client_port = 80;
	flow.server_cid = 3;
	flow.server_port = 1024;
	flow.first_ts -= 789;
	flow.number = 8;
	assert_string_equal(uid(&origin, &flow), uid(&origin, &example));

	flow = example;
	flow.client_port++;
	assert_string_not_equal(uid(&origin, &flow), uid(&origin, &example));
	flow = example;
	flow.client_cid++;
	assert_string_not_equal(uid(&origin, &flow), uid(&origin, &example));
	flow = example;
	flow.first_ts += 1000;
	assert_string_not_equal(uid(&origin, &flow), uid(&origin, &example));
	assert_string_not_equal(uid(&origins[1], &example), uid(&origin, &example));
	origin.host[0] = 'f';
	assert_string_not_equal(uid(&origins[0], &example), uid(&origin, &example));
	origin = origins[0];
	origin.boot[0] = '0';
	assert_string_not_equal(uid(&origins[0], &example), uid(&origin, &example));
}

/* Of two flows that look alike only the number differs. */
static void the_same_start(void **state)
{
	struct vsock_flow flow = example;

	(void)state;
	flow.marks = VSOCK_FLOW_SAME_START;
	assert_string_not_equal(uid(&origins[0], &flow), uid(&origins[0], &example));
	flow.number++;
	assert_string_not_equal(uid(&origins[0], &flow),
				uid(&origins[0], &(struct vsock_flow){
						     .number = 7,
						     .first_ts = example.first_ts,
						     .client_cid = 3,
						     .client_port = 1024,
						     .server_cid = 2,
						     .server_port = 80,
						     .marks = VSOCK_FLOW_SAME_START,
						 }));
}

/* Flows take each other's place among those that are kept, and findings have their flow's uid. */
static void uids_in_json(void **state)
{
	struct json_context context = context_of(origins);
	struct text text;

	(void)state;
	text_begin(&text);
	for (unsigned i = 0; i < 4 * JSON_UIDS; i++) {
		char wanted[64];
		struct vsock_flow flow = example;
		struct vsock_finding finding = {
		    .client_cid = 3,
		    .client_port = 1024,
		    .server_cid = 2,
		    .server_port = 80,
		    .flow_first_ts = example.first_ts,
		    .same_start = true,
		};

		flow.number = i / 2 * 5;
		flow.marks = VSOCK_FLOW_SAME_START;
		finding.flow = flow.number;
		snprintf(wanted, sizeof(wanted), ",\"uid\":\"%s\"", uid(&origins[0], &flow));
		json_flow_uid(&text.out, &context, &flow);
		assert_string_equal(text_take(&text), wanted);
		json_finding_uid(&text.out, &context, &finding);
		assert_string_equal(text_take(&text), wanted);
	}
	json_flow_uid(&text.out, &context, NULL);
	assert_string_equal(text_take(&text), ",\"uid\":null");
	json_finding_uid(&text.out, &context, &(struct vsock_finding){.flow = VSOCK_NO_FLOW});
	assert_string_equal(text_take(&text), ",\"uid\":null");
	json_context_free(&context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(times),          cmocka_unit_test(spans),
	    cmocka_unit_test(places),         cmocka_unit_test(the_longest_place),
	    cmocka_unit_test(form_of_uids),   cmocka_unit_test(what_uids_depend_on),
	    cmocka_unit_test(the_same_start), cmocka_unit_test(uids_in_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
