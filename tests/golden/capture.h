/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a capture file. Each frame is kept until the next one is added, so that a test can change
 * bytes, cut the frame, or claim another length. Failures end the program.
 */
#ifndef TESTS_GOLDEN_CAPTURE_H
#define TESTS_GOLDEN_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/packet.h"
#include "core/wire.h"

#define FRAME_HEADERS (VSOCK_MON_SIZE + VSOCK_VIRTIO_SIZE)

/* Zero means the usual value: 3:1024 to host:22, STREAM, virtio, payload as long as len says. */
struct frame {
	uint16_t op;
	uint16_t type;
	bool typed; /* type 0 is meant */
	uint32_t flags;
	uint32_t len;
	uint32_t buf_alloc;
	uint32_t fwd_cnt;

	bool addressed; /* the addresses count */
	uint64_t src_cid;
	uint64_t dst_cid;
	uint32_t src_port;
	uint32_t dst_port;

	bool given;       /* `payload` counts, not len */
	uint32_t payload; /* bytes after the headers */

	bool foreign; /* transport header and monitor op as given here */
	uint16_t transport;
	uint16_t transport_len;
	uint16_t monitor_op; /* 0: the usual value for op */
};

struct capture {
	FILE *file;
	bool nanosecond;
	uint64_t ts;
	bool pending;
	size_t length;
	uint32_t captured;
	uint32_t on_wire;
	uint8_t bytes[1 << 17];
};

void capture_open(struct capture *c, const char *directory, const char *name, bool nanosecond);
void capture_close(struct capture *c);

/* Fills in all of `size`, and returns the length of the frame. */
size_t frame_bytes(uint8_t *bytes, size_t size, struct frame frame);

/* A frame one millisecond after the previous one. */
void add(struct capture *c, struct frame frame);
/* An RW with these bytes. */
void add_payload(struct capture *c, const void *bytes, uint32_t length);

/* For later frames. */
void capture_time(struct capture *c, uint64_t ts);
void capture_wait(struct capture *c, uint64_t nanoseconds);

/* For the last frame. */
void capture_patch(struct capture *c, size_t offset, uint64_t value, size_t bytes);
void capture_cut(struct capture *c, uint32_t captured);
void capture_claim(struct capture *c, uint32_t on_wire);

#endif
