/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers core/kernel.c.
 *
 * Which kernels are known to deliver wrong payload.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/kernel.h"

static void doubts_these_kernels(void **state)
{
	static const char *const doubted[] = {
	    "Linux 6.7.0",
	    "Linux 6.7",
	    "Linux 6.8.0-31-generic",
	    "Linux 6.11.11",
	    "Linux 6.12.43+deb13-amd64",
	    "Linux 6.12.89",
	    "Linux 6.13.0",
	    "Linux 6.17.13",
	    "Linux 6.18.31",
	    "Linux 6.19.14-arch1-1",
	    "Linux 6.19-rc1",
	    "Linux 7.0.0",
	    "Linux 7.0.7+deb13-amd64",
	    "Linux 7.0.8",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(doubted) / sizeof(doubted[0]); i++)
		if (!vsock_kernel_payload(doubted[i]).unreliable)
			fail_msg("%s is not doubted", doubted[i]);
}

static void doubts_no_others(void **state)
{
	static const char *const sound[] = {
	    "",
	    "Linux",
	    "Linux ",
	    "Linux 6",
	    "Linux 6.",
	    "Linux six.8",
	    "linux 6.8.0",
	    "FreeBSD 6.8.0",
	    "6.8.0",
	    "Linux 4.19.0",
	    "Linux 5.15.0-100-generic",
	    "Linux 6.1.0-56-amd64",
	    "Linux 6.6.140",
	    "Linux 6.12.90",
	    "Linux 6.12.1000",
	    "Linux 6.18.32",
	    "Linux 6.20.0", /* never released */
	    "Linux 7.0.9",
	    "Linux 7.0.13+deb13-amd64",
	    "Linux 7.1.0",
	    "Linux 7.8.0",
	    "Linux 60.8.0",
	    "Linux 6.80000000000000000000000000.0",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++)
		if (vsock_kernel_payload(sound[i]).unreliable)
			fail_msg("%s is doubted", sound[i]);
}

static void knows_the_linear_limit(void **state)
{
	(void)state;
	assert_int_equal(vsock_kernel_payload("Linux 6.12.63").linear_max, 0);
	assert_int_equal(vsock_kernel_payload("Linux 6.12.64").linear_max, 32404);
	assert_int_equal(vsock_kernel_payload("Linux 6.12.90").linear_max, 0);
	assert_int_equal(vsock_kernel_payload("Linux 6.16.12").linear_max, 0);
	assert_int_equal(vsock_kernel_payload("Linux 6.17.0").linear_max, 32404);
	assert_int_equal(vsock_kernel_payload("Linux 7.0.8").linear_max, 32404);
	assert_int_equal(vsock_kernel_payload("Linux 7.0.9").linear_max, 0);
}

static void recognizes_wrong_bytes(void **state)
{
	static const uint8_t zeros[100];
	static const uint8_t text[100] = {[99] = 'x'};
	struct vsock_kernel_payload all = vsock_kernel_payload("Linux 6.12.88");
	struct vsock_kernel_payload small = vsock_kernel_payload("Linux 6.8.0");
	struct vsock_kernel_payload right = vsock_kernel_payload("Linux 7.1.0");

	(void)state;
	assert_true(vsock_kernel_payload_is_wrong(&all, 100, zeros, 100));
	assert_true(vsock_kernel_payload_is_wrong(&all, 1, zeros, 1));
	assert_true(vsock_kernel_payload_is_wrong(&all, 32405, text, 100));
	assert_false(vsock_kernel_payload_is_wrong(&all, 32404, text, 100));
	assert_true(vsock_kernel_payload_is_wrong(&small, 100, zeros, 100));
	assert_false(vsock_kernel_payload_is_wrong(&small, 65536, text, 100));
	assert_false(vsock_kernel_payload_is_wrong(&right, 65536, zeros, 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(doubts_these_kernels),
	    cmocka_unit_test(doubts_no_others),
	    cmocka_unit_test(knows_the_linear_limit),
	    cmocka_unit_test(recognizes_wrong_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
