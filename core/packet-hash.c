/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every packet is hashed, so this is written for speed. It works like NH, the hash of UMAC (RFC
 * 4418): it takes eight bytes at a time, adds a constant of their place, and multiplies the two
 * halves. The hash is the sum of these products. The products do not wait for each other. A hash
 * byte by byte was half the cost of the analysis.
 */
#include "core/packet-hash.h"

#include <string.h>

#include "core/wire.h"

/* Payload bytes at each end of a packet that are hashed: more is not worth the time. */
#define SAMPLE 64

#define BLOCK 32

/* The fraction of the golden ratio: odd, and without a pattern in its bits. */
#define STEP UINT64_C(0x9e3779b97f4a7c15)

/* The product for the word at `place`, which is a constant in loops that compilers unroll. */
static inline uint64_t product(uint64_t word, uint32_t place)
{
	uint64_t key = STEP * (place + 1);
	uint32_t low = (uint32_t)(word + key);
	uint32_t high = (uint32_t)((word >> 32) + (key >> 32));

	return (uint64_t)low * high;
}

static inline uint64_t two_products(const uint8_t *first, const uint8_t *last, uint32_t place)
{
	return product(vsock_get_le64(first), place) + product(vsock_get_le64(last), place + 1);
}

static inline uint64_t block_sum(const uint8_t *bytes)
{
	return two_products(bytes, bytes + 8, 0) + two_products(bytes + 16, bytes + 24, 2);
}

static uint64_t sum_of_few(const uint8_t *bytes, uint32_t length)
{
	uint8_t word[8] = {0};

	memcpy(word, bytes, length);
	return product(vsock_get_le64(word), 0);
}

/* By words from both ends, which may overlap in the middle, so all bytes are hashed. */
static uint64_t sum_of(const uint8_t *bytes, uint32_t length)
{
	const uint8_t *end = bytes + length;
	uint64_t sum = 0;

	if (length < 8)
		return sum_of_few(bytes, length);
	if (length <= 16)
		return two_products(bytes, end - 8, 0);
	if (length <= BLOCK)
		return two_products(bytes, bytes + 8, 0) + two_products(end - 16, end - 8, 2);
	for (; bytes < end - BLOCK; bytes += BLOCK)
		sum = sum * STEP + block_sum(bytes);
	return sum * STEP + block_sum(end - BLOCK);
}

uint16_t vsock_packet_hash(const struct vsock_packet *p)
{
	uint64_t sum = product((uint64_t)p->op << 32 | p->flags, 4) +
		       product((uint64_t)p->len << 32 | p->buf_alloc, 5) +
		       product((uint64_t)p->fwd_cnt << 32 | p->captured, 6);

	if (p->payload && p->captured <= 2 * SAMPLE) {
		sum += sum_of(p->payload, p->captured);
	} else if (p->payload) {
		sum += sum_of(p->payload, SAMPLE);
		sum = sum * STEP + sum_of(p->payload + p->captured - SAMPLE, SAMPLE);
	}
	/* 0 means that there was no packet before. */
	return (uint16_t)(sum * STEP >> 48 | 1);
}
