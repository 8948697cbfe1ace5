/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finds the CID and the name of a virtual machine in the command line of its VMM. It reads only
 * that text, and allocates nothing. Anyone may start a program with any command line: the caller
 * checks whether the process really has the device.
 *
 * The spellings are those of QEMU (hw/virtio/vhost-vsock-pci.c; libvirt writes JSON), crosvm
 * (src/crosvm/cmdline.rs), kvmtool (builtin-run.c), StratoVirt (docs/config_guidebook.md), OpenVMM
 * (openvmm_entry), Alioth (alioth-cli), Cloud Hypervisor (vmm/src/config.rs), Firecracker
 * (docs/jailer.md) and vhost-device-vsock (src/main.rs).
 */
#ifndef VSOCK_LIB_IDENTITY_COMMAND_LINE_H
#define VSOCK_LIB_IDENTITY_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/identity/vm-name.h"

#define VM_PATH_MAX 256

struct vm_command {
	const char *vmm; /* "QEMU"; static */
	/*
	 * The host's end is a UNIX socket. The kernel does not see its packets, and its CID means
	 * nothing outside of the VMM. Many such machines have CID 3.
	 */
	bool hybrid;
	bool cid_known;
	uint32_t cid;
	char name[VM_NAME_MAX];   /* "": the command line has none */
	char config[VM_PATH_MAX]; /* a configuration file of QEMU, which may have the CID; or "" */
	char socket[VM_PATH_MAX]; /* of a hybrid machine; or "" */
	bool known_program;       /* the name of the program is that of this VMM */
};

/*
 * Reads a command line of `length` bytes, whose arguments end with a null byte each, as in
 * /proc/PID/cmdline. `comm` is the process's name. Returns how many machines it describes: at most
 * `room`, usually 0 or 1. vhost-device-vsock serves several.
 */
size_t vm_command_read(struct vm_command *found, size_t room, const char *arguments, size_t length,
		       const char *comm);

/* Finds guest-cid in the text of a configuration file of QEMU, which ends with a null byte. */
bool vm_config_read(const char *text, uint32_t *cid);

#endif
