/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/identity/identity.c.
 *
 * The processes and machines of an invented system.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/identity/identity.h"
#include "lib/identity/vm-names.h"
#include "tests/unit/folder.h"

static struct vm_list list;

/* A blank in the command line stands for the end of an argument. */
static void process(unsigned pid, const char *comm, const char *line, const char *descriptor)
{
	char name[64];
	char path[256];
	FILE *file;

	snprintf(name, sizeof(name), "proc/%u/comm", pid);
	folder_write(name, comm);
	snprintf(name, sizeof(name), "proc/%u/cmdline", pid);
	folder_path(name, path);
	file = fopen(path, "w");
	assert_non_null(file);
	for (const char *at = line; *at; at++)
		putc(*at == ' ' ? '\0' : *at, file);
	putc('\0', file);
	assert_int_equal(fclose(file), 0);
	if (!descriptor)
		return;
	snprintf(name, sizeof(name), "proc/%u/fd/9", pid);
	folder_link(name, descriptor);
}

static void qemu(unsigned pid, const char *name, unsigned cid, const char *descriptor)
{
	char line[256];

	snprintf(line, sizeof(line),
		 "qemu-system-x86_64 -name %s -device vhost-vsock-pci,guest-cid=%u", name, cid);
	process(pid, "qemu-system-x86", line, descriptor);
}

static void want_owner(uint32_t cid, const char *name, uint32_t pid)
{
	const struct vm *vm = vm_list_owner(&list, cid);

	if (!name) {
		assert_null(vm);
		return;
	}
	assert_non_null(vm);
	assert_string_equal(vm->name, name);
	assert_int_equal(vm->pid, pid);
}

/* "" if packets with this CID get no name. */
static void want_name(uint32_t cid, bool hybrid, const char *name)
{
	struct vsock_cid_names *names = vsock_cid_names_new();
	const char *found;

	assert_non_null(names);
	vm_names_find(names, folder, hybrid);
	found = vsock_cid_plain_name(names, cid);
	assert_string_equal(found ? found : "", name);
	vsock_cid_names_free(names);
}

static int list_free(void **state)
{
	vm_list_free(&list);
	return folder_remove(state);
}

static void the_process_with_the_device_owns_the_cid(void **state)
{
	(void)state;
	qemu(100, "web", 42, "/dev/vhost-vsock");
	/* A shell that has the same text, and a machine that lost its device. */
	process(101, "bash", "bash -device vhost-vsock-pci,guest-cid=43", "/dev/null");
	qemu(102, "gone", 44, "/dev/null");
	/* Any program that has the device. */
	process(103, "own", "/opt/own -name own -device vhost-vsock-pci,guest-cid=45",
		"/dev/vhost-vsock");
	/* No name: that of the process. */
	process(104, "crosvm", "crosvm run --cid 46", "/dev/vhost-vsock");
	process(105, "init", "", "/dev/vhost-vsock");
	vm_list_read(&list, folder);
	want_owner(42, "web", 100);
	want_owner(43, NULL, 0);
	want_owner(44, NULL, 0);
	want_owner(45, "own", 103);
	want_owner(46, "crosvm-pid104", 104);
	assert_int_equal(list.count, 3);
	assert_true(list.hidden);
}

static void without_rights_the_name_of_the_program_decides(void **state)
{
	(void)state;
	folder_write("proc/1/comm", "init\n");
	qemu(100, "web", 42, NULL);
	process(101, "own", "/opt/own -name own -device vhost-vsock-pci,guest-cid=45", NULL);
	vm_list_read(&list, folder);
	want_owner(42, "web", 100);
	want_owner(45, NULL, 0);
	assert_false(list.hidden);
}

static void machines_with_one_cid_are_not_mixed(void **state)
{
	(void)state;
	qemu(100, "web", 3, "/dev/vhost-vsock");
	qemu(101, "db", 3, "/dev/vhost-vsock");
	/* The processes of one machine are one. */
	process(110, "crosvm", "crosvm run --name phone --cid 4", "/dev/vhost-vsock");
	process(107, "crosvm", "crosvm run --name phone --cid 4", "/dev/vhost-vsock");
	/* A hybrid machine never owns a CID of the host. */
	process(120, "vhost-device-vs", "vhost-device-vsock --guest-cid=5 --uds-path=/tmp/v", NULL);
	vm_list_read(&list, folder);
	want_owner(3, NULL, 0);
	want_owner(4, "phone", 107);
	want_owner(5, NULL, 0);
	assert_int_equal(list.count, 4);
}

