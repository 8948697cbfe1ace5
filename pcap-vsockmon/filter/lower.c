/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "lower": turns conditions into decisions, from the last one to the first. So for each
 * condition the nodes after a yes and after a no exist already, and "and", "or" and "not" need no
 * instructions.
 */
#include "pcap-vsockmon/filter/lower.h"

/* The offset from the frame's start, if the payload begins at the usual place. */
static uint32_t usual_offset(const struct filter_place *place)
{
	switch (place->area) {
	case FILTER_AREA_VIRTIO:
		return VSOCK_MON_SIZE + place->offset;
	case FILTER_AREA_PAYLOAD:
		return FILTER_USUAL_PAYLOAD + place->offset;
	default:
		return place->offset;
	}
}

static void add_need(struct filter_need *need, const struct filter_place *place)
{
	uint32_t end = place->offset + place->size;
	uint32_t *bytes;

	switch (place->area) {
	case FILTER_AREA_MONITOR:
		return;
	case FILTER_AREA_FRAME:
		bytes = &need->frame;
		break;
	case FILTER_AREA_VIRTIO:
		bytes = &need->virtio;
		break;
	default:
		bytes = &need->payload;
		break;
	}
	if (*bytes < end)
		*bytes = end;
}

static struct filter_operand operand_of(const struct filter_place *place, uint32_t mask,
					bool indirect)
{
	struct filter_operand operand = {FILTER_SOURCE_BYTES, usual_offset(place), place->size,
					 place->little, mask};

	if (indirect && place->area == FILTER_AREA_PAYLOAD) {
		operand.source = FILTER_SOURCE_INDIRECT;
		operand.offset = place->offset;
	}
	return operand;
}

/*
 * A comparison that always or never holds, such as "payload[0] < 256", needs no load. A plain
 * program loads the bytes nevertheless, because a test of bytes that were cut off rejects the
 * frame. `compared` is what the comparison became: one of `ways` if it needs no load.
 */
static uint32_t load_anyway(struct filter_graph *graph, const struct filter_operand *operand,
			    uint32_t compared, struct filter_ways ways)
{
	struct filter_test test = {0};

	if (graph->optimised || (compared != ways.yes && compared != ways.no))
		return compared;
	/* Only the monitor header has numbers of 8 bytes, and the program began with its end. */
	if (operand->size > 4)
		return compared;
	test.load = (struct filter_load){.source = operand->source,
					 .offset = operand->offset,
					 .size = operand->size,
					 .mask = filter_load_max(operand->size)};
	return filter_decide(graph, &test, (struct filter_ways){.yes = compared, .no = compared});
}

static uint32_t in_place(struct filter_graph *graph, const struct filter_condition *condition,
			 const struct filter_place *place, struct filter_ways ways)
{
	struct filter_operand usual = operand_of(place, condition->mask, false);
	struct filter_operand moved = operand_of(place, condition->mask, true);
	struct filter_need need = {0};
	uint32_t common = filter_lower_compare(graph, &usual, &condition->set, ways);
	uint32_t other;

	common = load_anyway(graph, &usual, common, ways);
	other = common;
	add_need(&need, place);
	if (need.payload) {
		other = filter_lower_compare(graph, &moved, &condition->set, ways);
		other = load_anyway(graph, &moved, other, ways);
	}
	ways.yes = common;
	return filter_lower_presence(graph, &need, ways, other);
}

/* Tests the bytes from the last to the first: the first load then proves that all exist. */
static uint32_t text(struct filter_graph *graph, const struct filter_node *node, bool indirect,
		     struct filter_ways ways)
{
	for (uint32_t offset = 0, size; offset < node->count; offset += size) {
		uint32_t left = node->count - offset;
		struct filter_place place = {.area = FILTER_AREA_PAYLOAD, .offset = offset};
		struct filter_operand operand;
		struct filter_test test = {0};

		size = left >= 4 ? 4 : left >= 2 ? 2 : 1;
		place.size = (uint8_t)size;
		operand = operand_of(&place, filter_load_max(place.size), indirect);
		test.load = (struct filter_load){.source = operand.source,
						 .offset = operand.offset,
						 .size = operand.size,
						 .mask = operand.mask};
		for (uint32_t i = 0; i < size; i++)
			test.constant = test.constant << 8 | node->bytes[offset + i];
		ways.yes = filter_decide(graph, &test, ways);
	}
	return ways.yes;
}

static uint32_t startswith(struct filter_graph *graph, const struct filter_node *node,
			   struct filter_ways ways)
{
	struct filter_need need = {.payload = node->count};
	uint32_t other = text(graph, node, true, ways);

	ways.yes = text(graph, node, false, ways);
	return filter_lower_presence(graph, &need, ways, other);
}

/* Recursion is bounded by FILTER_MAX_DEPTH. */
static void add_needs(struct filter_need *need, const struct filter_node *value)
{
	if (value->kind == FILTER_NODE_PLACE)
		add_need(need, &value->place);
	if (value->kind != FILTER_NODE_ARITHMETIC)
		return;
	add_needs(need, value->left);
	add_needs(need, value->right);
}

static uint32_t calculated(struct filter_graph *graph, const struct filter_node *node,
			   bool receiver, struct filter_ways ways)
{
	struct filter_test usual = {
	    .load = {.source = FILTER_SOURCE_FORMULA, .node = node, .receiver = receiver}};
	struct filter_test moved = usual;
	struct filter_need need = {0};
	uint32_t common = filter_decide(graph, &usual, ways);
	uint32_t other = common;

	add_needs(&need, node->left);
	add_needs(&need, node->right);
	moved.load.indirect = true;
	if (need.payload)
		other = filter_decide(graph, &moved, ways);
	ways.yes = common;
	return filter_lower_presence(graph, &need, ways, other);
}

/* The test at one end of the packet. */
static uint32_t at_end(struct filter_graph *graph, const struct filter_condition *condition,
		       bool receiver, struct filter_ways ways)
{
	struct filter_place place = condition->place;

	if (condition->kind == FILTER_CONDITION_CALCULATED)
		return calculated(graph, condition->node, receiver, ways);
	if (receiver)
		place = filter_receiver(place);
	return in_place(graph, condition, &place, ways);
}

static uint32_t test(struct filter_graph *graph, const struct filter_condition *condition,
		     struct filter_ways ways)
{
	if (condition->kind == FILTER_CONDITION_STARTSWITH)
		return startswith(graph, condition->node, ways);
	if (condition->direction == FILTER_DIRECTION_EITHER)
		ways.no = at_end(graph, condition, true, ways);
	else if (condition->direction == FILTER_DIRECTION_BOTH)
		ways.yes = at_end(graph, condition, true, ways);
	return at_end(graph, condition, false, ways);
}

/* Recursion is bounded by FILTER_MAX_DEPTH. */
uint32_t filter_lower(struct filter_graph *graph, const struct filter_condition *condition,
		      struct filter_ways ways)
{
	bool all = condition->kind == FILTER_CONDITION_ALL;

	if (!all && condition->kind != FILTER_CONDITION_ANY)
		return test(graph, condition,
			    condition->negated ? filter_ways_swapped(ways) : ways);
	for (size_t i = condition->count; i-- > 0;) {
		uint32_t node = filter_lower(graph, condition->parts[i], ways);

		if (all)
			ways.yes = node;
		else
			ways.no = node;
	}
	return all ? ways.yes : ways.no;
}
