/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/run/process-watch.c and lib/common/process-folder.c.
 *
 * The sockets that exist when a capture begins, with the processes of an invented /proc.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/folder.h"
#include "tool/run/process-watch.h"

static const struct process_addresses server = {3, 80, 2, 9000};
static const struct process_addresses client = {PROCESS_ANY, 9000, 3, 80};

static void descriptor(const char *name, const char *link)
{
	char path[256];

	folder_path(name, path);
	assert_int_equal(symlink(link, path), 0);
}

static void the_first_process_with_the_socket_has_it(void **state)
{
	static struct process_sockets sockets;
	struct process_table *table = process_table_new();
	const struct process_entry *entry;

	(void)state;
	sockets = (struct process_sockets){.count = 3};
	sockets.list[0].addresses = server;
	sockets.list[0].inode = 77;
	sockets.list[1].addresses = client;
	sockets.list[1].inode = 78;
	sockets.list[2].addresses = (struct process_addresses){1, 1, 1, 2};
	sockets.list[2].inode = 79;
	folder_write("proc/12/comm", "nginx\n");
	folder_write("proc/12/cgroup", "12:cpu:/old\n0::/system.slice/nginx.service\n");
	descriptor("proc/12/fd/3", "socket:[77]");
	descriptor("proc/12/fd/4", "socket:[77]");
	folder_write("proc/13/comm", "\033[31m\n");
	descriptor("proc/13/fd/1", "socket:[78]");
	descriptor("proc/13/fd/2", "pipe:[79]");
	process_watch_find(table, &sockets, folder);
	assert_int_equal(process_table_count(table), 2);
	entry = process_table_find(table, &server, 1);
	assert_int_equal(entry->process.pid, 12);
	assert_int_equal(entry->process.tid, 0);
	assert_int_equal(entry->ts, 0);
	assert_int_equal(entry->source, PROCESS_FOUND);
	assert_string_equal(entry->process.command, "nginx");
	assert_string_equal(entry->process.cgroup, "/system.slice/nginx.service");
	entry = process_table_find(table, &client, 1);
	assert_int_equal(entry->process.pid, 13);
	assert_string_equal(entry->process.command, "\033[31m");
	assert_string_equal(entry->process.cgroup, "");
	process_table_free(table);
}

static void without_sockets_nobody_looks(void **state)
{
	static struct process_sockets none;
	struct process_table *table = process_table_new();

	(void)state;
	process_watch_find(table, &none, "/nonexistent");
	assert_int_equal(process_table_count(table), 0);
	process_table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_first_process_with_the_socket_has_it, folder_make,
					    folder_remove),
	    cmocka_unit_test(without_sockets_nobody_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
