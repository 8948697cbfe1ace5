/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/run/host.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/run/host.h"

/* The first half of: printf 'vsockdump host 00112233445566778899aabbccddeeff' | sha256sum */
#define HASHED "b907e3257053bfdba2d8b3012f2de743"

static const char *host(const char *purpose, const char *text)
{
	static char id[CAPTURE_ID_MAX];

	host_hash(id, purpose, text);
	return id;
}

static void ids(void **state)
{
	static const char *const equal[] = {
	    "00112233445566778899aabbccddeeff",
	    "00112233445566778899aabbccddeeff\n",
	    "00112233-4455-6677-8899-aabbccddeeff\n",
	    "00112233445566778899AABBCCDDEEFF",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(equal) / sizeof(equal[0]); i++)
		assert_string_equal(host("host", equal[i]), HASHED);
	assert_string_not_equal(host("boot", equal[0]), HASHED);
	assert_int_equal(strlen(host("boot", equal[0])), 32);
}

static void what_is_no_id(void **state)
{
	static const char *const texts[] = {
	    "",
	    "\n",
	    "uninitialized\n",
	    "0011",
	    "00112233445566778899aabbccddeeff0",
	    "00112233445566778899aabbccddeefg",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_string_equal(host("host", texts[i]), "");
}

/* Linux always has a boot id. */
static void this_host(void **state)
{
	struct capture_origin a = {.host = "x"};
	struct capture_origin b;

	(void)state;
	host_identify(&a);
	host_identify(&b);
	assert_int_equal(strlen(a.boot), 32);
	assert_string_equal(a.boot, b.boot);
	assert_string_equal(a.host, b.host);
	assert_true(strlen(a.host) == 0 || strlen(a.host) == 32);
	assert_string_not_equal(a.host, a.boot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ids),
	    cmocka_unit_test(what_is_no_id),
	    cmocka_unit_test(this_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
