/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which ports answered a REQUEST, to compare with when another connection was refused. The list is
 * sorted, so no input can make the search slow. It is limited: further ports are left out.
 */
#ifndef VSOCKDUMP_MODE_ENDPOINTS_H
#define VSOCKDUMP_MODE_ENDPOINTS_H

#include <stdint.h>

#define ENDPOINTS_MAX 4096

struct endpoint {
	uint32_t cid;
	uint32_t port;
	uint32_t types; /* that it answered, as bits 1 << enum vsock_type; other types are bit 0 */
	uint64_t answers;
};

/* All zeros: empty. */
struct endpoints {
	struct endpoint *sorted; /* sorted by CID, then port */
	uint32_t count;
	uint32_t capacity;
};

void endpoints_free(struct endpoints *endpoints);

/* Adds a RESPONSE. Without memory it is left out. */
void endpoints_answered(struct endpoints *endpoints, uint32_t cid, uint32_t port, uint16_t type);

/* The endpoint, or NULL if it never answered. */
const struct endpoint *endpoints_find(const struct endpoints *endpoints, uint32_t cid,
				      uint32_t port);

/* The first endpoint of a CID, or NULL. The others of this CID follow it. */
const struct endpoint *endpoints_first(const struct endpoints *endpoints, uint32_t cid);

/* The bit of endpoint.types. */
uint32_t endpoint_type_bit(uint16_t type);

#endif
