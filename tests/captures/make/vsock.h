/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_CAPTURES_VSOCK_H
#define TESTS_CAPTURES_VSOCK_H

#include <stdbool.h>
#include <stdint.h>

/* After a failure, all of these have set errno. */

/* A socket bound to @port of this machine (0: any). @buffer 0: the system's default. -1: failed */
int vsock_socket(bool seqpacket, uint64_t buffer, uint32_t port);

/* Sets how much may be in flight to @socket, even above the system's limit. */
bool vsock_set_buffer(int socket, uint64_t bytes);

bool vsock_connect(int socket, uint32_t cid, uint32_t port);

/* The next connection; its peer's port in @port. -1: failed */
int vsock_accept(int socket, uint32_t *port);

/* The local port of @socket, or 0. */
uint32_t vsock_port(int socket);

#endif
