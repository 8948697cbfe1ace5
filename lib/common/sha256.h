/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SHA-256 (FIPS 180-4), for names that must not reveal what they are made from. It is written to be
 * short: it runs a few times in a process, never for each packet.
 */
#ifndef VSOCK_LIB_COMMON_SHA256_H
#define VSOCK_LIB_COMMON_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define VSOCK_SHA256_SIZE 32

void vsock_sha256(uint8_t digest[static VSOCK_SHA256_SIZE], const void *data, size_t length);

#endif
