/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File B: it is read with a separate analysis, up to a time, and further later.
 *
 * Packets are read ahead of their turn, so that the memory of their flows can be fetched in time.
 */
#ifndef VSOCKDUMP_COMPARE_FILE_B_H
#define VSOCKDUMP_COMPARE_FILE_B_H

#include <stdbool.h>
#include <stdint.h>

#include "core/analysis.h"
#include "lib/capture-file/reader.h"

/* Packets that are read, and packets whose flows are fetched, at once. */
#define FILE_B_STEP 8
/* Packets ahead, in three steps of this: read, flow fetched, pair fetched. */
#define FILE_B_AHEAD 32

struct file_b {
	struct capture_reader *reader;
	struct vsock_analysis *analysis;
	uint8_t key[16]; /* of the flow table's hash: the sandbox has no random numbers */
	/* Packets that were read and decoded, the n-th at n % FILE_B_AHEAD. */
	struct vsock_packet packets[FILE_B_AHEAD];
	struct vsock_moment moments[FILE_B_AHEAD];
	uint32_t slots[FILE_B_AHEAD]; /* of their flows, as it is guessed */
	/* How many were handled, are ready to be, have their flows fetched, and were read. */
	uint64_t handled;
	uint64_t ready;
	uint64_t fetched;
	uint64_t read;
	bool ended;            /* the file, after those packets */
	enum capture_read end; /* how reading ended */
	/* The flow in this slot gets a packet soon, and next. UINT32_MAX: one that is not known. */
	void (*expect_soon)(void *context, uint32_t slot);
	void (*expect_next)(void *context, uint32_t slot);
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
