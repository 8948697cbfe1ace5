/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make-flood KIND COUNT: writes a capture file to standard output. Hostile guests in it try to make
 * an observer use memory without end. The script `run` checks that they fail.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/packet.h"
#include "core/wire.h"

#define HEADERS     (VSOCK_MON_SIZE + VSOCK_VIRTIO_SIZE)
#define PAYLOAD_MAX 65536
#define BUF_ALLOC   262144

static uint8_t frame[HEADERS + PAYLOAD_MAX];
static uint64_t microseconds = UINT64_C(1700000000000000);

static void put(uint8_t *at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static void write_bytes(const void *bytes, size_t length)
{
	if (fwrite(bytes, 1, length, stdout) == length)
		return;
	perror("make-flood");
	exit(1);
}

static void file_header(void)
{
	static const uint32_t words[] = {0xa1b2c3d4, 0x00040002, 0, 0, 262144, 271};
	uint8_t bytes[sizeof(words)];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		put(bytes + 4 * i, words[i], 4);
	write_bytes(bytes, sizeof(bytes));
}

struct packet {
	uint64_t cid; /* of the guest; the host is the other side */
	uint32_t port;
	uint16_t op;
	uint16_t type;
	uint32_t flags;
	uint32_t length;
	bool from_host;
};

static void addresses(uint8_t *at, const struct packet *p)
{
	put(at + VSOCK_MON_SRC_CID, p->from_host ? 2 : p->cid, 8);
	put(at + VSOCK_MON_DST_CID, p->from_host ? p->cid : 2, 8);
	put(at + VSOCK_MON_SRC_PORT, p->from_host ? 22 : p->port, 4);
	put(at + VSOCK_MON_DST_PORT, p->from_host ? p->port : 22, 4);
}

/* Ten microseconds after the previous packet. */
static void write_packet(const struct packet *p)
{
	uint8_t *virtio = frame + VSOCK_MON_SIZE;
	uint8_t record[16];

	memset(frame, 0, HEADERS);
	addresses(frame, p);
	put(frame + VSOCK_MON_OP, (uint64_t)vsock_monitor_op_of(p->op), 2);
	put(frame + VSOCK_MON_TRANSPORT, VSOCK_TRANSPORT_VIRTIO, 2);
	put(frame + VSOCK_MON_LEN, VSOCK_VIRTIO_SIZE, 2);
	addresses(virtio, p);
	put(virtio + VSOCK_VIRTIO_LEN, p->length, 4);
	put(virtio + VSOCK_VIRTIO_TYPE, p->type, 2);
	put(virtio + VSOCK_VIRTIO_OP, p->op, 2);
	put(virtio + VSOCK_VIRTIO_FLAGS, p->flags, 4);
	put(virtio + VSOCK_VIRTIO_BUF_ALLOC, BUF_ALLOC, 4);

	microseconds += 10;
	put(record, microseconds / 1000000, 4);
	put(record + 4, microseconds % 1000000, 4);
	put(record + 8, HEADERS + p->length, 4);
	put(record + 12, HEADERS + p->length, 4);
	write_bytes(record, sizeof(record));
	write_bytes(frame, HEADERS + p->length);
}

static struct packet guest_says(uint64_t n, uint16_t op, uint32_t length)
{
	/* All ports of one CID, and then the next: 2^20 ports of each. */
	return (struct packet){.cid = 3 + (n >> 20),
			       .port = 1024 + (uint32_t)(n & 0xfffff),
			       .op = op,
			       .type = VSOCK_TYPE_STREAM,
			       .length = length};
}

/* A connection for each packet. None of them ends. */
static void flows(uint64_t n)
{
	struct packet p = guest_says(n, VSOCK_OP_REQUEST, 0);

	write_packet(&p);
}

/* The same, but each is refused: the table keeps flows that ended, and there are many findings. */
static void refused(uint64_t n)
{
	struct packet p = guest_says(n / 2, n % 2 ? VSOCK_OP_RST : VSOCK_OP_REQUEST, 0);

	p.from_host = n % 2;
	write_packet(&p);
}

/* Established by the first packet that is seen, one byte each. */
static void tiny(uint64_t n)
{
	struct packet p = guest_says(0, VSOCK_OP_RW, 1);

	(void)n;
	write_packet(&p);
}

/* A SEQPACKET message that never ends. */
static void messages(uint64_t n)
{
	struct packet p = guest_says(0, VSOCK_OP_RW, PAYLOAD_MAX);

	(void)n;
	p.type = VSOCK_TYPE_SEQPACKET;
	write_packet(&p);
}

/* Two pairs of addresses alternate. Each REQUEST supersedes the connection before. */
static void alternating(uint64_t n)
{
	struct packet p = guest_says(n % 2, VSOCK_OP_REQUEST, 0);

	write_packet(&p);
}

/* Packets that are wrong, each in a separate connection. */
static void odd(uint64_t n)
{
	struct packet p = guest_says(n, n % 3 ? VSOCK_OP_RW : 9, 3);

	p.flags = 0xffffffff;
	p.type = (uint16_t)(n % 5);
	write_packet(&p);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*write)(uint64_t n);
	} kinds[] = {
	    {"flows", flows},       {"refused", refused},         {"tiny", tiny},
	    {"messages", messages}, {"alternating", alternating}, {"odd", odd},
	};

	for (size_t i = 0; argc == 3 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i].name) != 0)
			continue;
		file_header();
		for (uint64_t n = 0, count = strtoull(argv[2], NULL, 10); n < count; n++)
			kinds[i].write(n);
		return fflush(stdout) == 0 ? 0 : 1;
	}
	fputs("usage: make-flood flows|refused|tiny|messages|alternating|odd COUNT\n", stderr);
	return 2;
}
