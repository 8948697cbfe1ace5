/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers pcap-vsockmon/filter/condition*.c, lower*.c and emit*.c.
 *
 * Optimized programs have the promised length, and long ones are right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pcap-vsockmon/filter/accepts.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tests/unit/frame.h"

static struct bpf_program compiled(const char *expression, int optimise)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	struct bpf_program program;

	if (pcap_vsockmon_compile(&program, expression, optimise, NULL, NULL, errbuf) != 0)
		fail_msg("%s: %s", expression, errbuf);
	if (!bpf_validate(program.bf_insns, (int)program.bf_len))
		fail_msg("%s: invalid program", expression);
	return program;
}

/* The same question, asked in a longer way, is the same program. */
static void tests_of_one_field_are_joined(void **state)
{
	static const char *const pairs[][2] = {
	    {"len > 5 and len > 3", "len > 5"},
	    {"len > 5 or len > 3", "len > 3"},
	    {"src port 22 and src port 80", "2 < 1"},
	    {"not not port 22", "port 22"},
	    {"not (port 22 and not port 80)", "not port 22 or port 80"},
	    {"portrange 5-9 or port 10 or portrange 8-20", "portrange 5-20"},
	    {"src port != 5 and src port != 6", "not (src port 5 or src port 6)"},
	    {"port 80 or 22 or 443", "port 443 or 22 or 80"},
	    {"port 22 or (80 or 443)", "port 22 or 80 or 443"},
	    {"len > 3 - 1", "len > 2"},
	    {"flags = 5 and port 22 and flags < 6", "flags = 5 and port 22"},
	    {"port >= 0", ""},
	    {"flags = 5 or flags >= 0", "flags >= 0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct bpf_program one = compiled(pairs[i][0], 1);
		struct bpf_program other = compiled(pairs[i][1], 1);

		if (one.bf_len != other.bf_len ||
		    memcmp(one.bf_insns, other.bf_insns, one.bf_len * sizeof(*one.bf_insns)) != 0)
			fail_msg("%s: not the program of: %s", pairs[i][0], pairs[i][1]);
		pcap_freecode(&one);
		pcap_freecode(&other);
	}
}

/* A change that makes one of them longer should be noticed; one that makes it shorter, too. */
static void common_programs_are_short(void **state)
{
	static const struct {
		const char *expression;
		unsigned length;
	} lengths[] = {
	    {"", 1},
	    {"port 22", 6},
	    {"not port 22", 6},
	    {"src port 22", 4},
	    {"port 22 or 80 or 443", 10},
	    {"cid 3", 10},
	    {"guest", 14},
	    {"op connect", 4},
	    {"op rw", 14},
	    {"not op rw", 14},
	    {"len > 0", 14},
	    {"len >= 4096", 19},
	    {"eom", 26},
	    {"src port = dst port", 28},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct bpf_program program = compiled(lengths[i].expression, 1);

		if (program.bf_len != lengths[i].length)
			fail_msg("%s: %u instructions", lengths[i].expression, program.bf_len);
		pcap_freecode(&program);
	}
}

#define PORTS  700
#define RANGES 300

static bool accepts(const struct bpf_program *program, uint32_t src, uint32_t dst)
{
	struct frame frame = FRAME(3, 2, src, dst, VSOCK_OP_RW);
	uint8_t bytes[FRAME_HEADERS];

	frame_write(bytes, &frame);
	return filter_accepts(program, bytes, sizeof(bytes), sizeof(bytes));
}

/* Each of hundreds of ports is found, but no port next to them. Jumps reach at most 255. */
static void hundreds_of_ports(void **state)
{
	char *expression = malloc(PORTS * 16);
	char *at = expression;

	(void)state;
	assert_non_null(expression);
	at += sprintf(at, "not (port ");
	for (uint32_t i = 0; i < PORTS; i++)
		at += sprintf(at, "%s%u", i ? " or " : "", 1000 + 123 * i);
	sprintf(at, ") and op rw");
	for (int optimise = 0; optimise < 2; optimise++) {
		struct bpf_program program = compiled(expression, optimise);

		for (uint32_t i = 0; i < PORTS; i++) {
			uint32_t port = 1000 + 123 * i;

			assert_false(accepts(&program, port, 22));
			assert_false(accepts(&program, 22, port));
			assert_true(accepts(&program, port + 1, port - 1));
		}
		pcap_freecode(&program);
	}
	free(expression);
}

static void hundreds_of_ranges(void **state)
{
	char *expression = malloc(RANGES * 32);
	char *at = expression;
	struct bpf_program program;

	(void)state;
	assert_non_null(expression);
	at += sprintf(at, "src portrange ");
	for (uint32_t i = 0; i < RANGES; i++)
		at += sprintf(at, "%s%u-%u", i ? " or " : "", 777 * i + 5, 777 * i + 500);
	program = compiled(expression, 1);
	for (uint32_t i = 0; i < RANGES; i++) {
		assert_false(accepts(&program, 777 * i + 4, 0));
		assert_true(accepts(&program, 777 * i + 5, 0));
		assert_true(accepts(&program, 777 * i + 256, 0));
		assert_true(accepts(&program, 777 * i + 500, 0));
		assert_false(accepts(&program, 777 * i + 501, 0));
	}
	pcap_freecode(&program);
	free(expression);
}

/* Every kind of comparison at every bound of a byte, against the numbers around it. */
static void bounds_of_bytes(void **state)
{
	static const char *const relations[] = {"=", "!=", "<", "<=", ">", ">="};
	static const uint32_t bounds[] = {
	    0,       1,         0x7f,       0x80,       0xff,       0x100,     0x101,
	    0xffff,  0x10000,   0x10100,    0xfffe,     0xffffff,   0x1000000, 0x1000003,
	    0x20005, 0x1020300, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
	size_t count = sizeof(bounds) / sizeof(bounds[0]);

	(void)state;
	for (size_t r = 0; r < 6; r++) {
		for (size_t i = 0; i < count; i++) {
			char expression[64];
			struct bpf_program program;

			snprintf(expression, sizeof(expression), "src port %s %u", relations[r],
				 bounds[i]);
			program = compiled(expression, 1);
			for (size_t j = 0; j < 3 * count; j++) {
				uint32_t port = bounds[j / 3] + (uint32_t)(j % 3) - 1;
				bool wanted[] = {port == bounds[i], port != bounds[i],
						 port<bounds[i], port <= bounds[i], port> bounds[i],
						 port >= bounds[i]};

				if (accepts(&program, port, 5) != wanted[r])
					fail_msg("%s: %u", expression, port);
			}
			pcap_freecode(&program);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tests_of_one_field_are_joined),
	    cmocka_unit_test(common_programs_are_short),
	    cmocka_unit_test(hundreds_of_ports),
	    cmocka_unit_test(hundreds_of_ranges),
	    cmocka_unit_test(bounds_of_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
