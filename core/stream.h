/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finds the payload bytes of each RW as the peer's application reads them, on every kernel.
 *
 * A packet that does not fit the receiver's buffer is delivered in chunks, each with its own
 * header. The bytes that the kernel's tap copies after each header depend on the kernel:
 *
 *   exact    the chunk's own bytes: up to 6.2, and again since 6.6.140, 6.12.90, 6.18.32, 7.0
 *   REST     all bytes of the packet that are left: 6.3 to 6.6.139, and 6.1.63 and later.
 *            The chunk's own are captured[0 .. len)
 *   WHOLE    the whole packet from its start: 6.7 to 6.12.89, 6.13 to 6.18.31, 6.19.
 *            The chunk's own are captured[off .. off + len), off being what came before
 *
 * The data show the mode, versions are not needed: a first chunk has more bytes on the wire than
 * its len, T in total, and is right in both modes. The next has T - off of them in mode REST and T
 * in mode WHOLE. If the capture begins inside a split packet, the rest shows its length but not its
 * bytes, unless the same side showed mode REST before.
 */
#ifndef VSOCK_CORE_STREAM_H
#define VSOCK_CORE_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow.h"
#include "core/packet.h"

/* Bytes of one RW. The first `known` of them are at data, the rest were not captured. */
struct vsock_segment {
	uint64_t offset;     /* of the first byte in its sender's stream */
	const uint8_t *data; /* points into the frame; NULL when known is 0 */
	uint32_t known;      /* at most length */
	uint32_t length;     /* bytes of the stream, as the header says */
	uint32_t message;    /* SEQPACKET: bytes of the message up to the end of these; saturates */
	bool end_of_message; /* SEQPACKET: a message ends after these bytes ... */
	bool end_of_record;  /* ... and so does a record */
	bool unreliable;     /* known is 0 because the kernel copies such payload wrongly */
	bool misplaced;      /* known is 0 because it is not sure which captured bytes they are */
	/*
	 * The flow is VSOCK_FLOW_TWICE: the packet is right, but its bytes may be a copy, or belong
	 * to another connection. See vsock_segment_known().
	 */
	bool mixed;
};

/* How many bytes are certainly those that the sender sent at this offset. */
static inline uint32_t vsock_segment_known(const struct vsock_segment *segment)
{
	return segment->mixed ? 0 : segment->known;
}

/*
 * Fills *segment for an RW that `side` sent, and updates what is known of that side's split packets
 * and messages. False if a split packet lacks a part; then the flow is VSOCK_FLOW_LOSSY. Call it
 * once per RW, in order, without repetitions.
 */
bool vsock_stream_take(struct vsock_flow *flow, struct vsock_flow_side *side,
		       const struct vsock_packet *packet, struct vsock_segment *segment);

#endif
