/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/top/groups.c: flows by service and by machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/top/groups.h"

static struct top_groups groups;

static struct top_row row_of(uint32_t client, uint32_t server, uint32_t port, uint64_t rate)
{
	return (struct top_row){
	    .flow = {.client_cid = client,
		     .server_cid = server,
		     .server_port = port,
		     .state = VSOCK_FLOW_ESTABLISHED,
		     .side = {{.bytes = 100}, {.bytes = 7}}},
	    .rate = {rate, 1},
	    .rate_known = true,
	};
}

static void add(uint32_t client, uint32_t server, uint32_t port, uint64_t rate)
{
	struct top_row row = row_of(client, server, port, rate);

	top_groups_add(&groups, &row);
}

static void services_have_the_sums_of_their_flows(void **state)
{
	struct top_row refused = row_of(5, 2, 80, 0);
	const struct top_group *first;

	(void)state;
	refused.flow.state = VSOCK_FLOW_REFUSED;
	refused.ended = true;
	top_groups_clear(&groups, TOP_BY_SERVICE);
	add(3, 2, 80, 10);
	add(4, 2, 80, 20);
	add(3, 2, 443, 25);
	top_groups_add(&groups, &refused);
	top_groups_sort(&groups, false);
	assert_int_equal(groups.count, 2);
	first = top_groups_row(&groups, 0);
	assert_int_equal(first->port, 80);
	assert_int_equal(first->flows, 3);
	assert_int_equal(first->open, 2);
	assert_int_equal(first->refused, 1);
	assert_int_equal(first->rate[0], 30);
	assert_int_equal(first->rate[1], 3);
	assert_int_equal(first->bytes[0], 300);
	assert_int_equal(first->bytes[1], 21);
}

/* A machine has what it sent first, whichever side it was; a loopback flow counts once. */
static void machines_have_what_they_sent(void **state)
{
	(void)state;
	top_groups_clear(&groups, TOP_BY_MACHINE);
	add(3, 2, 80, 10);
	add(1, 1, 80, 1000);
	top_groups_sort(&groups, false);
	assert_int_equal(groups.count, 3);
	assert_int_equal(top_groups_row(&groups, 0)->cid, 1);
	assert_int_equal(top_groups_row(&groups, 0)->flows, 1);
	assert_int_equal(top_groups_row(&groups, 1)->cid, 2);
	assert_int_equal(top_groups_row(&groups, 1)->rate[0], 1);
	assert_int_equal(top_groups_row(&groups, 1)->rate[1], 10);
	assert_int_equal(top_groups_row(&groups, 2)->cid, 3);
	assert_int_equal(top_groups_row(&groups, 2)->rate[0], 10);
}

static void a_stalled_group_comes_first(void **state)
{
	struct top_row stalled = row_of(3, 2, 443, 0);

	(void)state;
	stalled.credit.full_ns = TOP_STUCK;
	top_groups_clear(&groups, TOP_BY_SERVICE);
	add(3, 2, 80, 10);
	top_groups_add(&groups, &stalled);
	top_groups_sort(&groups, false);
	assert_int_equal(top_groups_row(&groups, 0)->port, 443);
	top_groups_sort(&groups, true);
	assert_int_equal(top_groups_row(&groups, 0)->port, 443);
}

static void the_number_of_groups_is_limited(void **state)
{
	uint64_t flows = 0;

	(void)state;
	top_groups_clear(&groups, TOP_BY_SERVICE);
	for (uint32_t i = 0; i < TOP_GROUPS_MAX + 100; i++)
		add(3, 2, i, 1);
	add(3, 2, 0, 1);
	assert_int_equal(groups.count, TOP_GROUPS_MAX);
	assert_int_equal(groups.others.flows, 100);
	top_groups_sort(&groups, false);
	for (uint32_t i = 0; i < groups.count; i++)
		flows += top_groups_row(&groups, i)->flows;
	assert_int_equal(flows, TOP_GROUPS_MAX + 1);
}

static void a_row_fits_its_heading(void **state)
{
	static const struct print_settings settings = {.numbers = true};
	struct text text;

	(void)state;
	top_groups_clear(&groups, TOP_BY_SERVICE);
	add(3, 2, 80, 12345678);
	top_groups_sort(&groups, false);
	text_begin(&text);
	top_groups_print_heading(&text.out, &groups, false, 80);
	assert_string_equal(text_take(&text),
			    "   service                         flows    open refused "
			    "stalled     >/s     </s");
	top_groups_print_row(&text.out, &groups, top_groups_row(&groups, 0), &settings, false, 80);
	assert_string_equal(text_take(&text),
			    "   2:80                                1       1       0 "
			    "      0   12.3M       1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(services_have_the_sums_of_their_flows),
	    cmocka_unit_test(machines_have_what_they_sent),
	    cmocka_unit_test(a_stalled_group_comes_first),
	    cmocka_unit_test(the_number_of_groups_is_limited),
	    cmocka_unit_test(a_row_fits_its_heading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
