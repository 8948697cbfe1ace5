/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/golden/capture.h"

#include <stdlib.h>
#include <string.h>

#define MILLISECOND UINT64_C(1000000)
#define SECOND      UINT64_C(1000000000)

/* 2023-11-14 22:13:20 UTC */
#define FIRST_TS (UINT64_C(1700000000) * SECOND)

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void put(uint8_t *at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void write_bytes(struct capture *c, const uint8_t *bytes, size_t length)
{
	if (fwrite(bytes, 1, length, c->file) != length)
		fail("write");
}

static void write_header(struct capture *c)
{
	uint8_t header[24] = {0};

	put(header, c->nanosecond ? 0xa1b23c4d : 0xa1b2c3d4, 4);
	put(header + 4, 2, 2);
	put(header + 6, 4, 2);
	put(header + 16, 262144, 4);
	put(header + 20, VSOCK_LINKTYPE, 4);
	write_bytes(c, header, sizeof(header));
}

static void write_pending(struct capture *c)
{
	uint8_t header[16];

	if (!c->pending)
		return;
	put(header, c->ts / SECOND, 4);
	put(header + 4, c->ts % SECOND / (c->nanosecond ? 1 : 1000), 4);
	put(header + 8, c->captured, 4);
	put(header + 12, c->on_wire, 4);
	write_bytes(c, header, sizeof(header));
	write_bytes(c, c->bytes, c->captured);
	c->pending = false;
	c->ts += MILLISECOND;
}

void capture_open(struct capture *c, const char *directory, const char *name, bool nanosecond)
{
	char path[4096];
	int length = snprintf(path, sizeof(path), "%s/%s.pcap", directory, name);

	memset(c, 0, sizeof(*c));
	c->nanosecond = nanosecond;
	c->ts = FIRST_TS;
	c->file = length > 0 && (size_t)length < sizeof(path) ? fopen(path, "wb") : NULL;
	if (!c->file)
		fail(directory);
	write_header(c);
}

void capture_close(struct capture *c)
{
	write_pending(c);
	if (fclose(c->file) != 0)
		fail("close");
}

static void put_addresses(uint8_t *at, const struct frame *frame)
{
	put(at + VSOCK_MON_SRC_CID, frame->src_cid, 8);
	put(at + VSOCK_MON_DST_CID, frame->dst_cid, 8);
	put(at + VSOCK_MON_SRC_PORT, frame->src_port, 4);
	put(at + VSOCK_MON_DST_PORT, frame->dst_port, 4);
}

static void put_monitor(uint8_t *at, const struct frame *frame)
{
	put_addresses(at, frame);
	put(at + VSOCK_MON_OP, frame->monitor_op, 2);
	put(at + VSOCK_MON_TRANSPORT, frame->transport, 2);
	put(at + VSOCK_MON_LEN, frame->transport_len, 2);
}

/* Its addresses are at the offsets of the monitor header's: both begin with the same fields. */
static void put_virtio(uint8_t *at, const struct frame *frame)
{
	put_addresses(at, frame);
	put(at + VSOCK_VIRTIO_LEN, frame->len, 4);
	put(at + VSOCK_VIRTIO_TYPE, frame->type, 2);
	put(at + VSOCK_VIRTIO_OP, frame->op, 2);
	put(at + VSOCK_VIRTIO_FLAGS, frame->flags, 4);
	put(at + VSOCK_VIRTIO_BUF_ALLOC, frame->buf_alloc, 4);
	put(at + VSOCK_VIRTIO_FWD_CNT, frame->fwd_cnt, 4);
}

static void fill_in(struct frame *frame)
{
	if (!frame->addressed) {
		frame->src_cid = 3;
		frame->dst_cid = 2;
		frame->src_port = 1024;
		frame->dst_port = 22;
	}
	if (!frame->typed && frame->type == 0)
		frame->type = VSOCK_TYPE_STREAM;
	if (!frame->given)
		frame->payload = frame->len;
	if (!frame->foreign) {
		frame->transport = VSOCK_TRANSPORT_VIRTIO;
		frame->transport_len = VSOCK_VIRTIO_SIZE;
	}
	if (frame->monitor_op == 0)
		frame->monitor_op = (uint16_t)vsock_monitor_op_of(frame->op);
}

size_t frame_bytes(uint8_t *bytes, size_t size, struct frame frame)
{
	size_t length;

	fill_in(&frame);
	memset(bytes, 0, size);
	length = VSOCK_MON_SIZE + (size_t)frame.transport_len + frame.payload;
	if (length + VSOCK_VIRTIO_SIZE > size) {
		fprintf(stderr, "frame of %zu bytes\n", length);
		exit(1);
	}
	put_monitor(bytes, &frame);
	if (frame.transport == VSOCK_TRANSPORT_VIRTIO)
		put_virtio(bytes + VSOCK_MON_SIZE, &frame);
	for (uint32_t i = 0; i < frame.payload; i++)
		bytes[length - frame.payload + i] = (uint8_t)('a' + i % 26);
	return length;
}

void add(struct capture *c, struct frame frame)
{
	write_pending(c);
	c->length = frame_bytes(c->bytes, sizeof(c->bytes), frame);
	c->captured = c->on_wire = (uint32_t)c->length;
	c->pending = true;
}

void add_payload(struct capture *c, const void *bytes, uint32_t length)
{
	add(c, (struct frame){.op = VSOCK_OP_RW, .len = length});
	memcpy(c->bytes + FRAME_HEADERS, bytes, length);
}

void capture_time(struct capture *c, uint64_t ts)
{
	write_pending(c);
	c->ts = ts;
}

void capture_wait(struct capture *c, uint64_t nanoseconds)
{
	write_pending(c);
	c->ts += nanoseconds;
}

void capture_patch(struct capture *c, size_t offset, uint64_t value, size_t bytes)
{
	put(c->bytes + offset, value, bytes);
}

void capture_cut(struct capture *c, uint32_t captured)
{
	c->captured = captured;
}

void capture_claim(struct capture *c, uint32_t on_wire)
{
	c->on_wire = on_wire;
}
