/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "decide": what the outcome of one test says about another test. */
#include "pcap-vsockmon/filter/decide-graph.h"

bool filter_same_load(const struct filter_load *a, const struct filter_load *b)
{
	return a->source == b->source && a->offset == b->offset && a->size == b->size &&
	       a->mask == b->mask && a->node == b->node && a->indirect == b->indirect &&
	       a->receiver == b->receiver;
}

/*
 * Of 64 bits, 3 are for things without an offset, 45 for words of the frame, 16 for the payload's.
 */
uint64_t filter_reads(const struct filter_test *test)
{
	const struct filter_load *load = &test->load;
	uint32_t first = load->offset / 4;
	uint32_t last = (load->offset + load->size - 1) / 4;

	switch (load->source) {
	case FILTER_SOURCE_LENGTH:
		return 1;
	case FILTER_SOURCE_ROOM:
		return 2;
	case FILTER_SOURCE_FORMULA:
		return 4;
	case FILTER_SOURCE_BYTES:
		return UINT64_C(1) << (3 + first % 45) | UINT64_C(1) << (3 + last % 45);
	case FILTER_SOURCE_INDIRECT:
		return UINT64_C(1) << (48 + first % 16) | UINT64_C(1) << (48 + last % 16);
	}
	return 0;
}

/* All that is known of the number is the outcome of one test. */
static enum filter_outcome same_number(const struct filter_test *asked,
				       const struct filter_test *known, bool outcome)
{
	uint32_t low = 0, high = UINT32_MAX;

	if (known->greater && outcome)
		low = known->constant + 1; /* there is no test "> UINT32_MAX" */
	else if (known->greater)
		high = known->constant;
	else if (outcome)
		low = high = known->constant;
	else if (known->constant == 0)
		low = 1;
	else if (known->constant == UINT32_MAX)
		high = UINT32_MAX - 1;
	else if (!asked->greater && asked->constant == known->constant)
		return FILTER_OUTCOME_NO;

	if (asked->greater) {
		if (low > asked->constant)
			return FILTER_OUTCOME_YES;
		return high <= asked->constant ? FILTER_OUTCOME_NO : FILTER_OUTCOME_UNKNOWN;
	}
	if (asked->constant < low || asked->constant > high)
		return FILTER_OUTCOME_NO;
	return low == high ? FILTER_OUTCOME_YES : FILTER_OUTCOME_UNKNOWN;
}

/* One byte of the frame as a load sees it, moved to bits 7..0; 0 outside the load. */
static uint8_t byte_of(const struct filter_load *load, uint32_t number, uint32_t offset)
{
	if (offset < load->offset || offset >= load->offset + load->size)
		return 0;
	return (uint8_t)(number >> 8 * (load->offset + load->size - 1 - offset));
}

/* `known` gives the bits of its mask: which of the bits that `asked` needs are among them? */
static enum filter_outcome overlapping(const struct filter_test *asked,
				       const struct filter_test *known)
{
	const struct filter_load *load = &asked->load;
	uint32_t value = 0;
	bool all_known = true;

	for (uint32_t i = 0; i < load->size; i++) {
		uint32_t offset = load->offset + i;
		uint8_t asked_mask = byte_of(load, load->mask, offset);
		uint8_t known_mask = byte_of(&known->load, known->load.mask, offset);
		uint8_t known_byte = byte_of(&known->load, known->constant, offset);
		uint8_t wanted = byte_of(load, asked->constant, offset);

		if (!asked->greater && (known_byte ^ wanted) & known_mask & asked_mask)
			return FILTER_OUTCOME_NO;
		if (asked_mask & ~known_mask)
			all_known = false;
		value = value << 8 | (known_byte & asked_mask);
	}
	if (!all_known)
		return FILTER_OUTCOME_UNKNOWN;
	return (asked->greater ? value > asked->constant : value == asked->constant)
		   ? FILTER_OUTCOME_YES
		   : FILTER_OUTCOME_NO;
}

enum filter_outcome filter_implied(const struct filter_test *asked, const struct filter_test *known,
				   bool outcome)
{
	if (known->load.source == FILTER_SOURCE_LENGTH && known->greater && !outcome &&
	    asked->load.source == FILTER_SOURCE_BYTES &&
	    asked->load.offset + asked->load.size > known->constant)
		return FILTER_OUTCOME_FAILS;
	/* The known test was made, so the bytes that it loads exist. */
	if (asked->load.source == FILTER_SOURCE_LENGTH && asked->greater &&
	    known->load.source == FILTER_SOURCE_BYTES)
		return known->load.offset + known->load.size > asked->constant
			   ? FILTER_OUTCOME_YES
			   : FILTER_OUTCOME_UNKNOWN;
	if (asked->load.source != known->load.source)
		return FILTER_OUTCOME_UNKNOWN;
	if (filter_same_load(&asked->load, &known->load)) {
		if (asked->load.source == FILTER_SOURCE_ROOM ||
		    asked->load.source == FILTER_SOURCE_FORMULA)
			return outcome ? FILTER_OUTCOME_YES : FILTER_OUTCOME_NO;
		return same_number(asked, known, outcome);
	}
	if (asked->load.source != FILTER_SOURCE_BYTES &&
	    asked->load.source != FILTER_SOURCE_INDIRECT)
		return FILTER_OUTCOME_UNKNOWN;
	if (known->greater || !outcome)
		return FILTER_OUTCOME_UNKNOWN;
	return overlapping(asked, known);
}
