/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "lower": decides whether a number of the frame, such as a port, is in a set.
 *
 * BPF loads big-endian numbers, and the numbers of the headers are little-endian. Single numbers
 * are no problem: the compiler swaps the number to compare with. Any order will do for a search, so
 * many numbers become a search tree of swapped numbers.
 *
 * Intervals need the right order. It takes thirteen instructions to put a number together byte by
 * byte. Instead, bytes are loaded and compared one by one, from the highest down. Numbers in
 * headers are small, so two or three instructions mostly decide: one test whether all higher bytes
 * are 0, and one load of the byte that decides.
 */
#include "pcap-vsockmon/filter/lower.h"

/* A run of up to this many numbers is compared one by one. */
#define FEW 2
/* Up to this many numbers are compared in a row. For more, a search tree is faster. */
#define ROW 4

static uint32_t swapped(uint32_t number, uint8_t size)
{
	uint32_t turned = 0;

	for (uint8_t i = 0; i < size; i++)
		turned = turned << 8 | (number >> 8 * i & 0xff);
	return turned;
}

static uint32_t decide(struct filter_graph *graph, const struct filter_load *load, bool greater,
		       uint64_t constant, struct filter_ways ways)
{
	struct filter_test test = {
	    .load = *load, .greater = greater, .constant = (uint32_t)constant};

	return filter_decide(graph, &test, ways);
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

/* Finds the gaps around and between the intervals. False unless they are few single numbers. */
static bool few_gaps(const struct branch *branch, struct filter_interval gaps[static ROW],
		     size_t *count)
{
	uint64_t low = branch->low;

	*count = 0;
	for (size_t i = 0; i <= branch->count; i++) {
		uint64_t end = i < branch->count ? branch->intervals[i].low : branch->high + 1;

		if (end > low) {
			if (*count == ROW || end > low + 1)
				return false;
			gaps[(*count)++] = (struct filter_interval){low, low};
		}
		if (i < branch->count)
			low = branch->intervals[i].high + 1;
	}
	return true;
}

static uint32_t row(struct filter_graph *graph, const struct filter_load *load,
		    const struct filter_interval *singles, size_t count, struct filter_ways ways)
{
	while (count-- > 0)
		ways.no = decide(graph, load, false, singles[count].low, ways);
	return ways.no;
}

/* Each recursion halves the intervals, or has only one. Numbers have at most 32 bits. */
static uint32_t search(struct filter_graph *graph, const struct filter_load *load,
		       struct branch branch, struct filter_ways ways)
{
	struct filter_interval gaps[ROW];
	struct branch above = branch, below = branch;
	struct filter_ways halves;
	size_t gap_count, middle;

	if (few_gaps(&branch, gaps, &gap_count))
		return row(graph, load, gaps, gap_count, filter_ways_swapped(ways));
	if (branch.count <= ROW && are_single(branch.intervals, branch.count))
		return row(graph, load, branch.intervals, branch.count, ways);
	if (branch.count == 1 && branch.intervals[0].low == branch.low)
		return decide(graph, load, true, branch.intervals[0].high,
			      filter_ways_swapped(ways));

	middle = branch.count / 2;
	above.low = branch.intervals[middle].low;
	above.intervals += middle;
	above.count -= middle;
	below.high = above.low - 1;
	below.count = middle;
	halves.no = search(graph, load, below, ways);
	halves.yes = search(graph, load, above, ways);
	return decide(graph, load, true, below.high, halves);
}

/* Whether a big-endian number, possibly masked, is in the set. */
static uint32_t big_endian(struct filter_graph *graph, const struct filter_load *load,
			   const struct filter_set *set, struct filter_ways ways)
{
	struct branch whole = {0, filter_load_max(load->size), set->intervals, set->count};

	return search(graph, load, whole, ways);
}

static struct filter_load load_of(const struct filter_operand *operand, uint8_t size)
{
	return (struct filter_load){.source = operand->source,
				    .offset = operand->offset,
				    .size = size,
				    .mask = filter_load_max(size)};
}

/* The lowest `left` bytes of a little-endian number are still to be looked at. */
struct rest {
	const struct filter_operand *operand;
	uint8_t word; /* the lowest bytes that one load gets: 4, or 2 if it has no more */
	uint8_t left;
};

static uint32_t digits(struct filter_graph *graph, const struct rest *rest,
		       const struct filter_set *set, struct filter_ways ways);

/*
 * How many of the low bytes decide. If a higher byte is not 0, it is certain whether the number is
 * in the set. Sets of small numbers, and "more than N", need few bytes.
 */
static uint8_t bytes_that_matter(const struct rest *rest, const struct filter_set *set)
{
	uint64_t max = UINT64_MAX >> (64 - 8 * rest->left);
	uint8_t bytes = 0;

	while (bytes < rest->left) {
		uint64_t low = UINT64_C(1) << 8 * bytes;

		if (!filter_set_meets(set, low, max) || filter_set_covers(set, low, max))
			break;
		bytes++;
	}
	return bytes;
}

/* Tests that the upper bytes of the rest, all except `matter`, are 0. */
static uint32_t zero_first(struct filter_graph *graph, const struct rest *rest, uint8_t matter,
			   const struct filter_set *set, struct filter_ways ways)
{
	uint64_t low = UINT64_C(1) << 8 * matter;
	struct filter_set lower = filter_set_slice(graph->arena, set, 0, low - 1);
	struct filter_load upper = load_of(rest->operand, rest->word);
	struct rest small = *rest;
	struct filter_ways zero;
	uint32_t bits = 0;

	small.left = matter;
	for (uint8_t i = matter; i < rest->left; i++)
		bits |= UINT32_C(0xff) << 8 * i;
	upper.mask = swapped(bits, rest->word);
	zero.yes = digits(graph, &small, &lower, ways);
	zero.no = filter_set_has(set, low) ? ways.yes : ways.no;
	return decide(graph, &upper, false, 0, zero);
}

/*
 * The highest byte of the rest, as a load, and its shift in that load. For the lowest byte of all,
 * the load is the whole word, which is probably in A already.
 */
static struct filter_load digit_load(const struct rest *rest, unsigned *shift)
{
	struct filter_load load = load_of(rest->operand, rest->left == 1 ? rest->word : 1);

	*shift = 8u * (load.size - 1u);
	load.offset += rest->left - 1u;
	return load;
}

/* A run of values of one byte that all lead to the same node. */
struct run {
	uint32_t first;
	uint32_t node;
};

/* Finds the run of the byte's value; recursion halves the runs. */
static uint32_t find_run(struct filter_graph *graph, const struct filter_load *load, unsigned shift,
			 const struct run *runs, size_t count)
{
	size_t middle = count / 2;
	struct filter_ways halves;

	if (count == 1)
		return runs[0].node;
	halves.no = find_run(graph, load, shift, runs, middle);
	halves.yes = find_run(graph, load, shift, runs + middle, count - middle);
	return decide(graph, load, true, ((uint64_t)runs[middle].first << shift) - 1, halves);
}

/* Where to continue when the highest byte of the rest has this value. */
static uint32_t after_digit(struct filter_graph *graph, const struct rest *rest,
			    const struct filter_set *set, uint32_t digit, struct filter_ways ways)
{
	unsigned shift = 8u * (rest->left - 1u);
	uint64_t low = (uint64_t)digit << shift;
	uint64_t high = low + ((UINT64_C(1) << shift) - 1);
	struct filter_set slice;
	struct rest lower = *rest;

	if (filter_set_covers(set, low, high))
		return ways.yes;
	if (!filter_set_meets(set, low, high))
		return ways.no;
	slice = filter_set_slice(graph->arena, set, low, high);
	lower.left--;
	return digits(graph, &lower, &slice, ways);
}

static uint32_t highest_digit(struct filter_graph *graph, const struct rest *rest,
			      const struct filter_set *set, struct filter_ways ways)
{
	struct run runs[256];
	uint32_t last = 0;
	size_t count = 0;
	unsigned shift;
	struct filter_load load = digit_load(rest, &shift);

	for (uint32_t digit = 0; digit < 256; digit++) {
		uint32_t node = after_digit(graph, rest, set, digit, ways);

		if (digit == 0 || node != last)
			runs[count++] = (struct run){digit, node};
		last = node;
	}
	return find_run(graph, &load, shift, runs, count);
}

/* Recursion ends after the lowest of eight bytes. */
static uint32_t digits(struct filter_graph *graph, const struct rest *rest,
		       const struct filter_set *set, struct filter_ways ways)
{
	uint8_t matter;

	if (rest->left == 0)
		return set->count ? ways.yes : ways.no;
	matter = rest->left;
	if (rest->left <= rest->word)
		matter = bytes_that_matter(rest, set);
	if (matter < rest->left)
		return zero_first(graph, rest, matter, set, ways);
	return highest_digit(graph, rest, set, ways);
}

/* Adds the set's numbers, swapped, to `singles`. Runs of more than `few` numbers go to `runs`. */
static void swap_numbers(struct filter_graph *graph, const struct filter_set *set, uint8_t size,
			 uint64_t few, struct filter_set *singles, struct filter_set *runs)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct filter_interval *in = &set->intervals[i];

		if (in->high - in->low >= few) {
			filter_set_add(graph->arena, runs, in->low, in->high);
			continue;
		}
		for (uint64_t number = in->low; number <= in->high; number++) {
			uint32_t turned = swapped((uint32_t)number, size);

			filter_set_add(graph->arena, singles, turned, turned);
		}
	}
	filter_set_settle(singles);
}

