/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fuzz/steps.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/frame.h"

/* A whole split packet with its headers fits. */
#define ROOM (FRAME_HEADERS + 65536)
/* What is captured of a frame that has more, unless the snap length cuts it. */
#define CAPTURED 512
/* The same of a frame that is cut; the headers are, too. */
#define CUT 70

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)
#define S  UINT64_C(1000000000)

static uint8_t next_byte(struct steps *steps)
{
	if (steps->left == 0)
		return 0;
	steps->left--;
	return *steps->data++;
}

static uint32_t next_number(struct steps *steps, int bytes)
{
	uint32_t value = 0;

	for (int i = 0; i < bytes; i++)
		value |= (uint32_t)next_byte(steps) << 8 * i;
	return value;
}

static uint8_t pattern(size_t place)
{
	return (uint8_t)(place * 7);
}

/* Filled once only, as that takes longer than most inputs. */
static uint8_t *pattern_room(void)
{
	static uint8_t *room;

	if (room)
		return room;
	room = malloc(ROOM);
	if (!room)
		abort();
	for (size_t i = 0; i < ROOM; i++)
		room[i] = pattern(i);
	return room;
}

/* A frame overwrote some of the pattern. */
static void restore(struct steps *steps)
{
	for (size_t i = 0; i < steps->taken; i++)
		steps->taken_at[i] = pattern((size_t)(steps->taken_at - steps->room) + i);
	steps->taken = 0;
}

void steps_begin(struct steps *steps, const uint8_t *data, size_t size)
{
	*steps = (struct steps){.data = data, .left = size, .ts = 1000 * S};
	steps->room = pattern_room();
	for (int i = 0; i < STEP_PAIRS; i++)
		steps->sides[i][0].buf_alloc = steps->sides[i][1].buf_alloc = 65536;
}

void steps_end(struct steps *steps)
{
	restore(steps);
}

static void pass_time(struct steps *steps, unsigned how)
{
	static const uint64_t times[] = {US, MS, 20 * MS, S, 2500 * MS, 9 * S, 12 * S};

	if (how < sizeof(times) / sizeof(times[0]))
		steps->ts += times[how];
	else
		steps->ts -= 5 * MS; /* as clocks do that are set */
}

/* Ordinary connections, those of a CID with many, the loopback, its alias, equal ports. */
static void set_addresses(struct frame *frame, unsigned pair, bool server)
{
	static const struct {
		uint32_t client_cid, client_port, server_cid, server_port;
	} pairs[STEP_PAIRS] = {
	    {3, 5000, 2, 22},   {3, 5001, 2, 22},   {3, 5002, 2, 80}, {4, 5000, 2, 22},
	    {2, 5003, 3, 1024}, {1, 5004, 1, 1234}, {1, 5005, 2, 80}, {7, 1024, 2, 1024},
	};

	frame->src_cid = server ? pairs[pair].server_cid : pairs[pair].client_cid;
	frame->dst_cid = server ? pairs[pair].client_cid : pairs[pair].server_cid;
	frame->src_port = server ? pairs[pair].server_port : pairs[pair].client_port;
	frame->dst_port = server ? pairs[pair].client_port : pairs[pair].server_port;
}

static uint32_t length_of(struct steps *steps, unsigned how, uint16_t op)
{
	static const uint32_t lengths[] = {0, 1, 13, 3732, 4096, 65536};

	if (op != VSOCK_OP_RW)
		return how == 7 ? next_number(steps, 2) : 0;
	if (how < sizeof(lengths) / sizeof(lengths[0]))
		return lengths[how];
	return next_number(steps, how == 6 ? 2 : 4);
}

static void set_credit(struct steps *steps, struct step_side *own, const struct step_side *peer,
		       unsigned how)
{
	switch (how & 3) {
	case 1:
		own->read = peer->sent;
		break;
	case 2:
		own->read += (peer->sent - own->read) / 2;
		break;
	case 3:
		own->read = next_number(steps, 4);
	}
	switch (how >> 2 & 3) {
	case 1:
		own->buf_alloc *= 2;
		break;
	case 2:
		own->buf_alloc /= 2;
		break;
	case 3:
		own->buf_alloc = next_number(steps, 4);
	}
}

/* Makes the frame a chunk of a split packet; returns how many bytes the tap copies. */
static uint32_t split(struct step_side *own, struct frame *frame, bool whole)
{
	uint32_t left;

	if (own->split_done >= own->split_total) {
		own->split_total = frame->len < 65536 ? frame->len : 65536;
		own->split_done = 0;
	}
	left = own->split_total - own->split_done;
	frame->len = left < 3732 ? left : 3732;
	own->split_done += frame->len;
	return whole ? own->split_total : left;
}

/* Places the first bytes of a frame of which so many are captured. */
static const uint8_t *place(struct steps *steps, const uint8_t *bytes, size_t size, size_t captured)
{
	steps->taken_at = steps->room + ROOM - captured;
	steps->taken = size < captured ? size : captured;
	memcpy(steps->taken_at, bytes, steps->taken);
	return steps->taken_at;
}

