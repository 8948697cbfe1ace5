/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers core/duration.c: what is rounded, and that the unit is that of the rounded value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/duration.h"

#define US UINT64_C(1000)
#define MS (1000 * US)
#define S  (1000 * MS)

static void durations_are_rounded(void **state)
{
	static const struct {
		uint64_t nanoseconds;
		const char *text;
	} cases[] = {
	    {0, "0 us"},
	    {499, "0 us"},
	    {500, "1 us"},
	    {1 * US, "1 us"},
	    {85231, "85 us"},
	    {999 * US + 499, "999 us"},
	    {999 * US + 500, "1.00 ms"},
	    {1 * MS, "1.00 ms"},
	    {1 * MS + 235 * US, "1.24 ms"},
	    {9 * MS + 994 * US, "9.99 ms"},
	    {9 * MS + 995 * US, "10.0 ms"},
	    {99 * MS + 949 * US, "99.9 ms"},
	    {99 * MS + 950 * US, "100 ms"},
	    {999 * MS + 499 * US, "999 ms"},
	    {999 * MS + 500 * US, "1.00 s"},
	    {1 * S, "1.00 s"},
	    {9 * S + 995 * MS, "10.0 s"},
	    {29 * S + 949 * MS, "29.9 s"},
	    {29 * S + 999999 * US, "30.0 s"},
	    {30 * S - 1, "30.0 s"},
	    {30 * S, "30.0 s"},
	    {59 * S + 949 * MS, "59.9 s"},
	    {59 * S + 950 * MS, "1m00s"},
	    {59 * S + 960 * MS, "1m00s"},
	    {60 * S, "1m00s"},
	    {62 * S + 499 * MS, "1m02s"},
	    {3599 * S + 499 * MS, "59m59s"},
	    {3599 * S + 500 * MS, "1h00m"},
	    {3 * 3600 * S + 240 * S, "3h04m"},
	    {86370 * S, "1d00h"},
	    {51 * 3600 * S, "2d03h"},
	    {UINT64_MAX, "213503d23h"},
	};
	char text[VSOCK_DURATION_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length = vsock_duration_text(text, cases[i].nanoseconds, " ");

		assert_string_equal(text, cases[i].text);
		assert_int_equal(length, strlen(text));
	}
}

static void a_table_needs_no_gap(void **state)
{
	char text[VSOCK_DURATION_TEXT_MAX];

	(void)state;
	vsock_duration_text(text, 12 * S + 340 * MS, "");
	assert_string_equal(text, "12.3s");
	vsock_duration_text(text, 7 * US, "");
	assert_string_equal(text, "7us");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(durations_are_rounded),
	    cmocka_unit_test(a_table_needs_no_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