static uint64_t numbers_in(const struct filter_set *set)
{
	uint64_t count = 0;

	for (size_t i = 0; i < set->count; i++)
		count += set->intervals[i].high - set->intervals[i].low + 1;
	return count;
}

/* 2 or 4 bytes, little-endian. */
static uint32_t little_endian(struct filter_graph *graph, const struct filter_operand *operand,
			      const struct filter_set *set, struct filter_ways ways)
{
	struct filter_set complement =
	    filter_set_complement(graph->arena, set, filter_load_max(operand->size));
	bool all_bits = operand->mask == filter_load_max(operand->size);
	struct filter_load load = load_of(operand, operand->size);
	struct filter_set singles = {0}, runs = {0};
	struct rest rest = {operand, operand->size, operand->size};

	/* "!= 22": it is shorter to ask for the numbers that are not in the set. */
	if (numbers_in(&complement) < numbers_in(set)) {
		ways = filter_ways_swapped(ways);
		set = &complement;
	}
	load.mask = swapped(operand->mask, operand->size);
	/* Tests of masked numbers ask only for a few numbers, one by one. */
	swap_numbers(graph, set, operand->size, all_bits ? FEW : UINT64_MAX, &singles, &runs);
	if (runs.count)
		ways.no = digits(graph, &rest, &runs, ways);
	return singles.count ? big_endian(graph, &load, &singles, ways) : ways.no;
}

