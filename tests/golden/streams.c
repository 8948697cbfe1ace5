/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/golden/streams.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct frame frame_of(bool client, uint32_t port, uint16_t type, uint16_t op)
{
	return (struct frame){.addressed = true,
			      .src_cid = client ? 3 : 2,
			      .dst_cid = client ? 2 : 3,
			      .src_port = client ? port : 22,
			      .dst_port = client ? 22 : port,
			      .type = type,
			      .op = op,
			      .buf_alloc = 262144};
}

static void say_bytes(struct capture *c, struct frame frame, const void *bytes, uint32_t length)
{
	frame.len = length;
	add(c, frame);
	memcpy(c->bytes + FRAME_HEADERS, bytes, length);
}

static void say(struct capture *c, bool client, const char *text)
{
	say_bytes(c, frame_of(client, 1024, VSOCK_TYPE_STREAM, VSOCK_OP_RW), text,
		  (uint32_t)strlen(text));
}

static void say_message(struct capture *c, bool client, const char *text, uint32_t flags)
{
	struct frame frame = frame_of(client, 1025, VSOCK_TYPE_SEQPACKET, VSOCK_OP_RW);

	frame.flags = flags;
	say_bytes(c, frame, text, (uint32_t)strlen(text));
}

static void connect_port(struct capture *c, uint32_t port, uint16_t type)
{
	add(c, frame_of(true, port, type, VSOCK_OP_REQUEST));
	add(c, frame_of(false, port, type, VSOCK_OP_RESPONSE));
}

void talk(struct capture *c)
{
	connect_port(c, 1024, VSOCK_TYPE_STREAM);
	/* Packets end where lines do not. */
	say(c, true, "GET /index.html HTTP/1.1\r\nHost: vs");
	say(c, true, "ock\r\n\r\n");
	say(c, false, "HTTP/1.1 200 OK\r");
	say(c, false, "\nContent-Length: 6\r\n\r\nhello\n");
	/* Payload that looks like our lines, and bytes that a terminal should not get. */
	say(c, true,
	    "[12 bytes not captured]\n22:13:20.000000 server host:22 > 3:1024\n< forged\n");
	say(c, true, "\033[31mred\\\033[0m\ttab\rcarriage\x9b\n");
	say(c, false, "no end of line");
	say(c, true, "cut: abcdefghijklmnopqrstuvwxyz");
	capture_cut(c, FRAME_HEADERS + 8);
	say(c, true, "after it\r");
	say(c, false, "bye\n");

	connect_port(c, 1025, VSOCK_TYPE_SEQPACKET);
	say_message(c, true, "one", VSOCK_RW_EOM);
	say_message(c, true, "in two", 0);
	say_message(c, true, " chunks\n", VSOCK_RW_EOM | VSOCK_RW_EOR);
	say_message(c, false, "answer\n", VSOCK_RW_EOM);
	say_message(c, false, "x", VSOCK_RW_EOM);
	say_message(c, true, "never ended", 0);
}

/* A packet of 20 letters in chunks of 8, without the first one if the capture begins late. */
static void split(struct capture *c, uint32_t port, bool whole_again, bool joined)
{
	static const char letters[] = "abcdefghijklmnopqrst";

	if (!joined)
		connect_port(c, port, VSOCK_TYPE_STREAM);
	for (uint32_t at = joined ? 8 : 0; at < 20; at += 8) {
		struct frame frame = frame_of(true, port, VSOCK_TYPE_STREAM, VSOCK_OP_RW);
		uint32_t from = whole_again ? 0 : at;

		frame.len = 20 - at < 8 ? 20 - at : 8;
		frame.given = true;
		frame.payload = 20 - from;
		add(c, frame);
		memcpy(c->bytes + FRAME_HEADERS, letters + from, 20 - from);
	}
	say_bytes(c, frame_of(true, port, VSOCK_TYPE_STREAM, VSOCK_OP_RW), " and more\n", 10);
}

void splits(struct capture *c)
{
	split(c, 1024, false, false);
	split(c, 1025, true, false);
	split(c, 1026, false, true);
	split(c, 1027, true, true);
}

/* The largest payload of a chunk for a guest with buffers of a page, since Linux 6.17. */
#define CHUNK 3732

#define FILE_SIZE 300000

/*
 * The bytes that the tap copies with a chunk: its own, the rest of its packet, or all of the
 * packet.
 */
enum mode { EXACT, MODE_A, MODE_B };

struct sender {
	struct capture capture;
	enum mode mode;
	uint16_t type;
	uint32_t snaplen; /* payload bytes that are captured at most */
	uint32_t joined;  /* this many chunks, and the handshake, came before the capture */
	uint32_t lost;    /* number of the chunk that is lost; 0: none */
	uint32_t chunks;  /* so far */
	uint32_t sent;    /* bytes */
	uint8_t file[FILE_SIZE];
};

