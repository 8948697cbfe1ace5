/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/check/processes.c.
 *
 * The processes of an invented /proc.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/folder.h"
#include "tool/check/processes.h"

static struct check_facts facts;

static void finds_the_processes_of_sockets(void **state)
{
	(void)state;
	facts = (struct check_facts){.listeners = {.count = 3}};
	facts.listeners.list[0].inode = 77;
	facts.listeners.list[1].inode = 78;
	facts.listeners.list[2].inode = 79;
	/* Parent and child have the socket: the first process counts. */
	folder_write("proc/1000/comm", "child\n");
	folder_link("proc/1000/fd/0", "socket:[77]");
	folder_write("proc/999/comm", "fifteen-letters\n");
	folder_link("proc/999/fd/4", "socket:[77]");
	folder_link("proc/999/fd/5", "/dev/null");
	/* Odd descriptors, and a name without an end of line. */
	folder_write("proc/12/comm", "a\tb");
	folder_link("proc/12/fd/1", "socket:[78");
	folder_link("proc/12/fd/2", "socket:[]");
	folder_link("proc/12/fd/3", "socket:[99999999999999999999]");
	folder_link("proc/12/fd/6", "pipe:[79]");
	folder_link("proc/12/fd/7", "socket:[78]");
	folder_write("proc/self/comm", "not a number");
	processes_read(&facts, folder);
	assert_int_equal(facts.listeners.list[0].pid, 999);
	assert_string_equal(facts.listeners.list[0].command, "fifteen-letters");
	assert_int_equal(facts.listeners.list[1].pid, 12);
	assert_string_equal(facts.listeners.list[1].command, "a\tb");
	assert_int_equal(facts.listeners.list[2].pid, 0);
	assert_int_equal(facts.vhost_users, 0);
}

static void counts_virtual_machines(void **state)
{
	(void)state;
	facts = (struct check_facts){0};
	folder_write("proc/5/comm", "qemu-system-x86\n");
	folder_link("proc/5/fd/20", "/dev/vhost-vsock");
	folder_link("proc/5/fd/21", "/dev/vhost-vsock");
	folder_write("proc/6/comm", "kvm\n");
	folder_link("proc/6/fd/9", "/dev/vhost-vsock");
	processes_read(&facts, folder);
	assert_int_equal(facts.vhost_users, 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, folder_make, folder_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(finds_the_processes_of_sockets),
	    TEST(counts_virtual_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
