/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "lower": decides whether a number of the frame, such as a port, is in a set.
 *
 * BPF loads big-endian numbers, and the numbers of the headers are little-endian. Single numbers
 * are no problem: the compiler swaps the number to compare with. Any order will do for a search, so
 * many numbers become a search tree of swapped numbers.
 *
 * Intervals need the right order. It takes eleven instructions to load a number of four bytes in
 * that order. But most numbers in filters are small. Then two instructions find out that the upper
 * bytes are 0, and the rest has only one byte or two.
 */
#include "core/wire.h"
#include "pcap-vsockmon/filter/lower.h"

/* Up to this many numbers are compared in a row. For more, a search tree is faster. */
#define ROW 4

static uint32_t swapped(uint32_t number, uint8_t size)
{
	uint32_t turned = 0;

	for (uint8_t i = 0; i < size; i++)
		turned = turned << 8 | (number >> 8 * i & 0xff);
	return turned;
}

static uint32_t is_equal(struct filter_lower *lower, const struct filter_load *load,
			 uint64_t number, struct filter_ways ways)
{
	return filter_emit_test(&lower->emitter, load, BPF_JEQ | BPF_K, (uint32_t)number, ways);
}

/* Part of a search tree: the intervals in low..high. */
struct branch {
	uint64_t low, high;
	const struct filter_interval *intervals;
	size_t count;
};

static bool are_single(const struct filter_interval *intervals, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (intervals[i].low != intervals[i].high)
			return false;
	return true;
}

/* Each recursion halves the intervals, or has only one. Numbers have at most 32 bits. */
static uint32_t search(struct filter_lower *lower, const struct filter_load *load,
		       struct branch branch, struct filter_ways ways)
{
	const struct filter_interval *first = branch.intervals;
	struct branch above = branch, below = branch;
	struct filter_ways halves;
	size_t middle = branch.count / 2;

	if (branch.count == 1 && first->low == branch.low && first->high == branch.high)
		return ways.yes;
	if (branch.count <= ROW && are_single(first, branch.count)) {
		for (size_t i = branch.count; i-- > 0;)
			ways.no = is_equal(lower, load, first[i].low, ways);
		return ways.no;
	}
	if (branch.count == 1 && first->low == branch.low)
		return filter_emit_test(&lower->emitter, load, BPF_JGT | BPF_K,
					(uint32_t)first->high, filter_ways_swapped(ways));
	above.low = first[middle].low;
	above.intervals += middle;
	above.count -= middle;
	below.high = above.low - 1;
	below.count = middle;
	halves.no = search(lower, load, below, ways);
	halves.yes = search(lower, load, above, ways);
	return filter_emit_test(&lower->emitter, load, BPF_JGT | BPF_K, (uint32_t)below.high,
				halves);
}

static uint32_t search_all(struct filter_lower *lower, const struct filter_load *load,
			   const struct filter_set *set, struct filter_ways ways)
{
	struct branch whole = {0, filter_load_max(load->size), set->intervals, set->count};

	return search(lower, load, whole, ways);
}

/* Whether there are few numbers in each interval. */
static bool are_few(const struct filter_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->intervals[i].high - set->intervals[i].low > 1)
			return false;
	return true;
}

/* Searches for the bytes as they are in the frame. */
static uint32_t search_swapped(struct filter_lower *lower, struct filter_load load,
			       const struct filter_set *set, struct filter_ways ways)
{
	struct filter_set turned = {0};

	for (size_t i = 0; i < set->count; i++) {
		for (uint64_t n = set->intervals[i].low; n <= set->intervals[i].high; n++) {
			uint32_t number = swapped((uint32_t)n, load.size);

			filter_set_add(lower->arena, &turned, number, number);
		}
	}
	filter_set_settle(&turned);
	load.mask = swapped(load.mask, load.size);
	load.little = false;
	return search_all(lower, &load, &turned, ways);
}

/* All numbers of the set have only so many bytes, so the upper bytes must be 0. */
static uint32_t search_lowest(struct filter_lower *lower, struct filter_load load, uint8_t bytes,
			      const struct filter_set *set, struct filter_ways ways)
{
	uint32_t upper = filter_load_max((uint8_t)(load.size - bytes));
	struct filter_load lowest = load;
	struct filter_ways zero = {.yes = ways.no};

	lowest.size = bytes;
	lowest.mask = filter_load_max(bytes);
	zero.no = search_all(lower, &lowest, set, ways);
	/* As loaded, the upper bytes are in the lower bits. */
	load.little = false;
	return filter_emit_test(&lower->emitter, &load, BPF_JSET | BPF_K, upper, zero);
}

