/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_CAPTURES_VSOCK_H
#define TESTS_CAPTURES_VSOCK_H

#include <stdbool.h>
#include <stdint.h>

/* All of these leave the reason of a failure in errno. */

/* A socket bound to @port of this machine (0: any). @buffer 0: as the system has it. -1: failed */
int vsock_socket(bool seqpacket, uint64_t buffer, uint32_t port);

/* Sets how much may be on its way to @socket, be that above the system's limit. */
bool vsock_set_buffer(int socket, uint64_t bytes);

bool vsock_connect(int socket, uint32_t cid, uint32_t port);

/* The next connection; its peer's port in @port. -1: failed */
int vsock_accept(int socket, uint32_t *port);

/* The port that @socket itself has, or 0. */
uint32_t vsock_port(int socket);

#endif
