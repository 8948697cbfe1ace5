/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/golden/cases.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/golden/capture.h"

/* 2023-11-14 22:13:20 UTC, in microseconds. */
#define START UINT64_C(1700000000000000)

#define WINDOW      262144
#define LINK_ETHER  1
#define LINK_SLL2   276
#define SLL2_SIZE   20
#define BLOCK_SHB   0x0a0d0d0a
#define BLOCK_IDB   1
#define BLOCK_SPB   3
#define BLOCK_ISB   5
#define BLOCK_EPB   6
#define COMMENT     1
#define IF_NAME     2
#define IF_OS       12
#define ISB_ENDTIME 3
#define MOST_BYTES  8192

struct file {
	FILE *file;
	bool pcapng;
	uint32_t link;
	uint32_t snaplen;
	uint32_t interface;          /* of later packets, in pcapng */
	const char *const *comments; /* of the next packet, in pcapng, up to a NULL; or NULL */
};

struct pair {
	uint32_t client;
	uint32_t client_port;
	uint32_t server;
	uint32_t server_port;
};

static const struct pair web = {3, 1024, 2, 80};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void write_bytes(struct file *c, const void *bytes, size_t length)
{
	if (fwrite(bytes, 1, length, c->file) != length)
		fail("write");
}

static void put(struct file *c, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		uint8_t byte = (uint8_t)(value >> 8 * i);

		write_bytes(c, &byte, 1);
	}
}

static void pad(struct file *c, size_t length)
{
	put(c, 0, -length & 3);
}

static void pcap_header(struct file *c)
{
	put(c, 0xa1b2c3d4, 4);
	put(c, 2, 2);
	put(c, 4, 2);
	put(c, 0, 8);
	put(c, c->snaplen, 4);
	put(c, c->link, 4);
}

/* A block is its type, its length, its body, and its length again. */
static uint32_t begin_block(struct file *c, uint32_t type, size_t length)
{
	uint32_t whole = (uint32_t)(12 + ((length + 3) & ~(size_t)3));

	put(c, type, 4);
	put(c, whole, 4);
	return whole;
}

static void section(struct file *c)
{
	uint32_t whole = begin_block(c, BLOCK_SHB, 16);

	put(c, 0x1a2b3c4d, 4);
	put(c, 1, 2);
	put(c, 0, 2);
	put(c, UINT64_MAX, 8);
	put(c, whole, 4);
}

static size_t text_size(const char *text)
{
	return text ? 4 + ((strlen(text) + 3) & ~(size_t)3) : 0;
}

static void put_text(struct file *c, uint16_t option, const char *text)
{
	if (!text)
		return;
	put(c, option, 2);
	put(c, strlen(text), 2);
	write_bytes(c, text, strlen(text));
	pad(c, strlen(text));
}

/* `os` and `comment` may be NULL. */
static void interface_of(struct file *c, uint16_t link, const char *name, const char *os,
			 const char *comment)
{
	size_t texts = text_size(name) + text_size(os) + text_size(comment);
	uint32_t whole = begin_block(c, BLOCK_IDB, 8 + texts + 4);

	put(c, link, 2);
	put(c, 0, 2);
	put(c, WINDOW, 4);
	put_text(c, IF_NAME, name);
	put_text(c, IF_OS, os);
	put_text(c, COMMENT, comment);
	put(c, 0, 4);
	put(c, whole, 4);
}

static void interface(struct file *c, uint16_t link, const char *name)
{
	interface_of(c, link, name, NULL, NULL);
}

/* The two halves of a time in pcapng, the upper one first. */
static void put_time(struct file *c, uint64_t us)
{
	put(c, us >> 32, 4);
	put(c, us & UINT32_MAX, 4);
}

static void capture_ended(struct file *c, uint64_t us)
{
	uint32_t whole = begin_block(c, BLOCK_ISB, 12 + 12 + 4);

	put(c, 0, 4);
	put_time(c, us);
	put(c, ISB_ENDTIME, 2);
	put(c, 8, 2);
	put_time(c, us);
	put(c, 0, 4);
	put(c, whole, 4);
}

