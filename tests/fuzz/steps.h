/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames out of a fuzzer's input, for targets that need many of them in a sequence that makes
 * sense. Random frames would hardly ever belong to one connection; so a step of a few bytes says
 * what happens next in one of a few conversations, whose counters are kept here:
 *
 *   byte 0   bits 0-2: op; 0 is a raw frame: see below
 *            bit 3:    the sender is the server
 *            bits 4-6: the pair of addresses
 *            bit 7:    SEQPACKET
 *   byte 1   bits 0-2: how much time passes before it
 *            bits 3-5: the length
 *            bits 6-7: how it is captured: exactly, as chunks of modes A and B, cut
 *   byte 2   bits 0-1: fwd_cnt: as it was, all of what was sent, half of it, 4 bytes that follow
 *            bits 2-3: buf_alloc: as it was, doubled, halved, 4 bytes that follow
 *            bits 4-5: flags
 *            bit 6:    a byte of the frame is changed: its place and its value follow
 *            bit 7:    the clock moves to the time before the packet comes
 *
 * With capture points another byte comes before each step:
 *
 *            bits 0-1: the point
 *            bit 2:    no step follows: the frame before comes again
 *            bits 3-5: then, how much time passes before it
 *
 * With bare frames, SEQPACKET makes the frame bare. Its monitor op follows from the op, and the
 * flags and bit 6 of byte 2 are the hints.
 *
 * A raw frame has its time in byte 1 too, then its length, two bytes of how much longer it was on
 * the wire, and its bytes. Payload that the input does not have is a pattern with all byte values.
 */
#ifndef TESTS_FUZZ_STEPS_H
#define TESTS_FUZZ_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/flow-event.h"
#include "lib/capture-file/record.h"

#define STEP_PAIRS  8
#define STEP_POINTS 4

/* One side of a conversation. */
struct step_side {
	uint32_t sent; /* bytes */
	uint32_t read; /* fwd_cnt */
	uint32_t buf_alloc;
	/* The split packet under way. */
	uint32_t split_total, split_done;
};

struct steps {
	const uint8_t *data;
	size_t left;
	struct step_side sides[STEP_PAIRS][2];
	uint8_t *room;     /* frames end where this ends, so that a sanitizer sees a read behind */
	uint8_t *taken_at; /* where the last frame took the place of the pattern */
	size_t taken;      /* so many bytes */
	uint64_t ts;       /* of the last frame */
	uint64_t number;   /* of the last frame */
	bool tick;         /* the clock moved before it */
	bool with_points;  /* to be set after steps_begin() */
	bool with_bare;    /* the same */
	unsigned point;    /* of the last frame, below STEP_POINTS */
	struct capture_record before; /* the last frame */
};

void steps_begin(struct steps *steps, const uint8_t *data, size_t size);
void steps_end(struct steps *steps);

/* The next frame, valid until the next call; false at the end of the input. */
bool steps_next(struct steps *steps, struct capture_record *record);

/* The last frame's number, time and point. */
struct vsock_moment steps_moment(const struct steps *steps);

#endif
