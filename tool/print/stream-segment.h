/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one packet adds to what its flow says: the bytes it carries and their place, and what is
 * known to be missing. A byte's offset counts all bytes before it by the headers' lengths, those
 * whose content was not captured included; so nothing needs to be kept from packet to packet.
 */
#ifndef VSOCKDUMP_PRINT_STREAM_SEGMENT_H
#define VSOCKDUMP_PRINT_STREAM_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/print/seen.h"

struct stream_segment {
	enum vsock_side side; /* who sent it */
	uint64_t offset;      /* of the first byte in what that side sent */
	const struct vsock_segment *content;
};

/*
 * False when the packet carries nothing that an application reads: it is no RW, the tap delivered
 * it before, its flow had ended, or no flow is known.
 */
bool stream_segment_of(const struct seen *seen, struct stream_segment *segment);

/*
 * Zeros that keep the place of the bytes that are not known, so that those after them keep theirs.
 * No kernel sends more than VSOCK_MAX_RW_LEN at once. A packet that claims more gets none: it could
 * fill any disk.
 */
uint32_t stream_segment_zeros(const struct vsock_segment *content);

/* Where its message began. For the first one of a flow that was joined late that is a guess. */
uint64_t stream_segment_message(const struct stream_segment *segment);

/* Bytes that were lost together with their packets, so that no length counts them. */
struct stream_loss {
	enum vsock_side side; /* whose bytes */
	uint64_t offset;      /* they were lost somewhere before this byte */
	uint64_t bytes;       /* at least so many; 0: not known */
};

/* The losses that the packet shows. Returns how many. */
#define STREAM_LOSSES_MAX 3
size_t stream_losses(const struct seen *seen, struct stream_loss losses[static STREAM_LOSSES_MAX]);

/* At the end of a flow: bytes were acknowledged that never came. */
bool stream_loss_at_end(const struct vsock_flow *flow, enum vsock_side side,
			struct stream_loss *loss);

/* Whether the side sent data, as far as the flow tells. */
bool stream_side_spoke(const struct vsock_flow *flow, enum vsock_side side);

/* "client", "server". */
const char *stream_side_name(enum vsock_side side);

#endif