static size_t comments_size(const struct file *c)
{
	size_t size = 0;

	for (const char *const *text = c->comments; text && *text; text++)
		size += text_size(*text);
	return size > 0 ? size + 4 : 0;
}

static void put_comments(struct file *c)
{
	if (comments_size(c) == 0)
		return;
	for (; *c->comments; c->comments++)
		put_text(c, COMMENT, *c->comments);
	put(c, 0, 4);
	c->comments = NULL;
}

static void enhanced_packet(struct file *c, uint64_t us, const uint8_t *bytes, size_t captured,
			    size_t on_wire)
{
	const size_t body = 20 + ((captured + 3) & ~(size_t)3) + comments_size(c);
	const uint32_t whole = begin_block(c, BLOCK_EPB, body);

	put(c, c->interface, 4);
	put_time(c, us);
	put(c, captured, 4);
	put(c, on_wire, 4);
	write_bytes(c, bytes, captured);
	pad(c, captured);
	put_comments(c);
	put(c, whole, 4);
}

static void simple_packet(struct file *c, const uint8_t *bytes, size_t length)
{
	uint32_t whole = begin_block(c, BLOCK_SPB, 4 + length);

	put(c, length, 4);
	write_bytes(c, bytes, length);
	pad(c, length);
	put(c, whole, 4);
}

/* `fraction` is not checked to be less than a second. */
static void pcap_record(struct file *c, uint64_t second, uint64_t fraction, const uint8_t *bytes,
			size_t captured, size_t on_wire)
{
	put(c, second, 4);
	put(c, fraction, 4);
	put(c, captured, 4);
	put(c, on_wire, 4);
	write_bytes(c, bytes, captured);
}

static void packet(struct file *c, uint64_t us, struct frame frame)
{
	uint8_t bytes[SLL2_SIZE + MOST_BYTES] = {0};
	size_t before = c->link == LINK_SLL2 ? SLL2_SIZE : 0;
	size_t length = before + frame_bytes(bytes + before, MOST_BYTES, frame);
	size_t captured = length < c->snaplen ? length : c->snaplen;

	if (before) {
		bytes[7] = 3;    /* the third interface */
		bytes[8] = 0x03; /* ARPHRD_VSOCKMON is 826 */
		bytes[9] = 0x3a;
		bytes[10] = 4; /* outgoing */
	}
	if (c->pcapng)
		enhanced_packet(c, us, bytes, captured, length);
	else
		pcap_record(c, us / 1000000, us % 1000000, bytes, captured, length);
}

static struct frame between(const struct pair *pair, bool client, struct frame frame)
{
	frame.addressed = true;
	frame.src_cid = client ? pair->client : pair->server;
	frame.src_port = client ? pair->client_port : pair->server_port;
	frame.dst_cid = client ? pair->server : pair->client;
	frame.dst_port = client ? pair->server_port : pair->client_port;
	return frame;
}

/* A packet of the client or the server, this many microseconds after the start. */
static void say(struct file *c, const struct pair *pair, bool client, uint64_t us,
		struct frame frame)
{
	frame = between(pair, client, frame);
	if (frame.buf_alloc == 0)
		frame.buf_alloc = WINDOW;
	packet(c, START + us, frame);
}

/* A kernel without a socket for a packet answers this: no buffer, and nothing read. */
static void no_socket(struct file *c, const struct pair *pair, bool client, uint64_t us)
{
	packet(c, START + us, between(pair, client, (struct frame){.op = VSOCK_OP_RST}));
}

static void ask(struct file *c, const struct pair *pair, uint64_t us)
{
	say(c, pair, true, us, (struct frame){.op = VSOCK_OP_REQUEST});
}

static void accept_it(struct file *c, const struct pair *pair, uint64_t us)
{
	say(c, pair, false, us, (struct frame){.op = VSOCK_OP_RESPONSE});
}

static void data(struct file *c, const struct pair *pair, bool client, uint64_t us, uint32_t len,
		 uint32_t read)
{
	say(c, pair, client, us, (struct frame){.op = VSOCK_OP_RW, .len = len, .fwd_cnt = read});
}

