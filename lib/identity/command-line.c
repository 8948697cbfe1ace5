/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/identity/command-line.h"

#include <stdio.h>
#include <string.h>

#include "lib/identity/arguments.h"
#include "lib/common/number.h"

#define VALUE_MAX 64

/* The kernel and QEMU refuse other CIDs for a guest. */
#define CID_LEAST 3
#define CID_MOST  (UINT32_MAX - 1)

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static void take_cid(struct vm_command *vm, const char *text)
{
	uint64_t cid;

	if (!parse_number_any_base(text, CID_LEAST, CID_MOST, &cid))
		return;
	vm->cid = (uint32_t)cid;
	vm->cid_known = true;
}

static void take_name(struct vm_command *vm, const char *text)
{
	if (!vm_name_of_kata(vm->name, text))
		vm_name_clean(vm->name, text);
}

static void take_path(char path[static VM_PATH_MAX], const char *text)
{
	if (strlen(text) < VM_PATH_MAX)
		memcpy(path, text, strlen(text) + 1);
}

static void take_qemu_device(struct vm_command *vm, const char *device)
{
	char driver[VALUE_MAX];
	char cid[VALUE_MAX];

	if (*device == '{') {
		json_value(device, "driver", driver, sizeof(driver));
		json_value(device, "guest-cid", cid, sizeof(cid));
	} else {
		if (!list_value(device, "", driver, sizeof(driver)))
			list_value(device, "driver", driver, sizeof(driver));
		if (!list_value(device, "guest-cid", cid, sizeof(cid)))
			list_value(device, "guest_cid", cid, sizeof(cid));
	}
	if (starts_with(driver, "vhost-vsock-"))
		take_cid(vm, cid);
}

/* "NAME" or "guest=NAME", with other keys. */
static void take_qemu_name(struct vm_command *vm, const char *list)
{
	char name[VM_PATH_MAX];

	if (list_value(list, "guest", name, sizeof(name)) ||
	    list_value(list, "", name, sizeof(name)))
		take_name(vm, name);
}

static void qemu_option(struct vm_command *vm, const struct argument_option *option)
{
	if (argument_is(option, "device"))
		take_qemu_device(vm, option->value);
	else if (argument_is(option, "name"))
		take_qemu_name(vm, option->value);
	else if (argument_is(option, "readconfig"))
		take_path(vm->config, option->value);
}

/* "--vsock 3", "--vsock cid=3,device=PATH"; older and for a separate device: "--cid 3". */
static void crosvm_option(struct vm_command *vm, const struct argument_option *option)
{
	char cid[VALUE_MAX];

	if (argument_is(option, "name")) {
		take_name(vm, option->value);
	} else if (argument_is(option, "cid")) {
		take_cid(vm, option->value);
	} else if (argument_is(option, "vsock")) {
		if (list_value(option->value, "cid", cid, sizeof(cid)) ||
		    list_value(option->value, "", cid, sizeof(cid)))
			take_cid(vm, cid);
	}
}

static void kvmtool_option(struct vm_command *vm, const struct argument_option *option)
{
	if (argument_is(option, "name"))
		take_name(vm, option->value);
	else if (argument_is(option, "vsock"))
		take_cid(vm, option->value);
}

static void openvmm_option(struct vm_command *vm, const struct argument_option *option)
{
	if (argument_is(option, "virtio-vsock-vhost-cid")) {
		take_cid(vm, option->value);
	} else if (argument_is(option, "virtio-vsock-path")) {
		vm->hybrid = true;
		take_path(vm->socket, option->value);
		vm_name_of_kata(vm->name, option->value);
	}
}

/* "--vsock vhost,cid=3,dev=PATH" or "--vsock uds,cid=3,path=PATH". */
static void alioth_option(struct vm_command *vm, const struct argument_option *option)
{
	char kind[VALUE_MAX];
	char cid[VALUE_MAX];

	if (!argument_is(option, "vsock"))
		return;
	list_value(option->value, "", kind, sizeof(kind));
	list_value(option->value, "cid", cid, sizeof(cid));
	vm->hybrid = strcmp(kind, "vhost") != 0;
	list_value(option->value, "path", vm->socket, sizeof(vm->socket));
	take_cid(vm, cid);
}

static void cloud_hypervisor_option(struct vm_command *vm, const struct argument_option *option)
{
	char cid[VALUE_MAX];

	if (argument_is(option, "api-socket")) {
		vm_name_of_kata(vm->name, option->value);
	} else if (argument_is(option, "vsock")) {
		list_value(option->value, "cid", cid, sizeof(cid));
		list_value(option->value, "socket", vm->socket, sizeof(vm->socket));
		take_cid(vm, cid);
	}
}

static void firecracker_option(struct vm_command *vm, const struct argument_option *option)
{
	if (argument_is(option, "id"))
		take_name(vm, option->value);
}

static void no_option(struct vm_command *vm, const struct argument_option *option)
{
	(void)vm;
	(void)option;
}

