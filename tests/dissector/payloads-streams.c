/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of common protocols, cut into packets in every way that reassembly must handle. Each
 * case has its own port, so the tests can distinguish them.
 */
#include <string.h>

#include "tests/dissector/payloads.h"
#include "tests/golden/capture.h"

/* A connection. Over loopback the client dials CID 2, and all are answered from CID 1. */
struct peers {
	uint32_t port;
	uint16_t type;
	bool loopback;
};

static const char get[] = "GET /a HTTP/1.1\r\nHost: vsock\r\n\r\n";
static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
			     "Content-Length: 26\r\n\r\nabcdefghijklmnopqrstuvwxyz";

static struct frame peers_frame(const struct peers *p, enum speaker who, uint16_t op)
{
	struct frame frame = {.op = op,
			      .type = p->type,
			      .buf_alloc = 262144,
			      .addressed = true,
			      .src_cid = who == CLIENT ? 3 : 2,
			      .dst_cid = who == CLIENT ? 2 : 3,
			      .src_port = who == CLIENT ? 50000 : p->port,
			      .dst_port = who == CLIENT ? p->port : 50000};

	if (p->loopback) {
		frame.src_cid = 1;
		frame.dst_cid = who == CLIENT ? 2 : 1;
	}
	return frame;
}

static void control(struct capture *c, const struct peers *p, enum speaker who, uint16_t op,
		    uint32_t flags)
{
	struct frame frame = peers_frame(p, who, op);

	frame.flags = flags;
	add(c, frame);
}

static void begin(struct capture *c, const struct peers *p)
{
	control(c, p, CLIENT, VSOCK_OP_REQUEST, 0);
	control(c, p, SERVER, VSOCK_OP_RESPONSE, 0);
}

static void end(struct capture *c, const struct peers *p)
{
	control(c, p, CLIENT, VSOCK_OP_SHUTDOWN, VSOCK_SHUTDOWN_BOTH);
	control(c, p, SERVER, VSOCK_OP_RST, 0);
}

static void send_flags(struct capture *c, const struct peers *p, enum speaker who,
		       const char *bytes, size_t length, uint32_t flags)
{
	struct frame frame = peers_frame(p, who, VSOCK_OP_RW);

	frame.len = (uint32_t)length;
	frame.flags = flags;
	add(c, frame);
	memcpy(c->bytes + FRAME_HEADERS, bytes, length);
}

static void say_text(struct capture *c, const struct peers *p, enum speaker who, const char *text)
{
	send_flags(c, p, who, text, strlen(text), 0);
}

static void say_split(struct capture *c, const struct peers *p, enum speaker who, const char *text,
		      size_t size)
{
	for (size_t at = 0, length = strlen(text); at < length; at += size)
		send_flags(c, p, who, text + at, length - at < size ? length - at : size, 0);
}

/* Byte by byte, so that not even the first word is in one packet. */
static void bytewise(struct capture *c)
{
	const struct peers p = {.port = 6001};

	begin(c, &p);
	say_split(c, &p, CLIENT, get, 1);
	say_split(c, &p, SERVER, answer, 7);
	end(c, &p);
}

/* Three requests in two packets, their answers likewise. */
static void several(struct capture *c)
{
	const struct peers p = {.port = 6002};
	char text[1024] = "";

	begin(c, &p);
	for (int i = 0; i < 3; i++)
		strcat(text, get);
	say_split(c, &p, CLIENT, text, 60);
	text[0] = '\0';
	for (int i = 0; i < 3; i++)
		strcat(text, answer);
	say_split(c, &p, SERVER, text, 150);
	end(c, &p);
}

