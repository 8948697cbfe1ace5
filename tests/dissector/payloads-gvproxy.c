/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "tests/dissector/payloads.h"

enum { ARP = 0x0806, IPV4 = 0x0800, TCP = 6, UDP = 17 };
enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

/* The gateway and the guest of gvproxy's network. */
static const uint8_t mac[][6] = {{0x5a, 0x94, 0xef, 0xe4, 0x0c, 0xee},
				 {0x5a, 0x94, 0xef, 0xe4, 0x0c, 0xdd}};
static const uint8_t ip[][4] = {{192, 168, 127, 2}, {192, 168, 127, 1}};
static const uint8_t nobody[6] = {0};
static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static enum speaker other(enum speaker who)
{
	return who == CLIENT ? SERVER : CLIENT;
}

static void put_ethernet(struct bytes *b, const uint8_t *to, enum speaker from, unsigned type)
{
	put_bytes(b, to, 6);
	put_bytes(b, mac[from], 6);
	put_big_endian(b, type, 2);
}

static struct bytes arp(enum speaker from, unsigned op)
{
	struct bytes b = {.length = 0};

	put_ethernet(&b, op == 1 ? broadcast : mac[other(from)], from, ARP);
	put_bytes(&b, "\0\1\10\0\6\4", 6);
	put_big_endian(&b, op, 2);
	put_bytes(&b, mac[from], 6);
	put_bytes(&b, ip[from], 4);
	put_bytes(&b, op == 1 ? nobody : mac[other(from)], 6);
	put_bytes(&b, ip[other(from)], 4);
	return b;
}

