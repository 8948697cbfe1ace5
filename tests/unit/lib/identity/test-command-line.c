/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/identity/command-line.c.
 *
 * The command lines are those of real VMMs and of the programs that start them, shortened. Names,
 * numbers and ids are invented. A blank stands for the end of an argument.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/identity/command-line.h"

#define SANDBOX "1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c"
#define HALF    "1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c"

struct sample {
	const char *line;
	const char *vmm;  /* NULL: no machine */
	uint32_t cid;     /* 0: not known */
	const char *name; /* NULL: none */
	bool hybrid;
	const char *path; /* the socket or configuration file; or NULL */
	const char *comm; /* NULL: that of the program's file */
};

static const struct sample samples[] = {
    /* QEMU, and what starts it. */
    {.line =
	 "/usr/bin/qemu-system-x86_64 -name guest=web,debug-threads=on -S -uuid 7-8 -device "
	 "{\"driver\":\"vhost-vsock-pci\",\"id\":\"vsock0\",\"guest-cid\":42,\"vhostfd\":\"6789\","
	 "\"bus\":\"pci.0\",\"addr\":\"0x2\"}",
     .vmm = "QEMU",
     .cid = 42,
     .name = "web"},
    {.line = "/usr/bin/qemu-system-s390x -name guest=old -device "
	     "vhost-vsock-ccw,id=vsock0,guest-cid=4,vhostfd=6789,devno=fe.0.0003",
     .vmm = "QEMU",
     .cid = 4,
     .name = "old"},
    {.line =
	 "/opt/kata/bin/qemu-system-x86_64 -name sandbox-" SANDBOX " -uuid U -machine q35 -qmp "
	 "unix:/run/vc/vm/" SANDBOX "/qmp.sock,server=on,wait=off -device "
	 "vhost-vsock-pci,disable-modern=true,vhostfd=3,id=vsock-3058467015,guest-cid=3058467015",
     .vmm = "QEMU",
     .cid = 3058467015,
     .name = "kata-1f3a5b7c"},
    {.line = "/opt/kata/bin/qemu-virtiofs-system-x86_64 -name sandbox-" SANDBOX
	     " -device vhost-vsock-pci,vhostfd=7,guest-cid=99",
     .vmm = "QEMU",
     .cid = 99,
     .name = "kata-1f3a5b7c"},
    {.line = "/usr/libexec/qemu-kvm -name guest=default_vm1,debug-threads=on -S -device "
	     "{\"driver\":\"vhost-vsock-pci-non-transitional\",\"id\":\"vsock0\",\"guest-cid\":3}",
     .vmm = "QEMU",
     .cid = 3,
     .name = "default_vm1"},
    {.line = "qemu-system-x86_64 -S -name c1 -uuid U -daemonize -readconfig "
	     "/var/snap/lxd/common/lxd/logs/c1/qemu.conf -pidfile /x",
     .vmm = "QEMU",
     .name = "c1",
     .path = "/var/snap/lxd/common/lxd/logs/c1/qemu.conf"},
    {.line = "/usr/bin/kvm -id 8006 -name db,debug-threads=on -no-shutdown -device "
	     "vhost-vsock-pci,guest-cid=8006",
     .vmm = "QEMU",
     .cid = 8006,
     .name = "db"},
    {.line = "qemu-system-x86_64 -machine type=q35 -smp 1 -m 2048M -device "
	     "vhost-vsock-pci,guest-cid=77,vhostfd=5",
     .vmm = "QEMU",
     .cid = 77},
    {.line = "qemu-system-aarch64 -M microvm,accel=kvm --device vhost-vsock-device,guest-cid=0x10",
     .vmm = "QEMU",
     .cid = 16},
    {.line = "qemu-system-x86_64 -device guest-cid=9,driver=vhost-vsock-pci",
     .vmm = "QEMU",
     .cid = 9},
    {.line = "qemu-system-x86_64 -name guest=a,,b -device vhost-vsock-pci,guest-cid=9",
     .vmm = "QEMU",
     .cid = 9,
     .name = "a_b"},
    {.line = "qemu-system-x86_64 -name x -device virtio-net-pci,guest-cid=9"},
    {.line = "qemu-system-x86_64 -device vhost-user-vsock-pci,chardev=c"},
    {.line = "qemu-system-x86_64 -device vhost-vsock-pci,guest-cid=2"},
    {.line = "qemu-system-x86_64 -device vhost-vsock-pci,guest-cid=4294967295"},
    {.line = "qemu-system-x86_64 -device vhost-vsock-pci,guest-cid=-3"},
    {.line = "qemu-system-x86_64 -device"},
    {.line = "qemu-img info x.qcow2"},
    {.line = "/usr/bin/stratovirt -machine microvm -name sandbox-" SANDBOX
	     " -device vhost-vsock-device,id=v,guest-cid=12",
     .vmm = "StratoVirt",
     .cid = 12,
     .name = "kata-1f3a5b7c"},
    /* crosvm, also as Android and Cuttlefish start it. */
    {.line = "crosvm run --vsock 5 --name android kernel",
     .vmm = "crosvm",
     .cid = 5,
     .name = "android"},
    {.line = "crosvm run --vsock=cid=6,device=/dev/vhost-vsock kernel", .vmm = "crosvm", .cid = 6},
    {.line = "crosvm --extended-status --log-level info run --disable-sandbox --cid 2051 --socket "
	     "/proc/self/fd/7",
     .vmm = "crosvm",
     .cid = 2051},
    {.line = "crosvm device vsock --cid 8 --socket-path /tmp/s", .vmm = "crosvm", .cid = 8},
    {.line = "crosvm run --vhost-user=type=vsock,socket=/tmp/vsock_3_0/vhost.socket kernel"},
    {.line = "lkvm run --name guest-7 -k bzImage --vsock 12",
     .vmm = "kvmtool",
     .cid = 12,
     .name = "guest-7"},
    {.line = "openvmm --virtio-vsock-vhost-cid 31", .vmm = "OpenVMM", .cid = 31},
    {.line = "alioth boot --vsock vhost,cid=14,dev=/dev/vhost-vsock", .vmm = "Alioth", .cid = 14},
    /* Their packets do not pass the kernel. */
    {.line = "alioth boot --vsock uds,cid=3,path=/tmp/v.sock",
     .vmm = "Alioth",
     .cid = 3,
     .hybrid = true,
     .path = "/tmp/v.sock"},
    {.line = "openvmm --virtio-vsock-path /run/kata/" SANDBOX "/vsock.sock",
     .vmm = "OpenVMM",
     .name = "kata-1f3a5b7c",
     .hybrid = true,
     .path = "/run/kata/" SANDBOX "/vsock.sock"},
    {.line = "cloud-hypervisor --api-socket /tmp/api --vsock cid=3,socket=/tmp/ch.sock,id=v",
     .vmm = "Cloud Hypervisor",
     .cid = 3,
     .hybrid = true,
     .path = "/tmp/ch.sock"},
    {.line = "/usr/bin/cloud-hypervisor --api-socket /run/vc/vm/" SANDBOX "/clh-api.sock -v",
     .vmm = "Cloud Hypervisor",
     .name = "kata-1f3a5b7c",
     .hybrid = true},
    {.line = "./firecracker --id=" HALF " --start-time-us=1",
     .vmm = "Firecracker",
     .name = HALF,
     .hybrid = true},
    {.line = "firecracker --api-sock /tmp/fc.sock", .vmm = "Firecracker", .hybrid = true},
    {.line =
	 "vhost-device-vsock --guest-cid=4 --uds-path=/tmp/vm4.vsock --socket=/tmp/vhost4.socket",
     .vmm = "vhost-device-vsock",
     .cid = 4,
     .hybrid = true,
     .path = "/tmp/vm4.vsock"},
    {.line = "krun", .vmm = "libkrun", .name = "web", .hybrid = true, .comm = "VM:web"},
    {.line = "krun", .vmm = "libkrun", .hybrid = true, .comm = "libkrun VM"},
    /* Any program may hold the device. */
    {.line = "/opt/my-vmm -name own -device vhost-vsock-pci,guest-cid=21",
     .vmm = "QEMU",
     .cid = 21,
     .name = "own"},
    {.line = "grep guest-cid=3"},
    {.line = "sh -c qemu-system-x86_64\x01-device\x01vhost-vsock-pci,guest-cid=3"},
    {.line = ""},
};

