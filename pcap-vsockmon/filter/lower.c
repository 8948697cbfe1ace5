/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "lower": lists of conditions, and each of their tests. */
#include "pcap-vsockmon/filter/lower.h"

#include "core/wire.h"

struct filter_load filter_load_of(const struct filter_place *place)
{
	struct filter_load load = {
	    .source = FILTER_SOURCE_FRAME,
	    .offset = place->offset,
	    .size = place->size,
	    .little = place->little,
	    .mask = place->size < 4 ? filter_load_max(place->size) : UINT32_MAX,
	};

	if (place->area == FILTER_AREA_VIRTIO)
		load.offset += VSOCK_MON_SIZE;
	if (place->area == FILTER_AREA_PAYLOAD)
		load.source = FILTER_SOURCE_PAYLOAD;
	return load;
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

/* Recursion is bounded by FILTER_MAX_DEPTH. */
static void add_needs(struct filter_need *need, const struct filter_node *node)
{
	if (node->kind == FILTER_NODE_PLACE)
		add_need(need, &node->place);
	if (node->kind != FILTER_NODE_ARITHMETIC && node->kind != FILTER_NODE_COMPARE)
		return;
	add_needs(need, node->left);
	add_needs(need, node->right);
}

static struct filter_need need_of(const struct filter_condition *test)
{
	struct filter_need need = {0};

	if (test->kind == FILTER_CONDITION_IN)
		add_need(&need, &test->place);
	else if (test->kind == FILTER_CONDITION_STARTSWITH)
		need.payload = test->node->count;
	else
		add_needs(&need, test->node);
	return need;
}

static bool is_list(const struct filter_condition *condition)
{
	return condition->kind == FILTER_CONDITION_ALL || condition->kind == FILTER_CONDITION_ANY;
}

/*
 * Notes for each test what is known when it is reached. `known` becomes what is known after the
 * condition, whatever its outcome. Of a list, only the first part is certain to run.
 */
static void note_known(struct filter_condition *condition, struct filter_known *known)
{
	bool all = condition->kind == FILTER_CONDITION_ALL;
	struct filter_known next = *known;

	condition->known = *known;
	if (!is_list(condition)) {
		struct filter_need need = need_of(condition);

		/* A test of missing bytes ends before it looks at the rest. */
		known->virtio |= need.virtio && !need.frame;
		known->payload |= need.payload && !need.frame && !need.virtio;
	}
	for (size_t i = 0; i < condition->count; i++) {
		struct filter_condition *part = condition->parts[i];

		note_known(part, &next);
		if (i == 0) {
			known->virtio = next.virtio;
			known->payload = next.payload;
		}
		/* The next part is reached only if this test is true, so its bytes exist. */
		if (!is_list(part) && all != part->negated) {
			uint32_t virtio = need_of(part).virtio;

			next.shown = virtio > next.shown ? virtio : next.shown;
		}
	}
}

static uint32_t in_place(struct filter_lower *lower, struct filter_condition *condition,
			 const struct filter_place *place, struct filter_ways ways)
{
	struct filter_load load = filter_load_of(place);
	struct filter_need need = need_of(condition);

	load.mask &= condition->mask;
	filter_set_settle(&condition->set);
	ways.yes = filter_lower_compare(lower, &load, &condition->set,
					condition->outside ? filter_ways_swapped(ways) : ways);
	return filter_lower_presence(lower, &need, &condition->known, ways);
}

/* Tests the bytes from the last to the first: the first load then proves that all exist. */
static uint32_t startswith(struct filter_lower *lower, const struct filter_condition *condition,
			   struct filter_ways ways)
{
	const struct filter_node *node = condition->node;
	struct filter_need need = need_of(condition);

	for (uint32_t offset = 0, size; offset < node->count; offset += size) {
		uint32_t left = node->count - offset;
		struct filter_place place = {.area = FILTER_AREA_PAYLOAD, .offset = offset};
		struct filter_load load;
		uint32_t text = 0;

		size = left >= 4 ? 4 : left >= 2 ? 2 : 1;
		place.size = (uint8_t)size;
		load = filter_load_of(&place);
		for (uint32_t i = 0; i < size; i++)
			text = text << 8 | node->bytes[offset + i];
		ways.yes = filter_emit_test(&lower->emitter, &load, BPF_JEQ | BPF_K, text, ways);
	}
	return filter_lower_presence(lower, &need, &condition->known, ways);
}

static uint32_t calculated(struct filter_lower *lower, const struct filter_condition *condition,
			   struct filter_ways ways)
{
	struct filter_need need = need_of(condition);

	lower->asked[FILTER_WORD_SWAP] |= need.payload > 0;
	lower->asked[FILTER_WORD_HEADER] |= need.payload > 0;
	ways.yes = filter_lower_formula(lower, condition->node, ways);
	return filter_lower_presence(lower, &need, &condition->known, ways);
}

static uint32_t test(struct filter_lower *lower, struct filter_condition *condition,
		     struct filter_ways ways)
{
	struct filter_place receiver = filter_receiver(condition->place);

	if (condition->kind == FILTER_CONDITION_STARTSWITH)
		return startswith(lower, condition, ways);
	if (condition->kind == FILTER_CONDITION_CALCULATED)
		return calculated(lower, condition, ways);
	if (condition->direction == FILTER_DIRECTION_EITHER)
		ways.no = in_place(lower, condition, &receiver, ways);
	else if (condition->direction == FILTER_DIRECTION_BOTH)
		ways.yes = in_place(lower, condition, &receiver, ways);
	return in_place(lower, condition, &condition->place, ways);
}

/* Recursion is bounded by FILTER_MAX_DEPTH. */
static uint32_t any(struct filter_lower *lower, struct filter_condition *condition,
		    struct filter_ways ways)
{
	bool all = condition->kind == FILTER_CONDITION_ALL;

	if (!is_list(condition))
		return test(lower, condition,
			    condition->negated ? filter_ways_swapped(ways) : ways);
	for (size_t i = condition->count; i-- > 0;) {
		uint32_t label = any(lower, condition->parts[i], ways);

		if (all)
			ways.yes = label;
		else
			ways.no = label;
	}
	return all ? ways.yes : ways.no;
}

uint32_t filter_lower(struct filter_lower *lower, struct filter_condition *condition,
		      struct filter_ways ways)
{
	struct filter_known known = {0};

	note_known(condition, &known);
	return any(lower, condition, ways);
}
