/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/compare/lane.c, search.c and item.c: packets of one direction, in two files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/compare/lane.h"

#define LENGTH 100

static struct lane_world world;
static struct lane lane;
static struct lane_rest rest;
static struct compared_flow flow;
static uint64_t offsets[2];
static uint64_t numbers[2];

static int begin(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	memset(&lane, 0, sizeof(lane));
	memset(&rest, 0, sizeof(rest));
	memset(offsets, 0, sizeof(offsets));
	memset(numbers, 0, sizeof(numbers));
	world.until[FILE_A] = world.until[FILE_B] = UINT64_MAX;
	rest.flow = &flow;
	lane.rest = &rest;
	lane.aligned = true;
	for (int file = FILE_A; file <= FILE_B; file++)
		lane.ends[file].present = lane.ends[file].whole = true;
	return 0;
}

static int end(void **state)
{
	(void)state;
	lane_clear(&lane, &world);
	difference_list_free(&world.differences);
	assert_int_equal(world.store.count, 0);
	assert_int_equal(world.store.payload, 0);
	item_store_free(&world.store);
	return 0;
}

/* The n-th packet's bytes. */
static void fill(uint8_t *bytes, unsigned n, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(n * 131 + i * 7 + (n * i) % 13 + 1);
}

static void put_bytes(enum compare_file file, const uint8_t *bytes, uint32_t length, uint32_t known)
{
	struct item item = {
	    .number = ++numbers[file],
	    .ts = 1000 + numbers[file],
	    .offset = offsets[file],
	    .data = known ? bytes : NULL,
	    .length = length,
	    .known = known,
	    .op = VSOCK_OP_RW,
	    .type = VSOCK_TYPE_STREAM,
	    .credit = true,
	    .buf_alloc = 262144,
	};

	offsets[file] += length;
	lane_take(&lane, &world, file, &item);
}

static void put(enum compare_file file, unsigned n)
{
	uint8_t bytes[LENGTH];

	fill(bytes, n, LENGTH);
	put_bytes(file, bytes, LENGTH, LENGTH);
}

static void put_control(enum compare_file file, uint16_t op, uint32_t fwd_cnt)
{
	struct item item = {
	    .number = ++numbers[file],
	    .ts = 1000 + numbers[file],
	    .op = op,
	    .type = VSOCK_TYPE_STREAM,
	    .credit = op != VSOCK_OP_RST,
	    .buf_alloc = 262144,
	    .fwd_cnt = fwd_cnt,
	};

	lane_take(&lane, &world, file, &item);
}

static const struct difference *only_difference(void)
{
	assert_int_equal(world.differences.count, 1);
	return world.differences.first;
}

static void equal_packets_do_not_wait(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 10; n++) {
		put(FILE_A, n);
		assert_int_equal(world.store.count, 1);
		put(FILE_B, n);
		assert_int_equal(world.store.count, 0);
	}
	lane_end(&lane, &world);
	assert_int_equal(world.differences.count, 0);
	assert_int_equal(world.packets, 10);
	assert_int_equal(lane.equal, 10 * LENGTH);
}

static void either_file_may_be_ahead(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 100; n++)
		put(FILE_B, n);
	for (unsigned n = 0; n < 100; n++)
		put(FILE_A, n);
	lane_end(&lane, &world);
	assert_int_equal(world.differences.count, 0);
	assert_int_equal(world.packets, 100);
}

/* Leaves packets out of B, which is `most` behind. */
static void lose(unsigned from, unsigned count, unsigned total)
{
	for (unsigned n = 0; n < total; n++)
		put(FILE_A, n);
	for (unsigned n = 0; n < total; n++)
		if (n < from || n >= from + count)
			put(FILE_B, n);
	lane_end(&lane, &world);
}

static void packets_that_are_missing_are_a_gap(void **state)
{
	static const unsigned counts[] = {1, 3, 50, 63, 64, 65, 500};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		begin(state);
		lose(20, counts[i], 1000);
		assert_int_equal(only_difference()->form, FORM_GAP);
		assert_int_equal(only_difference()->lacking, FILE_B);
		assert_int_equal(only_difference()->offset[FILE_A], 20 * LENGTH);
		assert_int_equal(only_difference()->offset[FILE_B], 20 * LENGTH);
		assert_int_equal(only_difference()->length, counts[i] * LENGTH);
		assert_int_equal(only_difference()->packets, counts[i]);
		assert_true(only_difference()->whole);
		end(state);
	}
}

