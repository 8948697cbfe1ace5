/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers pcap-vsockmon/filter/arena.c, and how each stage handles a lack of memory.
 *
 * If any allocation fails, the compiler reports it and frees everything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pcap-vsockmon/filter/arena.h"
#include "pcap-vsockmon/pcap-vsockmon.h"

/* The linker puts these in front of libc's: the allocation that brings the count to 0 fails. */
static unsigned until_failure;
static int balance; /* allocations that were not freed */

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *memory);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void __real_free(void *memory);

static void *counted(void *memory)
{
	if (memory)
		balance++;
	return memory;
}

void *__wrap_malloc(size_t size)
{
	return counted(until_failure && --until_failure == 0 ? NULL : __real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return counted(until_failure && --until_failure == 0 ? NULL : __real_calloc(count, size));
}

void __wrap_free(void *memory)
{
	if (memory)
		balance--;
	__real_free(memory);
}

static void each_allocation_may_fail(void **state)
{
	static const char expression[] =
	    "not (port 22 or 80 or 443 and cid host or (payload startswith \"GET \" and "
	    "src port + 1 = dst port or portrange 1-500 or 1000-7000) and flags & 3) or eom or "
	    "(payload[0] = 1 and virtio[1] = 2 and vsock[50] = 3 and len + 4 = fwd_cnt) or "
	    "(payload[5:4] le > 7 and flags + payload[6:4] le > 9 and buf_alloc > 100000) or "
	    "between 3 and 4:5 or between 6:7 and host or not (type stream or fwd_cnt < 3000)";
	bool compiled = false;
	unsigned failures = 0;

	(void)state;
	while (!compiled) {
		char errbuf[PCAP_ERRBUF_SIZE];
		struct bpf_program program;
		unsigned column = 7;

		balance = 0;
		until_failure = failures + 1;
		compiled =
		    pcap_vsockmon_compile(&program, expression, 1, NULL, &column, errbuf) == 0;
		until_failure = 0;
		if (compiled) {
			__wrap_free(program.bf_insns);
		} else {
			assert_string_equal(errbuf, "out of memory");
			assert_null(program.bf_insns);
			failures++;
		}
		assert_int_equal(column, 0);
		assert_int_equal(balance, 0);
	}
	assert_true(failures > 3);
}

static void arena_is_bounded(void **state)
{
	struct filter_arena arena = {0};
	size_t room = FILTER_ARENA_MAX / 8;
	uint64_t *array;

	(void)state;
	balance = 0;
	assert_non_null(filter_arena_alloc(&arena, 1));
	assert_false(arena.failed);
	assert_null(filter_arena_alloc(&arena, FILTER_ARENA_MAX));
	assert_true(arena.failed);
	assert_null(filter_arena_alloc(&arena, SIZE_MAX));
	assert_null(filter_arena_grow(&arena, NULL, room, &room, 8));

	room = 0;
	array = filter_arena_grow(&arena, NULL, 0, &room, sizeof(*array));
	assert_true(room > 0);
	for (size_t i = 0; i < 1000; i++) {
		array = filter_arena_grow(&arena, array, i, &room, sizeof(*array));
		assert_non_null(array);
		array[i] = i;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(array[i], i);
	filter_arena_free(&arena);
	assert_int_equal(balance, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_allocation_may_fail),
	    cmocka_unit_test(arena_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
