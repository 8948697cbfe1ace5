/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "lower": decides whether the frame has the bytes that a test needs.
 *
 * A load beyond the frame ends a BPF program with "reject". That would make "not (len > 5)" wrong
 * for a frame without `len`. So each test first makes sure that its bytes exist, and is false if
 * they do not.
 *
 * The first test that needs a virtio header or the payload finds out how much of it there is, and
 * keeps that in words of memory. Later tests only compare the word. The alternative is to know at
 * each place of the program what earlier tests have shown. This makes programs faster by a few
 * instructions, and some of them many times as long, because each place with other knowledge needs
 * a copy of the code.
 *
 * All frames have a monitor header: a shorter frame is no vsock frame.
 */
#include "core/packet.h"
#include "core/wire.h"
#include "pcap-vsockmon/filter/lower.h"

/*
 * The monitor header's `transport` and `len` as one big-endian number, for virtio with a header of
 * 44 bytes. Every frame of a Linux kernel has these values, so one test checks both.
 */
#define USUAL_TRANSPORT ((uint32_t)VSOCK_TRANSPORT_VIRTIO << 24 | (uint32_t)VSOCK_VIRTIO_SIZE << 8)
_Static_assert(VSOCK_MON_LEN == VSOCK_MON_TRANSPORT + 2, "transport and len are neighbors");
_Static_assert(VSOCK_TRANSPORT_VIRTIO < 256 && VSOCK_VIRTIO_SIZE < 256, "one byte for each");

static const struct filter_load in_a = {.source = FILTER_SOURCE_NONE};

/* Instructions for filter_emit_body(). */
static void add(struct filter_lower *lower, unsigned opcode, uint32_t k)
{
	filter_code_add(&lower->emitter.body, opcode, k);
}

static uint32_t word_is_at_least(struct filter_lower *lower, enum filter_word word, uint32_t number,
				 struct filter_ways ways)
{
	const struct filter_load load = {.source = FILTER_SOURCE_WORD, .offset = word};

	return filter_emit_test(&lower->emitter, &load, BPF_JGE | BPF_K, number, ways);
}

/* Ends the body: keeps A in a word if a later test asks for it, and continues at `to`. */
static uint32_t keep(struct filter_lower *lower, enum filter_word word, uint32_t to)
{
	const struct filter_load load = {.source = FILTER_SOURCE_WORD, .offset = word};

	if (lower->asked[word])
		add(lower, BPF_ST, word);
	return filter_emit_body(&lower->emitter, &load, to);
}

/* Keeps 0 in the word, and continues after a no. */
static uint32_t keep_none(struct filter_lower *lower, enum filter_word word, uint32_t no)
{
	if (!lower->asked[word])
		return no;
	add(lower, BPF_LD | BPF_IMM, 0);
	return keep(lower, word, no);
}

static uint32_t is_usual(struct filter_lower *lower, struct filter_ways ways)
{
	const struct filter_load load = {.source = FILTER_SOURCE_FRAME,
					 .offset = VSOCK_MON_TRANSPORT,
					 .size = 4,
					 .mask = UINT32_MAX};

	return filter_emit_test(&lower->emitter, &load, BPF_JEQ | BPF_K, USUAL_TRANSPORT, ways);
}

static uint32_t header_is_at_least(struct filter_lower *lower, uint32_t length,
				   struct filter_ways ways)
{
	return filter_lower_field(lower, VSOCK_MON_LEN, 2, 0, length - 1,
				  filter_ways_swapped(ways));
}

static uint32_t is_virtio(struct filter_lower *lower, struct filter_ways ways)
{
	return filter_lower_field(lower, VSOCK_MON_TRANSPORT, 2, VSOCK_TRANSPORT_VIRTIO,
				  VSOCK_TRANSPORT_VIRTIO, ways);
}

/* Whether the virtio header has bytes up to `end`. */
static uint32_t has_virtio(struct filter_lower *lower, uint32_t end, bool known,
			   struct filter_ways ways)
{
	struct filter_ways found;
	uint32_t compare;

	if (end > VSOCK_VIRTIO_SIZE)
		ways.yes = header_is_at_least(lower, end, ways);
	compare = word_is_at_least(lower, FILTER_WORD_VIRTIO, VSOCK_MON_SIZE + end, ways);
	if (known) {
		lower->asked[FILTER_WORD_VIRTIO] = true;
		return compare;
	}
	found.no = keep_none(lower, FILTER_WORD_VIRTIO, ways.no);
	add(lower, BPF_LD | BPF_W | BPF_LEN, 0);
	found.yes = keep(lower, FILTER_WORD_VIRTIO, compare);
	compare = header_is_at_least(lower, VSOCK_VIRTIO_SIZE, found);
	found.no = is_virtio(lower, (struct filter_ways){.yes = compare, .no = found.no});
	return is_usual(lower, found);
}

