/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File B: it is read with a separate analysis, up to a time, and further later.
 *
 * Several packets are taken at once, so that the memory of their flows can be fetched in time.
 */
#ifndef VSOCKDUMP_COMPARE_FILE_B_H
#define VSOCKDUMP_COMPARE_FILE_B_H

#include <stdbool.h>
#include <stdint.h>

#include "core/analysis.h"
#include "lib/capture-file/reader.h"

struct file_b {
	struct capture_reader *reader;
	struct vsock_analysis *analysis;
	uint8_t key[16]; /* of the flow table's hash: the sandbox has no random numbers */
	/* Packets that were read and decoded. Those before `next` were handled. */
	struct vsock_packet packets[VSOCK_EXPECT_BEST];
	struct vsock_moment moments[VSOCK_EXPECT_BEST];
	size_t next;
	size_t count;
	bool ended;            /* the file, after those packets */
	enum capture_read end; /* how reading ended */
	/* These slots of flows get packets soon; UINT32_MAX: one that is not known. */
	void (*expect)(void *context, const uint32_t *slots, size_t count);
	void (*packet)(void *context, const struct vsock_packet *packet,
		       const struct vsock_flow_event *event);
	void (*flow_left)(void *context, const struct vsock_flow *flow);
	void *context;
};

/* Opens the file. False after a message. Set the other members before packets are read. */
bool file_b_open(struct file_b *file, const char *path);

/* Before the first packet. False without memory. */
bool file_b_begin(struct file_b *file, uint32_t max_flows);

/* Handles all packets up to this time by the file's own clock. */
void file_b_read(struct file_b *file, uint64_t until);

void file_b_close(struct file_b *file);

#endif
