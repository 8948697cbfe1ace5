/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers core/stream.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/flow.h"
#include "core/stream.h"
#include "tests/unit/frame.h"

#define MAX_PACKET 65536

/* The bytes that the application wrote: places close to each other differ. */
static uint8_t sent[4 * MAX_PACKET];

/* How the tap copies a chunk at `off` of a packet of `total` bytes: where from, how many. */
enum mode { EXACT, MODE_A, MODE_B };

struct fixture {
	struct vsock_flow flow;
	struct vsock_flow_side *side;
	enum mode mode;
	uint32_t snaplen; /* payload bytes that are captured at most */
	uint16_t type;
	uint8_t frame[FRAME_HEADERS + MAX_PACKET];
};

static struct fixture *fixture_new(enum mode mode)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->side = &f->flow.side[VSOCK_CLIENT];
	f->mode = mode;
	f->snaplen = MAX_PACKET;
	f->type = VSOCK_TYPE_STREAM;
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (uint8_t)(i * 7 + i / 251 + i / 65521);
	return f;
}

/* Takes a chunk of `len` bytes at `off` of the packet at `sent + start`. */
static struct vsock_segment take_flags(struct fixture *f, size_t start, uint32_t total,
				       uint32_t off, uint32_t len, uint32_t flags)
{
	struct frame frame = FRAME(3, 2, 5000, 22, VSOCK_OP_RW, .len = len, .flags = flags);
	uint32_t from = f->mode == MODE_B ? 0 : off;
	uint32_t count = f->mode == EXACT ? len : total - from;
	uint32_t captured = count < f->snaplen ? count : f->snaplen;
	struct vsock_segment segment;
	struct vsock_packet p;

	frame.type = f->type;
	frame_write(f->frame, &frame);
	memcpy(f->frame + FRAME_HEADERS, sent + start + from, captured);
	vsock_decode(&p, f->frame, FRAME_HEADERS + captured, FRAME_HEADERS + count);
	vsock_stream_take(&f->flow, f->side, &p, &segment);
	f->side->marks |= VSOCK_SIDE_DATA;
	assert_int_equal(segment.length, len);
	return segment;
}

static struct vsock_segment take(struct fixture *f, size_t start, uint32_t total, uint32_t off,
				 uint32_t len)
{
	return take_flags(f, start, total, off, len, 0);
}

static void assert_bytes(const struct vsock_segment *segment, size_t at, uint32_t known)
{
	assert_int_equal(segment->known, known);
	assert_false(segment->misplaced);
	if (known)
		assert_memory_equal(segment->data, sent + at, known);
}

static void assert_unknown(const struct vsock_segment *segment)
{
	assert_int_equal(segment->known, 0);
	assert_null(segment->data);
	assert_true(segment->misplaced);
}

/* One packet in chunks of at most `chunk`. Each chunk must come out right. */
static void take_packet(struct fixture *f, size_t start, uint32_t total, uint32_t chunk)
{
	for (uint32_t off = 0; off < total; off += chunk) {
		uint32_t len = total - off < chunk ? total - off : chunk;
		struct vsock_segment segment = take(f, start, total, off, len);

		assert_bytes(&segment, start + off, len);
	}
}

static void all_modes_all_sizes(void **state)
{
	static const uint32_t totals[] = {1, 100, 3732, 3733, 4096, 7464, 8192, 11196, 65536};
	static const uint32_t chunks[] = {3732, 4096, 1};

	(void)state;
	for (enum mode mode = EXACT; mode <= MODE_B; mode++) {
		struct fixture *f = fixture_new(mode);

		for (size_t c = 0; c < 3; c++)
			for (size_t t = 0; t < sizeof(totals) / sizeof(totals[0]); t++)
				if (totals[t] <= 100 || chunks[c] > 1)
					take_packet(f, t * 1000, totals[t], chunks[c]);
		assert_int_equal(f->flow.marks, 0);
		free(f);
	}
}