/* As in /proc: the arguments end with null bytes. */
static size_t make_line(char *line, const char *text)
{
	size_t length = strlen(text) + 1;

	memcpy(line, text, length);
	for (size_t i = 0; i < length; i++)
		if (line[i] == ' ')
			line[i] = '\0';
	return length;
}

static size_t read_line(struct vm_command *found, size_t room, const char *text, const char *comm)
{
	char line[2048];
	char name[16];
	const char *slash;
	size_t length = make_line(line, text);

	slash = strrchr(line, '/');
	snprintf(name, sizeof(name), "%s", slash ? slash + 1 : line);
	return vm_command_read(found, room, line, length, comm ? comm : name);
}

static void command_lines_have_a_cid_and_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *sample = &samples[i];
		struct vm_command vm;
		size_t count = read_line(&vm, 1, sample->line, sample->comm);

		if (count != (sample->vmm != NULL))
			print_error("%s\n", sample->line);
		assert_int_equal(count, sample->vmm != NULL);
		if (!count)
			continue;
		assert_string_equal(vm.vmm, sample->vmm);
		assert_string_equal(vm.name, sample->name ? sample->name : "");
		assert_int_equal(vm.cid_known, sample->cid != 0);
		assert_int_equal(vm.cid, sample->cid);
		assert_int_equal(vm.hybrid, sample->hybrid);
		assert_string_equal(vm.hybrid ? vm.socket : vm.config,
				    sample->path ? sample->path : "");
	}
}

