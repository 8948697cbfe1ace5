/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/compare/change.c: what happened to bytes between two places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/compare/change.h"

#define SIZE 4096

static uint8_t sent[SIZE];
static uint8_t arrived[2 * SIZE];

/* No two places hold the same bytes, and none is 0. */
static int fill(void **state)
{
	uint32_t value = 1;

	(void)state;
	for (size_t i = 0; i < SIZE; i++) {
		value = value * 1103515245 + 12345;
		sent[i] = (uint8_t)(value >> 16 | 1);
	}
	memset(arrived, 0, sizeof(arrived));
	memcpy(arrived, sent, SIZE);
	return 0;
}

static void assert_change(struct change change, enum change_kind kind, size_t at, size_t length)
{
	assert_int_equal(change.kind, kind);
	assert_int_equal(change.at, at);
	assert_int_equal(change.length, length);
}

static void equal_bytes_did_not_change(void **state)
{
	(void)state;
	assert_change(change_in_place(sent, arrived, SIZE), CHANGE_NONE, 0, 0);
	assert_change(change_in_place(sent, arrived, 0), CHANGE_NONE, 0, 0);
	assert_change(change_of_length(sent, SIZE, arrived, SIZE), CHANGE_NONE, 0, 0);
}

static void a_bit_is_found(void **state)
{
	struct change change;

	(void)state;
	for (size_t at = 0; at < SIZE; at += 63) {
		arrived[at] ^= 2;
		change = change_in_place(sent, arrived, SIZE);
		assert_change(change, CHANGE_BYTES, at, 1);
		assert_int_equal(change.differing, 1);
		arrived[at] ^= 2;
	}
	arrived[10] ^= 1;
	arrived[20] ^= 1;
	change = change_in_place(sent, arrived, SIZE);
	assert_change(change, CHANGE_BYTES, 10, 11);
	assert_int_equal(change.differing, 2);
}

static void zeros_are_named(void **state)
{
	(void)state;
	memset(arrived + 100, 0, 50);
	assert_change(change_in_place(sent, arrived, SIZE), CHANGE_ZEROED, 100, 50);
	/* The other way round, bytes came where zeros were sent. */
	assert_int_equal(change_in_place(arrived, sent, SIZE).kind, CHANGE_BYTES);
	arrived[120] = 7;
	assert_int_equal(change_in_place(sent, arrived, SIZE).kind, CHANGE_BYTES);
}

static void a_shift_is_named(void **state)
{
	static const int shifts[] = {1, 3, 64, 65, 700, -1, -5, -1000};
	struct change change;

	(void)state;
	for (size_t i = 0; i < sizeof(shifts) / sizeof(shifts[0]); i++) {
		memcpy(arrived, sent, SIZE);
		memcpy(arrived + 1500, sent + 1500 - shifts[i], 1000);
		change = change_in_place(sent, arrived, SIZE);
		assert_int_equal(change.kind, CHANGE_SHIFTED);
		assert_int_equal(change.shift, shifts[i]);
		assert_true(change.at >= 1500 && change.at <= 1502);
	}
}

static void missing_bytes_are_named(void **state)
{
	(void)state;
	memmove(arrived + 300, arrived + 400, SIZE - 400);
	assert_change(change_of_length(sent, SIZE, arrived, SIZE - 100), CHANGE_MISSING, 300, 100);
	assert_change(change_of_length(sent, SIZE, sent, SIZE - 7), CHANGE_MISSING, SIZE - 7, 7);
	assert_change(change_of_length(sent, SIZE, sent + 7, SIZE - 7), CHANGE_MISSING, 0, 7);
}

static void extra_bytes_are_named(void **state)
{
	(void)state;
	memcpy(arrived + 400, sent + 300, SIZE - 300);
	memset(arrived + 300, 0xee, 100);
	assert_change(change_of_length(sent, SIZE, arrived, SIZE + 100), CHANGE_EXTRA, 300, 100);
}

static void repeated_bytes_are_named(void **state)
{
	(void)state;
	memcpy(arrived + 300, sent + 200, SIZE - 200);
	assert_change(change_of_length(sent, SIZE, arrived, SIZE + 100), CHANGE_REPEATED, 300, 100);
}

static void two_changes_are_one_range(void **state)
{
	(void)state;
	memmove(arrived + 300, arrived + 400, SIZE - 400);
	arrived[100] ^= 1;
	assert_int_equal(change_of_length(sent, SIZE, arrived, SIZE - 100).kind, CHANGE_BYTES);
	assert_int_equal(change_of_length(sent, SIZE, arrived, SIZE - 100).at, 100);
}

static void streams_need_no_common_end(void **state)
{
	bool resumes;

	(void)state;
	assert_change(change_of_streams(sent, SIZE, arrived, 1000, &resumes), CHANGE_NONE, 0, 0);
	memmove(arrived + 300, arrived + 400, SIZE - 400);
	assert_change(change_of_streams(sent, 3000, arrived, 2500, &resumes), CHANGE_MISSING, 300,
		      100);
	assert_true(resumes);
	assert_change(change_of_streams(arrived, 2500, sent, 3000, &resumes), CHANGE_EXTRA, 300,
		      100);
	assert_true(resumes);
	fill(NULL);
	arrived[1000] ^= 1;
	assert_change(change_of_streams(sent, 3000, arrived, 2500, &resumes), CHANGE_BYTES, 1000,
		      1);
	assert_true(resumes);
	memset(arrived + 1000, 0xee, 3000);
	assert_int_equal(change_of_streams(sent, 3000, arrived, 2500, &resumes).at, 1000);
	assert_false(resumes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(equal_bytes_did_not_change, fill),
	    cmocka_unit_test_setup(a_bit_is_found, fill),
	    cmocka_unit_test_setup(zeros_are_named, fill),
	    cmocka_unit_test_setup(a_shift_is_named, fill),
	    cmocka_unit_test_setup(missing_bytes_are_named, fill),
	    cmocka_unit_test_setup(extra_bytes_are_named, fill),
	    cmocka_unit_test_setup(repeated_bytes_are_named, fill),
	    cmocka_unit_test_setup(two_changes_are_one_range, fill),
	    cmocka_unit_test_setup(streams_need_no_common_end, fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
