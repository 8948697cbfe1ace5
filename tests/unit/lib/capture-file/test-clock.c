/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/time-units.h"
#include "lib/capture-file/clock.h"

#define S          NANOSECONDS_PER_SECOND
#define LAST_WHOLE ((UINT64_MAX / S - 1) * S)

struct conversion {
	uint8_t resolution;
	int64_t offset;
	uint64_t count;
	uint64_t ns;
};

static const struct conversion conversions[] = {
    /* powers of ten, coarser and finer than a nanosecond */
    {6, 0, 1700000000123456, 1700000000123456000},
    {9, 0, 1700000000123456789, 1700000000123456789},
    {3, 0, 1700000000123, 1700000000123000000},
    {0, 0, 1700000000, 1700000000 * S},
    {12, 0, 1700000000123456, 1700000000123},
    {19, 0, 15000000000000000000u, 1500000000},
    {20, 0, UINT64_MAX, 184467440},
    {28, 0, UINT64_MAX, 1},
    {29, 0, UINT64_MAX, 0},
    {127, 0, UINT64_MAX, 0},
    /* the ends of the short way */
    {6, 0, 0, 0},
    {6, 0, UINT64_MAX / 1000 - 1, (UINT64_MAX / 1000 - 1) * 1000},
    {9, 0, UINT64_MAX / S *S - S - 1, UINT64_MAX / S *S - S - 1},
    /* powers of two */
    {0x80 | 0, 0, 1700000000, 1700000000 * S},
    {0x80 | 1, 0, 3, S + S / 2},
    {0x80 | 10, 0, 1024 * 7 + 1, 7 * S + 976562},
    {0x80 | 20, 0, (UINT64_C(1700000000) << 20) + 1, 1700000000 * S + 953},
    {0x80 | 32, 0, (UINT64_C(1700000000) << 32) + (1u << 31), 1700000000 * S + S / 2},
    {0x80 | 34, 0, (UINT64_C(1) << 34) - 1, S - 1},
    {0x80 | 63, 0, (UINT64_C(1) << 63) + (UINT64_C(1) << 62), S + S / 2},
    {0x80 | 64, 0, UINT64_C(1) << 63, S / 2},
    {0x80 | 98, 0, UINT64_MAX, 0},
    {0x80 | 127, 0, UINT64_MAX, 0},
    /* offsets */
    {6, 1000, 0, 1000 * S},
    {6, 1000, 5, 1000 * S + 5000},
    {9, -1, 1500000000, 500000000},
    {0, -1700000000, 1700000001, S},
};

/* Before 1970 or after 2554: the result is a limit. */
static const struct conversion beyond[] = {
    {6, -1, 500000, 0},
    {6, INT64_MIN, UINT64_MAX, 0},
    {6, INT64_MAX, 1, LAST_WHOLE},
    {0, INT64_MAX, UINT64_MAX, LAST_WHOLE},
    {0, 0, UINT64_MAX, LAST_WHOLE},
};

static void assert_converts(const struct conversion *c, bool fits)
{
	struct capture_clock clock = capture_clock(c->resolution, c->offset);
	uint64_t ns;

	assert_int_equal(capture_clock_ns(&clock, c->count, &ns), fits);
	assert_int_equal(ns, c->ns);
}

static void converts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(conversions) / sizeof(conversions[0]); i++)
		assert_converts(&conversions[i], true);
	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++)
		assert_converts(&beyond[i], false);
}

/* Both ways give the same wherever the short one applies. */
static void ways_agree(void **state)
{
	(void)state;
	for (uint8_t resolution = 0; resolution <= 9; resolution++) {
		struct capture_clock clock = capture_clock(resolution, 0);
		for (uint64_t count = 1; count < clock.fast_end / 3; count = count * 3 + 1) {
			uint64_t fast, slow;
			assert_true(capture_clock_ns(&clock, count, &fast));
			assert_true(capture_clock_long_way(&clock, count, &slow));
			assert_int_equal(fast, slow);
		}
	}
}

static void tells_fine_clocks(void **state)
{
	static const struct {
		uint8_t resolution;
		bool fine;
	} rows[] = {{6, false}, {7, true}, {9, true}, {0x80 | 19, false}, {0x80 | 20, true}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capture_clock clock = capture_clock(rows[i].resolution, 0);
		assert_int_equal(capture_clock_is_fine(&clock), rows[i].fine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(converts),
	    cmocka_unit_test(ways_agree),
	    cmocka_unit_test(tells_fine_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