/* To add a VMM, add a row. The first row whose program fits is taken. */
struct vmm {
	const char *name;
	/* What the name of the program begins with, and whether that is all of it. */
	const char *program;
	bool whole;
	bool hybrid;
	void (*option)(struct vm_command *vm, const struct argument_option *option);
};

static const struct vmm vmms[] = {
    {"QEMU", "qemu-kvm", true, false, qemu_option},
    {"QEMU", "kvm", true, false, qemu_option},
    {"QEMU", "qemu-", false, false, qemu_option},
    {"StratoVirt", "stratovirt", true, false, qemu_option},
    {"crosvm", "crosvm", true, false, crosvm_option},
    {"kvmtool", "lkvm", false, false, kvmtool_option},
    {"OpenVMM", "openvmm", true, false, openvmm_option},
    {"Alioth", "alioth", true, false, alioth_option},
    {"Cloud Hypervisor", "cloud-hypervisor", true, true, cloud_hypervisor_option},
    {"Firecracker", "firecracker", true, true, firecracker_option},
    {"libkrun", "VM:", false, true, no_option},
    {"libkrun", "libkrun VM", true, true, no_option},
};

/* Programs may have any name, and most that hold the device are QEMU. */
static const struct vmm other = {"QEMU", "", false, false, qemu_option};

static bool is_program(const struct vmm *vmm, const char *program)
{
	return vmm->whole ? strcmp(program, vmm->program) == 0 : starts_with(program, vmm->program);
}

static const struct vmm *find_vmm(const char *program, const char *comm)
{
	for (size_t i = 0; i < sizeof(vmms) / sizeof(vmms[0]); i++)
		if (is_program(&vmms[i], program) || is_program(&vmms[i], comm))
			return &vmms[i];
	return NULL;
}

/*
 * vhost-device-vsock: "--guest-cid=3 --uds-path=PATH", or for each machine "--vm
 * guest-cid=3,uds-path=PATH". Keys may have underscores. The default CID is 3.
 */
#define DEVICE_PROGRAM "vhost-device-vsock"

static void device_value(const char *list, const char *key, const char *other_key, char *value,
			 size_t room)
{
	if (!list_value(list, key, value, room))
		list_value(list, other_key, value, room);
}

static size_t read_device(struct vm_command *found, size_t room, struct arguments arguments)
{
	struct vm_command single = {.vmm = DEVICE_PROGRAM, .hybrid = true, .known_program = true};
	struct argument_option option;
	char cid[VALUE_MAX];
	size_t count = 0;

	while (arguments_next_option(&arguments, &option)) {
		if (argument_is(&option, "guest-cid"))
			take_cid(&single, option.value);
		if (argument_is(&option, "uds-path"))
			take_path(single.socket, option.value);
		if (!argument_is(&option, "vm") || count == room)
			continue;
		found[count] = single;
		device_value(option.value, "guest-cid", "guest_cid", cid, sizeof(cid));
		device_value(option.value, "uds-path", "uds_path", found[count].socket,
			     sizeof(found[count].socket));
		take_cid(&found[count], *cid ? cid : "3");
		count++;
	}
	if (count > 0)
		return count;
	found[0] = single;
	return 1;
}

static const char *name_of_program(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

size_t vm_command_read(struct vm_command *found, size_t room, const char *arguments, size_t length,
		       const char *comm)
{
	struct arguments walk = {arguments, arguments + length};
	const char *program;
	struct argument_option option;
	const struct vmm *vmm;

	if (room == 0 || length == 0 || arguments[length - 1] != '\0')
		return 0;
	program = name_of_program(arguments);
	if (strcmp(program, DEVICE_PROGRAM) == 0)
		return read_device(found, room, walk);
	vmm = find_vmm(program, comm);
	*found = (struct vm_command){
	    .vmm = vmm ? vmm->name : other.name,
	    .hybrid = vmm && vmm->hybrid,
	    .known_program = vmm != NULL,
	};
	while (arguments_next_option(&walk, &option))
		(vmm ? vmm : &other)->option(found, &option);
	if (strcmp(found->vmm, "libkrun") == 0)
		vm_name_clean(found->name, strchr(comm, ':') ? strchr(comm, ':') + 1 : "");
	return found->hybrid || found->cid_known || *found->config;
}

/*
 * A section begins with a line such as [device "qemu_vsock"]. Its lines are: key = "value". LXD and
 * Incus write the device of vsock so.
 */
bool vm_config_read(const char *text, uint32_t *cid)
{
	static const char key[] = "guest-cid";
	struct vm_command vm = {0};

	for (const char *line = text; line; line = strchr(line, '\n')) {
		char value[VALUE_MAX];

		line += strspn(line, "\n \t");
		if (!starts_with(line, key))
			continue;
		if (sscanf(line + strlen(key), " = \"%63[0-9]\"", value) != 1)
			continue;
		take_cid(&vm, value);
	}
	*cid = vm.cid;
	return vm.cid_known;
}