static void one_program_serves_several_machines(void **state)
{
	static const char line[] = "vhost-device-vsock --vm guest-cid=3,uds-path=/a,socket=/b --vm "
				   "guest_cid=4,uds_path=/c,socket=/d --vm uds-path=/e";
	struct vm_command vms[4];

	(void)state;
	assert_int_equal(read_line(vms, 4, line, NULL), 3);
	assert_int_equal(vms[0].cid, 3);
	assert_string_equal(vms[0].socket, "/a");
	assert_int_equal(vms[1].cid, 4);
	assert_string_equal(vms[1].socket, "/c");
	assert_int_equal(vms[2].cid, 3);
	assert_int_equal(read_line(vms, 2, line, NULL), 2);
	assert_int_equal(read_line(vms, 0, line, NULL), 0);
}

static void only_names_of_programs_are_known(void **state)
{
	struct vm_command vm;

	(void)state;
	assert_int_equal(read_line(&vm, 1, "qemu-kvm -device vhost-vsock-pci,guest-cid=3", NULL),
			 1);
	assert_true(vm.known_program);
	assert_int_equal(read_line(&vm, 1, "evil -device vhost-vsock-pci,guest-cid=3", NULL), 1);
	assert_false(vm.known_program);
}

static void configuration_files_have_a_cid(void **state)
{
	uint32_t cid;

	(void)state;
	assert_true(vm_config_read("[device \"qemu_vsock\"]\ndriver = \"vhost-vsock-pci\"\n"
				   "bus = \"qemu_pcie4\"\nguest-cid = \"1234\"\nvhostfd = \"7\"\n",
				   &cid));
	assert_int_equal(cid, 1234);
	assert_true(vm_config_read("  guest-cid=\"5\"", &cid));
	assert_int_equal(cid, 5);
	assert_false(vm_config_read("guest-cid = \"2\"\n", &cid));
	assert_false(vm_config_read("guest-cid = 7\n", &cid));
	assert_false(vm_config_read("x guest-cid = \"7\"\n", &cid));
	assert_false(vm_config_read("guest-cid-x = \"7\"\n", &cid));
	assert_false(vm_config_read("", &cid));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(command_lines_have_a_cid_and_a_name),
	    cmocka_unit_test(one_program_serves_several_machines),
	    cmocka_unit_test(only_names_of_programs_are_known),
	    cmocka_unit_test(configuration_files_have_a_cid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
