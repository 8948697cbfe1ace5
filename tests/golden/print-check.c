/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print-check CASE text|quiet|json: the screen of --check for an invented system. print-check alone
 * lists the cases. print-check all: the lines of the text screen for many more systems.
 */
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tool/check/judge.h"
#include "tool/check/screen.h"

#define BIT(capability) (UINT64_C(1) << (capability))
#define ALL             (~UINT64_C(0))

static struct check_facts facts;

static void invent_host(void)
{
	facts = (struct check_facts){
	    .os = "Linux 6.12.74+deb13-amd64",
	    .machine = "x86_64",
	    .program = "/usr/bin/vsockdump",
	    .modules =
		{
		    [MODULE_VSOCKMON] = MODULE_PRESENT,
		    [MODULE_LOOPBACK] = MODULE_PRESENT,
		    [MODULE_VHOST] = MODULE_LOADED,
		    [MODULE_VIRTIO] = MODULE_PRESENT,
		    [MODULE_VMCI] = MODULE_LOADED,
		    [MODULE_HYPERV] = MODULE_PRESENT,
		    [MODULE_DIAG] = MODULE_LOADED,
		},
	    .capabilities = ALL,
	    .root = true,
	    .paranoid = 3,
	    .cid_known = true,
	    .cid = 2,
	    .vhost_users = 3,
	    .listeners =
		{
		    .list = {{UINT32_MAX, 1024, SOCK_STREAM, 7, 351, "socat"},
			     {2, 22, SOCK_SEQPACKET, 8, 0, ""},
			     {1, UINT32_MAX - 1, SOCK_STREAM, 9, 4194304, "\033[1m\"\\\377 x"}},
		    .count = 3,
		    .known = true,
		},
	};
}

static struct vm machines[] = {
    {.vmm = "QEMU", .pid = 351, .cid_known = true, .cid = 3703888052, .name = "kata-1f3a5b7c"},
    {.vmm = "Firecracker", .pid = 4194304, .hybrid = true, .name = "Firecracker-pid4194304"},
    {.vmm = "vhost-device-vsock",
     .pid = 77,
     .hybrid = true,
     .cid_known = true,
     .cid = 3,
     .name = "vhost-device-vsock-pid77",
     .socket = "/tmp/vm\33.vsock"},
    {.vmm = "QEMU", .pid = 90, .cid_known = true, .cid = 3, .name = "web"},
    {.vmm = "QEMU", .pid = 91, .cid_known = true, .cid = 3, .name = "db"},
    {.vmm = "Cloud Hypervisor",
     .pid = 4194303,
     .hybrid = true,
     .cid_known = true,
     .cid = 4294967294,
     .name = "a123456789012345678901234567890123456789"},
};

/* Machines of all kinds; two have the same CID, in network namespaces of their own. */
static void invent_machines(void)
{
	invent_host();
	facts.vms =
	    (struct vm_list){.vms = machines, .count = sizeof(machines) / sizeof(*machines)};
}

static void invent_machines_of_user(void)
{
	invent_host();
	facts.root = false;
	facts.capabilities = 0;
	facts.vms = (struct vm_list){.vms = machines, .count = 1};
}

static void invent_user(void)
{
	invent_host();
	facts.root = false;
	facts.capabilities = 0;
	facts.modules[MODULE_DIAG] = MODULE_PRESENT;
	facts.listeners = (struct listeners){0};
}

static void invent_file_capabilities(void)
{
	invent_user();
	snprintf(facts.os, sizeof(facts.os), "Linux 6.1.0-56-amd64");
	facts.file_capabilities = true;
	facts.capabilities = BIT(CAP_NET_RAW) | BIT(CAP_NET_ADMIN);
	facts.listeners.known = true;
	facts.modules[MODULE_DIAG] = MODULE_BUILT_IN;
}

/* A small guest without vsockmon. */
static void invent_guest(void)
{
	invent_host();
	snprintf(facts.os, sizeof(facts.os), "Linux 6.18.15");
	facts.modules[MODULE_VSOCKMON] = MODULE_ABSENT;
	facts.modules[MODULE_LOOPBACK] = MODULE_ABSENT;
	facts.modules[MODULE_VHOST] = MODULE_ABSENT;
	facts.modules[MODULE_VIRTIO] = MODULE_BUILT_IN;
	facts.guest = true;
	facts.cid = 3;
	facts.vhost_users = 0;
	facts.listeners = (struct listeners){.known = true};
}