/* 2 or 4 bytes. The set has numbers, but not all. */
static uint32_t little_endian(struct filter_lower *lower, const struct filter_load *load,
			      const struct filter_set *set, struct filter_ways ways)
{
	uint64_t largest = set->intervals[set->count - 1].high;
	bool masked = load->mask != filter_load_max(load->size);

	if (are_few(set))
		return search_swapped(lower, *load, set, ways);
	if (!masked && largest <= UINT8_MAX)
		return search_lowest(lower, *load, 1, set, ways);
	if (!masked && largest <= UINT16_MAX && load->size == 4)
		return search_lowest(lower, *load, 2, set, ways);
	return search_all(lower, load, set, ways);
}

/* The upper halves of numbers whose lower halves do not matter. */
static struct filter_set whole_halves(struct filter_lower *lower, const struct filter_set *set)
{
	struct filter_set halves = {0};

	for (size_t i = 0; i < set->count; i++) {
		uint64_t low = set->intervals[i].low >> 32;
		uint64_t high = set->intervals[i].high >> 32;

		if (high > low + 1)
			filter_set_add(lower->arena, &halves, low + 1, high - 1);
	}
	return halves;
}

/* A CID: 8 bytes. The upper 4 are 0, except in forged frames. */
static uint32_t eight_bytes(struct filter_lower *lower, const struct filter_load *field,
			    const struct filter_set *set, struct filter_ways ways)
{
	struct filter_load low = *field, high = *field;
	struct filter_set halves = whole_halves(lower, set);
	uint64_t last = UINT64_MAX;
	struct filter_ways same;

	low.size = high.size = 4;
	high.offset += 4;
	/* The upper half comes last: mostly the lower half has decided. */
	if (set->intervals[set->count - 1].high <= UINT32_MAX) {
		high.little = false;
		ways.yes = is_equal(lower, &high, 0, ways);
		return filter_lower_compare(lower, &low, set, ways);
	}
	same.no = halves.count ? filter_lower_compare(lower, &high, &halves, ways) : ways.no;
	for (size_t i = 2 * set->count; i-- > 0;) {
		const struct filter_interval *in = &set->intervals[i / 2];
		uint64_t half = (i % 2 ? in->high : in->low) >> 32;
		struct filter_set lower_halves;

		if (half == last)
			continue;
		last = half;
		lower_halves =
		    filter_set_slice(lower->arena, set, half << 32, half << 32 | UINT32_MAX);
		same.yes = filter_lower_compare(lower, &low, &lower_halves, ways);
		high.little = false;
		same.no = is_equal(lower, &high, swapped((uint32_t)half, 4), same);
	}
	return same.no;
}

/* Whether it is better to ask for the other numbers: those of a set of small ones, or of a few. */
static bool are_better(const struct filter_set *others, const struct filter_set *set, uint64_t max)
{
	if (are_few(others) || set->count == 0)
		return are_few(others) && !are_few(set);
	return !are_few(set) && set->intervals[set->count - 1].high >= max;
}

uint32_t filter_lower_compare(struct filter_lower *lower, const struct filter_load *field,
			      const struct filter_set *set, struct filter_ways ways)
{
	uint64_t max = UINT64_MAX >> (64 - 8 * field->size);
	struct filter_set others = filter_set_complement(lower->arena, set, max);

	if (are_better(&others, set, max)) {
		set = &others;
		ways = filter_ways_swapped(ways);
	}
	if (set->count && field->size == 8)
		return eight_bytes(lower, field, set, ways);
	if (set->count && field->little && field->size > 1)
		return little_endian(lower, field, set, ways);
	if (set->count)
		return search_all(lower, field, set, ways);
	/* All numbers give one answer. But the bytes may have been cut off, and so are loaded. */
	if (field->source == FILTER_SOURCE_FRAME && field->offset + field->size <= VSOCK_MON_SIZE)
		return ways.no;
	filter_code_load(&lower->emitter.body, field);
	return filter_emit_body(&lower->emitter, NULL, ways.no);
}

uint32_t filter_lower_field(struct filter_lower *lower, uint32_t offset, uint8_t size, uint64_t low,
			    uint64_t high, struct filter_ways ways)
{
	const struct filter_load load = {.source = FILTER_SOURCE_FRAME,
					 .offset = offset,
					 .size = size,
					 .little = true,
					 .mask = filter_load_max(size)};
	struct filter_set set = {0};

	filter_set_add(lower->arena, &set, low, high);
	return filter_lower_compare(lower, &load, &set, ways);
}
