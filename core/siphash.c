/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/siphash.h"

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void round_once(struct state *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 = rotate(s->v2, 32);
}

static void absorb(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	round_once(s);
	s->v0 ^= word;
}

uint64_t vsock_siphash(const struct vsock_siphash_key *key, const uint64_t *words, size_t count)
{
	/* The initial constants spell "somepseudorandomlygeneratedbytes". */
	struct state s = {
	    key->k0 ^ UINT64_C(0x736f6d6570736575),
	    key->k1 ^ UINT64_C(0x646f72616e646f6d),
	    key->k0 ^ UINT64_C(0x6c7967656e657261),
	    key->k1 ^ UINT64_C(0x7465646279746573),
	};

	for (size_t i = 0; i < count; i++)
		absorb(&s, words[i]);
	/* The top byte of the last word is the length in bytes, mod 256. */
	absorb(&s, (uint64_t)(count * sizeof(words[0])) << 56);
	s.v2 ^= 0xff;
	for (int i = 0; i < 3; i++)
		round_once(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
