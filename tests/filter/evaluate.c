/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/filter/evaluate.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

/* The format once more, in plain numbers: the compiler has them from core/wire.h. */
enum {
	TRANSPORT_AT = 26,
	HEADER_LENGTH_AT = 28,
	MONITOR_SIZE = 32,
	VIRTIO = 2,
	VIRTIO_SIZE = 44,
	VIRTIO_LEN_AT = MONITOR_SIZE + 24,
};

/* How it is with a number in the frame. The order is that of both(). */
enum presence {
	PRESENCE_ABSENT,
	PRESENCE_CUT,
	PRESENCE_PRESENT,
};

static enum presence little(const struct sight *frame, uint64_t offset, uint32_t size,
			    uint64_t *number)
{
	if (offset + size > frame->captured)
		return PRESENCE_CUT;
	*number = 0;
	for (uint32_t i = size; i-- > 0;)
		*number = *number << 8 | frame->bytes[offset + i];
	return PRESENCE_PRESENT;
}

static enum presence big(const struct sight *frame, uint64_t offset, uint32_t size,
			 uint64_t *number)
{
	if (offset + size > frame->captured)
		return PRESENCE_CUT;
	*number = 0;
	for (uint32_t i = 0; i < size; i++)
		*number = *number << 8 | frame->bytes[offset + i];
	return PRESENCE_PRESENT;
}

/* Whether the frame has bytes of the virtio header up to `end`. */
static enum presence virtio_header(const struct sight *frame, uint32_t end)
{
	uint64_t transport, length;

	if (little(frame, TRANSPORT_AT, 2, &transport) == PRESENCE_CUT ||
	    little(frame, HEADER_LENGTH_AT, 2, &length) == PRESENCE_CUT)
		return PRESENCE_CUT;
	if (transport != VIRTIO || length < VIRTIO_SIZE || length < end)
		return PRESENCE_ABSENT;
	return frame->on_wire >= MONITOR_SIZE + end ? PRESENCE_PRESENT : PRESENCE_ABSENT;
}

/* Whether the frame has bytes of payload up to `end`, and where the payload begins. */
static enum presence payload(const struct sight *frame, uint64_t end, uint64_t *begin)
{
	uint64_t transport, length, payload_length;

	if (little(frame, TRANSPORT_AT, 2, &transport) == PRESENCE_CUT ||
	    little(frame, HEADER_LENGTH_AT, 2, &length) == PRESENCE_CUT)
		return PRESENCE_CUT;
	*begin = MONITOR_SIZE + length;
	if (transport == VIRTIO && length < VIRTIO_SIZE)
		return PRESENCE_ABSENT;
	if (*begin + end > frame->on_wire)
		return PRESENCE_ABSENT;
	if (transport == VIRTIO) {
		if (little(frame, VIRTIO_LEN_AT, 4, &payload_length) == PRESENCE_CUT)
			return PRESENCE_CUT;
		if (payload_length < end)
			return PRESENCE_ABSENT;
	}
	return PRESENCE_PRESENT;
}

static enum presence read_place(const struct filter_place *place, const struct sight *frame,
				uint64_t *number)
{
	uint64_t offset = place->offset;
	uint32_t end = place->offset + place->size;
	enum presence presence = PRESENCE_PRESENT;
	uint64_t begin = 0;

	switch (place->area) {
	case FILTER_AREA_MONITOR:
		break;
	case FILTER_AREA_FRAME:
		presence = end <= frame->on_wire ? PRESENCE_PRESENT : PRESENCE_ABSENT;
		break;
	case FILTER_AREA_VIRTIO:
		presence = virtio_header(frame, end);
		begin = MONITOR_SIZE;
		break;
	case FILTER_AREA_PAYLOAD:
		presence = payload(frame, end, &begin);
		break;
	}
	if (presence != PRESENCE_PRESENT)
		return presence;
	if (place->little)
		return little(frame, begin + offset, place->size, number);
	return big(frame, begin + offset, place->size, number);
}

static uint32_t calculate(enum filter_operator operation, uint32_t a, uint32_t b)
{
	switch (operation) {
	case FILTER_OPERATOR_ADD:
		return a + b;
	case FILTER_OPERATOR_SUBTRACT:
		return a - b;
	case FILTER_OPERATOR_MULTIPLY:
		return a * b;
	case FILTER_OPERATOR_DIVIDE:
		return a / b;
	case FILTER_OPERATOR_REMAINDER:
		return a % b;
	case FILTER_OPERATOR_BIT_AND:
		return a & b;
	case FILTER_OPERATOR_BIT_OR:
		return a | b;
	case FILTER_OPERATOR_BIT_XOR:
		return a ^ b;
	case FILTER_OPERATOR_SHIFT_LEFT:
		return a << b;
	case FILTER_OPERATOR_SHIFT_RIGHT:
		return a >> b;
	}
	abort();
}

/*
 * Of two parts of a comparison. A comparison of what does not exist is false, even if another part
 * of it was cut off.
 */
static enum presence both(enum presence a, enum presence b)
{
	return a < b ? a : b;
}

