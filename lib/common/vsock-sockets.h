/* SPDX-License-Identifier: BSD-3-Clause */
/* The vsock sockets that the kernel lists (sock_diag). */
#ifndef VSOCK_LIB_COMMON_VSOCK_SOCKETS_H
#define VSOCK_LIB_COMMON_VSOCK_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

/* The kernel's states of sockets that matter here. */
#define VSOCK_SOCKET_ESTABLISHED 1
#define VSOCK_SOCKET_LISTEN      10

/* CIDs and ports may be UINT32_MAX: any. */
struct vsock_socket {
	uint32_t local_cid;
	uint32_t local_port;
	uint32_t remote_cid;
	uint32_t remote_port;
	uint32_t type; /* SOCK_STREAM, SOCK_SEQPACKET or SOCK_DGRAM */
	uint32_t inode;
};

/*
 * Passes the sockets of this network namespace that have the state. The kernel loads the module
 * vsock_diag for this. False if the kernel did not say all of them.
 */
bool vsock_sockets_list(unsigned state, void (*take)(void *context, const struct vsock_socket *),
			void *context);

#endif
