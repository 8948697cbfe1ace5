/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/hybrid/targets.c.
 *
 * The sockets of the VMMs of an invented system, whose folders are real.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/hybrid/targets.h"
#include "tests/unit/folder.h"

static struct hybrid_targets targets;

static uint64_t inode_of(const char *name)
{
	char path[256];
	struct stat status;

	folder_path(name, path);
	assert_int_equal(stat(path, &status), 0);
	return (uint64_t)status.st_ino;
}

static int targets_free(void **state)
{
	hybrid_targets_free(&targets);
	return folder_remove(state);
}

/* A process whose root and working folder are folders of the invented system. */
static void process(unsigned pid, const char *root, const char *working)
{
	char name[64], path[256];

	snprintf(name, sizeof(name), "proc/%u/comm", pid);
	folder_write(name, "vmm\n");
	folder_path(root, path);
	snprintf(name, sizeof(name), "proc/%u/root", pid);
	folder_link(name, path);
	folder_path(working, path);
	snprintf(name, sizeof(name), "proc/%u/cwd", pid);
	folder_link(name, path);
}

static void add_machine(const struct vm *vm)
{
	const struct vm_list list = {.vms = (struct vm *)vm, .count = 1};

	hybrid_targets_add_machines(&targets, &list, folder);
}

static const struct hybrid_target *last(void)
{
	assert_true(targets.count > 0);
	return &targets.list[targets.count - 1];
}

static void want_file(const char *place, const char *name)
{
	assert_true(last()->found);
	assert_int_equal(last()->name.kind, HYBRID_NAME_FILE);
	assert_int_equal(last()->name.folder, inode_of(place));
	assert_string_equal(last()->name.name, name);
}

/* Two machines in jails have the same path and CID, and are two sockets. */
static void paths_are_those_of_the_process(void **state)
{
	struct vm vm = {.vmm = "Firecracker", .pid = 7, .hybrid = true, .socket = "/run/v.sock"};

	(void)state;
	folder_write("jail1/run/other", "");
	folder_write("jail2/run/other", "");
	process(7, "jail1", "jail1");
	process(8, "jail2", "jail2/run");
	add_machine(&vm);
	want_file("jail1/run", "v.sock");
	assert_int_equal(last()->cid, HYBRID_CID_UNKNOWN);
	vm.pid = 8;
	vm.cid_known = true;
	vm.cid = 3;
	add_machine(&vm);
	want_file("jail2/run", "v.sock");
	assert_int_equal(last()->cid, 3);
	assert_int_equal(last()->pid, 8);
	memcpy(vm.socket, "v.sock", sizeof("v.sock"));
	add_machine(&vm);
	want_file("jail2/run", "v.sock");
	memcpy(vm.socket, "/v.sock", sizeof("/v.sock"));
	add_machine(&vm);
	want_file("jail2", "v.sock");
	memcpy(vm.socket, "/absent/v.sock", sizeof("/absent/v.sock"));
	add_machine(&vm);
	assert_false(last()->found);
}

static void only_hybrid_machines(void **state)
{
	struct vm vm = {.vmm = "QEMU", .pid = 7, .socket = "/v.sock"};

	(void)state;
	add_machine(&vm);
	assert_int_equal(targets.count, 0);
	/* The paths of libkrun's ports are known to nobody. */
	vm = (struct vm){.vmm = "libkrun", .pid = 7, .hybrid = true};
	add_machine(&vm);
	assert_int_equal(targets.count, 0);
	assert_int_equal(targets.no_path, 1);
}

static void sockets_that_the_command_line_does_not_name(void **state)
{
	struct vm vm = {.vmm = "Firecracker", .pid = 7, .hybrid = true};

	(void)state;
	folder_write("jail/other", "");
	process(7, "jail", "jail");
	folder_link("proc/7/fd/5", "socket:[500]");
	folder_link("proc/7/fd/6", "socket:[600]");
	folder_write("proc/7/net/unix",
		     "Num       RefCount Protocol Flags    Type St Inode Path\n"
		     "0000000000000000: 00000002 00000000 00010000 0001 01 400 /else.sock\n"
		     "0000000000000000: 00000002 00000000 00010000 0001 01 500 v.sock\n"
		     "0000000000000000: 00000002 00000000 00000000 0001 03 600 /connected.sock\n");
	add_machine(&vm);
	assert_int_equal(targets.count, 1);
	want_file("jail", "v.sock");
	assert_int_equal(targets.no_path, 0);
}

static void paths_of_the_user(void **state)
{
	struct vm vm = {.vmm = "vhost-device-vsock",
			.pid = 7,
			.hybrid = true,
			.cid_known = true,
			.cid = 52,
			.socket = "/run/v.sock"};
	const struct vm_list list = {.vms = &vm, .count = 1};
	char path[256], text[300];

	(void)state;
	folder_write("jail/run/other", "");
	process(7, "jail", "jail");
	folder_path("jail/run/v.sock", path);
	assert_true(hybrid_targets_add(&targets, path, &list, folder));
	want_file("jail/run", "v.sock");
	/* What its VMM says is known: also how the VMM writes the paths of ports. */
	assert_int_equal(last()->cid, 52);
	assert_int_equal(last()->pid, 7);
	assert_string_equal(last()->path, "/run/v.sock");
	snprintf(text, sizeof(text), "1024:%s", path);
	assert_true(hybrid_targets_add(&targets, text, &list, folder));
	want_file("jail/run", "v.sock");
	assert_true(last()->fixed);
	assert_int_equal(last()->port, 1024);
	assert_int_equal(last()->cid, HYBRID_CID_UNKNOWN);
	assert_true(hybrid_targets_add(&targets, "@machine", &list, folder));
	assert_int_equal(last()->name.kind, HYBRID_NAME_ABSTRACT);
	assert_string_equal(last()->name.name, "machine");
	assert_true(hybrid_targets_add(&targets, "/no/such/folder/v.sock", &list, folder));
	assert_false(last()->found);
	/* A path may begin with digits. */
	assert_true(hybrid_targets_add(&targets, "99999999999:x", &list, folder));
	assert_false(last()->fixed);
}

static void texts_that_are_no_paths(void **state)
{
	static const char *const wrong[] = {"", "@", "/run/", "12:"};
	const struct vm_list list = {0};
	char text[HYBRID_PATH_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(hybrid_targets_add(&targets, wrong[i], &list, folder));
	memset(text, 'x', sizeof(text));
	text[HYBRID_PATH_MAX] = '\0';
	assert_false(hybrid_targets_add(&targets, text, &list, folder));
	text[HYBRID_PATH_MAX - 1] = '\0';
	assert_true(hybrid_targets_add(&targets, text, &list, folder));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, folder_make, targets_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(paths_are_those_of_the_process),
	    TEST(only_hybrid_machines),
	    TEST(sockets_that_the_command_line_does_not_name),
	    TEST(paths_of_the_user),
	    TEST(texts_that_are_no_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
