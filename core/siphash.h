/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF"). Without the key, nobody
 * can make it collide. It is fast enough for one call per packet. One and three rounds are usual
 * for hash tables, but too few to authenticate messages.
 *
 * Inline, so that the state stays in registers: it is a third of what it costs to find a flow.
 */
#ifndef VSOCK_CORE_SIPHASH_H
#define VSOCK_CORE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct vsock_siphash_key {
	uint64_t k0;
	uint64_t k1;
};

/* A hash on its way: vsock_siphash_start(), then one call for each word, then the end. */
struct vsock_siphash_state {
	uint64_t v0, v1, v2, v3;
};

static inline struct vsock_siphash_state vsock_siphash_start(const struct vsock_siphash_key *key)
{
	/* The initial constants spell "somepseudorandomlygeneratedbytes". */
	return (struct vsock_siphash_state){
	    key->k0 ^ UINT64_C(0x736f6d6570736575),
	    key->k1 ^ UINT64_C(0x646f72616e646f6d),
	    key->k0 ^ UINT64_C(0x6c7967656e657261),
	    key->k1 ^ UINT64_C(0x7465646279746573),
	};
}

static inline uint64_t vsock_siphash_rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void vsock_siphash_round(struct vsock_siphash_state *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = vsock_siphash_rotate(s->v1, 13) ^ s->v0;
	s->v3 = vsock_siphash_rotate(s->v3, 16) ^ s->v2;
	s->v0 = vsock_siphash_rotate(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = vsock_siphash_rotate(s->v1, 17) ^ s->v2;
	s->v3 = vsock_siphash_rotate(s->v3, 21) ^ s->v0;
	s->v2 = vsock_siphash_rotate(s->v2, 32);
}

static inline void vsock_siphash_word(struct vsock_siphash_state *s, uint64_t word)
{
	s->v3 ^= word;
	vsock_siphash_round(s);
	s->v0 ^= word;
}

/* The hash of the `count` words. */
static inline uint64_t vsock_siphash_end(struct vsock_siphash_state *s, size_t count)
{
	/* The top byte of the last word is the length in bytes, mod 256. */
	vsock_siphash_word(s, (uint64_t)(count * sizeof(uint64_t)) << 56);
	s->v2 ^= 0xff;
	vsock_siphash_round(s);
	vsock_siphash_round(s);
	vsock_siphash_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

/* Hash of `count` 64-bit words. */
static inline uint64_t vsock_siphash(const struct vsock_siphash_key *key, const uint64_t *words,
				     size_t count)
{
	struct vsock_siphash_state s = vsock_siphash_start(key);

	for (size_t i = 0; i < count; i++)
		vsock_siphash_word(&s, words[i]);
	return vsock_siphash_end(&s, count);
}

#endif