static void credit(struct file *c, const struct pair *pair, bool client, uint64_t us, uint32_t read)
{
	say(c, pair, client, us, (struct frame){.op = VSOCK_OP_CREDIT_UPDATE, .fwd_cnt = read});
}

/* One side asks to end the connection, and the other one sends the RST. */
static void finish(struct file *c, const struct pair *pair, bool client, uint64_t us,
		   uint32_t own_read, uint32_t peer_read)
{
	say(c, pair, client, us,
	    (struct frame){
		.op = VSOCK_OP_SHUTDOWN, .flags = VSOCK_SHUTDOWN_BOTH, .fwd_cnt = own_read});
	say(c, pair, !client, us + 1000, (struct frame){.op = VSOCK_OP_RST, .fwd_cnt = peer_read});
}

/* A healthy connection with five bytes each way. */
static void talk(struct file *c, const struct pair *pair)
{
	ask(c, pair, 0);
	accept_it(c, pair, 1000);
	data(c, pair, true, 2000, 5, 0);
	data(c, pair, false, 3000, 5, 5);
	finish(c, pair, true, 4000, 5, 5);
}

/* The client fills the server's buffer, which nobody reads. */
static void fill_buffer(struct file *c)
{
	const struct pair pair = {2, 5000, 3, 9000};

	ask(c, &pair, 0);
	say(c, &pair, false, 1000, (struct frame){.op = VSOCK_OP_RESPONSE, .buf_alloc = 16384});
	for (unsigned i = 2; i < 6; i++)
		data(c, &pair, true, i * UINT64_C(1000), 4096, 0);
}

static void silent_end(struct file *c)
{
	interface(c, VSOCK_LINKTYPE, "vsockmon0");
	fill_buffer(c);
	capture_ended(c, START + 30000000);
}

