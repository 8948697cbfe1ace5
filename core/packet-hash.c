/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every packet is hashed, so this is written for speed: a product of the halves of each eight
 * bytes, with another number added to them in each place, and the sum of the products (as NH does,
 * the hash of UMAC, RFC 4418). The products do not wait for each other. Byte by byte it was half
 * the cost of the analysis.
 */
#include "core/packet-hash.h"

#include <string.h>

#include "core/wire.h"

/* Payload bytes at each end of a packet that tell it from another: more is not worth the time. */
#define SAMPLE 64

#define BLOCK 32

/* Odd, and its bits follow no pattern: the fraction of the golden ratio. */
#define STEP UINT64_C(0x9e3779b97f4a7c15)

/* The product for the word in place `place`: a constant in loops that compilers unroll. */
static inline uint64_t product(uint64_t word, uint32_t place)
{
	uint64_t key = STEP * (place + 1);
	uint32_t low = (uint32_t)(word + key);
	uint32_t high = (uint32_t)((word >> 32) + (key >> 32));

	return (uint64_t)low * high;
}

/* Four at a time, and the last four anew when they are not whole: so no byte is left out. */
static uint64_t sum_of(const uint8_t *bytes, uint32_t length)
{
	uint8_t block[BLOCK] = {0};
	uint64_t sum = 0;

	if (length < BLOCK) {
		memcpy(block, bytes, length);
		bytes = block;
		length = BLOCK;
	}
	for (uint32_t done = 0; done < length; done += BLOCK) {
		const uint8_t *p = bytes + (length - done < BLOCK ? length - BLOCK : done);

		sum = sum * STEP + product(vsock_get_le64(p), 0) +
		      product(vsock_get_le64(p + 8), 1) + product(vsock_get_le64(p + 16), 2) +
		      product(vsock_get_le64(p + 24), 3);
	}
	return sum;
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
