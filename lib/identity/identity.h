/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which virtual machine has which CID. The kernel has no call for that. But each VMM whose packets
 * pass the kernel holds /dev/vhost-vsock open, and its command line, or its configuration file, has
 * the CID. systemd-machined knows the machines that systemd started.
 *
 * What is found is true at that moment. A machine that starts later, or that gets its CID without
 * any of these texts, has no name. A name is no proof: whoever may start programs can choose
 * command lines, and a guest can write any CID into its packets.
 *
 * One thread uses a list. It needs no rights, but finds more with them: without CAP_SYS_PTRACE it
 * cannot see which of another user's processes hold the device. Then the name of the program must
 * be that of a VMM.
 */
#ifndef VSOCK_LIB_IDENTITY_IDENTITY_H
#define VSOCK_LIB_IDENTITY_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/identity/command-line.h"

/* More machines are left out, and vm_list.more is set. */
#define VM_LIST_MAX 4096

struct vm {
	const char *vmm; /* "QEMU"; "systemd machine": only systemd-machined knows it; static */
	uint32_t pid;    /* 0: not known */
	bool hybrid;     /* see struct vm_command */
	bool cid_known;
	uint32_t cid;
	uint64_t network_namespace; /* an inode number; 0: not known */
	uint64_t fingerprint;       /* of the command line */
	char name[VM_NAME_MAX];
	char socket[VM_PATH_MAX]; /* of a hybrid machine; or "" */
};

struct vm_list {
	struct vm *vms;
	size_t count;
	bool more;   /* some were left out: too many, or no memory */
	bool hidden; /* /proc hides the processes of other users */
};

/* Looks through the processes. `root` is "" or a folder that has proc and run instead. */
void vm_list_read(struct vm_list *list, const char *root);
void vm_list_free(struct vm_list *list);

/*
 * The machine whose packets have this CID on the host: never a hybrid one. NULL if there is none,
 * or if several have it, which network namespaces allow.
 */
const struct vm *vm_list_owner(const struct vm_list *list, uint32_t cid);

#endif
