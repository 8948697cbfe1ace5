/* SPDX-License-Identifier: BSD-3-Clause */
/* From conditions to decisions. All functions return a node of the graph. */
#ifndef PCAP_VSOCKMON_FILTER_LOWER_H
#define PCAP_VSOCKMON_FILTER_LOWER_H

#include "core/wire.h"
#include "pcap-vsockmon/filter/condition-set.h"
#include "pcap-vsockmon/filter/condition.h"
#include "pcap-vsockmon/filter/decide-graph.h"

/* Where the payload begins behind a virtio header of the usual 44 bytes. */
#define FILTER_USUAL_PAYLOAD (VSOCK_MON_SIZE + VSOCK_VIRTIO_SIZE)

/* lower.c: the whole condition, from which accepted frames go to `yes`. */
uint32_t filter_lower(struct filter_graph *graph, const struct filter_condition *condition,
		      uint32_t yes, uint32_t no);

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
uint32_t filter_member(struct filter_graph *graph, const struct filter_operand *operand,
		       const struct filter_set *set, uint32_t yes, uint32_t no);

/* lower-presence.c */

/* What must be in the frame for a test to be made. */
struct filter_need {
	uint32_t frame;   /* bytes of the frame; 0: no more than a monitor header */
	uint32_t virtio;  /* bytes of the virtio header; 0: none is needed */
	uint32_t payload; /* bytes of payload; 0: none */
};

/*
 * Goes on to `common` when it is all there, in a frame whose payload begins behind a virtio header
 * of the usual 44 bytes; to `other` when it is there and the payload may begin elsewhere; else
 * to `no`. Where no payload is needed, the two are the same.
 */
uint32_t filter_presence(struct filter_graph *graph, const struct filter_need *need,
			 uint32_t common, uint32_t other, uint32_t no);

#endif