/* The sizes that a real host showed: 8192 bytes as 3732, 3732 and 728, three times in a row. */
static void packets_of_one_size_in_a_row(void **state)
{
	(void)state;
	for (enum mode mode = EXACT; mode <= MODE_B; mode++) {
		struct fixture *f = fixture_new(mode);

		for (size_t i = 0; i < 3; i++)
			take_packet(f, i * 8192, 8192, 3732);
		assert_int_equal(f->flow.marks, 0);
		free(f);
	}
}

static void snap_length_cuts(void **state)
{
	struct fixture *f = fixture_new(MODE_A);
	struct vsock_segment s;

	(void)state;
	f->snaplen = 100;
	s = take(f, 0, 8192, 0, 3732);
	assert_bytes(&s, 0, 100);
	s = take(f, 0, 8192, 3732, 3732);
	assert_bytes(&s, 3732, 100);
	s = take(f, 0, 8192, 7464, 728);
	assert_bytes(&s, 7464, 100);
	free(f);

	/* In mode WHOLE the later chunks are after the cut. */
	f = fixture_new(MODE_B);
	f->snaplen = 4000;
	s = take(f, 0, 8192, 0, 3732);
	assert_bytes(&s, 0, 3732);
	s = take(f, 0, 8192, 3732, 3732);
	assert_bytes(&s, 3732, 268);
	s = take(f, 0, 8192, 7464, 728);
	assert_bytes(&s, 0, 0);
	assert_int_equal(f->flow.marks, 0);
	free(f);
}

/* The capture begins inside a split packet: the second chunk shows mode REST. */
static void joined_in_the_middle(void **state)
{
	struct fixture *f = fixture_new(MODE_A);
	struct vsock_segment s;

	(void)state;
	f->flow.marks = VSOCK_FLOW_MIDSTREAM;
	s = take(f, 0, 20000, 4096, 4096);
	assert_unknown(&s);
	s = take(f, 0, 20000, 8192, 4096);
	assert_bytes(&s, 8192, 4096);
	s = take(f, 0, 20000, 12288, 4096);
	assert_bytes(&s, 12288, 4096);
	s = take(f, 0, 20000, 16384, 3616);
	assert_bytes(&s, 16384, 3616);
	take_packet(f, 30000, 8192, 4096);
	assert_int_equal(f->flow.marks, VSOCK_FLOW_MIDSTREAM);
	free(f);

	/* Mode WHOLE shows nothing until the shorter last chunk ends the packet. */
	f = fixture_new(MODE_B);
	f->flow.marks = VSOCK_FLOW_MIDSTREAM;
	for (uint32_t off = 4096; off < 20000; off += 4096) {
		s = take(f, 0, 20000, off, 20000 - off < 4096 ? 20000 - off : 4096);
		assert_unknown(&s);
	}
	take_packet(f, 30000, 8192, 4096);
	assert_int_equal(f->flow.marks, VSOCK_FLOW_MIDSTREAM);
	free(f);
}

/* After this packet, whose end is lost, may come one of the same size that is not split. */
static void unsplit_after_joined_one(void **state)
{
	struct fixture *f = fixture_new(MODE_B);
	struct vsock_segment s;

	(void)state;
	f->flow.marks = VSOCK_FLOW_MIDSTREAM;
	s = take(f, 0, 4096, 0, 3732);
	assert_unknown(&s);
	s = take(f, 5000, 4096, 0, 4096);
	assert_bytes(&s, 5000, 4096);
	assert_int_equal(f->side->split_done, 0);
	take_packet(f, 10000, 8192, 3732);
	assert_int_equal(f->flow.marks, VSOCK_FLOW_MIDSTREAM);
	free(f);
}

static void a_chunk_is_missing(void **state)
{
	struct fixture *f = fixture_new(MODE_A);
	struct vsock_segment s;

	(void)state;
	take_packet(f, 0, 8192, 3732);
	s = take(f, 0, 20000, 0, 4096);
	assert_bytes(&s, 0, 4096);
	s = take(f, 0, 20000, 8192, 4096);
	assert_bytes(&s, 8192, 4096);
	assert_int_equal(f->flow.marks, VSOCK_FLOW_LOSSY);
	free(f);

	f = fixture_new(MODE_B);
	take_packet(f, 0, 8192, 3732);
	/* The first chunk of the next packet, which has another size, is lost. */
	s = take(f, 0, 8192, 0, 3732);
	assert_bytes(&s, 0, 3732);
	s = take(f, 10000, 20000, 4096, 4096);
	assert_unknown(&s);
	assert_int_equal(f->flow.marks, VSOCK_FLOW_LOSSY);
	free(f);
}