static void the_last_packets_may_be_missing(void **state)
{
	(void)state;
	lose(8, 2, 10);
	assert_int_equal(only_difference()->form, FORM_GAP);
	assert_int_equal(only_difference()->offset[FILE_A], 8 * LENGTH);
	assert_int_equal(only_difference()->length, 2 * LENGTH);
}

static void what_was_received_tells_a_loss_of_the_capture(void **state)
{
	(void)state;
	lane.ends[FILE_A].acknowledged = 30 * LENGTH;
	lose(20, 2, 30);
	assert_true(only_difference()->loss && only_difference()->certain);
	assert_int_equal(difference_kind(only_difference(), FILE_A), DIFFERENCE_CAPTURE_LOSS);
	assert_int_equal(rest.found, rest.lost);
}

static void what_was_not_received_never_came(void **state)
{
	(void)state;
	lane.ends[FILE_A].acknowledged = 28 * LENGTH;
	lose(20, 2, 30);
	assert_true(!only_difference()->loss && only_difference()->certain);
	assert_int_equal(difference_kind(only_difference(), FILE_A), DIFFERENCE_MISSING);
	assert_int_equal(difference_kind(only_difference(), FILE_B), DIFFERENCE_EXTRA);
}

static void otherwise_nobody_knows(void **state)
{
	(void)state;
	lane.ends[FILE_A].acknowledged = 25 * LENGTH;
	lose(20, 2, 30);
	assert_true(!only_difference()->loss && !only_difference()->certain);
}

static void a_packet_that_moved_is_no_gap(void **state)
{
	static const unsigned distances[] = {1, 2, 5, 20};

	for (size_t i = 0; i < sizeof(distances) / sizeof(distances[0]); i++) {
		begin(state);
		for (unsigned n = 0; n < 100; n++)
			put(FILE_A, n);
		for (unsigned n = 0; n < 100; n++) {
			if (n != 40)
				put(FILE_B, n);
			if (n == 40 + distances[i])
				put(FILE_B, 40);
		}
		lane_end(&lane, &world);
		assert_int_equal(only_difference()->form, FORM_ORDER);
		assert_int_equal(only_difference()->offset[FILE_A], 40 * LENGTH);
		end(state);
	}
}

static void a_packet_that_comes_again_is_repeated(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 30; n++)
		put(FILE_A, n);
	for (unsigned n = 0; n < 30; n++) {
		put(FILE_B, n);
		if (n == 10)
			put(FILE_B, n);
	}
	lane_end(&lane, &world);
	assert_int_equal(difference_kind(only_difference(), FILE_A), DIFFERENCE_REPEATED);
	assert_int_equal(only_difference()->offset[FILE_A], 11 * LENGTH);
}

static void a_field_that_changed_is_named(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 10; n++) {
		put(FILE_A, n);
		put(FILE_B, n);
		put_control(FILE_A, VSOCK_OP_CREDIT_UPDATE, n * 50);
		put_control(FILE_B, VSOCK_OP_CREDIT_UPDATE, n == 5 ? 251 : n * 50);
	}
	lane_end(&lane, &world);
	assert_int_equal(only_difference()->form, FORM_HEADER);
	assert_int_equal(only_difference()->field, HEADER_FWD_CNT);
	assert_int_equal(only_difference()->value[FILE_A], 250);
	assert_int_equal(only_difference()->value[FILE_B], 251);
}

static void other_packets_of_the_same_bytes_are_equal(void **state)
{
	uint8_t bytes[4000];

	(void)state;
	fill(bytes, 1, sizeof(bytes));
	for (uint32_t at = 0; at < sizeof(bytes); at += 250)
		put_bytes(FILE_A, bytes + at, 250, 250);
	for (uint32_t at = 0; at < sizeof(bytes); at += 400)
		put_bytes(FILE_B, bytes + at, 400, 400);
	lane_end(&lane, &world);
	assert_int_equal(world.differences.count, 0);
	assert_int_equal(lane.equal, sizeof(bytes));
	assert_true(world.split > 0);
}

