/* SPDX-License-Identifier: BSD-3-Clause */
/* Names for the CIDs of the virtual machines that run on this machine. */
#ifndef VSOCK_LIB_IDENTITY_VM_NAMES_H
#define VSOCK_LIB_IDENTITY_VM_NAMES_H

#include <stdbool.h>

#include "core/cid-names.h"

/*
 * Adds the name of each machine whose packets a capture sees. The user's names stay. It reads files
 * of other processes: call it before the sandbox. A CID that two machines have gets no name.
 *
 * `root` is as for vm_list_read(). `hybrid`: for the UNIX sockets of VMMs. Otherwise for what the
 * kernel carries. No machine is of both kinds, and the same CID may mean another machine in each.
 */
void vm_names_find(struct vsock_cid_names *names, const char *root, bool hybrid);

#endif