static void configuration_files_are_read_as_the_process_sees_them(void **state)
{
	static const char config[] = "[device \"qemu_vsock\"]\nguest-cid = \"1234\"\n";

	(void)state;
	folder_write("proc/100/root/run/incus/c1/qemu.conf", config);
	process(100, "qemu-system-x86",
		"qemu-system-x86_64 -S -name c1 -readconfig /run/incus/c1/qemu.conf",
		"/dev/vhost-vsock");
	/* A link that leads out of the container finds nothing there. */
	folder_write("secret", "guest-cid = \"66\"\n");
	folder_link("proc/101/root/qemu.conf", "../../../../secret");
	process(101, "qemu-system-x86", "qemu-system-x86_64 -name c2 -readconfig /qemu.conf",
		"/dev/vhost-vsock");
	/* No file. */
	folder_write("proc/102/root/x", "");
	process(102, "qemu-system-x86", "qemu-system-x86_64 -name c3 -readconfig /x/y",
		"/dev/vhost-vsock");
	vm_list_read(&list, folder);
	want_owner(1234, "c1", 100);
	assert_int_equal(list.count, 1);
}

static void machines_of_systemd_have_names(void **state)
{
	(void)state;
	process(100, "qemu-system-x86", "qemu-system-x86_64 -device vhost-vsock-pci,guest-cid=7",
		"/dev/vhost-vsock");
	qemu(101, "own-name", 8, "/dev/vhost-vsock");
	folder_write("run/systemd/machines/image", "VSOCK_CID=7\nLEADER=99\n");
	folder_link("run/systemd/machines/unit:machine-image.scope", "image");
	folder_write("run/systemd/machines/other", "VSOCK_CID=8\n");
	folder_write("run/systemd/machines/far", "VSOCK_CID=9\nLEADER=55\n");
	folder_write("run/systemd/machines/container", "VSOCK_CID=4294967295\n");
	vm_list_read(&list, folder);
	want_owner(7, "image", 100);
	want_owner(8, "own-name", 101);
	want_owner(9, "far", 55);
	assert_int_equal(list.count, 3);
}

/* A CID means one machine for the kernel, and others for the UNIX sockets of VMMs. */
static void hybrid_machines_have_their_own_names(void **state)
{
	(void)state;
	qemu(100, "web", 3, "/dev/vhost-vsock");
	process(101, "cloud-hyperviso", "cloud-hypervisor --vsock cid=3,socket=/run/a.sock", NULL);
	want_name(3, false, "web");
	want_name(3, true, "Cloud_Hypervisor-pid101");
	process(102, "vhost-device-vs", "vhost-device-vsock --guest-cid=4 --uds-path=/run/b", NULL);
	want_name(4, false, "");
	want_name(4, true, "vhost-device-vsock-pid102");
	/* Two with the same CID. */
	process(103, "vhost-device-vs", "vhost-device-vsock --guest-cid=3 --uds-path=/run/c", NULL);
	want_name(3, false, "web");
	want_name(3, true, "");
}

static void an_empty_system_has_no_machines(void **state)
{
	(void)state;
	vm_list_read(&list, folder);
	assert_int_equal(list.count, 0);
	assert_false(list.more);
	want_owner(3, NULL, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_process_with_the_device_owns_the_cid, folder_make,
					    list_free),
	    cmocka_unit_test_setup_teardown(without_rights_the_name_of_the_program_decides,
					    folder_make, list_free),
	    cmocka_unit_test_setup_teardown(machines_with_one_cid_are_not_mixed, folder_make,
					    list_free),
	    cmocka_unit_test_setup_teardown(configuration_files_are_read_as_the_process_sees_them,
					    folder_make, list_free),
	    cmocka_unit_test_setup_teardown(machines_of_systemd_have_names, folder_make, list_free),
	    cmocka_unit_test_setup_teardown(hybrid_machines_have_their_own_names, folder_make,
					    list_free),
	    cmocka_unit_test_setup_teardown(an_empty_system_has_no_machines, folder_make,
					    list_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
