/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/check/modules.c, tool/run/blind-spot.c.
 *
 * The modules of invented systems.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/folder.h"
#include "tool/check/modules.h"
#include "tool/run/blind-spot.h"

#define RELEASE "6.1.0-test"
#define LISTS   "lib/modules/" RELEASE "/"

static enum module_state states[CHECK_MODULES];

static void read_them(void)
{
	modules_read(states, folder, RELEASE);
}

static void tells_what_is_loaded_part_of_the_kernel_or_a_file(void **state)
{
	(void)state;
	folder_write("sys/module/vhost_vsock/refcnt", "1\n");
	folder_write(LISTS "modules.builtin", "kernel/net/vmw_vsock/vsock_diag.ko\n");
	folder_write(LISTS "modules.dep",
		     "kernel/drivers/net/vsockmon.ko.xz: kernel/net/vmw_vsock/vsock.ko.xz\n"
		     "kernel/net/vmw_vsock/hv-sock.ko: kernel/net/vmw_vsock/vsock.ko\n"
		     "kernel/net/vmw_vsock/vsock_loopback.ko:\n"
		     "kernel/x/not_vmw_vsock_virtio_transport.ko:\n"
		     "kernel/x/vmw_vsock_virtio_transport_common.ko:\n"
		     "kernel/x/last.ko: kernel/net/vmw_vsock/vmw_vsock_vmci_transport.ko\n");
	folder_write(LISTS "kernel/drivers/net/vsockmon.ko.xz", "");
	folder_write(LISTS "kernel/net/vmw_vsock/hv-sock.ko", "");
	folder_write(LISTS "kernel/x/not_vmw_vsock_virtio_transport.ko", "");
	folder_write(LISTS "kernel/x/vmw_vsock_virtio_transport_common.ko", "");
	folder_write(LISTS "kernel/x/last.ko", "");
	read_them();
	assert_int_equal(states[MODULE_VHOST], MODULE_LOADED);
	assert_int_equal(states[MODULE_DIAG], MODULE_BUILT_IN);
	assert_int_equal(states[MODULE_VSOCKMON], MODULE_PRESENT);
	assert_int_equal(states[MODULE_HYPERV], MODULE_PRESENT);
	/* The list has it, but there is no such file. */
	assert_int_equal(states[MODULE_LOOPBACK], MODULE_ABSENT);
	assert_int_equal(states[MODULE_VIRTIO], MODULE_ABSENT);
	assert_int_equal(states[MODULE_VMCI], MODULE_ABSENT);
}

static void asks_the_symbols_without_lists(void **state)
{
	(void)state;
	folder_write("proc/modules", "");
	folder_write("proc/kallsyms", "0000000000000000 t vsockmon_setup\n"
				      "0000000000000000 t vsockmon_setup.cold\n"
				      "0000000000000000 t hvs_probe\t[hv_sock]\n"
				      "0000000000000000 t not_vsock_diag_dump\n");
	read_them();
	assert_int_equal(states[MODULE_VSOCKMON], MODULE_BUILT_IN);
	assert_int_equal(states[MODULE_HYPERV], MODULE_UNKNOWN);
	assert_int_equal(states[MODULE_DIAG], MODULE_UNKNOWN);
}

static void knows_a_kernel_without_modules(void **state)
{
	(void)state;
	folder_write("proc/kallsyms", "0000000000000000 t virtio_vsock_probe\n");
	read_them();
	assert_int_equal(states[MODULE_VIRTIO], MODULE_BUILT_IN);
	assert_int_equal(states[MODULE_VSOCKMON], MODULE_ABSENT);
}

static void finds_a_reason_for_silence(void **state)
{
	(void)state;
	/* Without /sys, nothing is known. */
	assert_null(blind_spot_read(folder));
	folder_write("sys/class/misc/other/dev", "");
	assert_non_null(strstr(blind_spot_read(folder), "no vsock module was loaded"));
	folder_write("sys/class/misc/vsock/dev", "");
	assert_null(blind_spot_read(folder));
	folder_write("sys/module/hv_sock/refcnt", "");
	assert_non_null(strstr(blind_spot_read(folder), "Hyper-V"));
	/* The kernel loads the driver of VMCI everywhere. */
	folder_write("sys/module/vmw_vsock_vmci_transport/refcnt", "");
	folder_write("sys/bus/pci/drivers/vmw_vmci/new_id", "");
	assert_non_null(strstr(blind_spot_read(folder), "Hyper-V"));
	folder_write("sys/bus/pci/drivers/vmw_vmci/0000:00:07.7", "");
	assert_non_null(strstr(blind_spot_read(folder), "VMCI"));
	folder_write("sys/module/vhost_vsock/refcnt", "");
	assert_null(blind_spot_read(folder));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, folder_make, folder_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(tells_what_is_loaded_part_of_the_kernel_or_a_file),
	    TEST(asks_the_symbols_without_lists),
	    TEST(knows_a_kernel_without_modules),
	    TEST(finds_a_reason_for_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
