/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/mode/flow-totals.c: the sums of each CID and server port. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/mode/flow-totals.h"

static void add(struct flow_totals *totals, uint32_t client, uint32_t server, uint32_t port,
		uint64_t out, uint64_t in)
{
	struct vsock_flow flow = {
	    .client_cid = client, .server_cid = server, .client_port = 1024, .server_port = port};

	flow.side[VSOCK_CLIENT].bytes = out;
	flow.side[VSOCK_SERVER].bytes = in;
	flow_totals_add(totals, &flow);
}

static void sums_of_both_directions(void **state)
{
	struct flow_totals totals = {0};
	struct flow_totals early = {0};
	struct print_settings settings = {.numbers = true};
	struct text text;

	(void)state;
	text_begin(&text);
	add(&early, 3, 2, 22, 10, 5);
	flow_totals_print(&text.out, &settings, &early);
	assert_string_equal(text_take(&text), "");
	add(&totals, 2, 3, 80, 1, 100000);
	/* Within one machine, a flow counts once. */
	add(&totals, 1, 1, 22, 7, 0);
	flow_totals_merge(&totals, &early);
	flow_totals_print(&text.out, &settings, &totals);
	assert_string_equal(text_take(&text), "\n"
					      "CID  flows    sent  received\n"
					      "2        2       6    100010\n"
					      "3        2  100010         6\n"
					      "1        1       7         7\n"
					      "\n"
					      "server port  flows  bytes>  <bytes\n"
					      "80               1       1  100000\n"
					      "22               2      17       5\n");
	flow_totals_free(&totals);
	flow_totals_free(&early);
}

/* Each port has a flow with one byte; a terminal shows the first of them, a file all. */
static void what_has_no_room_is_summed_up(void **state)
{
	static char room[1 << 20];
	struct flow_totals totals = {0};
	struct print_settings settings = {.numbers = true};
	struct output out;

	(void)state;
	for (uint32_t port = 0; port < FLOW_TOTALS_MAX + 5; port++)
		add(&totals, 3, 2, port, 1, 0);
	output_memory(&out, room, sizeof(room));
	out.columns = 80;
	flow_totals_print(&out, &settings, &totals);
	output_char(&out, '\0');
	assert_non_null(strstr(room, "\n19               1       1       0\n"
				     "others        4081    4081       0\n"));
	output_memory(&out, room, sizeof(room));
	flow_totals_print(&out, &settings, &totals);
	output_char(&out, '\0');
	assert_non_null(strstr(room, "\n4095             1       1       0\n"
				     "others           5       5       0\n"));
	flow_totals_free(&totals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sums_of_both_directions),
	    cmocka_unit_test(what_has_no_room_is_summed_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
