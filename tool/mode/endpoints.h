/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which ports answered a REQUEST: what to compare with when another connection was refused.
 * Sorted, so that no input can make finding one slow; bounded, what is beyond is left out.
 */
#ifndef VSOCKDUMP_MODE_ENDPOINTS_H
#define VSOCKDUMP_MODE_ENDPOINTS_H

#include <stdint.h>

#define ENDPOINTS_MAX 4096

struct endpoint {
	uint32_t cid;
	uint32_t port;
	uint32_t types; /* those it answered, as bits 1 << enum vsock_type; other types are bit 0 */
	uint64_t answers;
};

/* All zeroes: none. */
struct endpoints {
	struct endpoint *sorted; /* by CID, then port */
	uint32_t count;
	uint32_t capacity;
};

void endpoints_free(struct endpoints *endpoints);

/* One more RESPONSE. Without memory it is left out. */
void endpoints_answered(struct endpoints *endpoints, uint32_t cid, uint32_t port, uint16_t type);

/* The endpoint, or NULL when it never answered. */
const struct endpoint *endpoints_find(const struct endpoints *endpoints, uint32_t cid,
				      uint32_t port);

/* The first of a CID, or NULL; those after it are its next until the CID is another. */
const struct endpoint *endpoints_first(const struct endpoints *endpoints, uint32_t cid);

/* The bit of endpoint.types. */
uint32_t endpoint_type_bit(uint16_t type);

#endif
