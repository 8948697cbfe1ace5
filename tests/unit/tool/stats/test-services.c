/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/stats/services.c: the sums of each server, their order, and their number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tool/stats/services.h"

static void add(struct services *services, uint32_t cid, uint32_t port, uint64_t bytes,
		enum vsock_flow_state state)
{
	struct vsock_flow flow = {.client_cid = 9,
				  .server_cid = cid,
				  .client_port = 1024,
				  .server_port = port,
				  .state = (uint8_t)state,
				  .first_ts = 1000,
				  .response_ts = 1000 + bytes};

	flow.side[VSOCK_CLIENT].bytes = bytes;
	flow.side[VSOCK_SERVER].packets = 2;
	services_add(services, &flow, 0);
}

static void most_bytes_then_trouble(void **state)
{
	struct services services = {0}, more = {0};

	(void)state;
	add(&services, 3, 80, 5, VSOCK_FLOW_CLOSED);
	add(&services, 2, 22, 0, VSOCK_FLOW_CLOSED);
	add(&services, 3, 22, 0, VSOCK_FLOW_REFUSED);
	add(&more, 2, 80, 3, VSOCK_FLOW_CLOSED);
	add(&more, 3, 80, 1, VSOCK_FLOW_CLOSED);
	services_merge(&services, &more);
	services_sort(&services);
	assert_int_equal(services.count, 4);
	assert_int_equal(services.sorted[0].cid, 3);
	assert_int_equal(services.sorted[0].port, 80);
	assert_int_equal(services.sorted[0].flows, 2);
	assert_int_equal(services.sorted[0].packets, 4);
	assert_int_equal(services.sorted[0].bytes[VSOCK_CLIENT], 6);
	assert_int_equal(services.sorted[0].setups.count, 2);
	assert_int_equal(services.sorted[1].port, 80);
	/* Both of the others have no bytes. One was refused. */
	assert_int_equal(services.sorted[2].cid, 3);
	assert_int_equal(services.sorted[2].refused, 1);
	assert_int_equal(services.sorted[2].troubled, 1);
	assert_int_equal(services.sorted[3].cid, 2);
	assert_int_equal(services.sorted[3].troubled, 0);
	services_free(&services);
	services_free(&more);
}

static void stalls_that_last_end_now(void **state)
{
	struct services services = {0};
	struct vsock_flow flow = {.state = VSOCK_FLOW_ESTABLISHED, .state_ts = 7000};

	(void)state;
	flow.side[VSOCK_SERVER].marks = VSOCK_SIDE_STALLED;
	flow.side[VSOCK_SERVER].last_data_ts = 5000;
	flow.stalls[VSOCK_CLIENT].blocked_us = 10;
	services_add(&services, &flow, 9000);
	assert_int_equal(services.sorted[0].stall_us, 14);
	/* The end of a flow ends its stall. */
	flow.state = VSOCK_FLOW_RESET;
	services_add(&services, &flow, 9000);
	assert_int_equal(services.sorted[0].stall_us, 26);
	services_free(&services);
}

static void what_has_no_room_is_summed_up(void **state)
{
	struct services services = {0};

	(void)state;
	for (uint32_t port = 0; port < SERVICES_MAX + 5; port++)
		add(&services, 2, port, 1, VSOCK_FLOW_CLOSED);
	assert_int_equal(services.count, SERVICES_MAX);
	assert_int_equal(services.others.flows, 5);
	assert_int_equal(services.others.bytes[VSOCK_CLIENT], 5);
	assert_int_equal(services.others.setups.count, 5);
	services_free(&services);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(most_bytes_then_trouble),
	    cmocka_unit_test(stalls_that_last_end_now),
	    cmocka_unit_test(what_has_no_room_is_summed_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