static void invent_container(void)
{
	invent_guest();
	facts.capabilities = BIT(CAP_NET_RAW);
	for (int i = 0; i < CHECK_MODULES; i++)
		facts.modules[i] = MODULE_UNKNOWN;
	facts.cid_known = false;
	facts.cid_error = 2;
	facts.user_namespace = true;
	facts.listeners.known = false;
}

static void invent_vmware(void)
{
	invent_host();
	snprintf(facts.os, sizeof(facts.os), "Linux 5.10.0");
	facts.bpf = BPF_TAP_NO_KERNEL;
	snprintf(facts.bpf_error, sizeof(facts.bpf_error), "the function gets another structure");
	facts.modules[MODULE_VHOST] = MODULE_PRESENT;
	facts.modules[MODULE_VSOCK] = MODULE_LOADED;
	facts.modules[MODULE_VMCI] = MODULE_LOADED;
	facts.vmci = true;
	facts.modules_disabled = true;
	facts.cid_known = false;
}

static void invent_many(void)
{
	invent_host();
	facts.ns_known = true;
	facts.vsock_namespace = (struct vsock_namespace){.local = true};
	facts.interface = CHECK_INTERFACE_DOWN;
	snprintf(facts.interface_name, sizeof(facts.interface_name), "vsockmon0");
	facts.listeners.count = LISTENERS_MAX;
	facts.listeners.more = true;
	for (uint32_t i = 0; i < LISTENERS_MAX; i++)
		facts.listeners.list[i] =
		    (struct listener){UINT32_MAX, i, SOCK_STREAM, i, i + 1, "server"};
}

static const struct {
	const char *name;
	void (*invent)(void);
} cases[] = {
    {"host", invent_host},
    {"user", invent_user},
    {"file", invent_file_capabilities},
    {"guest", invent_guest},
    {"container", invent_container},
    {"vmware", invent_vmware},
    {"many", invent_many},
    {"machines", invent_machines},
    {"machines-of-user", invent_machines_of_user},
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static int print(const char *format)
{
	struct check_report report;
	struct output out;

	check_judge(&report, &facts);
	if (!output_open(&out, STDOUT_FILENO, false))
		return EXIT_FAILURE;
	if (strcmp(format, "json") == 0)
		check_print_json(&out, &report, &facts);
	else
		check_print_text(&out, &report, &facts, strcmp(format, "quiet") == 0);
	return output_close(&out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Every state of every module, with few and many rights and each answer of BPF. */
static int print_all(void)
{
	static const uint64_t rights[] = {0, BIT(CAP_NET_RAW),
					  BIT(CAP_NET_RAW) | BIT(CAP_NET_ADMIN),
					  BIT(CAP_BPF) | BIT(CAP_PERFMON), ALL};

	for (int state = MODULE_UNKNOWN; state <= MODULE_BUILT_IN; state++)
		for (int bpf = BPF_TAP_OK; bpf <= BPF_TAP_ERROR; bpf++)
			for (size_t i = 0; i < 2 * sizeof(rights) / sizeof(rights[0]); i++) {
				invent_host();
				facts.capabilities = rights[i / 2];
				facts.bpf = (enum bpf_tap_result)bpf;
				facts.root = facts.modules_disabled = i % 2;
				snprintf(facts.bpf_error, sizeof(facts.bpf_error), "no reason");
				for (int module = 0; module < CHECK_MODULES; module++)
					facts.modules[module] = (enum module_state)state;
				if (i / 2 % 2)
					facts.modules[MODULE_VSOCK] = MODULE_LOADED;
				facts.listeners.known = i % 2;
				if (print("text") != EXIT_SUCCESS)
					return EXIT_FAILURE;
			}
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc == 1)
		for (size_t i = 0; i < CASES; i++)
			puts(cases[i].name);
	if (argc == 2)
		return print_all();
	for (size_t i = 0; argc == 3 && i < CASES; i++) {
		if (strcmp(argv[1], cases[i].name) != 0)
			continue;
		cases[i].invent();
		return print(argv[2]);
	}
	return argc == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