static void put_frame(struct steps *steps, struct capture_record *record, const uint8_t *headers,
		      uint32_t on_wire, uint32_t most)
{
	uint32_t captured = on_wire < most ? on_wire : most;
	const uint8_t *frame = place(steps, headers, FRAME_HEADERS, captured);

	*record = (struct capture_record){
	    .ts = steps->ts, .data = frame, .captured = captured, .on_wire = on_wire};
}

/* Of a bare frame, only the monitor header is not of the pattern. */
static void put_bare(struct steps *steps, struct capture_record *record, const uint8_t *header,
		     uint32_t length, uint32_t most)
{
	uint32_t on_wire =
	    VSOCK_MON_SIZE + (length < UINT32_MAX - VSOCK_MON_SIZE ? length : UINT16_MAX);
	uint32_t captured = on_wire < most ? on_wire : most;

	*record = (struct capture_record){.ts = steps->ts,
					  .data = place(steps, header, VSOCK_MON_SIZE, captured),
					  .captured = captured,
					  .on_wire = on_wire};
}

static void raw_frame(struct steps *steps, struct capture_record *record)
{
	uint32_t captured = next_byte(steps);
	uint32_t more = next_number(steps, 2);
	const uint8_t *frame;

	if (captured > steps->left)
		captured = (uint32_t)steps->left;
	frame = place(steps, steps->data, captured, captured);
	steps->data += captured;
	steps->left -= captured;
	*record = (struct capture_record){
	    .ts = steps->ts, .data = frame, .captured = captured, .on_wire = captured + more};
}

static void made_frame(struct steps *steps, struct capture_record *record,
		       const uint8_t step[static 3])
{
	unsigned pair = step[0] >> 4 & 7, server = step[0] >> 3 & 1, how = step[1] >> 6;
	struct step_side *own = &steps->sides[pair][server];
	struct frame frame = {.op = step[0] & 7, .flags = step[2] >> 4 & 3};
	uint8_t headers[FRAME_HEADERS];
	uint32_t behind;

	set_addresses(&frame, pair, server);
	frame.type = step[0] & 0x80 ? VSOCK_TYPE_SEQPACKET : VSOCK_TYPE_STREAM;
	frame.len = length_of(steps, step[1] >> 3 & 7, frame.op);
	set_credit(steps, own, &steps->sides[pair][!server], step[2]);
	frame.buf_alloc = own->buf_alloc;
	frame.fwd_cnt = own->read;
	behind = frame.len;
	if (frame.op == VSOCK_OP_RW && (how == 1 || how == 2))
		behind = split(own, &frame, how == 2);
	if (frame.op == VSOCK_OP_RW)
		own->sent += frame.len;
	frame_write(headers, &frame);
	if (step[2] & 0x40) {
		uint8_t which = next_byte(steps);

		headers[which % FRAME_HEADERS] = next_byte(steps);
	}
	if (steps->with_bare && step[0] & 0x80) {
		headers[VSOCK_MON_TRANSPORT] = VSOCK_TRANSPORT_NO_INFO;
		headers[VSOCK_MON_LEN] = 0;
		headers[VSOCK_MON_HINTS] = step[2] >> 4 & 7;
		put_bare(steps, record, headers, frame.op == VSOCK_OP_RW ? frame.len : 0,
			 how == 3 ? CUT : CAPTURED);
		return;
	}
	if (behind > UINT32_MAX - FRAME_HEADERS)
		behind = UINT32_MAX - FRAME_HEADERS;
	put_frame(steps, record, headers, FRAME_HEADERS + behind, how == 3 ? CUT : CAPTURED);
}

/* Reads at which point the next frame is captured. True: it is the frame before. */
static bool comes_again(struct steps *steps)
{
	uint8_t byte = next_byte(steps);

	steps->point = byte & 3;
	if (!(byte & 4) || steps->number == 0)
		return false;
	pass_time(steps, byte >> 3 & 7);
	steps->number++;
	steps->tick = false;
	return true;
}

static bool next_step(struct steps *steps, struct capture_record *record)
{
	uint8_t step[3];

	if (steps->left < sizeof(step))
		return false;
	restore(steps);
	step[0] = next_byte(steps);
	step[1] = next_byte(steps);
	pass_time(steps, step[1] & 7);
	steps->number++;
	steps->tick = false;
	if ((step[0] & 7) == 0) {
		raw_frame(steps, record);
		return true;
	}
	step[2] = next_byte(steps);
	steps->tick = step[2] & 0x80;
	made_frame(steps, record, step);
	return true;
}

bool steps_next(struct steps *steps, struct capture_record *record)
{
	if (steps->with_points && steps->left > 0 && comes_again(steps))
		steps->before.ts = steps->ts;
	else if (!next_step(steps, &steps->before))
		return false;
	*record = steps->before;
	return true;
}

struct vsock_moment steps_moment(const struct steps *steps)
{
	/* The core knows copies only at points below 64. */
	static const uint16_t points[STEP_POINTS] = {0, 1, 63, 300};

	return (struct vsock_moment){
	    .number = steps->number, .ts = steps->ts, .point = points[steps->point]};
}
