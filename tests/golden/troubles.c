/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/golden/troubles.h"

#define SECOND UINT64_C(1000000000)
#define WINDOW 262144

struct pair {
	uint32_t client;
	uint32_t client_port;
	uint32_t server;
	uint32_t server_port;
};

/* A packet of the client or the server; both have the same window. */
static void say(struct capture *c, const struct pair *pair, bool client, struct frame frame)
{
	frame.addressed = true;
	frame.src_cid = client ? pair->client : pair->server;
	frame.src_port = client ? pair->client_port : pair->server_port;
	frame.dst_cid = client ? pair->server : pair->client;
	frame.dst_port = client ? pair->server_port : pair->client_port;
	frame.buf_alloc = WINDOW;
	add(c, frame);
}

static void ask(struct capture *c, const struct pair *pair)
{
	say(c, pair, true, (struct frame){.op = VSOCK_OP_REQUEST});
}

static void answer(struct capture *c, const struct pair *pair, uint16_t op)
{
	say(c, pair, false, (struct frame){.op = op});
}

static void connect(struct capture *c, const struct pair *pair)
{
	ask(c, pair);
	answer(c, pair, VSOCK_OP_RESPONSE);
}

/* A healthy connection: a question, and an answer of another length. */
static void exchange(struct capture *c, struct pair pair)
{
	connect(c, &pair);
	say(c, &pair, true, (struct frame){.op = VSOCK_OP_RW, .len = 100});
	say(c, &pair, false, (struct frame){.op = VSOCK_OP_RW, .len = 300, .fwd_cnt = 100});
	say(c, &pair, true,
	    (struct frame){.op = VSOCK_OP_SHUTDOWN, .flags = VSOCK_SHUTDOWN_BOTH, .fwd_cnt = 300});
	answer(c, &pair, VSOCK_OP_RST);
}

static void be_refused(struct capture *c, struct pair pair)
{
	ask(c, &pair);
	answer(c, &pair, VSOCK_OP_RST);
}

static void be_reset(struct capture *c, struct pair pair)
{
	connect(c, &pair);
	say(c, &pair, true, (struct frame){.op = VSOCK_OP_RW, .len = 64});
	answer(c, &pair, VSOCK_OP_RST);
}

/* The client fills the buffer, and nobody reads it. */
static void stall(struct capture *c, struct pair pair)
{
	connect(c, &pair);
	for (unsigned i = 0; i < 4; i++) {
		say(c, &pair, true, (struct frame){.op = VSOCK_OP_RW, .len = WINDOW / 4});
		capture_cut(c, FRAME_HEADERS + 16);
	}
}

/* Data after the end of data. */
static void go_on(struct capture *c, struct pair pair)
{
	connect(c, &pair);
	say(c, &pair, true, (struct frame){.op = VSOCK_OP_RW, .len = 10});
	say(c, &pair, false, (struct frame){.op = VSOCK_OP_RW, .len = 1, .fwd_cnt = 10});
	say(c, &pair, true,
	    (struct frame){.op = VSOCK_OP_SHUTDOWN, .flags = VSOCK_SHUTDOWN_SEND, .fwd_cnt = 1});
	say(c, &pair, true, (struct frame){.op = VSOCK_OP_RW, .len = 11, .fwd_cnt = 1});
}

void troubles(struct capture *c)
{
	for (uint32_t i = 0; i < 5; i++) {
		exchange(c, (struct pair){3, 2000 + i, 2, 22});
		exchange(c, (struct pair){3, 2100 + i, 2, 5000});
		exchange(c, (struct pair){2, 2200 + i, 3, 8000});
	}
	for (uint32_t i = 0; i < 14; i++)
		be_refused(c, (struct pair){3, 3000 + i, 2, 1024});
	for (uint32_t i = 0; i < 6; i++)
		be_refused(c, (struct pair){10 + i, 3000, 2, 1025});
	be_refused(c, (struct pair){3, 3100, 2, 22});
	for (uint32_t i = 0; i < 3; i++)
		be_reset(c, (struct pair){3, 4000 + i, 2, 5000});
	go_on(c, (struct pair){4, 5000, 2, 22});
	go_on(c, (struct pair){4, 5001, 2, 5000});
	for (uint32_t i = 0; i < 2; i++)
		ask(c, &(struct pair){2, 6000 + i, 9, 1024});
	stall(c, (struct pair){3, 7000, 2, 5000});
	capture_wait(c, 3 * SECOND);
	exchange(c, (struct pair){3, 8000, 2, 22});
	/* A packet without a flow. */
	say(c, &(struct pair){4, 1, 2, 2}, true, (struct frame){.op = VSOCK_OP_RST});
	capture_patch(c, VSOCK_MON_SIZE, UINT64_C(0x100000004), 8);
	capture_patch(c, VSOCK_MON_SRC_CID, UINT64_C(0x100000004), 8);
}
