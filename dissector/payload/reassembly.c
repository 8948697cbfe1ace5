/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dissector that always needs a little more would be called for each packet with all waiting
 * bytes. The time would be quadratic in the length of the capture. So after FREE_ATTEMPTS, or
 * beyond FREE_LENGTH, the bytes must grow by an eighth before the next attempt. A PDU may be shown
 * a few packets late, but no byte is lost.
 */
#include "dissector/wireshark.h"

#include "dissector/payload/reassembly.h"

#include <string.h>

#include <epan/wmem_scopes.h>

#define FREE_ATTEMPTS 64
#define FREE_LENGTH   (UINT32_C(1) << 20)

static void make_room(struct payload_pending *pending, uint32_t length)
{
	if (length > pending->capacity - pending->length) {
		pending->capacity = MAX(pending->length + length, pending->capacity * 2);
		pending->bytes = wmem_realloc(wmem_file_scope(), pending->bytes, pending->capacity);
	}
	if (pending->count == pending->room) {
		pending->room = MAX(4, pending->room * 2);
		pending->parts = wmem_realloc(wmem_file_scope(), pending->parts,
					      pending->room * sizeof(*pending->parts));
	}
}

void reassembly_add(struct payload_pending *pending, const uint8_t *bytes, uint32_t length,
		    struct frame_record *frame)
{
	make_room(pending, length);
	memcpy(pending->bytes + pending->length, bytes, length);
	pending->length += length;
	if (pending->count > 0 && pending->parts[pending->count - 1].frame == frame->number) {
		pending->parts[pending->count - 1].length += length;
		return;
	}
	pending->parts[pending->count++] = (struct payload_part){
	    .record = payload_record_of(frame), .frame = frame->number, .length = length};
}

uint32_t reassembly_share(const struct payload_pending *pending, uint32_t length)
{
	uint32_t missing = pending->target - pending->length;

	return pending->exact && missing < length ? missing : length;
}

bool reassembly_due(const struct payload_pending *pending)
{
	return pending->length >= pending->target;
}

void reassembly_want(struct payload_pending *pending, uint32_t more)
{
	uint32_t patience = pending->length;

	pending->exact = false;
	if (more == DESEGMENT_UNTIL_FIN) {
		pending->target = REASSEMBLY_NEVER;
		return;
	}
	if (more == DESEGMENT_ONE_MORE_SEGMENT)
		more = 1;
	else
		pending->exact = true;
	/* REASSEMBLY_MAX is below 2^31, so the sum does not overflow. */
	pending->target = pending->length + MIN(more, REASSEMBLY_MAX);
	if (++pending->attempts > FREE_ATTEMPTS || pending->length > FREE_LENGTH)
		patience += pending->length / 8;
	if (pending->target < patience) {
		pending->target = patience;
		pending->exact = false;
	}
}

/* The parts of the last `rest` bytes. The first part may be shortened. */
static struct payload_pending begin_with(const struct payload_pending *done, uint32_t rest)
{
	struct payload_pending next = {.bytes = NULL};
	uint32_t skip = done->length - rest;
	uint32_t i = 0;

	if (rest == 0)
		return next;
	next.bytes = wmem_memdup(wmem_file_scope(), done->bytes + skip, rest);
	next.length = next.capacity = rest;
	while (skip >= done->parts[i].length)
		skip -= done->parts[i++].length;
	next.count = next.room = done->count - i;
	next.parts =
	    wmem_memdup(wmem_file_scope(), done->parts + i, next.count * sizeof(*next.parts));
	next.parts[0].length -= skip;
	/* The dissector gets most of these bytes again and again, and uses few of them. */
	if (rest > done->length / 2)
		next.attempts = done->attempts;
	return next;
}

void reassembly_finish(struct payload_pending *pending, struct payload_pdu *pdu, uint32_t rest,
		       uint32_t frame)
{
	struct payload_pending next = begin_with(pending, rest);

	pdu->bytes = wmem_realloc(wmem_file_scope(), pending->bytes, pending->length);
	pdu->parts = pending->parts;
	pdu->count = pending->count;
	pdu->length = pdu->reported = pending->length;
	for (uint32_t i = 0; i < pdu->count; i++)
		if (pdu->parts[i].frame != frame && pdu->parts[i].record->reassembled_in == 0)
			pdu->parts[i].record->reassembled_in = frame;
	*pending = next;
}