/* Each packet twice, as each of two interfaces gets it. */
static void two_vsockmons(struct file *c)
{
	static const struct frame frames[] = {
	    {.op = VSOCK_OP_REQUEST},
	    {.op = VSOCK_OP_RESPONSE},
	    {.op = VSOCK_OP_RW, .len = 11},
	    {.op = VSOCK_OP_RW, .len = 12, .fwd_cnt = 11},
	    {.op = VSOCK_OP_SHUTDOWN, .flags = VSOCK_SHUTDOWN_BOTH, .fwd_cnt = 12},
	    {.op = VSOCK_OP_RST, .fwd_cnt = 11},
	};

	interface(c, VSOCK_LINKTYPE, "vsockmon0");
	interface(c, VSOCK_LINKTYPE, "vsockmon1");
	for (unsigned i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		for (c->interface = 0; c->interface < 2; c->interface++)
			say(c, &web, i % 2 == 0, i * UINT64_C(1000) + c->interface * 20, frames[i]);
}

/* mergecap's file of three hosts that say who they are. The name of the last host is odd. */
static void hosts(struct file *c)
{
	static const char *const about[][2] = {
	    {"vsockmon0", "vsockdump: host=00112233445566778899aabbccddeeff "
			  "boot=ffeeddccbbaa99887766554433221100"},
	    {"vsockmon0", "vsockdump: host=112233445566778899aabbccddeeff00 "
			  "boot=eeddccbbaa99887766554433221100ff"},
	    {"a\"\\\n\033[31m", "vsockdump: host=\"\n boot=00"},
	};

	for (unsigned i = 0; i < 3; i++)
		interface_of(c, VSOCK_LINKTYPE, about[i][0], "Linux 6.1.0", about[i][1]);
	for (c->interface = 0; c->interface < 3; c->interface++) {
		const struct pair pair = {3, 1024 + c->interface, 2, 80};

		talk(c, &pair);
	}
	/* Late enough to be no copy of the first one. */
	c->interface = 1;
	ask(c, &web, 5000000);
	no_socket(c, &web, false, 5001000);
}

/* On "any": a connection that ends well, a client that gives up, and one not answered yet. */
static void any(struct file *c)
{
	const struct pair healthy = {1, 40001, 1, 4001};
	const struct pair short_lived = {1, 40002, 1, 4002};
	const struct pair last = {1, 4003, 1, 4003};

	talk(c, &healthy);
	ask(c, &short_lived, 700000);
	accept_it(c, &short_lived, 701000);
	no_socket(c, &short_lived, true, 702000);
	ask(c, &last, 900000);
}

/* The client's socket is closed before it is accepted. The server learns that later. */
static void late_response(struct file *c)
{
	const struct pair pair = {1, 40002, 1, 4002};

	ask(c, &pair, 0);
	accept_it(c, &pair, 100);
	no_socket(c, &pair, true, 1200);
	say(c, &pair, false, 3460000, (struct frame){.op = VSOCK_OP_RST});
}

/* The SHUTDOWN of the previous connection of the same ports acknowledges its 23 bytes. */
static void stale_shutdown(struct file *c)
{
	const struct pair pair = {2, 65537, 3, 2376};
	const struct pair next = {2, 65538, 3, 2376};

	ask(c, &pair, 0);
	accept_it(c, &pair, 300);
	data(c, &pair, true, 1000, 23, 0);
	data(c, &pair, false, 2000, 19, 23);
	finish(c, &pair, true, 3000, 19, 23);
	ask(c, &pair, 5000);
	accept_it(c, &pair, 5200);
	finish(c, &pair, false, 5300, 23, 0);
	ask(c, &next, 30000000);
	accept_it(c, &next, 30000300);
}

/* An RW of 100 bytes is missing, which only the acknowledgements show. */
static void lost_last(struct file *c)
{
	const struct pair other = {3, 1050, 2, 81};

	ask(c, &web, 0);
	accept_it(c, &web, 1000);
	data(c, &web, true, 2000, 100, 0);
	credit(c, &web, false, 3000, 100);
	credit(c, &web, false, 5000, 200);
	data(c, &web, false, 8000, 4, 200);
	finish(c, &web, true, 9000, 4, 200);
	ask(c, &other, 60000000);
	accept_it(c, &other, 60001000);
	finish(c, &other, true, 60002000, 0, 0);
}

/* 3 ms from packet to packet, in nanoseconds, in a file of microseconds. */
static void nanoseconds(struct file *c)
{
	static const struct frame frames[] = {
	    {.op = VSOCK_OP_REQUEST},
	    {.op = VSOCK_OP_RESPONSE},
	    {.op = VSOCK_OP_RW, .len = 5},
	    {.op = VSOCK_OP_RW, .len = 5, .fwd_cnt = 5},
	    {.op = VSOCK_OP_SHUTDOWN, .flags = VSOCK_SHUTDOWN_BOTH, .fwd_cnt = 5},
	    {.op = VSOCK_OP_RST, .fwd_cnt = 5},
	};

	for (unsigned i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		uint8_t bytes[MOST_BYTES];
		struct frame frame = between(&web, i % 2 == 0, frames[i]);
		size_t length;

		frame.buf_alloc = WINDOW;
		length = frame_bytes(bytes, sizeof(bytes), frame);
		pcap_record(c, START / 1000000, 345 + i * UINT64_C(3000000), bytes, length, length);
	}
}

static void zero_tail(struct file *c)
{
	talk(c, &web);
	for (unsigned i = 0; i < 512; i++)
		put(c, 0, 8);
}

static void concatenated(struct file *c)
{
	talk(c, &web);
	pcap_header(c);
	talk(c, &web);
}

static void simple_packets(struct file *c)
{
	static const struct frame frames[] = {
	    {.op = VSOCK_OP_REQUEST},
	    {.op = VSOCK_OP_RESPONSE},
	    {.op = VSOCK_OP_RW, .len = 5},
	    {.op = VSOCK_OP_RW, .len = 5, .fwd_cnt = 5},
	    {.op = VSOCK_OP_SHUTDOWN, .flags = VSOCK_SHUTDOWN_BOTH, .fwd_cnt = 5},
	    {.op = VSOCK_OP_RST, .fwd_cnt = 5},
	};

	interface(c, VSOCK_LINKTYPE, "vsockmon0");
	for (unsigned i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		uint8_t bytes[MOST_BYTES];
		struct frame frame = between(&web, i % 2 == 0, frames[i]);

		frame.buf_alloc = WINDOW;
		simple_packet(c, bytes, frame_bytes(bytes, sizeof(bytes), frame));
	}
}

/* A healthy connection, or only its client's packets, as after a filter. */
static void directions(struct file *c, bool both)
{
	ask(c, &web, 0);
	if (both)
		accept_it(c, &web, 1000);
	data(c, &web, true, 2000, 4, 0);
	if (both) {
		credit(c, &web, false, 3000, 4);
		data(c, &web, false, 4000, 4, 4);
		say(c, &web, false, 5000,
		    (struct frame){
			.op = VSOCK_OP_SHUTDOWN, .flags = VSOCK_SHUTDOWN_BOTH, .fwd_cnt = 4});
	}
	credit(c, &web, true, 6000, 4);
	say(c, &web, true, 7000, (struct frame){.op = VSOCK_OP_RST, .fwd_cnt = 4});
}

static void both_directions(struct file *c)
{
	directions(c, true);
}

static void one_direction(struct file *c)
{
	directions(c, false);
}

/* The buffer is full, and the device does not answer CREDIT_REQUEST. */
static void credit_request(struct file *c)
{
	const struct pair pair = {2, 5000, 3, 9000};
	const struct pair other = {2, 5001, 3, 9001};

	ask(c, &pair, 0);
	say(c, &pair, false, 1000, (struct frame){.op = VSOCK_OP_RESPONSE, .buf_alloc = 65536});
	for (unsigned i = 2; i < 18; i++)
		data(c, &pair, true, i * UINT64_C(1000), 4096, 0);
	say(c, &pair, true, 18000, (struct frame){.op = VSOCK_OP_CREDIT_REQUEST});
	say(c, &pair, true, 2018000, (struct frame){.op = VSOCK_OP_CREDIT_REQUEST});
	ask(c, &other, 6018000);
	accept_it(c, &other, 6019000);
}

/* A guest gets no answer from the host, and tries again. It still waits in the last try. */
static void host_silent(struct file *c)
{
	static const uint32_t times[] = {0, 2001000, 4005000, 9000000};

	for (unsigned i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const struct pair pair = {3, 1073741824 + i, 2, 52};

		ask(c, &pair, times[i]);
	}
}

/* The guest's program answers each question, but its driver never says that it read one. */
static void never_counts(struct file *c)
{
	const struct pair pair = {2, 5000, 3, 8080};

	ask(c, &pair, 0);
	accept_it(c, &pair, 1000);
	for (uint32_t i = 0; i < 20; i++) {
		data(c, &pair, true, 2000 + i * 2000, 12, i * 22);
		data(c, &pair, false, 3000 + i * 2000, 22, 0);
	}
	credit(c, &pair, true, 42000, 440);
	finish(c, &pair, false, 43000, 0, 440);
}

static void ethernet(struct file *c, uint64_t us)
{
	static const uint8_t bytes[42] = {0};
	uint32_t before = c->interface;

	c->interface = 0;
	enhanced_packet(c, START + us, bytes, sizeof(bytes), sizeof(bytes));
	c->interface = before;
}

/* Between packets of "lo", a client that is refused in packets 3 and 5. */
static void frame_numbers(struct file *c)
{
	interface(c, LINK_ETHER, "lo");
	interface(c, VSOCK_LINKTYPE, "vsockmon0");
	c->interface = 1;
	ethernet(c, 0);
	ethernet(c, 100);
	ask(c, &web, 200);
	ethernet(c, 250);
	no_socket(c, &web, false, 300);
}

static void headers_cut(struct file *c)
{
	ask(c, &web, 0);
	accept_it(c, &web, 1000);
	data(c, &web, true, 2000, 4, 0);
	say(c, &web, false, 3000, (struct frame){.op = VSOCK_OP_RST, .fwd_cnt = 4});
}

static void wrong_interface(struct file *c)
{
	interface(c, LINK_ETHER, "lo");
	ethernet(c, 0);
	ethernet(c, 100);
}

/* The connection's second half comes first. */
static void out_of_order(struct file *c)
{
	data(c, &web, true, 400000, 4, 0);
	credit(c, &web, false, 500000, 8);
	finish(c, &web, true, 600000, 0, 8);
	ask(c, &web, 0);
	accept_it(c, &web, 100000);
	data(c, &web, true, 200000, 4, 0);
	credit(c, &web, false, 300000, 4);
}

/* More nanoseconds than 64 bits hold. */
static void too_large(struct file *c)
{
	static const struct frame frames[] = {
	    {.op = VSOCK_OP_REQUEST},
	    {.op = VSOCK_OP_RESPONSE},
	    {.op = VSOCK_OP_SHUTDOWN, .flags = VSOCK_SHUTDOWN_BOTH},
	    {.op = VSOCK_OP_RST},
	};

	interface(c, VSOCK_LINKTYPE, "vsockmon0");
	for (unsigned i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		struct frame frame = between(&web, i % 2 == 0, frames[i]);

		frame.buf_alloc = WINDOW;
		packet(c, UINT64_MAX, frame);
	}
}

/* The host, restored, begins again with a port whose old socket the guest still has. */
static void restored_port(struct file *c)
{
	const struct pair old = {2, 1073741825, 3, 52};
	const struct pair next = {2, 1073741826, 3, 52};

	ask(c, &old, 0);
	accept_it(c, &old, 300);
	data(c, &old, true, 1000, 5, 0);
	data(c, &old, false, 2000, 5, 5);
	ask(c, &old, 60000000);
	no_socket(c, &old, false, 60000100);
	ask(c, &next, 60010000);
	accept_it(c, &next, 60010200);
	data(c, &next, true, 60011000, 5, 0);
	data(c, &next, false, 60012000, 5, 5);
}

/* The client is bound to the port that it dials, so that its REQUEST comes back to itself. */
static void connected_to_itself(struct file *c)
{
	const struct pair pair = {1, 4003, 1, 4003};

	ask(c, &pair, 0);
	say(c, &pair, true, 179, (struct frame){.op = VSOCK_OP_RST});
}

#define CONTAINER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/*
 * Names of virtual machines, as -w writes them. Two of one CID, and some that are no good. In the
 * end, another CID gets a second name, as in joined files of two hosts.
 */
static void machines(struct file *c)
{
	static const char *const names[] = {
	    "vsockdump vm cid=8 name=web",
	    "vsockdump vm cid=4 name=one",
	    "vsockdump vm cid=4 name=two",
	    "vsockdump vm cid=2 name=evil",
	    "vsockdump vm cid=5 name=\"\\x1b[31m\"",
	    "vsockdump vm cid=6 name=77",
	    NULL,
	};
	static const char *const other_host[] = {"vsockdump vm cid=8 name=db", NULL};
	static const struct pair pairs[] = {
	    {2, 1024, 8, 80}, {2, 1025, 4, 80}, {2, 1026, 5, 80}, {6, 1027, 2, 80}};
	static const struct pair again = {2, 1028, 8, 80};

	interface(c, VSOCK_LINKTYPE, "vsockmon0");
	c->comments = names;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		talk(c, &pairs[i]);
		c->comments = NULL;
	}
	c->comments = other_host;
	talk(c, &again);
	capture_ended(c, START + 30000000);
}

