/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers core/flow-index.c: it finds what a plain list finds, also with hashes that collide. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/flow-index.h"

#define ENTRIES 20000

struct pair {
	uint32_t hash;
	uint32_t slot;
};

static bool finds(const struct vsock_flow_index *index, uint32_t hash, uint32_t slot)
{
	uint32_t i = vsock_flow_index_home(index, hash);
	const struct vsock_flow_entry *entry;

	while ((entry = vsock_flow_index_next(index, hash, &i))) {
		assert_int_equal(entry->hash, hash);
		if (entry->slot == slot)
			return true;
	}
	return false;
}

/* `mask` leaves few hashes, so that many entries share one, and some sequences pass the end. */
static void check_with(uint32_t mask, uint32_t bits)
{
	struct pair *pairs = calloc(ENTRIES, sizeof(*pairs));
	struct vsock_flow_index index;
	uint32_t random = 1;
	uint32_t count = 0;

	assert_non_null(pairs);
	assert_true(vsock_flow_index_init(&index));
	for (uint32_t i = 0; i < 3 * ENTRIES; i++) {
		random = random * 1664525 + 1013904223;
		if (count < ENTRIES && (count == 0 || i < ENTRIES || random >> 31)) {
			assert_true(vsock_flow_index_grow(&index));
			pairs[count] = (struct pair){(random * 2654435761U & mask) | bits, i};
			vsock_flow_index_put(&index, pairs[count].hash, pairs[count].slot);
			count++;
		} else {
			uint32_t victim = (random >> 8) % count;

			vsock_flow_index_remove(&index, pairs[victim].hash, pairs[victim].slot);
			assert_false(finds(&index, pairs[victim].hash, pairs[victim].slot));
			pairs[victim] = pairs[--count];
		}
		assert_int_equal(index.used, count);
		if (i % 1000 == 0)
			for (uint32_t k = 0; k < count; k += mask == UINT32_MAX ? 1 : 97)
				assert_true(finds(&index, pairs[k].hash, pairs[k].slot));
	}
	vsock_flow_index_remove(&index, 12345, UINT32_MAX - 1);
	assert_int_equal(index.used, count);
	vsock_flow_index_free(&index);
	free(pairs);
}

static void any_hashes(void **state)
{
	(void)state;
	check_with(UINT32_MAX, 0);
}

static void hashes_at_the_end(void **state)
{
	(void)state;
	check_with(0x00ffffff, 0xff000000);
}

static void few_hashes(void **state)
{
	(void)state;
	check_with(0xff000000, 0);
}

static void it_is_at_most_two_thirds_full(void **state)
{
	struct vsock_flow_index index;
	size_t each;

	(void)state;
	assert_true(vsock_flow_index_init(&index));
	for (uint32_t i = 0; i < 100000; i++) {
		assert_true(vsock_flow_index_grow(&index));
		vsock_flow_index_put(&index, i * 2654435761U, i);
		assert_true(index.used <= index.size / 3 * 2);
	}
	each = index.size * sizeof(*index.entries) / index.used;
	assert_true(each >= 12 && each <= 18);
	vsock_flow_index_free(&index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_hashes),
	    cmocka_unit_test(hashes_at_the_end),
	    cmocka_unit_test(few_hashes),
	    cmocka_unit_test(it_is_at_most_two_thirds_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
