/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/run/direction.c.
 *
 * Which packets -Q takes, on a host, in a guest, and in a guest that has guests itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pcap-vsockmon/filter/accepts.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tests/unit/frame.h"
#include "tool/run/direction.h"

static bool takes(enum direction direction, uint32_t own, uint64_t from, uint64_t to)
{
	struct frame frame = FRAME(from, to, 1024, 22, VSOCK_OP_RST);
	char expression[DIRECTION_EXPRESSION_MAX];
	uint8_t bytes[FRAME_HEADERS];
	char error[PCAP_ERRBUF_SIZE];
	struct bpf_program program;
	bool taken;

	frame_write(bytes, &frame);
	direction_expression(direction, own, expression);
	if (pcap_vsockmon_compile(&program, expression, 1, NULL, NULL, error) != 0)
		fail_msg("%s: %s", expression, error);
	taken = filter_accepts(&program, bytes, sizeof(bytes), sizeof(bytes));
	pcap_freecode(&program);
	return taken;
}

static void each_packet_has_a_direction(void **state)
{
	static const struct {
		uint32_t own;
		uint64_t from, to;
		bool in, out;
	} packets[] = {
	    /* A host and its guest. */
	    {2, 3, 2, true, false},
	    {2, 2, 3, false, true},
	    /* A guest and its host. */
	    {3, 2, 3, true, false},
	    {3, 3, 2, false, true},
	    /* A guest, 3, that is the host of guest 7: CID 2 is itself there. */
	    {3, 7, 2, true, false},
	    {3, 2, 7, false, true},
	    /* Loopback. */
	    {1, 1, 1, true, true},
	    {1, 1, 2, true, true},
	    {2, 1, 1, true, true},
	    {2, 1, 2, true, true},
	    {3, 1, 1, true, true},
	    {3, 1, 3, true, true},
	    /* Of others. */
	    {2, 4, 5, false, false},
	    {3, 4, 5, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
		if (takes(DIRECTION_IN, packets[i].own, packets[i].from, packets[i].to) !=
		    packets[i].in)
			fail_msg("packet %zu: wrong about in", i);
		if (takes(DIRECTION_OUT, packets[i].own, packets[i].from, packets[i].to) !=
		    packets[i].out)
			fail_msg("packet %zu: wrong about out", i);
	}
}

/* The longest expression is whole. */
static void the_largest_cid_fits(void **state)
{
	(void)state;
	assert_true(takes(DIRECTION_IN, UINT32_MAX - 1, 2, UINT32_MAX - 1));
	assert_true(takes(DIRECTION_OUT, UINT32_MAX - 1, UINT32_MAX - 1, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_packet_has_a_direction),
	    cmocka_unit_test(the_largest_cid_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
