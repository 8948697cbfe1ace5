/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "lower": from conditions to decisions. All functions return a node of the graph. */
#ifndef PCAP_VSOCKMON_FILTER_LOWER_H
#define PCAP_VSOCKMON_FILTER_LOWER_H

#include "core/wire.h"
#include "pcap-vsockmon/filter/condition-set.h"
#include "pcap-vsockmon/filter/condition.h"
#include "pcap-vsockmon/filter/decide-graph.h"

/* Where the payload begins after a virtio header of the usual 44 bytes. */
#define FILTER_USUAL_PAYLOAD (VSOCK_MON_SIZE + VSOCK_VIRTIO_SIZE)

/* lower.c: the whole condition */
uint32_t filter_lower(struct filter_graph *graph, const struct filter_condition *condition,
		      struct filter_ways ways);

/* lower-compare.c */

/* A number in the frame: BYTES or INDIRECT, 8 bytes only if little-endian; mask as written. */
struct filter_operand {
	enum filter_source source;
	uint32_t offset;
	uint8_t size;
	bool little;
	uint32_t mask;
};

/* Whether operand & mask is in the set. */
uint32_t filter_lower_compare(struct filter_graph *graph, const struct filter_operand *operand,
			      const struct filter_set *set, struct filter_ways ways);

/* lower-presence.c */

/* What a test needs in the frame. */
struct filter_need {
	uint32_t frame;   /* bytes of the frame; 0: no more than a monitor header */
	uint32_t virtio;  /* bytes of the virtio header; 0: none is needed */
	uint32_t payload; /* bytes of payload; 0: none */
};

/*
 * A frame without these bytes goes to ways.no. A frame with them goes to ways.yes if its payload
 * begins after a virtio header of the usual 44 bytes, and to `other` if it may begin elsewhere. If
 * no payload is needed, `other` is not used.
 */
uint32_t filter_lower_presence(struct filter_graph *graph, const struct filter_need *need,
			       struct filter_ways ways, uint32_t other);

#endif
