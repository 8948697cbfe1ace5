/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One conversation for tests of the analysis: the client or the server sends packets. Their credit
 * fields follow from what was sent and read, unless a test changes them.
 */
#ifndef TESTS_UNIT_TALK_H
#define TESTS_UNIT_TALK_H

#include <stdlib.h>

#include "core/analysis.h"
#include "tests/unit/frame.h"

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)
#define S  UINT64_C(1000000000)

#define TALK_FINDINGS 64

struct talk {
	struct vsock_analysis *analysis;
	uint64_t now;    /* moves a millisecond with each packet */
	uint64_t number; /* of the last packet */
	uint16_t type;
	struct {
		uint32_t cid, port;
		uint32_t buf_alloc;
		uint32_t read; /* fwd_cnt: set it to what the application has read */
	} side[2];
	struct vsock_flow_event event; /* of the last packet */
	struct vsock_finding findings[TALK_FINDINGS];
	unsigned count; /* of findings */
};

static inline void talk_note(void *context, const struct vsock_finding *finding)
{
	struct talk *t = context;

	if (t->count < TALK_FINDINGS)
		t->findings[t->count] = *finding;
	t->count++;
}

/* A conversation between 3:5000 and 2:22, with a table of at most max_flows flows (0: many). */
static inline struct talk *talk_new(uint32_t max_flows, bool lossless)
{
	struct talk *t = calloc(1, sizeof(*t));
	struct vsock_analysis_config config = {
	    .flows = {.max_flows = max_flows, .key = {7}, .keep_ended = true},
	    .on_finding = talk_note,
	    .lossless = lossless,
	};

	if (!t)
		abort();
	config.flows.context = t;
	t->analysis = vsock_analysis_new(&config);
	if (!t->analysis)
		abort();
	t->now = 1000 * S;
	t->type = VSOCK_TYPE_STREAM;
	t->side[VSOCK_CLIENT].cid = 3;
	t->side[VSOCK_CLIENT].port = 5000;
	t->side[VSOCK_SERVER].cid = 2;
	t->side[VSOCK_SERVER].port = 22;
	t->side[VSOCK_CLIENT].buf_alloc = t->side[VSOCK_SERVER].buf_alloc = 262144;
	return t;
}

static inline void talk_free(struct talk *t)
{
	vsock_analysis_free(t->analysis);
	free(t);
}

/* A frame that `side` would send, for tests that change it before talk_send(). */
static inline struct frame talk_frame(const struct talk *t, enum vsock_side side, uint16_t op,
				      uint32_t len, uint32_t flags)
{
	enum vsock_side peer = vsock_peer(side);
	struct frame f = FRAME(t->side[side].cid, t->side[peer].cid, t->side[side].port,
			       t->side[peer].port, op, .len = len, .flags = flags,
			       .buf_alloc = t->side[side].buf_alloc, .fwd_cnt = t->side[side].read);

	f.type = t->type;
	return f;
}

/* Sends it, and keeps what was decoded. It points into `bytes`. */
static inline void talk_send_packet(struct talk *t, const struct frame *frame,
				    uint8_t bytes[static FRAME_HEADERS], struct vsock_packet *p)
{
	frame_write(bytes, frame);
	vsock_decode(p, bytes, FRAME_HEADERS, FRAME_HEADERS + frame->len);
	t->now += MS;
	vsock_analysis_packet(
	    t->analysis, p, &(struct vsock_moment){.number = ++t->number, .ts = t->now}, &t->event);
}

static inline void talk_send(struct talk *t, const struct frame *frame)
{
	uint8_t bytes[FRAME_HEADERS];
	struct vsock_packet p;

	talk_send_packet(t, frame, bytes, &p);
}

static inline void say(struct talk *t, enum vsock_side side, uint16_t op, uint32_t len,
		       uint32_t flags)
{
	struct frame f = talk_frame(t, side, op, len, flags);

	talk_send(t, &f);
}

static inline void wait_for(struct talk *t, uint64_t time)
{
	t->now += time;
	vsock_analysis_tick(t->analysis, t->now);
}

#endif
