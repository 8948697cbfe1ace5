/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF"). Without the key, nobody
 * can make it collide. It is fast enough for one call per packet. One and three rounds are usual
 * for hash tables, but too few to authenticate messages.
 */
#ifndef VSOCK_CORE_SIPHASH_H
#define VSOCK_CORE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct vsock_siphash_key {
	uint64_t k0;
	uint64_t k1;
};

/* Hash of `count` 64-bit words. */
uint64_t vsock_siphash(const struct vsock_siphash_key *key, const uint64_t *words, size_t count);

#endif
