/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/dissector/talk.h"

#include <stdlib.h>
#include <string.h>

static struct frame frame_of(const struct talk *t, enum speaker who, uint16_t op)
{
	enum speaker other = who == CLIENT ? SERVER : CLIENT;

	return (struct frame){.addressed = true,
			      .src_cid = t->cid[who],
			      .dst_cid = t->cid[other],
			      .src_port = t->port[who],
			      .dst_port = t->port[other],
			      .op = op,
			      .buf_alloc = 262144,
			      .fwd_cnt = t->sent[other]};
}

void talk_begin(struct talk *t, uint64_t client, uint64_t server, uint32_t port, bool joined)
{
	t->cid[CLIENT] = client;
	t->cid[SERVER] = server;
	t->port[CLIENT]++;
	t->port[SERVER] = port;
	t->sent[CLIENT] = t->sent[SERVER] = 0;
	if (joined)
		return;
	add(&t->capture, frame_of(t, CLIENT, VSOCK_OP_REQUEST));
	add(&t->capture, frame_of(t, SERVER, VSOCK_OP_RESPONSE));
}

void talk_end(struct talk *t)
{
	struct frame frame = frame_of(t, CLIENT, VSOCK_OP_SHUTDOWN);

	frame.flags = VSOCK_SHUTDOWN_BOTH;
	add(&t->capture, frame);
	add(&t->capture, frame_of(t, SERVER, VSOCK_OP_RST));
}

void talk_send(struct talk *t, enum speaker who, const void *bytes, uint32_t length)
{
	struct frame frame = frame_of(t, who, VSOCK_OP_RW);

	frame.len = length;
	add(&t->capture, frame);
	memcpy(t->capture.bytes + FRAME_HEADERS, bytes, length);
	t->sent[who] += length;
}

void talk_send_split(struct talk *t, enum speaker who, const struct bytes *b, uint32_t most)
{
	for (uint32_t at = 0; at < b->length; at += most)
		talk_send(t, who, b->at + at, b->length - at < most ? b->length - at : most);
}

void put_bytes(struct bytes *b, const void *from, size_t length)
{
	if (length > sizeof(b->at) - b->length)
		abort();
	memcpy(b->at + b->length, from, length);
	b->length += (uint32_t)length;
}

void put_text(struct bytes *b, const char *text)
{
	put_bytes(b, text, strlen(text));
}

void put_byte(struct bytes *b, unsigned value)
{
	put_big_endian(b, value, 1);
}

void put_big_endian(struct bytes *b, uint64_t value, size_t length)
{
	uint8_t at[8];

	for (size_t i = 0; i < length; i++)
		at[i] = (uint8_t)(value >> 8 * (length - 1 - i));
	put_bytes(b, at, length);
}