/* An answer that ends with the connection. */
static void until_end(struct capture *c, uint32_t port, bool reset)
{
	const struct peers p = {.port = port};

	begin(c, &p);
	say_text(c, &p, CLIENT, get);
	say_text(c, &p, SERVER, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\none ");
	say_text(c, &p, SERVER, "two ");
	say_text(c, &p, SERVER, "three");
	if (reset)
		control(c, &p, CLIENT, VSOCK_OP_RST, 0);
	else
		control(c, &p, SERVER, VSOCK_OP_SHUTDOWN, VSOCK_SHUTDOWN_SEND);
}

/* The same ports are connected again at once, with another protocol. */
static void again(struct capture *c)
{
	const struct peers p = {.port = 6005};

	begin(c, &p);
	say_text(c, &p, CLIENT, get);
	say_split(c, &p, SERVER, answer, 40);
	end(c, &p);
	begin(c, &p);
	say_text(c, &p, CLIENT, "{\"execute\": \"guest-");
	say_text(c, &p, CLIENT,
		 "ping\"}\n{\"execute\": \"guest-sync\", \"arguments\": {\"id\": 7}}\n");
	say_text(c, &p, SERVER, "{\"return\": {}}\n{\"return\": 7}\n");
	end(c, &p);
}

static void loopback(struct capture *c)
{
	const struct peers p = {.port = 6006, .loopback = true};

	begin(c, &p);
	say_split(c, &p, CLIENT, get, 20);
	say_split(c, &p, SERVER, answer, 50);
	end(c, &p);
}

/* The capture has cut one packet: the bytes that wait for it are passed alone. */
static void gap(struct capture *c)
{
	const struct peers p = {.port = 6007};

	begin(c, &p);
	say_text(c, &p, CLIENT, get);
	say_text(c, &p, SERVER,
		 "HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n12345678901234567890");
	say_text(c, &p, SERVER, "12345678901234567890");
	capture_cut(c, FRAME_HEADERS + 5);
	say_text(c, &p, SERVER, "12345678901234567890");
	say_text(c, &p, SERVER, answer);
	end(c, &p);
}

/* Chunks of a packet as kernels capture them: with what is left of it, or with all of it. */
static void chunks(struct capture *c, uint32_t port, bool all)
{
	const struct peers p = {.port = port};
	uint32_t total = (uint32_t)strlen(answer);

	begin(c, &p);
	say_text(c, &p, CLIENT, get);
	for (uint32_t at = 0; at < total; at += 32) {
		struct frame frame = peers_frame(&p, SERVER, VSOCK_OP_RW);
		uint32_t from = all ? 0 : at;

		frame.len = total - at < 32 ? total - at : 32;
		frame.given = true;
		frame.payload = total - from;
		add(c, frame);
		memcpy(c->bytes + FRAME_HEADERS, answer + from, total - from);
	}
	end(c, &p);
}

/* Each message is one PDU, in any number of packets, even if it looks like two lines. */
static void messages(struct capture *c)
{
	static const char text[] = "{\"message\": [1, 2, 3, 4, 5, 6, 7, 8, 9]}";
	const struct peers p = {.port = 6010, .type = VSOCK_TYPE_SEQPACKET};
	size_t length = sizeof(text) - 1;

	begin(c, &p);
	send_flags(c, &p, CLIENT, text, length, VSOCK_RW_EOM);
	for (size_t at = 0; at < length; at += 10)
		send_flags(c, &p, CLIENT, text + at, length - at < 10 ? length - at : 10,
			   at + 10 >= length ? VSOCK_RW_EOM : 0);
	send_flags(c, &p, SERVER, text, 20, 0);
	control(c, &p, SERVER, VSOCK_OP_SHUTDOWN, VSOCK_SHUTDOWN_SEND);
}

static void plan9(struct capture *c)
{
	static const char version[] = "\x15\0\0\0\x64\xff\xff\0\x20\0\0\x08\0"
				      "9P2000.L";
	static const char reply[] = "\x15\0\0\0\x65\xff\xff\0\x20\0\0\x08\0"
				    "9P2000.L";
	const struct peers p = {.port = 6011};

	begin(c, &p);
	send_flags(c, &p, CLIENT, version, 6, 0);
	send_flags(c, &p, CLIENT, version + 6, sizeof(version) - 1 - 6, 0);
	send_flags(c, &p, SERVER, reply, sizeof(reply) - 1, 0);
	end(c, &p);
}

/* A protocol that only scripts know: lines of words. */
static void lines(struct capture *c)
{
	const struct peers p = {.port = 6012};

	begin(c, &p);
	say_split(c, &p, CLIENT, "hello vsock\nhow are you\n", 9);
	say_text(c, &p, SERVER, "fine\n");
	end(c, &p);
}

/* Asks for more at each packet, for ever. */
static void endless(struct capture *c)
{
	const struct peers p = {.port = 6013};

	begin(c, &p);
	say_text(c, &p, CLIENT, "{\"endless\": [");
	for (int i = 0; i < 3000; i++)
		say_text(c, &p, CLIENT, "[");
	end(c, &p);
}

void write_streams(struct talk *t)
{
	struct capture *c = &t->capture;

	bytewise(c);
	several(c);
	until_end(c, 6003, false);
	until_end(c, 6004, true);
	again(c);
	loopback(c);
	gap(c);
	chunks(c, 6008, false);
	chunks(c, 6009, true);
	messages(c);
	plan9(c);
	lines(c);
}

void write_endless(struct talk *t)
{
	endless(&t->capture);
}