static unsigned checksum(const uint8_t *at, size_t length)
{
	unsigned sum = 0;

	for (size_t i = 0; i < length; i += 2)
		sum += (unsigned)at[i] << 8 | at[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static struct bytes ipv4(enum speaker from, unsigned protocol, const struct bytes *payload)
{
	struct bytes b = {.length = 0};
	unsigned sum;

	put_ethernet(&b, mac[other(from)], from, IPV4);
	put_big_endian(&b, 0x4500, 2);
	put_big_endian(&b, 20 + payload->length, 2);
	put_big_endian(&b, 0x00004000, 4);
	put_byte(&b, 64);
	put_byte(&b, protocol);
	put_big_endian(&b, 0, 2);
	put_bytes(&b, ip[from], 4);
	put_bytes(&b, ip[other(from)], 4);
	sum = checksum(b.at + 14, 20);
	b.at[24] = (uint8_t)(sum >> 8);
	b.at[25] = (uint8_t)sum;
	put_bytes(&b, payload->at, payload->length);
	return b;
}

/* A question for the address of "host.containers.internal", or its answer. */
static struct bytes dns(enum speaker from)
{
	struct bytes b = {.length = 0};
	unsigned length = 8 + 12 + 26 + 4 + (from == SERVER ? 16 : 0);

	put_big_endian(&b, from == CLIENT ? 40000 : 53, 2);
	put_big_endian(&b, from == CLIENT ? 53 : 40000, 2);
	put_big_endian(&b, length, 2);
	put_big_endian(&b, 0, 2);
	put_big_endian(&b, 0x1234, 2);
	put_big_endian(&b, from == CLIENT ? 0x0100 : 0x8180, 2);
	put_big_endian(&b, 1, 2);
	put_big_endian(&b, from == SERVER, 2);
	put_big_endian(&b, 0, 4);
	put_text(&b, "\4host\12containers\10internal");
	put_byte(&b, 0);
	put_big_endian(&b, 0x00010001, 4);
	if (from == SERVER) {
		put_bytes(&b, "\xc0\x0c\0\1\0\1\0\0\0\0\0\4", 12);
		put_bytes(&b, (const uint8_t[4]){192, 168, 127, 254}, 4);
	}
	return ipv4(from, UDP, &b);
}

static struct bytes tcp(enum speaker from, unsigned flags, unsigned seq, unsigned ack,
			const char *text)
{
	struct bytes b = {.length = 0};

	put_big_endian(&b, from == CLIENT ? 45678 : 80, 2);
	put_big_endian(&b, from == CLIENT ? 80 : 45678, 2);
	put_big_endian(&b, 1000 + seq, 4);
	put_big_endian(&b, flags & ACK ? 1000 + ack : 0, 4);
	put_byte(&b, 0x50);
	put_byte(&b, flags);
	put_big_endian(&b, 65535, 2);
	put_big_endian(&b, 0, 4);
	put_text(&b, text);
	return ipv4(from, TCP, &b);
}

/* The form of hyperkit: 2 bytes, little endian. */
static void put_frame(struct bytes *b, struct bytes frame)
{
	put_byte(b, frame.length & 255);
	put_byte(b, frame.length >> 8);
	put_bytes(b, frame.at, frame.length);
}

static void put_qemu_frame(struct bytes *b, struct bytes frame)
{
	put_big_endian(b, frame.length, 4);
	put_bytes(b, frame.at, frame.length);
}

static void say_frame(struct talk *t, enum speaker who, struct bytes frame)
{
	struct bytes b = {.length = 0};

	put_frame(&b, frame);
	talk_send(t, who, b.at, b.length);
}

static void put_connect(struct bytes *b)
{
	put_text(b, "POST /connect HTTP/1.1\r\nHost: \r\nUser-Agent: Go-http-client/1.1\r\n"
		    "Content-Length: 0\r\n\r\n");
}

#define PAGE "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"
#define GET  "GET / HTTP/1.1\r\nHost: guest\r\n\r\n"

/* In several ways of putting frames into packets. */
static void browse(struct talk *t)
{
	unsigned get = (unsigned)strlen(GET);
	unsigned page = (unsigned)strlen(PAGE);
	struct bytes b = {.length = 0};

	say_frame(t, CLIENT, tcp(CLIENT, SYN, 0, 0, ""));
	say_frame(t, SERVER, tcp(SERVER, SYN | ACK, 0, 1, ""));

	/* Two frames in a packet, the second with its length only. */
	put_frame(&b, tcp(CLIENT, ACK, 1, 1, ""));
	put_frame(&b, tcp(CLIENT, PSH | ACK, 1, 1, GET));
	talk_send(t, CLIENT, b.at, 58);
	talk_send(t, CLIENT, b.at + 58, b.length - 58);

	/* The length in two packets, then the frame in small ones. */
	b.length = 0;
	put_frame(&b, tcp(SERVER, PSH | ACK, 1, 1 + get, PAGE));
	talk_send(t, SERVER, b.at, 1);
	memmove(b.at, b.at + 1, --b.length);
	talk_send_split(t, SERVER, &b, 40);

	b.length = 0;
	put_frame(&b, tcp(CLIENT, ACK, 1 + get, 1 + page, ""));
	put_frame(&b, tcp(CLIENT, FIN | ACK, 1 + get, 1 + page, ""));
	put_frame(&b, arp(CLIENT, 1));
	talk_send(t, CLIENT, b.at, b.length);
}

void write_gvproxy(struct talk *t)
{
	struct bytes b = {.length = 0};

	talk_begin(t, 3, 2, 1024, false);
	put_connect(&b);
	talk_send_split(t, CLIENT, &b, 60);
	say_frame(t, CLIENT, arp(CLIENT, 1));
	say_frame(t, SERVER, arp(SERVER, 2));
	say_frame(t, CLIENT, dns(CLIENT));
	say_frame(t, SERVER, dns(SERVER));
	browse(t);
	talk_end(t);

	/* Joined, and on another port. */
	talk_begin(t, 4, 2, 5555, true);
	say_frame(t, SERVER, dns(SERVER));
	say_frame(t, CLIENT, arp(CLIENT, 1));

	/* The request and a frame in one packet, in QEMU's framing. */
	talk_begin(t, 5, 2, 1024, false);
	b.length = 0;
	put_connect(&b);
	put_qemu_frame(&b, arp(CLIENT, 1));
	talk_send(t, CLIENT, b.at, b.length);
	b.length = 0;
	put_qemu_frame(&b, dns(SERVER));
	talk_send_split(t, SERVER, &b, 3);
	talk_end(t);
}

void write_gvproxy_dense(struct talk *t)
{
	struct bytes b = {.length = 0};

	talk_begin(t, 3, 2, 1024, false);
	put_connect(&b);
	for (int i = 0; i < 400; i++)
		put_frame(&b, arp(CLIENT, 1));
	talk_send(t, CLIENT, b.at, b.length);
	talk_end(t);
}

void write_gvproxy_troubles(struct talk *t)
{
	struct bytes b = {.length = 0};
	struct bytes frame;

	/* Frames too short, one that ends before what is in it, and one that never ends. */
	talk_begin(t, 3, 2, 1024, false);
	put_connect(&b);
	talk_send(t, CLIENT, b.at, b.length);
	b.length = 0;
	put_bytes(&b, "\5\0short", 7);
	frame = dns(CLIENT);
	frame.length -= 20;
	put_frame(&b, frame);
	put_bytes(&b, "\0\0\0\0", 4);
	put_frame(&b, arp(CLIENT, 1));
	talk_send(t, CLIENT, b.at, b.length);
	talk_send(t, SERVER,
		  "\xff\xff"
		  "begun",
		  7);
	talk_end(t);

	/* No server of ours. */
	talk_begin(t, 3, 2, 1024, false);
	b.length = 0;
	put_connect(&b);
	talk_send(t, CLIENT, b.at, b.length);
	b.length = 0;
	put_text(&b, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
	talk_send(t, SERVER, b.at, b.length);
	talk_end(t);

	/* Headers without an end. */
	talk_begin(t, 3, 2, 1024, false);
	b.length = 0;
	put_text(&b, "POST /connect HTTP/1.1\r\n");
	for (int i = 0; i < 300; i++)
		put_text(&b, "X-Header: of 24 bytes.\r\n");
	talk_send_split(t, CLIENT, &b, 3000);
	talk_end(t);

	/* The same port, for gvproxy's own API. */
	talk_begin(t, 3, 2, 1024, false);
	b.length = 0;
	put_text(&b, "GET /services/forwarder/all HTTP/1.1\r\nHost: gateway\r\n\r\n");
	talk_send(t, CLIENT, b.at, b.length);
	talk_end(t);
}
