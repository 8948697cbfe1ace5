/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/common/process-table.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/common/process-table.h"

#define SECOND UINT64_C(1000000000)

static const struct process_addresses client = {PROCESS_ANY, 9000, 3, 1234};
static const struct process_addresses server = {2, 1234, 3, 9000};

static void add(struct process_table *table, struct process_addresses addresses,
		enum process_source source, uint64_t ts, uint32_t pid)
{
	struct process_entry entry = {.addresses = addresses, .source = (uint8_t)source, .ts = ts};

	entry.process.pid = pid;
	process_table_add(table, &entry);
}

/* 0: nobody. */
static uint32_t find(const struct process_table *table, struct process_addresses addresses,
		     uint64_t first_ts)
{
	const struct process_entry *entry = process_table_find(table, &addresses, first_ts);

	return entry ? entry->process.pid : 0;
}

static void an_end_has_both_addresses(void **state)
{
	struct process_table *table = process_table_new();

	(void)state;
	add(table, client, PROCESS_CONNECTED, SECOND, 1);
	add(table, server, PROCESS_ACCEPTED, SECOND, 2);
	/* The local CID of a client is that of any transport. */
	assert_int_equal(find(table, (struct process_addresses){2, 9000, 3, 1234}, SECOND), 1);
	assert_int_equal(find(table, (struct process_addresses){1, 9000, 3, 1234}, SECOND), 1);
	assert_int_equal(find(table, server, SECOND), 2);
	assert_int_equal(find(table, (struct process_addresses){5, 1234, 3, 9000}, SECOND), 0);
	assert_int_equal(find(table, (struct process_addresses){2, 9000, 4, 1234}, SECOND), 0);
	assert_int_equal(find(table, (struct process_addresses){2, 9001, 3, 1234}, SECOND), 0);
	assert_int_equal(find(table, (struct process_addresses){2, 9000, 3, 1235}, SECOND), 0);
	/* The other way round is the other end. */
	assert_int_equal(find(table, (struct process_addresses){3, 1234, 2, 9000}, SECOND), 0);
	process_table_free(table);
}

static void addresses_are_used_again(void **state)
{
	struct process_table *table = process_table_new();

	(void)state;
	for (uint32_t i = 1; i <= 3; i++) {
		add(table, client, PROCESS_CONNECTED, i * SECOND, i);
		/* A while later: it waited in the backlog. */
		add(table, server, PROCESS_ACCEPTED, i * SECOND + SECOND / 2, 10 + i);
	}
	for (uint32_t i = 1; i <= 3; i++) {
		assert_int_equal(find(table, client, i * SECOND + 5), i);
		assert_int_equal(find(table, server, i * SECOND + 5), 10 + i);
	}
	/* Clocks that differ a little. */
	assert_int_equal(find(table, client, 2 * SECOND - 1000), 2);
	/* The capture missed the start: the last one that there was. */
	assert_int_equal(find(table, server, 9 * SECOND), 13);
	process_table_free(table);
}

static void an_older_socket_counts_until_there_is_a_newer(void **state)
{
	struct process_table *table = process_table_new();

	(void)state;
	add(table, client, PROCESS_FOUND, 0, 7);
	assert_int_equal(find(table, client, 5 * SECOND), 7);
	add(table, client, PROCESS_CONNECTED, 6 * SECOND, 8);
	assert_int_equal(find(table, client, 6 * SECOND), 8);
	assert_int_equal(find(table, client, 5 * SECOND), 7);
	process_table_free(table);
}

static void the_oldest_leaves(void **state)
{
	struct process_table *table = process_table_new();
	struct process_addresses addresses = client;

	(void)state;
	for (uint32_t i = 0; i < PROCESS_TABLE_MAX + 10; i++) {
		addresses.local_port = i;
		add(table, addresses, PROCESS_CONNECTED, SECOND, i + 1);
	}
	assert_int_equal(process_table_count(table), PROCESS_TABLE_MAX + 10);
	for (uint32_t i = 0; i < PROCESS_TABLE_MAX + 10; i++) {
		addresses.local_port = i;
		assert_int_equal(find(table, addresses, SECOND), i < 10 ? 0 : i + 1);
	}
	process_table_free(table);
}

static void the_same_end_is_kept_once(void **state)
{
	struct process_table *table = process_table_new();

	(void)state;
	add(table, client, PROCESS_CONNECTED, SECOND, 1);
	add(table, client, PROCESS_CONNECTED, SECOND, 1);
	assert_int_equal(process_table_count(table), 1);
	add(table, client, PROCESS_CONNECTED, SECOND + 1, 1);
	add(table, client, PROCESS_CONNECTED, SECOND, 2);
	assert_int_equal(process_table_count(table), 3);
	process_table_free(table);
}

/* The pids of the entries without this mark, in order. */
static void assert_unmarked(struct process_table *table, uint32_t mark, const char *wanted)
{
	const struct process_entry *entry = NULL;
	char pids[64] = "";
	size_t length = 0;

	while ((entry = process_table_unmarked(table, entry, mark)))
		length += (size_t)snprintf(pids + length, sizeof(pids) - length, "%u ",
					   (unsigned)entry->process.pid);
	assert_string_equal(pids, wanted);
}

static void each_file_gets_each_name_once(void **state)
{
	struct process_table *table = process_table_new();
	struct process_addresses addresses = client;

	(void)state;
	for (uint32_t i = 1; i <= 4; i++) {
		addresses.local_port = i;
		add(table, addresses, PROCESS_CONNECTED, SECOND, i);
	}
	assert_unmarked(table, 1, "1 2 3 4 ");
	addresses.local_port = 2;
	assert_false(process_table_mark(table, process_table_find(table, &addresses, SECOND), 1));
	assert_true(process_table_mark(table, process_table_find(table, &addresses, SECOND), 1));
	assert_unmarked(table, 1, "1 3 4 ");
	assert_unmarked(table, 2, "1 2 3 4 ");
	process_table_free(table);
}

static void a_full_ring_is_walked_from_its_oldest_entry(void **state)
{
	struct process_table *table = process_table_new();
	struct process_addresses addresses = client;
	const struct process_entry *entry = NULL;
	uint32_t next = 6;

	(void)state;
	for (uint32_t i = 0; i < PROCESS_TABLE_MAX + 5; i++) {
		addresses.local_port = i;
		add(table, addresses, PROCESS_CONNECTED, SECOND, i + 1);
	}
	while ((entry = process_table_unmarked(table, entry, 1)))
		assert_int_equal(entry->process.pid, next++);
	assert_int_equal(next, PROCESS_TABLE_MAX + 6);
	process_table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_end_has_both_addresses),
	    cmocka_unit_test(addresses_are_used_again),
	    cmocka_unit_test(an_older_socket_counts_until_there_is_a_newer),
	    cmocka_unit_test(the_oldest_leaves),
	    cmocka_unit_test(the_same_end_is_kept_once),
	    cmocka_unit_test(each_file_gets_each_name_once),
	    cmocka_unit_test(a_full_ring_is_walked_from_its_oldest_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
