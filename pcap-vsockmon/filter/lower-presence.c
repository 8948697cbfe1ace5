/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "lower": decides whether the frame has the bytes that a test needs.
 *
 * A load beyond the frame ends a BPF program with "reject". That would make "not (len > 5)" wrong
 * for a frame without `len`. So each test first makes sure that its bytes exist, and is false if
 * they do not.
 *
 * All frames have a monitor header: a shorter frame is no vsock frame.
 */
#include "core/packet.h"
#include "pcap-vsockmon/filter/lower.h"

/*
 * The monitor header's `transport` and `len` as one big-endian number, for virtio with a header of
 * 44 bytes. Every frame of a Linux kernel has these values, so one test checks both.
 */
#define USUAL_TRANSPORT ((uint32_t)VSOCK_TRANSPORT_VIRTIO << 24 | (uint32_t)VSOCK_VIRTIO_SIZE << 8)
_Static_assert(VSOCK_MON_LEN == VSOCK_MON_TRANSPORT + 2, "transport and len are neighbors");
_Static_assert(VSOCK_TRANSPORT_VIRTIO < 256 && VSOCK_VIRTIO_SIZE < 256, "one byte for each");

static uint32_t length_is_at_least(struct filter_graph *graph, uint32_t length,
				   struct filter_ways ways)
{
	struct filter_test test = {
	    .load = {.source = FILTER_SOURCE_LENGTH}, .greater = true, .constant = length - 1};

	return filter_decide(graph, &test, ways);
}

static uint32_t is_usual(struct filter_graph *graph, struct filter_ways ways)
{
	struct filter_test test = {.load = {.source = FILTER_SOURCE_BYTES,
					    .offset = VSOCK_MON_TRANSPORT,
					    .size = 4,
					    .mask = UINT32_MAX},
				   .constant = USUAL_TRANSPORT};

	return filter_decide(graph, &test, ways);
}

/* Whether a little-endian field of the frame is from low to high. */
static uint32_t field_in(struct filter_graph *graph, uint32_t offset, uint8_t size, uint32_t low,
			 uint32_t high, struct filter_ways ways)
{
	struct filter_operand field = {FILTER_SOURCE_BYTES, offset, size, true,
				       filter_load_max(size)};
	struct filter_set set = {0};

	filter_set_add(graph->arena, &set, low, high);
	return filter_lower_compare(graph, &field, &set, ways);
}

/* `not_virtio` is where frames of other transports go; ways.no those with a shorter header. */
static uint32_t is_virtio(struct filter_graph *graph, uint32_t header, struct filter_ways ways,
			  uint32_t not_virtio)
{
	ways.yes = field_in(graph, VSOCK_MON_LEN, 2, header, UINT16_MAX, ways);
	ways.no = not_virtio;
	return field_in(graph, VSOCK_MON_TRANSPORT, 2, VSOCK_TRANSPORT_VIRTIO,
			VSOCK_TRANSPORT_VIRTIO, ways);
}

/* Whether virtio's `len` announces this much payload. Bytes after it are not payload. */
static uint32_t len_is_at_least(struct filter_graph *graph, uint32_t bytes, struct filter_ways ways)
{
	return field_in(graph, VSOCK_MON_SIZE + VSOCK_VIRTIO_LEN, 4, bytes, UINT32_MAX, ways);
}

/* Whether this many bytes follow the transport header. */
static uint32_t has_room(struct filter_graph *graph, uint32_t bytes, struct filter_ways ways)
{
	struct filter_test test = {.load = {.source = FILTER_SOURCE_ROOM, .offset = bytes}};

	ways.yes = filter_decide(graph, &test, ways);
	return length_is_at_least(graph, VSOCK_MON_SIZE + bytes, ways);
}

/* The payload may begin anywhere, so the header's length is read. */
static uint32_t unusual_payload(struct filter_graph *graph, const struct filter_need *need,
				uint32_t header, struct filter_ways ways)
{
	uint32_t in_other = need->virtio ? ways.no : ways.yes;
	struct filter_ways in_virtio = ways;

	in_virtio.yes = len_is_at_least(graph, need->payload, ways);
	ways.yes = is_virtio(graph, header, in_virtio, in_other);
	return has_room(graph, need->payload, ways);
}

static uint32_t payload_presence(struct filter_graph *graph, const struct filter_need *need,
				 struct filter_ways ways, uint32_t other)
{
	uint32_t header = need->virtio > VSOCK_VIRTIO_SIZE ? need->virtio : VSOCK_VIRTIO_SIZE;
	struct filter_ways usual = {.yes = ways.no, .no = ways.no};

	usual.no = unusual_payload(graph, need, header, (struct filter_ways){other, ways.no});
	if (header == VSOCK_VIRTIO_SIZE) {
		ways.yes = len_is_at_least(graph, need->payload, ways);
		usual.yes = length_is_at_least(graph, FILTER_USUAL_PAYLOAD + need->payload, ways);
	}
	return is_usual(graph, usual);
}

static uint32_t virtio_presence(struct filter_graph *graph, const struct filter_need *need,
				struct filter_ways ways)
{
	ways.yes = length_is_at_least(graph, VSOCK_MON_SIZE + need->virtio, ways);
	if (need->virtio > VSOCK_VIRTIO_SIZE)
		return is_virtio(graph, need->virtio, ways, ways.no);
	ways.no = is_virtio(graph, VSOCK_VIRTIO_SIZE, ways, ways.no);
	return is_usual(graph, ways);
}

uint32_t filter_lower_presence(struct filter_graph *graph, const struct filter_need *need,
			       struct filter_ways ways, uint32_t other)
{
	if (need->payload)
		ways.yes = payload_presence(graph, need, ways, other);
	else if (need->virtio)
		ways.yes = virtio_presence(graph, need, ways);
	return need->frame ? length_is_at_least(graph, need->frame, ways) : ways.yes;
}