/* Packets of one size follow the lost chunk, as in every bulk transfer. */
static void a_chunk_is_missing_among_many(void **state)
{
	static const uint32_t lens[] = {3732, 3732, 728};

	(void)state;
	for (enum mode mode = MODE_A; mode <= MODE_B; mode++) {
		for (unsigned missing = 0; missing < 3; missing++) {
			struct fixture *f = fixture_new(mode);
			unsigned wrong = 0;

			take_packet(f, 0, 8192, 3732);
			for (unsigned i = 0; i < 12; i++) {
				uint32_t off = i % 3 * 3732;
				struct vsock_segment s;

				if (i == missing)
					continue;
				s = take(f, i / 3 * 8192, 8192, off, lens[i % 3]);
				if (s.known &&
				    memcmp(s.data, sent + i / 3 * 8192 + off, s.known) != 0)
					wrong++;
				/* Mode REST shows each chunk's place. */
				if (mode == MODE_A)
					assert_bytes(&s, i / 3 * 8192 + off, lens[i % 3]);
			}
			/* In mode WHOLE the first chunk is lost, and the next one looks like it. */
			assert_int_equal(wrong, mode == MODE_B && missing == 0 ? 1 : 0);
			if (mode == MODE_B || missing > 0)
				assert_int_equal(f->flow.marks, VSOCK_FLOW_LOSSY);
			free(f);
		}
	}
}

/*
 * Packets of two chunks: the second must not count as a first one, and the next first one must not
 * count as an end.
 */
static void a_first_chunk_is_missing(void **state)
{
	struct fixture *f = fixture_new(MODE_B);
	struct vsock_segment s;

	(void)state;
	take_packet(f, 0, 4460, 3732);
	take(f, 4460, 4460, 3732, 728);
	s = take(f, 8920, 4460, 0, 3732);
	assert_unknown(&s);
	s = take(f, 8920, 4460, 3732, 728);
	assert_unknown(&s);
	assert_int_equal(f->flow.marks, VSOCK_FLOW_LOSSY);
	take_packet(f, 13380, 4460, 3732);
	free(f);
}

/* After a lost middle chunk, the last one is out of place. The next packet is right again. */
static void a_middle_chunk_is_missing(void **state)
{
	struct fixture *f = fixture_new(MODE_B);
	struct vsock_segment s;

	(void)state;
	take_packet(f, 0, 8192, 3732);
	s = take(f, 8192, 8192, 0, 3732);
	assert_bytes(&s, 8192, 3732);
	s = take(f, 8192, 8192, 7464, 728);
	assert_unknown(&s);
	take_packet(f, 16384, 8192, 3732);
	take_packet(f, 24576, 8192, 3732);
	free(f);
}

/* Two chunks and more are missing: what comes next could be a chunk in the other mode. */
static void many_chunks_are_missing(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (enum mode mode = MODE_A; mode <= MODE_B; mode++) {
		struct fixture *f = fixture_new(mode);
		unsigned wrong = 0;
		unsigned unknown = 0;

		take_packet(f, 0, 20000, 3732);
		for (unsigned i = 0; i < 6000; i++) {
			uint32_t off = i % 6 * 3732;
			uint32_t len = i % 6 == 5 ? 20000 - off : 3732;
			struct vsock_segment s;

			seed = seed * 1103515245 + 12345;
			if (seed >> 16 & 1)
				continue;
			s = take(f, i / 6 % 13 * 20000, 20000, off, len);
			wrong += s.known &&
				 memcmp(s.data, sent + i / 6 % 13 * 20000 + off, s.known) != 0;
			unknown += s.known == 0;
		}
		if (mode == MODE_A) {
			assert_int_equal(wrong, 0);
			assert_true(unknown >= 1 && unknown <= 1500);
		}
		free(f);
	}
}