/*
 * What --process -w adds. Some names are hostile, and some comments are damaged. Both programs of
 * the stalled flow are known, and one of the other flow.
 */
static void processes(struct file *c)
{
	static const char *const both[] = {
	    "vsockdump process local=any:5000 peer=3:9000 how=connect pid=351 tid=352 "
	    "command=socat cgroup=\"/system.slice/docker-" CONTAINER ".scope\" container=" CONTAINER
	    " at=1700000000.000000000",
	    "socat is a program of the user",
	    "vsockdump process local=3:9000 peer=2:5000 how=accept pid=200 "
	    "command=\"\\x1b[31m\\x22red\\x0a\" cgroup=/ at=1700000000.002000000 later=\"key\"",
	    NULL,
	};
	static const char *const damaged[] = {
	    "vsockdump process local=3:80 peer=2:1024 how=accept pid=99999999999 command=wrong",
	    "vsockdump process local=3:80 peer=2:1024 how=accept pid=1 command=\"never ends",
	    "vsockdump process local=3:80 peer=2:1024 how=accept command=nobody",
	    "vsockdump later local=3:80",
	    "vsockdump connect-failed local=any:any peer=9:77 errno=19 error=ENODEV pid=360 "
	    "command=curl at=1700000000.500000000",
	    "vsockdump connect-failed local=any:any peer=1:78 errno=19 error=ENODEV pid=361 "
	    "command=wget at=1700000000.600000000",
	    "vsockdump connect-failed local=any:any peer=9:77 errno=104 pid=362 command=seen",
	    "vsockdump process local=any:1024 peer=3:80 how=found pid=77 command=\"\\xff\\xfe\"",
	    NULL,
	};
	static const struct pair pair = {2, 1024, 3, 80};

	interface(c, VSOCK_LINKTYPE, "vsockmon0");
	c->comments = both;
	fill_buffer(c);
	c->comments = damaged;
	talk(c, &pair);
	capture_ended(c, START + 30000000);
}

