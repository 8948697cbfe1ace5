/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one packet adds to the payload of its flow: its bytes and their place, and the bytes that
 * are known to be missing. A byte's offset counts all bytes before it by the headers' lengths, even
 * if their content was not captured. So nothing is kept from packet to packet.
 */
#ifndef VSOCKDUMP_PRINT_STREAM_SEGMENT_H
#define VSOCKDUMP_PRINT_STREAM_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/print/seen.h"

struct stream_segment {
	enum vsock_side side; /* who sent it */
	uint64_t offset;      /* of the first byte in that side's stream */
	const struct vsock_segment *content;
};

/*
 * False if the packet has no bytes that an application reads: it is no RW, the tap delivered it
 * before, its flow had ended, or no flow is known.
 */
bool stream_segment_of(const struct seen *seen, struct stream_segment *segment);

/*
 * The number of zeros for bytes that are not known, so that later bytes keep their place. No kernel
 * sends more than VSOCK_MAX_RW_LEN at once. A packet that claims more gets no zeros, because it
 * could fill any disk.
 */
uint32_t stream_segment_zeros(const struct vsock_segment *content);

/*
 * The start of its message. In a flow whose start was not captured, that of the first message is a
 * guess.
 */
uint64_t stream_segment_message(const struct stream_segment *segment);

/* Bytes that were lost with their packets, so no length counts them. */
struct stream_loss {
	enum vsock_side side; /* whose bytes */
	uint64_t offset;      /* they were lost somewhere before this byte */
	uint64_t bytes;       /* at least this number; 0: not known */
};

/* Finds the losses that the packet shows. Returns their number. */
#define STREAM_LOSSES_MAX 3
size_t stream_losses(const struct seen *seen, struct stream_loss losses[static STREAM_LOSSES_MAX]);

/* At the end of a flow: bytes were acknowledged that never came. */
bool stream_loss_at_end(const struct vsock_flow *flow, enum vsock_side side,
			struct stream_loss *loss);

/* Whether the flow shows that the side sent data. */
bool stream_side_spoke(const struct vsock_flow *flow, enum vsock_side side);

/* "client", "server". */
const char *stream_side_name(enum vsock_side side);

#endif