/* Puts the length of the transport header into X and FILTER_WORD_HEADER. */
static uint32_t read_header_length(struct filter_lower *lower, uint32_t usual, uint32_t unusual)
{
	struct filter_ways ways;
	const struct filter_load length = {.source = FILTER_SOURCE_FRAME,
					   .offset = VSOCK_MON_LEN,
					   .size = 2,
					   .little = true,
					   .mask = UINT16_MAX};

	filter_code_load(&lower->emitter.body, &length);
	add(lower, BPF_MISC | BPF_TAX, 0);
	add(lower, BPF_STX, FILTER_WORD_HEADER);
	ways.no = filter_emit_body(&lower->emitter, NULL, unusual);
	add(lower, BPF_LDX | BPF_IMM, VSOCK_VIRTIO_SIZE);
	add(lower, BPF_STX, FILTER_WORD_HEADER);
	ways.yes = filter_emit_body(&lower->emitter, NULL, usual);
	return is_usual(lower, ways);
}

/* Whether virtio's `len` announces this much payload. */
static uint32_t is_announced(struct filter_lower *lower, uint32_t bytes, struct filter_ways ways)
{
	return filter_lower_field(lower, VSOCK_MON_SIZE + VSOCK_VIRTIO_LEN, 4, 0, bytes - 1,
				  filter_ways_swapped(ways));
}

/* Finds out how many bytes follow the transport header, and continues at `compare`. */
static uint32_t measure_room(struct filter_lower *lower, uint32_t compare, uint32_t none)
{
	struct filter_ways found = {.no = none};

	add(lower, BPF_ALU | BPF_SUB | BPF_X, 0);
	found.yes = keep(lower, FILTER_WORD_ROOM, compare);
	compare = filter_emit_test(&lower->emitter, &in_a, BPF_JGE | BPF_X, 0, found);
	add(lower, BPF_LD | BPF_W | BPF_LEN, 0);
	add(lower, BPF_ALU | BPF_SUB | BPF_K, VSOCK_MON_SIZE);
	return filter_emit_body(&lower->emitter, NULL, compare);
}

/* Whether the payload has this many bytes: they follow the header, and virtio announces them. */
static uint32_t has_payload(struct filter_lower *lower, uint32_t bytes, bool known,
			    struct filter_ways ways)
{
	const struct filter_load length = {.source = FILTER_SOURCE_LENGTH};
	struct filter_ways virtio = ways, other = ways, header;
	uint32_t compare, none, usual;

	virtio.yes = is_announced(lower, bytes, ways);
	other.yes = is_virtio(lower, (struct filter_ways){.yes = virtio.yes, .no = ways.yes});
	compare = word_is_at_least(lower, FILTER_WORD_ROOM, bytes, other);
	if (known) {
		lower->asked[FILTER_WORD_ROOM] = lower->asked[FILTER_WORD_HEADER] = true;
		return compare;
	}
	none = keep_none(lower, FILTER_WORD_ROOM, ways.no);
	header.yes = usual = measure_room(lower, compare, none);
	header.no = none;
	header.no = header_is_at_least(lower, VSOCK_VIRTIO_SIZE, header);
	header.no = is_virtio(lower, (struct filter_ways){.yes = header.no, .no = header.yes});
	/* If nobody asks later, the length of the frame is enough. */
	if (!lower->asked[FILTER_WORD_ROOM])
		usual = filter_emit_test(&lower->emitter, &length, BPF_JGE | BPF_K,
					 VSOCK_MON_SIZE + VSOCK_VIRTIO_SIZE + bytes, virtio);
	return read_header_length(lower, usual, header.no);
}

uint32_t filter_lower_presence(struct filter_lower *lower, const struct filter_need *need,
			       const struct filter_known *known, struct filter_ways ways)
{
	const struct filter_load length = {.source = FILTER_SOURCE_LENGTH};

	if (need->payload)
		ways.yes = has_payload(lower, need->payload, known->payload, ways);
	if (need->virtio > known->shown)
		ways.yes = has_virtio(lower, need->virtio, known->virtio, ways);
	if (need->frame)
		ways.yes =
		    filter_emit_test(&lower->emitter, &length, BPF_JGE | BPF_K, need->frame, ways);
	return ways.yes;
}