static const struct {
	const char *name;
	void (*write)(struct file *c);
	uint32_t link;    /* of a pcap file; 0: VSOCK */
	uint32_t snaplen; /* 0: no limit */
} cases[] = {
    {.name = "silent-end.pcap", .write = fill_buffer},
    {.name = "silent-end.pcapng", .write = silent_end},
    {.name = "two-vsockmons.pcapng", .write = two_vsockmons},
    {.name = "hosts.pcapng", .write = hosts},
    {.name = "any.pcap", .write = any, .link = LINK_SLL2},
    {.name = "late-response.pcap", .write = late_response},
    {.name = "stale-shutdown.pcap", .write = stale_shutdown},
    {.name = "lost-last.pcap", .write = lost_last},
    {.name = "nanoseconds-as-microseconds.pcap", .write = nanoseconds},
    {.name = "zero-tail.pcap", .write = zero_tail},
    {.name = "concatenated.pcap", .write = concatenated},
    {.name = "simple-packets.pcapng", .write = simple_packets},
    {.name = "both-directions.pcap", .write = both_directions},
    {.name = "one-direction.pcap", .write = one_direction},
    {.name = "credit-request-unanswered.pcap", .write = credit_request, .snaplen = 76},
    {.name = "host-silent.pcap", .write = host_silent},
    {.name = "never-counts.pcap", .write = never_counts},
    {.name = "frame-numbers.pcapng", .write = frame_numbers},
    {.name = "headers-cut.pcap", .write = headers_cut, .snaplen = 64},
    {.name = "wrong-interface.pcapng", .write = wrong_interface},
    {.name = "joined-out-of-order.pcap", .write = out_of_order},
    {.name = "times-too-large.pcapng", .write = too_large},
    {.name = "restored-port.pcap", .write = restored_port},
    {.name = "connected-to-itself.pcap", .write = connected_to_itself},
    {.name = "processes.pcapng", .write = processes},
    {.name = "machines.pcapng", .write = machines},
};

void write_cases(const char *directory)
{
	if (mkdir(directory, 0777) != 0 && errno != EEXIST)
		fail(directory);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct file c = {
		    .link = cases[i].link ? cases[i].link : VSOCK_LINKTYPE,
		    .snaplen = cases[i].snaplen ? cases[i].snaplen : WINDOW,
		    .pcapng = strstr(cases[i].name, ".pcapng"),
		};
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", directory, cases[i].name);
		c.file = fopen(path, "wb");
		if (!c.file)
			fail(path);
		if (c.pcapng)
			section(&c);
		else
			pcap_header(&c);
		cases[i].write(&c);
		if (fclose(c.file) != 0)
			fail(path);
	}
}