/* A packet that claims more than it has is no chunk of the previous packet. */
static void a_liar_after_a_chunk(void **state)
{
	struct fixture *f = fixture_new(EXACT);
	struct frame frame = FRAME(3, 2, 5000, 22, VSOCK_OP_RW, .len = 40);
	struct vsock_segment s;
	struct vsock_packet p;

	(void)state;
	f->mode = MODE_B;
	s = take(f, 0, 20, 0, 4);
	assert_bytes(&s, 0, 4);
	frame_write(f->frame, &frame);
	memcpy(f->frame + FRAME_HEADERS, sent, 20);
	vsock_decode(&p, f->frame, FRAME_HEADERS + 20, FRAME_HEADERS + 20);
	vsock_stream_take(&f->flow, f->side, &p, &s);
	assert_bytes(&s, 0, 20);
	free(f);
}

/* No length from the wire leads outside of what was captured. */
static void hostile_lengths(void **state)
{
	static const uint32_t lens[] = {0, 1, 5, 100, 65535, 65536, 65537, UINT32_MAX};
	static const uint32_t wires[] = {0, 1, 5, 99, 100, 65536};
	struct fixture *f = fixture_new(EXACT);
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		struct frame frame = FRAME(3, 2, 5000, 22, VSOCK_OP_RW);
		struct vsock_segment s;
		struct vsock_packet p;
		uint32_t wire;

		seed = seed * UINT64_C(6364136223846793005) + 1;
		frame.len = lens[seed >> 40 & 7];
		frame.type = seed >> 50 & 1 ? VSOCK_TYPE_SEQPACKET : VSOCK_TYPE_STREAM;
		frame.flags = seed >> 52 & 3;
		wire = wires[(seed >> 33) % 6];
		frame_write(f->frame, &frame);
		vsock_decode(&p, f->frame, FRAME_HEADERS + wire / 2, FRAME_HEADERS + wire);
		vsock_stream_take(&f->flow, f->side, &p, &s);
		f->side->marks |= VSOCK_SIDE_DATA;
		assert_true(s.known <= s.length);
		assert_int_equal(s.data != NULL, s.known > 0);
		if (s.known) {
			assert_true(s.data >= p.payload);
			assert_true(s.data + s.known <= p.payload + p.captured);
		}
	}
	free(f);
}

static void messages(void **state)
{
	struct fixture *f = fixture_new(MODE_A);
	struct vsock_segment s;

	(void)state;
	f->type = VSOCK_TYPE_SEQPACKET;
	s = take_flags(f, 0, 8192, 0, 4096, 0);
	assert_false(s.end_of_message);
	assert_int_equal(f->side->message, 4096);
	s = take_flags(f, 0, 8192, 4096, 4096, VSOCK_RW_EOM);
	assert_bytes(&s, 4096, 4096);
	assert_true(s.end_of_message);
	assert_false(s.end_of_record);
	assert_int_equal(f->side->message, 0);
	s = take_flags(f, 0, 10, 0, 10, VSOCK_RW_EOM | VSOCK_RW_EOR);
	assert_true(s.end_of_record);
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_modes_all_sizes),
	    cmocka_unit_test(packets_of_one_size_in_a_row),
	    cmocka_unit_test(snap_length_cuts),
	    cmocka_unit_test(joined_in_the_middle),
	    cmocka_unit_test(unsplit_after_joined_one),
	    cmocka_unit_test(a_chunk_is_missing),
	    cmocka_unit_test(a_chunk_is_missing_among_many),
	    cmocka_unit_test(a_first_chunk_is_missing),
	    cmocka_unit_test(a_middle_chunk_is_missing),
	    cmocka_unit_test(many_chunks_are_missing),
	    cmocka_unit_test(a_liar_after_a_chunk),
	    cmocka_unit_test(hostile_lengths),
	    cmocka_unit_test(messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
