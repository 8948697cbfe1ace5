/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds LINKTYPE_VSOCK frames for tests: fill the struct, write the bytes, then change any of
 * them.
 */
#ifndef TESTS_UNIT_FRAME_H
#define TESTS_UNIT_FRAME_H

#include <stdint.h>
#include <string.h>

#include "core/packet.h"
#include "core/wire.h"

struct frame {
	uint64_t src_cid, dst_cid;
	uint32_t src_port, dst_port;
	uint16_t op, type;
	uint32_t len, flags, buf_alloc, fwd_cnt;
};

/* A frame of these addresses, as an initialiser: op comes last; len, flags and credit follow by
 * name. */
#define FRAME(from_cid, to_cid, from_port, to_port, ...)                                           \
	{                                                                                          \
		.src_cid = (from_cid), .dst_cid = (to_cid), .src_port = (from_port),               \
		.dst_port = (to_port), .type = VSOCK_TYPE_STREAM, .op = __VA_ARGS__                \
	}

#define FRAME_HEADERS (VSOCK_MON_SIZE + VSOCK_VIRTIO_SIZE)

static inline void put_le(uint8_t *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* Writes both headers, FRAME_HEADERS bytes. */
static inline void frame_write(uint8_t *bytes, const struct frame *f)
{
	uint8_t *virtio = bytes + VSOCK_MON_SIZE;

	memset(bytes, 0, FRAME_HEADERS);
	put_le(bytes + VSOCK_MON_SRC_CID, f->src_cid, 8);
	put_le(bytes + VSOCK_MON_DST_CID, f->dst_cid, 8);
	put_le(bytes + VSOCK_MON_SRC_PORT, f->src_port, 4);
	put_le(bytes + VSOCK_MON_DST_PORT, f->dst_port, 4);
	put_le(bytes + VSOCK_MON_OP, vsock_monitor_op_of(f->op), 2);
	put_le(bytes + VSOCK_MON_TRANSPORT, VSOCK_TRANSPORT_VIRTIO, 2);
	put_le(bytes + VSOCK_MON_LEN, VSOCK_VIRTIO_SIZE, 2);
	put_le(virtio + VSOCK_VIRTIO_SRC_CID, f->src_cid, 8);
	put_le(virtio + VSOCK_VIRTIO_DST_CID, f->dst_cid, 8);
	put_le(virtio + VSOCK_VIRTIO_SRC_PORT, f->src_port, 4);
	put_le(virtio + VSOCK_VIRTIO_DST_PORT, f->dst_port, 4);
	put_le(virtio + VSOCK_VIRTIO_LEN, f->len, 4);
	put_le(virtio + VSOCK_VIRTIO_TYPE, f->type, 2);
	put_le(virtio + VSOCK_VIRTIO_OP, f->op, 2);
	put_le(virtio + VSOCK_VIRTIO_FLAGS, f->flags, 4);
	put_le(virtio + VSOCK_VIRTIO_BUF_ALLOC, f->buf_alloc, 4);
	put_le(virtio + VSOCK_VIRTIO_FWD_CNT, f->fwd_cnt, 4);
}

#endif
