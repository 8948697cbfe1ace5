/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection of two speakers. Packets come in the order of the calls. */
#ifndef TESTS_DISSECTOR_TALK_H
#define TESTS_DISSECTOR_TALK_H

#include "tests/golden/capture.h"

enum speaker { CLIENT, SERVER };

struct talk {
	struct capture capture;
	uint64_t cid[2];
	uint32_t port[2];
	uint32_t sent[2];
};

/* Collects bytes before they are sent. */
struct bytes {
	uint8_t at[65536];
	uint32_t length;
};

/* Begins a connection. Joined: its handshake came before the capture. */
void talk_begin(struct talk *t, uint64_t client, uint64_t server, uint32_t port, bool joined);
void talk_end(struct talk *t);
void talk_send(struct talk *t, enum speaker who, const void *bytes, uint32_t length);
/* Sends packets of at most this many bytes. */
void talk_send_split(struct talk *t, enum speaker who, const struct bytes *b, uint32_t most);

void put_bytes(struct bytes *b, const void *from, size_t length);
void put_text(struct bytes *b, const char *text);
void put_byte(struct bytes *b, unsigned value);
void put_big_endian(struct bytes *b, uint64_t value, size_t length);

#endif
