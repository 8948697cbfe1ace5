/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which part of a machine has its own vsock addresses. Since Linux 7.0 a network namespace may be
 * "local": its CIDs are its own, and another namespace can have the same ones. A vsockmon sees the
 * packets of all namespaces, and no packet says where it comes from.
 */
#ifndef VSOCKDUMP_RUN_VSOCK_NAMESPACE_H
#define VSOCKDUMP_RUN_VSOCK_NAMESPACE_H

#include <stdbool.h>

/* Where the kernel describes the network namespace of the process that reads. */
#define VSOCK_NAMESPACE_FOLDER "/proc/sys/net/vsock"

struct vsock_namespace {
	bool local;          /* ns_mode */
	bool children_local; /* child_ns_mode: of namespaces that this one makes */
};

/*
 * All false where the files of `folder` do not exist, as on older kernels, or cannot be read. Call
 * it in the namespace of the user, before a private one is made.
 */
struct vsock_namespace vsock_namespace_read(const char *folder);

/* What that means for a capture, in a sentence for the user; NULL: nothing. */
const char *vsock_namespace_warning(struct vsock_namespace ns);

/* The same in a few words, for the interface's description in a file; NULL: nothing. */
const char *vsock_namespace_description(struct vsock_namespace ns);

#endif
