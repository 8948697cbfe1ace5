/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A side is inside of a split packet while split_done is not 0. Where the packet was joined in
 * its middle (VSOCK_SIDE_SPLIT_LOST), mode REST still tells each chunk's place; in mode WHOLE
 * split_done then holds the length of the first chunk seen, for a shorter one ends the packet.
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
 * What looks like a mode is believed unless the side has shown the other: one kernel has one mode,
 * and parts that are missing can make one look like the other. Once both have been seen only A
 * is, whose numbers are different for each chunk.
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
 * Mode WHOLE: the whole packet again. Returns the chunk's offset in it. While it is not known where
 * in a packet we are, a chunk that is shorter than the first one seen is the last of its packet,
 * and one that is longer shows that the one seen was a last one, and is itself a first.
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
		/* One that is not split at all leaves none under way. */
		if (len < split_total(side))
			side->split_done = (uint16_t)len;
		return 0;
	}
	if (len < side->split_done)
		leave_split(side);
	return UNKNOWN;
}

/* A chunk with more on the wire than its own bytes, and no packet under way that it continues. */
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
 * Mode WHOLE alone does not show that a chunk is missing. But a packet is split into chunks of one
 * size, and only the last may be shorter. So a chunk that is longer than those before, or is
 * shorter and not the end, is out of place.
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
 * The packet continues the split packet that is under way: true and the chunk's offset. Else
 * parts of that one are missing.
 */
static bool place_next(struct vsock_flow_side *side, const struct vsock_packet *p, int64_t *offset)
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

bool vsock_stream_take(struct vsock_flow *flow, struct vsock_flow_side *side,
		       const struct vsock_packet *p, struct vsock_segment *segment)
{
	/* The first data of a flow that was joined late may be any chunk. */
	bool joined = flow->marks & VSOCK_FLOW_MIDSTREAM && !(side->marks & VSOCK_SIDE_DATA);
	bool under_way = side->split_done > 0;
	bool whole = true;
	int64_t offset = 0;

	*segment = (struct vsock_segment){.offset = side->bytes, .length = p->len};
	if (!under_way || !place_next(side, p, &offset)) {
		if (under_way) {
			/* A part that was joined late does not prove a loss. */
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
