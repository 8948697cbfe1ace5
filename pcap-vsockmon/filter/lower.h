/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "lower": from conditions to code, from the last test to the first. So for each test the
 * labels after a yes and after a no exist already, and "and", "or" and "not" need no instructions.
 * All functions return the label where their code begins.
 */
#ifndef PCAP_VSOCKMON_FILTER_LOWER_H
#define PCAP_VSOCKMON_FILTER_LOWER_H

#include "pcap-vsockmon/filter/condition-set.h"
#include "pcap-vsockmon/filter/condition.h"
#include "pcap-vsockmon/filter/emit.h"
#include "pcap-vsockmon/filter/error.h"

struct filter_lower {
	struct filter_arena *arena;
	struct filter_emitter emitter;
	struct filter_error *error;
	bool asked[BPF_MEMWORDS]; /* words that the code that is written so far reads */
};

/* lower.c: the whole condition */
uint32_t filter_lower(struct filter_lower *lower, struct filter_condition *condition,
		      struct filter_ways ways);

/* How a place is loaded, once it is certain that it exists. */
struct filter_load filter_load_of(const struct filter_place *place);

/* lower-compare.c */

/*
 * Whether the number is in the set, which is settled. The size of the load is that of the field, up
 * to 8 bytes. It says "little" if the field is little-endian, and its mask is as written.
 */
uint32_t filter_lower_compare(struct filter_lower *lower, const struct filter_load *field,
			      const struct filter_set *set, struct filter_ways ways);

/* Whether a little-endian field of the frame is from low to high. */
uint32_t filter_lower_field(struct filter_lower *lower, uint32_t offset, uint8_t size, uint64_t low,
			    uint64_t high, struct filter_ways ways);

/* lower-formula.c: a FILTER_NODE_COMPARE. Sets the error if BPF's memory is not enough. */
uint32_t filter_lower_formula(struct filter_lower *lower, const struct filter_node *node,
			      struct filter_ways ways);

/* lower-presence.c */

/* What a test needs in the frame. */
struct filter_need {
	uint32_t frame;   /* bytes of the frame; 0: no more than a monitor header */
	uint32_t virtio;  /* bytes of the virtio header; 0: none is needed */
	uint32_t payload; /* bytes of payload; 0: none */
};

/* Whether the frame has these bytes. `known` is what earlier tests found out about it. */
uint32_t filter_lower_presence(struct filter_lower *lower, const struct filter_need *need,
			       const struct filter_known *known, struct filter_ways ways);

#endif
