/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names for the CIDs of the virtual machines that run on this machine. */
#ifndef VSOCKDUMP_RUN_VM_NAMES_H
#define VSOCKDUMP_RUN_VM_NAMES_H

#include "core/cid-names.h"

/*
 * Adds the name of each machine whose packets a capture sees. The user's names stay. It reads files
 * of other processes: call it before the sandbox. A CID that two machines have gets no name.
 */
void vm_names_find(struct vsock_cid_names *names);

#endif
