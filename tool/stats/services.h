/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the flows of each server carried together. A server is a CID and a port.
 *
 * Bounded: a server that comes when there is no room is added to the others, so that the sums stay
 * right.
 */
#ifndef VSOCKDUMP_STATS_SERVICES_H
#define VSOCKDUMP_STATS_SERVICES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow.h"
#include "lib/common/histogram.h"

/* Servers that are counted separately. All of them take 6 MB. */
#define SERVICES_MAX 2048
/* Rows of the table without -v. */
#define SERVICES_SHOWN 20

struct service {
	uint32_t cid;
	uint32_t port;
	bool made_up; /* the capture made the port up */
	uint64_t flows;
	uint64_t refused;
	uint64_t troubled; /* flows that were refused, or are unhealthy */
	uint64_t packets;
	uint64_t bytes[2];       /* payload, by enum vsock_side of the sender */
	uint64_t stall_us;       /* that senders had no credit */
	struct histogram setups; /* from REQUEST to RESPONSE */
};

/* All zeros: none. */
struct services {
	struct service *sorted; /* by CID and port */
	uint32_t count;
	uint32_t capacity;
	struct service others; /* those that did not fit */
};

void services_free(struct services *services);

/* A stall that lasts ends at `now`. */
void services_add(struct services *services, const struct vsock_flow *flow, uint64_t now);

/* Adds all of `more`. */
void services_merge(struct services *services, const struct services *more);

/*
 * Those with most bytes first; among equal ones those with trouble. Nothing may be added after
 * this.
 */
void services_sort(struct services *services);

/* Microseconds that a sender of the flow had no credit. A stall that lasts ends at `now`. */
uint64_t services_stall_us(const struct vsock_flow *flow, enum vsock_side side, uint64_t now);

#endif
