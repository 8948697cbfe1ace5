/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers core/siphash.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/siphash.h"

/*
 * Answers of an independent implementation. With two and four rounds, it also gives the published
 * test vectors of SipHash-2-4.
 */
static void known_answers(void **state)
{
	const struct vsock_siphash_key key = {UINT64_C(0x0706050403020100),
					      UINT64_C(0x0f0e0d0c0b0a0908)};
	const uint64_t words[3] = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908),
				   UINT64_C(0x1716151413121110)};

	(void)state;
	assert_int_equal(vsock_siphash(&key, words, 0), UINT64_C(0xabac0158050fc4dc));
	assert_int_equal(vsock_siphash(&key, words, 1), UINT64_C(0x369095118d299a8e));
	assert_int_equal(vsock_siphash(&key, words, 3), UINT64_C(0xf464aeb267349c8c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(known_answers)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
