/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds out whether network namespaces have their own vsock addresses. Since Linux 7.0 a namespace
 * may be "local": then another namespace can have the same CIDs. A vsockmon interface sees the
 * packets of all namespaces, and no packet names its namespace.
 */
#ifndef VSOCKDUMP_RUN_VSOCK_NAMESPACE_H
#define VSOCKDUMP_RUN_VSOCK_NAMESPACE_H

#include <stdbool.h>

/* Where the kernel describes the network namespace of the process that reads. */
#define VSOCK_NAMESPACE_FOLDER "/proc/sys/net/vsock"

struct vsock_namespace {
	bool local;          /* ns_mode */
	bool children_local; /* child_ns_mode: for namespaces that this one creates */
};

/*
 * All false if the files of `folder` do not exist (older kernels) or cannot be read. Call it in the
 * user's namespace, before a private one is created.
 */
struct vsock_namespace vsock_namespace_read(const char *folder);

/* A warning for the user; NULL: no warning. */
const char *vsock_namespace_warning(struct vsock_namespace ns);

/* The same in a few words, for the interface's description in a file; or NULL. */
const char *vsock_namespace_description(struct vsock_namespace ns);

#endif