/* A CID: 8 bytes. The upper 4 are 0, except in forged frames. */
static uint32_t little_endian_64(struct filter_graph *graph, const struct filter_operand *operand,
				 const struct filter_set *set, struct filter_ways ways)
{
	struct filter_operand low = *operand, high = *operand;
	struct rest rest = {operand, 4, 8};
	struct filter_load upper;
	struct filter_set small;

	low.size = high.size = 4;
	high.offset += 4;
	upper = load_of(&high, 4);
	if (filter_set_covers(set, UINT64_C(1) << 32, UINT64_MAX)) {
		struct filter_set complement = filter_set_complement(graph->arena, set, UINT64_MAX);

		return little_endian_64(graph, operand, &complement, filter_ways_swapped(ways));
	}
	if (filter_set_meets(set, UINT64_C(1) << 32, UINT64_MAX))
		return digits(graph, &rest, set, ways);
	/* The upper half comes last: mostly the lower half has decided. */
	small = filter_set_slice(graph->arena, set, 0, UINT32_MAX);
	ways.yes = decide(graph, &upper, false, 0, ways);
	return little_endian(graph, &low, &small, ways);
}

uint32_t filter_lower_compare(struct filter_graph *graph, const struct filter_operand *operand,
			      const struct filter_set *set, struct filter_ways ways)
{
	struct filter_load load = load_of(operand, operand->size > 4 ? 4 : operand->size);

	if (set->count == 0)
		return ways.no;
	if (operand->size == 8)
		return little_endian_64(graph, operand, set, ways);
	if (operand->little && operand->size > 1)
		return little_endian(graph, operand, set, ways);
	load.mask = operand->mask;
	return big_endian(graph, &load, set, ways);
}
