/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A side is inside a split packet while split_done is not 0. If the start of the packet was not
 * captured (VSOCK_SIDE_SPLIT_LOST), mode REST still shows each chunk's place. In mode WHOLE,
 * split_done is then the length of the first captured chunk, because a shorter chunk ends the
 * packet.
 */
#include "core/stream.h"

/* It is not known which of the captured bytes are the chunk's own. */
#define UNKNOWN (-1)

static uint32_t split_total(const struct vsock_flow_side *side)
{
	return side->split_total + UINT32_C(1);
}

#define BOTH_MODES (VSOCK_SIDE_SPLIT_REST | VSOCK_SIDE_SPLIT_WHOLE)

/*
 * A chunk that looks like a mode shows this mode, unless the side has shown the other one. A kernel
 * has one mode, but missing parts can make one mode look like the other. After a side has shown
 * both modes, only REST counts, because its numbers differ for each chunk.
 */
static bool believe(struct vsock_flow_side *side, enum vsock_side_mark mode)
{
	unsigned before = side->marks & BOTH_MODES;

	side->marks |= (uint16_t)mode;
	return before == 0 || before == mode ||
	       (before == BOTH_MODES && mode == VSOCK_SIDE_SPLIT_REST);
}

static void leave_split(struct vsock_flow_side *side)
{
	side->split_done = 0;
	side->marks &= (uint16_t)~VSOCK_SIDE_SPLIT_LOST;
}

static void advance(struct vsock_flow_side *side, uint32_t len)
{
	if (len >= split_total(side) - side->split_done)
		leave_split(side);
	else
		side->split_done = (uint16_t)(side->split_done + len);
}

/*
 * Mode WHOLE: the whole packet again. Returns the chunk's offset in it. If the start of the packet
 * was not captured, a chunk that is shorter than the first captured one is the last of the packet.
 * A longer chunk is the first of a packet, and the captured one was the last of its packet.
 */
static int64_t place_in_whole(struct vsock_flow_side *side, uint32_t len)
{
	int64_t offset = side->split_done;

	if (!(side->marks & VSOCK_SIDE_SPLIT_LOST)) {
		advance(side, len);
		return offset;
	}
	if (len > side->split_done) {
		leave_split(side);
		/* After a packet that is not split, no split packet is left. */
		if (len < split_total(side))
			side->split_done = (uint16_t)len;
		return 0;
	}
	if (len < side->split_done)
		leave_split(side);
	return UNKNOWN;
}

/* A chunk that has more on the wire than its own bytes, and continues no packet. */
static int64_t place_first(struct vsock_flow_side *side, const struct vsock_packet *p, bool joined)
{
	/* No kernel makes these packets, and their size would not fit split_total. */
	if (p->on_wire > VSOCK_MAX_RW_LEN || p->len == 0)
		return UNKNOWN;
	side->split_total = (uint16_t)(p->on_wire - 1);
	side->split_done = (uint16_t)p->len;
	if (!joined)
		return 0;
	side->marks |= VSOCK_SIDE_SPLIT_LOST;
	return (side->marks & BOTH_MODES) == VSOCK_SIDE_SPLIT_REST ? 0 : UNKNOWN;
}

/*
 * Mode WHOLE alone does not show that a chunk is missing. But the chunks of a packet have one size,
 * and only the last may be shorter. So a chunk is out of place if it is longer than those before
 * it, or if it is shorter and not the end.
 */
static bool fits_whole(const struct vsock_flow_side *side, uint32_t len)
{
	uint32_t left = split_total(side) - side->split_done;

	if (side->marks & VSOCK_SIDE_SPLIT_LOST)
		return true;
	if (len > side->split_done)
		return false;
	return len == left || (len < left && side->split_done % len == 0);
}

/*
 * Returns true with the chunk's offset if the packet continues the present split packet. Otherwise
 * parts of that packet are missing.
 */
__attribute__((cold, noinline)) static bool
place_next(struct vsock_flow_side *side, const struct vsock_packet *p, int64_t *offset)
{
	if (p->len == 0 || p->len > p->on_wire)
		return false;
	if (p->on_wire == split_total(side) - side->split_done) {
		if (!believe(side, VSOCK_SIDE_SPLIT_REST))
			return false;
		advance(side, p->len);
		*offset = 0;
		return true;
	}
	if (p->on_wire == split_total(side) && fits_whole(side, p->len)) {
		if (!believe(side, VSOCK_SIDE_SPLIT_WHOLE))
			return false;
		*offset = place_in_whole(side, p->len);
		return true;
	}
	return false;
}

static void take_message(struct vsock_flow_side *side, const struct vsock_packet *p,
			 struct vsock_segment *segment)
{
	bool too_much = p->len > UINT32_MAX - side->message;

	segment->message = too_much ? UINT32_MAX : side->message + p->len;
	segment->end_of_message = p->flags & VSOCK_RW_EOM;
	segment->end_of_record = p->flags & VSOCK_RW_EOR;
	side->message = segment->end_of_message ? 0 : segment->message;
}

/* Member by member: compilers fill a whole struct with a slow loop. */
static inline void start_segment(struct vsock_segment *segment, uint64_t offset, uint32_t length)
{
	segment->offset = offset;
	segment->data = NULL;
	segment->known = 0;
	segment->length = length;
	segment->message = 0;
	segment->end_of_message = false;
	segment->end_of_record = false;
	segment->unreliable = false;
}

bool vsock_stream_take(struct vsock_flow *flow, struct vsock_flow_side *side,
		       const struct vsock_packet *p, struct vsock_segment *segment)
{
	/* In a flow without a captured start, the first data may be any chunk. */
	bool joined = flow->marks & VSOCK_FLOW_MIDSTREAM && !(side->marks & VSOCK_SIDE_DATA);
	bool under_way = side->split_done > 0;
	bool whole = true;
	int64_t offset = 0;

	start_segment(segment, side->bytes, p->len);
	if (!under_way || !place_next(side, p, &offset)) {
		if (under_way) {
			/* A packet without a captured start does not prove a loss. */
			whole = side->marks & VSOCK_SIDE_SPLIT_LOST;
			leave_split(side);
			joined = true;
		}
		offset = p->on_wire > p->len ? place_first(side, p, joined) : 0;
	}
	if (!whole)
		flow->marks |= VSOCK_FLOW_LOSSY;

	segment->mixed = flow->marks & VSOCK_FLOW_TWICE;
	segment->misplaced = offset == UNKNOWN;
	if (!segment->misplaced && p->payload && p->captured > offset) {
		uint32_t there = p->captured - (uint32_t)offset;

		segment->known = there < p->len ? there : p->len;
		if (segment->known)
			segment->data = p->payload + offset;
	}
	if (p->type == VSOCK_TYPE_SEQPACKET)
		take_message(side, p, segment);
	return whole;
}