/* The number of a value, whose EITHER and BOTH mean the sender or the receiver. */
static enum presence value(const struct filter_node *node, const struct sight *frame, bool receiver,
			   uint64_t *number)
{
	struct filter_place place = node->place;
	enum presence presence;
	uint64_t left, right;

	switch (node->kind) {
	case FILTER_NODE_NUMBER:
		*number = node->low;
		return PRESENCE_PRESENT;
	case FILTER_NODE_PLACE:
		if (node->direction != FILTER_DIRECTION_ONE && receiver)
			place.offset += place.size;
		return read_place(&place, frame, number);
	default:
		assert(node->kind == FILTER_NODE_ARITHMETIC);
		break;
	}
	presence = value(node->left, frame, receiver, &left);
	presence = both(presence, value(node->right, frame, receiver, &right));
	if (presence == PRESENCE_PRESENT)
		*number = calculate(node->operation, (uint32_t)left, (uint32_t)right);
	return presence;
}

static bool related(enum filter_relation relation, uint64_t a, uint64_t b)
{
	switch (relation) {
	case FILTER_RELATION_EQ:
		return a == b;
	case FILTER_RELATION_NE:
		return a != b;
	case FILTER_RELATION_LT:
		return a < b;
	case FILTER_RELATION_LE:
		return a <= b;
	case FILTER_RELATION_GT:
		return a > b;
	case FILTER_RELATION_GE:
		return a >= b;
	}
	abort();
}

static enum verdict at_end(const struct filter_node *node, const struct sight *frame, bool receiver)
{
	enum presence presence;
	uint64_t left, right = 0;
	bool holds;

	presence = value(node->left, frame, receiver, &left);
	if (node->kind == FILTER_NODE_COMPARE)
		presence = both(presence, value(node->right, frame, receiver, &right));
	if (presence != PRESENCE_PRESENT)
		return presence == PRESENCE_CUT ? VERDICT_CUT : VERDICT_FALSE;
	if (node->kind == FILTER_NODE_RANGE)
		holds = left >= node->low && left <= node->high;
	else
		holds = related(node->relation, left, right);
	return holds ? VERDICT_TRUE : VERDICT_FALSE;
}

/* The ends of the packet that a test is about. */
static enum filter_direction direction(const struct filter_node *node)
{
	enum filter_direction left, right;

	if (node->kind == FILTER_NODE_PLACE)
		return node->direction;
	left = node->left ? direction(node->left) : FILTER_DIRECTION_ONE;
	right = node->right ? direction(node->right) : FILTER_DIRECTION_ONE;
	return left != FILTER_DIRECTION_ONE ? left : right;
}

/* Of a pair, both numbers are looked at. */
static enum verdict test(const struct filter_node *node, const struct sight *frame)
{
	enum filter_direction ends = direction(node);
	enum verdict sender = at_end(node, frame, false);
	enum verdict receiver;

	if (ends == FILTER_DIRECTION_ONE || sender == VERDICT_CUT)
		return sender;
	receiver = at_end(node, frame, true);
	if (receiver == VERDICT_CUT)
		return receiver;
	if (ends == FILTER_DIRECTION_EITHER)
		return sender == VERDICT_TRUE ? sender : receiver;
	return sender == VERDICT_FALSE ? sender : receiver;
}

static enum verdict prefix(const struct filter_node *node, const struct sight *frame)
{
	uint64_t begin, byte;
	enum presence presence = payload(frame, node->count, &begin);
	bool equal = true;

	if (presence != PRESENCE_PRESENT)
		return presence == PRESENCE_CUT ? VERDICT_CUT : VERDICT_FALSE;
	for (uint32_t i = 0; i < node->count; i++) {
		if (big(frame, begin + i, 1, &byte) == PRESENCE_CUT)
			return VERDICT_CUT;
		equal = equal && byte == node->bytes[i];
	}
	return equal ? VERDICT_TRUE : VERDICT_FALSE;
}

static enum verdict node_verdict(const struct filter_node *tree, const struct sight *frame);

static enum verdict list(const struct filter_node *node, const struct sight *frame)
{
	enum verdict decides = node->kind == FILTER_NODE_AND ? VERDICT_FALSE : VERDICT_TRUE;
	enum verdict verdict = VERDICT_CUT;

	for (const struct filter_node *part = node->left; part; part = part->next) {
		verdict = node_verdict(part, frame);
		if (verdict == decides || verdict == VERDICT_CUT)
			break;
	}
	return verdict;
}

/* Recursion is bounded by FILTER_MAX_DEPTH. */
static enum verdict node_verdict(const struct filter_node *tree, const struct sight *frame)
{
	enum verdict verdict;

	switch (tree->kind) {
	case FILTER_NODE_AND:
	case FILTER_NODE_OR:
		return list(tree, frame);
	case FILTER_NODE_NOT:
		verdict = node_verdict(tree->left, frame);
		if (verdict == VERDICT_CUT)
			return verdict;
		return verdict == VERDICT_TRUE ? VERDICT_FALSE : VERDICT_TRUE;
	case FILTER_NODE_PREFIX:
		return prefix(tree, frame);
	default:
		return test(tree, frame);
	}
}

enum verdict evaluate(const struct filter_node *tree, const struct sight *frame)
{
	if (!tree)
		return VERDICT_TRUE;
	if (frame->captured < MONITOR_SIZE)
		return VERDICT_CUT;
	return node_verdict(tree, frame);
}
