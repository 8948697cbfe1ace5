/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/print/flow-line.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/print/flow-line.h"

#define SECOND UINT64_C(1000000000)

static const struct vsock_flow echo = {
    .number = 1,
    .client_cid = 3,
    .client_port = 49152,
    .server_cid = 2,
    .server_port = 22,
    .type = VSOCK_TYPE_STREAM,
    .state = VSOCK_FLOW_CLOSED,
    .first_ts = SECOND,
    .last_ts = 63 * SECOND,
    .response_ts = SECOND + 1234567,
    .history = 0xfc30, /* REQUEST, RESPONSE, SHUTDOWN of both, RST */
    .events = 1u << 0 | 1u << 3 | 1u << 12 | 1u << 15,
    .side = {{.packets = 4, .bytes = 6}, {.packets = 5, .bytes = 3000000}},
};

static const struct vsock_flow lonely = {
    .number = 12,
    .client_cid = 4294967294,
    .client_port = 4294967295,
    .server_cid = 7,
    .server_port = 9,
    .type = 77,
    .state = VSOCK_FLOW_ESTABLISHED,
    .marks = VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_ROLES_GUESSED,
    .first_ts = SECOND,
    .last_ts = SECOND,
    .side = {{.packets = 1}},
};

static void columns_are_as_wide_as_the_rows(void **state)
{
	struct print_settings settings = {.verbose = 0};
	struct flow_columns columns = {.headed = false};
	struct text text;

	(void)state;
	text_begin(&text);
	flow_line_measure(&columns, &settings, &echo, 0);
	flow_line_measure(&columns, &settings, &lonely, 0);
	flow_line_print_heading(&text.out, &columns);
	flow_line_print(&text.out, &columns, &settings, &echo, 0);
	flow_line_print(&text.out, &columns, &settings, &lonely, 0);
	assert_string_equal(
	    text_take(&text),
	    "flow  client                 server   type    state        history  packets>  "
	    "<packets  bytes>   <bytes  duration  handshake\n"
	    "   1  3:49152                host:22  STREAM  closed       QpFr            4  "
	    "       5       6  3000000     1m02s     1.23ms\n"
	    "  12  4294967294:4294967295  7:9      77      established                  1  "
	    "       0       0        0       0us          -  start not seen, roles guessed\n");
	assert_true(columns.headed);
}

static const char *narrow_table(struct text *text, unsigned width, enum flow_sort sort)
{
	struct print_settings settings = {.numbers = true};
	struct flow_columns columns = {.sort = sort};

	text_begin(text);
	text->out.columns = width;
	flow_line_measure(&columns, &settings, &echo, 0);
	flow_line_measure(&columns, &settings, &lonely, 0);
	flow_line_print_heading(&text->out, &columns);
	flow_line_print(&text->out, &columns, &settings, &lonely, 0);
	flow_line_print_hidden(&text->out, &columns);
	return text_take(text);
}

static void columns_of_least_use_leave_a_narrow_terminal(void **state)
{
	struct text text;

	(void)state;
	assert_string_equal(
	    narrow_table(&text, 80, FLOW_SORT_NUMBER),
	    "flow  client                 server  state        bytes>   <bytes  duration\n"
	    "  12  4294967294:4294967295  7:9     established       0        0       0us\n"
	    "      start not seen, roles guessed\n"
	    "no room for: type, history, packets>, <packets, handshake (--wide shows all)\n");
	/* The column that flows are sorted by stays. */
	assert_string_equal(narrow_table(&text, 55, FLOW_SORT_HANDSHAKE),
			    "flow  client                 server  handshake\n"
			    "  12  4294967294:4294967295  7:9             -\n"
			    "      start not seen, roles guessed\n"
			    "no room for: type, state, history, packets>, <packets,\n"
			    "  bytes>, <bytes, duration (--wide shows all)\n");
	/* Ports stay whole even if they do not fit: the row is wrapped. */
	assert_string_equal(narrow_table(&text, 30, FLOW_SORT_STALL),
			    "flow  client\n"
			    "      server  stall\n"
			    "  12  4294967294:4294967295\n"
			    "      7:9       0us\n"
			    "      start not seen, roles\n"
			    "      guessed\n"
			    "no room for: type, state,\n"
			    "  history, packets>, <packets,\n"
			    "  bytes>, <bytes, duration,\n"
			    "  handshake (--wide shows all)\n");
}

static void a_file_has_all_columns(void **state)
{
	struct text text;

	(void)state;
	assert_null(strstr(narrow_table(&text, 0, FLOW_SORT_NUMBER), "no room"));
	assert_null(strstr(narrow_table(&text, 200, FLOW_SORT_NUMBER), "no room"));
	assert_null(strstr(narrow_table(&text, 0, FLOW_SORT_NUMBER), "stall"));
	assert_non_null(strstr(narrow_table(&text, 0, FLOW_SORT_STALL), "handshake  stall"));
}

static void an_unanswered_request_times_out(void **state)
{
	struct print_settings settings = {.numbers = true};
	struct flow_columns columns = {.headed = false};
	struct vsock_flow flow = echo;
	struct text text;

	(void)state;
	flow.state = VSOCK_FLOW_REQUESTED;
	text_begin(&text);
	flow_line_print(&text.out, &columns, &settings, &flow, 2 * SECOND);
	assert_non_null(strstr(text_take(&text), "STREAM  requested  QpFr  4"));
	flow_line_print(&text.out, &columns, &settings, &flow, 4 * SECOND);
	assert_non_null(strstr(text_take(&text), "STREAM  timed-out  QpFr  4"));
}

static void the_longest_row_fits(void **state)
{
	static const char longest[] =
	    "a123456789012345678901234567890123456789012345678901234567890.-";
	struct vsock_cid_names *names = vsock_cid_names_new();
	struct print_settings settings = {.names = names};
	struct flow_columns columns = {.headed = false};
	struct vsock_flow flow = {
	    .number = UINT64_MAX,
	    .client_cid = 3,
	    .client_port = UINT32_MAX,
	    .server_cid = 3,
	    .server_port = UINT32_MAX,
	    .type = UINT16_MAX,
	    .state = VSOCK_FLOW_SUPERSEDED,
	    .marks = 0xff,
	    .first_ts = 1,
	    .last_ts = UINT64_MAX,
	    .response_ts = INT64_MAX,
	    .side = {{.packets = UINT64_MAX, .bytes = UINT64_MAX},
		     {.packets = UINT64_MAX, .bytes = UINT64_MAX}},
	};
	struct text text;
	const char *row;

	(void)state;
	assert_int_equal(sizeof(longest) - 1, VSOCK_CID_NAME_LEN);
	assert_int_equal(vsock_cid_names_add(names, 3, longest), VSOCK_CID_NAMES_OK);
	text_begin(&text);
	flow_line_print(&text.out, &columns, &settings, &flow, 0);
	row = text_take(&text);
	assert_memory_equal(row, "18446744073709551615  a123", 26);
	assert_non_null(strstr(row, "RESPONSE before REQUEST, packets missing\n"));
	vsock_cid_names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(columns_are_as_wide_as_the_rows),
	    cmocka_unit_test(columns_of_least_use_leave_a_narrow_terminal),
	    cmocka_unit_test(a_file_has_all_columns),
	    cmocka_unit_test(an_unanswered_request_times_out),
	    cmocka_unit_test(the_longest_row_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
