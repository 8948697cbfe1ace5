/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A load beyond the frame ends a BPF program with "reject", which would make "not (len > 5)"
 * wrong for a frame without `len`. So what a test needs is tested first, and its absence makes
 * the test false.
 *
 * Only the monitor header is taken for granted: a shorter frame is none of vsock's.
 */
#include "core/packet.h"
#include "pcap-vsockmon/filter/lower.h"

/*
 * The monitor header's `transport` and `len` as one big-endian number, when it says virtio with
 * a header of 44 bytes, as every frame of a Linux kernel does: one test for both.
 */
#define USUAL_TRANSPORT ((uint32_t)VSOCK_TRANSPORT_VIRTIO << 24 | (uint32_t)VSOCK_VIRTIO_SIZE << 8)
_Static_assert(VSOCK_MON_LEN == VSOCK_MON_TRANSPORT + 2, "transport and len are neighbours");
_Static_assert(VSOCK_TRANSPORT_VIRTIO < 256 && VSOCK_VIRTIO_SIZE < 256, "one byte for each");

static uint32_t at_least(struct filter_graph *graph, uint32_t length, uint32_t yes, uint32_t no)
{
	struct filter_test test = {
	    .load = {.source = FILTER_SOURCE_LENGTH}, .greater = true, .constant = length - 1};

	return filter_decide(graph, &test, yes, no);
}

static uint32_t is_usual(struct filter_graph *graph, uint32_t yes, uint32_t no)
{
	struct filter_test test = {.load = {.source = FILTER_SOURCE_BYTES,
					    .offset = VSOCK_MON_TRANSPORT,
					    .size = 4,
					    .mask = UINT32_MAX},
				   .constant = USUAL_TRANSPORT};

	return filter_decide(graph, &test, yes, no);
}

/* Whether a little-endian field of the frame is from low to high. */
static uint32_t field_in(struct filter_graph *graph, uint32_t offset, uint8_t size, uint32_t low,
			 uint32_t high, uint32_t yes, uint32_t no)
{
	struct filter_operand field = {FILTER_SOURCE_BYTES, offset, size, true,
				       filter_load_max(size)};
	struct filter_set set = {0};

	filter_set_add(graph->arena, &set, low, high);
	return filter_member(graph, &field, &set, yes, no);
}

/* `not_virtio` is where frames of other transports go, `no` those with a shorter virtio header. */
static uint32_t is_virtio(struct filter_graph *graph, uint32_t header, uint32_t yes, uint32_t no,
			  uint32_t not_virtio)
{
	uint32_t large_enough = field_in(graph, VSOCK_MON_LEN, 2, header, UINT16_MAX, yes, no);

	return field_in(graph, VSOCK_MON_TRANSPORT, 2, VSOCK_TRANSPORT_VIRTIO,
			VSOCK_TRANSPORT_VIRTIO, large_enough, not_virtio);
}

/* Whether virtio's `len` says that there is so much payload: more may follow that is none. */
static uint32_t len_is_at_least(struct filter_graph *graph, uint32_t bytes, uint32_t yes,
				uint32_t no)
{
	return field_in(graph, VSOCK_MON_SIZE + VSOCK_VIRTIO_LEN, 4, bytes, UINT32_MAX, yes, no);
}

/* Whether so many bytes follow the transport header. */
static uint32_t has_room(struct filter_graph *graph, uint32_t bytes, uint32_t yes, uint32_t no)
{
	struct filter_test test = {.load = {.source = FILTER_SOURCE_ROOM, .offset = bytes}};

	return at_least(graph, VSOCK_MON_SIZE + bytes, filter_decide(graph, &test, yes, no), no);
}

static uint32_t payload_presence(struct filter_graph *graph, const struct filter_need *need,
				 uint32_t common, uint32_t other, uint32_t no)
{
	uint32_t bytes = need->payload;
	uint32_t header = need->virtio > VSOCK_VIRTIO_SIZE ? need->virtio : VSOCK_VIRTIO_SIZE;
	uint32_t in_virtio = len_is_at_least(graph, bytes, other, no);
	uint32_t in_other = need->virtio ? no : other;
	uint32_t unusual =
	    has_room(graph, bytes, is_virtio(graph, header, in_virtio, no, in_other), no);
	uint32_t usual = no;

	if (header == VSOCK_VIRTIO_SIZE)
		usual = at_least(graph, FILTER_USUAL_PAYLOAD + bytes,
				 len_is_at_least(graph, bytes, common, no), no);
	return is_usual(graph, usual, unusual);
}

static uint32_t virtio_presence(struct filter_graph *graph, const struct filter_need *need,
				uint32_t yes, uint32_t no)
{
	uint32_t there = at_least(graph, VSOCK_MON_SIZE + need->virtio, yes, no);

	if (need->virtio > VSOCK_VIRTIO_SIZE)
		return is_virtio(graph, need->virtio, there, no, no);
	return is_usual(graph, there, is_virtio(graph, VSOCK_VIRTIO_SIZE, there, no, no));
}

uint32_t filter_presence(struct filter_graph *graph, const struct filter_need *need,
			 uint32_t common, uint32_t other, uint32_t no)
{
	uint32_t node = common;

	if (need->payload)
		node = payload_presence(graph, need, common, other, no);
	else if (need->virtio)
		node = virtio_presence(graph, need, common, no);
	return need->frame ? at_least(graph, need->frame, node, no) : node;
}