static void a_byte_is_found_in_other_packets(void **state)
{
	uint8_t bytes[40000];
	uint8_t changed[sizeof(bytes)];

	(void)state;
	srandom(1);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)random();
	memcpy(changed, bytes, sizeof(bytes));
	changed[23456] ^= 4;
	for (uint32_t at = 0; at < sizeof(bytes); at += 250)
		put_bytes(FILE_A, bytes + at, 250, 250);
	for (uint32_t at = 0; at < sizeof(bytes); at += 400)
		put_bytes(FILE_B, changed + at, 400, 400);
	lane_end(&lane, &world);
	assert_int_equal(difference_kind(only_difference(), FILE_A), DIFFERENCE_CHANGED);
	assert_int_equal(only_difference()->offset[FILE_A], 23456);
	assert_int_equal(only_difference()->offset[FILE_B], 23456);
	assert_int_equal(only_difference()->change[FILE_A].length, 1);
}

static void bytes_that_are_not_known_do_not_differ(void **state)
{
	uint8_t bytes[LENGTH];

	(void)state;
	for (unsigned n = 0; n < 20; n++) {
		put(FILE_A, n);
		fill(bytes, n, LENGTH);
		put_bytes(FILE_B, bytes, LENGTH, n % 3 ? 20 : 0);
	}
	lane_end(&lane, &world);
	assert_int_equal(world.differences.count, 0);
	assert_int_equal(lane.equal + rest.unknown, 20 * LENGTH);
}

static void a_file_that_began_later_lacks_nothing(void **state)
{
	(void)state;
	lane.aligned = false;
	lane.ends[FILE_B].whole = false;
	for (unsigned n = 0; n < 50; n++)
		put(FILE_A, n);
	for (unsigned n = 30; n < 50; n++)
		put(FILE_B, n);
	lane_end(&lane, &world);
	assert_int_equal(world.differences.count, 0);
	assert_int_equal(world.packets, 20);
	assert_int_equal(world.outside, 30);
}

static void an_end_that_only_one_file_has_differs(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 5; n++) {
		put(FILE_A, n);
		put(FILE_B, n);
	}
	put_control(FILE_A, VSOCK_OP_RST, 0);
	lane.ends[FILE_A].ended = true;
	lane_end(&lane, &world);
	assert_int_equal(only_difference()->form, FORM_END);
	assert_int_equal(only_difference()->lacking, FILE_B);
}

static void packets_after_the_other_file_do_not_count(void **state)
{
	(void)state;
	world.until[FILE_A] = 1005;
	for (unsigned n = 0; n < 20; n++)
		put(FILE_A, n);
	for (unsigned n = 0; n < 5; n++)
		put(FILE_B, n);
	lane_end(&lane, &world);
	assert_int_equal(world.differences.count, 0);
	assert_int_equal(world.outside, 15);
}

/* Nothing in common: the memory is bounded, and the search ends. */
static void noise_ends(void **state)
{
	uint8_t bytes[LENGTH];

	(void)state;
	srandom(1);
	for (unsigned n = 0; n < 20000; n++)
		for (int file = FILE_A; file <= FILE_B; file++) {
			for (size_t i = 0; i < sizeof(bytes); i++)
				bytes[i] = (uint8_t)random();
			put_bytes((enum compare_file)file, bytes, 1 + (uint32_t)random() % LENGTH,
				  1);
		}
	lane_end(&lane, &world);
	assert_true(rest.found <= LANE_DIFFERENCES_MAX + LANE_ITEMS_MAX);
	assert_true(world.store.most <= LANE_BYTES_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(equal_packets_do_not_wait),
	    TEST(either_file_may_be_ahead),
	    cmocka_unit_test(packets_that_are_missing_are_a_gap),
	    TEST(the_last_packets_may_be_missing),
	    TEST(what_was_received_tells_a_loss_of_the_capture),
	    TEST(what_was_not_received_never_came),
	    TEST(otherwise_nobody_knows),
	    cmocka_unit_test(a_packet_that_moved_is_no_gap),
	    TEST(a_packet_that_comes_again_is_repeated),
	    TEST(a_field_that_changed_is_named),
	    TEST(other_packets_of_the_same_bytes_are_equal),
	    TEST(a_byte_is_found_in_other_packets),
	    TEST(bytes_that_are_not_known_do_not_differ),
	    TEST(a_file_that_began_later_lacks_nothing),
	    TEST(an_end_that_only_one_file_has_differs),
	    TEST(packets_after_the_other_file_do_not_count),
	    TEST(noise_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