static void fill(uint8_t *file)
{
	uint32_t x = 2463534242;

	for (size_t i = 0; i < FILE_SIZE; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		file[i] = (uint8_t)(x >> 11);
	}
}

/* `at` bytes into a packet of `total`. */
static void send_chunk(struct sender *s, uint32_t total, uint32_t at, uint32_t len, uint32_t flags)
{
	uint32_t from = s->mode == MODE_B ? 0 : at;
	uint32_t copied = s->mode == EXACT ? len : total - from;
	struct frame frame = frame_of(true, 1024, s->type, VSOCK_OP_RW);

	s->chunks++;
	if (s->chunks <= s->joined || s->chunks == s->lost)
		return;
	frame.len = len;
	frame.flags = flags;
	frame.given = true;
	frame.payload = copied;
	add(&s->capture, frame);
	memcpy(s->capture.bytes + FRAME_HEADERS, s->file + s->sent + from, copied);
	if (copied > s->snaplen)
		capture_cut(&s->capture, FRAME_HEADERS + s->snaplen);
}

/* One packet, its chunks, and the receiver's update that it has read them. */
static void send_packet(struct sender *s, uint32_t total, uint32_t flags)
{
	struct frame credit = frame_of(false, 1024, s->type, VSOCK_OP_CREDIT_UPDATE);

	for (uint32_t at = 0; at < total; at += CHUNK) {
		uint32_t len = total - at < CHUNK ? total - at : CHUNK;

		send_chunk(s, total, at, len, at + len == total ? flags : 0);
	}
	s->sent += total;
	credit.fwd_cnt = s->sent;
	if (s->chunks > s->joined) {
		capture_wait(&s->capture, 20000000);
		add(&s->capture, credit);
	}
}

/* Packets of all kinds of sizes, also those of a bulk transfer. */
static void send_file(struct sender *s)
{
	static const uint32_t sizes[] = {8192, 8192, 8192, 1, 3732, 3733, 100, 65536, 8192, 20000};

	if (s->joined == 0)
		connect_port(&s->capture, 1024, s->type);
	for (unsigned i = 0; s->sent < FILE_SIZE; i++) {
		uint32_t size = sizes[i % (sizeof(sizes) / sizeof(sizes[0]))];
		uint32_t flags = 0;

		if (size > FILE_SIZE - s->sent)
			size = FILE_SIZE - s->sent;
		/* A message may need several packets: the 3732 and 3733 are one, and a record. */
		if (s->type == VSOCK_TYPE_SEQPACKET && size != 3732)
			flags = size == 3733 ? VSOCK_RW_EOM | VSOCK_RW_EOR : VSOCK_RW_EOM;
		send_packet(s, size, flags);
	}
}

static void write_file(const char *directory, const uint8_t *bytes)
{
	char path[4096];
	FILE *file = NULL;

	if (snprintf(path, sizeof(path), "%s/sent", directory) < (int)sizeof(path))
		file = fopen(path, "wb");
	if (!file || fwrite(bytes, 1, FILE_SIZE, file) != FILE_SIZE || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

/* Four captures of each mode, and one of messages. */
static const struct {
	const char *name;
	uint16_t type;
	uint32_t snaplen;
	uint32_t joined;
	uint32_t lost;
} kinds[] = {
    {"whole", VSOCK_TYPE_STREAM, UINT32_MAX, 0, 0},
    {"messages", VSOCK_TYPE_SEQPACKET, UINT32_MAX, 0, 0},
    /* 1000 bytes of each chunk are captured after the headers. */
    {"cut", VSOCK_TYPE_STREAM, 1000, 0, 0},
    /* From the second chunk of the first packet on. */
    {"joined", VSOCK_TYPE_STREAM, UINT32_MAX, 1, 0},
    /* Without the second chunk of the second packet. */
    {"lossy", VSOCK_TYPE_STREAM, UINT32_MAX, 0, 5},
};

static const char *const mode_names[] = {[EXACT] = "exact", [MODE_A] = "a", [MODE_B] = "b"};

void write_streams(const char *directory)
{
	struct sender *s = calloc(1, sizeof(*s));

	if (!s || (mkdir(directory, 0777) < 0 && errno != EEXIST)) {
		perror(directory);
		exit(1);
	}
	fill(s->file);
	write_file(directory, s->file);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		for (int mode = EXACT; mode <= MODE_B; mode++) {
			char name[64];

			s->mode = (enum mode)mode;
			s->type = kinds[i].type;
			s->snaplen = kinds[i].snaplen;
			s->joined = kinds[i].joined;
			s->lost = kinds[i].lost;
			s->chunks = s->sent = 0;
			snprintf(name, sizeof(name), "%s-%s", kinds[i].name, mode_names[mode]);
			capture_open(&s->capture, directory, name, false);
			send_file(s);
			capture_close(&s->capture);
		}
	}
	free(s);
}
