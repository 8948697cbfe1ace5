/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the captures of the golden tests into a directory: make-captures DIRECTORY.
 *
 * They are not in the repository: this file shows what is in them, and which byte is wrong. Nothing
 * depends on time, machine or chance, so every run writes the same bytes.
 */
#include <stdio.h>
#include <string.h>

#include "core/wire.h"
#include "tests/golden/bare.h"
#include "tests/golden/capture.h"
#include "tests/golden/cases.h"
#include "tests/golden/streams.h"
#include "tests/golden/troubles.h"

static void ops(struct capture *c)
{
	for (uint16_t op = 0; op <= 9; op++)
		add(c, (struct frame){.op = op, .len = op == VSOCK_OP_RW ? 5 : 0});
	add(c, (struct frame){.op = UINT16_MAX});
}

static void types(struct capture *c)
{
	static const uint16_t all[] = {0, 1, 2, 3, 4, UINT16_MAX};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		add(c, (struct frame){.op = VSOCK_OP_REQUEST, .type = all[i], .typed = true});
		add(c, (struct frame){.op = VSOCK_OP_RW, .type = all[i], .typed = true, .len = 10});
	}
}

static void flags(struct capture *c)
{
	static const uint32_t values[] = {0, 1, 2, 3, 4, 7, 0x80000000, UINT32_MAX};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		uint32_t value = values[i];

		add(c, (struct frame){.op = VSOCK_OP_SHUTDOWN, .flags = value});
		add(c, (struct frame){.op = VSOCK_OP_RW, .flags = value, .len = 1});
		add(c,
		    (struct frame){
			.op = VSOCK_OP_RW, .type = VSOCK_TYPE_SEQPACKET, .flags = value, .len = 1});
		add(c, (struct frame){.op = VSOCK_OP_REQUEST, .flags = value});
	}
}

/* No virtio header, or one that claims an unusual length. */
static void transports(struct capture *c)
{
	static const struct {
		uint16_t transport;
		uint16_t len;
	} headers[] = {{0, 0},     {0, 44}, {1, 0},  {1, 7},     {1, 44}, {1, 200},
		       {2, 0},     {2, 7},  {2, 43}, {2, 44},    {2, 45}, {2, 200},
		       {2, 65535}, {9, 0},  {9, 3},  {65535, 44}};

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		add(c, (struct frame){.op = VSOCK_OP_RW,
				      .foreign = true,
				      .transport = headers[i].transport,
				      .transport_len = headers[i].len,
				      .len = 9});
	for (uint16_t op = 0; op <= 5; op++)
		add(c, (struct frame){.monitor_op = op,
				      .foreign = true,
				      .transport = VSOCK_TRANSPORT_NO_INFO});
}

static void mismatches(struct capture *c)
{
	struct frame frame = {.op = VSOCK_OP_RW, .len = 3};

	for (unsigned field = 0; field < 4; field++) {
		static const uint8_t place[] = {VSOCK_VIRTIO_SRC_CID, VSOCK_VIRTIO_DST_CID,
						VSOCK_VIRTIO_SRC_PORT, VSOCK_VIRTIO_DST_PORT};

		add(c, frame);
		capture_patch(c, VSOCK_MON_SIZE + place[field], 77, 4);
	}
	for (uint16_t op = 0; op <= 5; op++) {
		add(c, frame);
		capture_patch(c, VSOCK_MON_OP, op, 2);
	}
	add(c, frame);
	capture_patch(c, VSOCK_MON_RESERVED, 0xffff, 2);
}

static void addresses(struct capture *c)
{
	static const uint64_t cids[] = {
	    0, 1, 2, 3, UINT32_MAX, UINT64_C(1) << 32, UINT64_C(0x700000002), UINT64_MAX};
	static const uint32_t ports[] = {0, 22, 65536, UINT32_MAX};

	for (size_t i = 0; i < sizeof(cids) / sizeof(cids[0]); i++)
		for (size_t j = 0; j < sizeof(ports) / sizeof(ports[0]); j++)
			add(c, (struct frame){.src_cid = cids[i],
					      .dst_cid = cids[7 - i],
					      .src_port = ports[j],
					      .dst_port = ports[3 - j],
					      .addressed = true,
					      .op = VSOCK_OP_REQUEST});
}

/* `len` differs from the bytes that are there. */
static void lengths(struct capture *c)
{
	static const uint32_t lens[] = {0, 1, 2, 3, 65535, 65536, 65537, UINT32_MAX};

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct frame rw = {.op = VSOCK_OP_RW, .len = lens[i], .given = true, .payload = 3};
		struct frame reset = rw;

		reset.op = VSOCK_OP_RST;
		add(c, rw);
		add(c, reset);
		add(c, rw);
		if (lens[i] <= 65536)
			capture_claim(c, FRAME_HEADERS + lens[i]);
	}
}

/* One packet with eight bytes of payload, cut by every snap length. */
static void truncated(struct capture *c)
{
	for (uint32_t snaplen = 0; snaplen <= FRAME_HEADERS + 8; snaplen++) {
		add(c, (struct frame){.op = VSOCK_OP_RW, .len = 8, .buf_alloc = 262144});
		capture_cut(c, snaplen);
	}
}

/* The same without a snap length. */
static void malformed(struct capture *c)
{
	for (uint32_t length = 0; length <= FRAME_HEADERS + 8; length++) {
		add(c, (struct frame){.op = VSOCK_OP_RW, .len = 8, .buf_alloc = 262144});
		capture_cut(c, length);
		capture_claim(c, length);
	}
}

static const uint8_t hostile[] = "plain \033[31mred\033[0m \033]0;title\007 \x9b"
				 "2J \\ \" \xc3\xa4 \xff\n00:00:00.000000 1:1 > 2:2 RST\r\nend\r";

static void payloads(struct capture *c)
{
	static const char http[] = "GET /index.html HTTP/1.1\r\nHost: vsock\r\n\r\n";
	uint8_t all[256];

	for (unsigned i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	add_payload(c, http, sizeof(http) - 1);
	add_payload(c, hostile, sizeof(hostile) - 1);
	add_payload(c, all, sizeof(all));
	add_payload(c, all, 1);
	add(c, (struct frame){.op = VSOCK_OP_CREDIT_UPDATE, .buf_alloc = 65536, .fwd_cnt = 7});
	/* Surplus and shortage: only the packet's bytes may be shown. */
	add(c, (struct frame){.op = VSOCK_OP_RW, .len = 4, .given = true, .payload = 20});
	add(c, (struct frame){.op = VSOCK_OP_RW, .len = 40, .given = true, .payload = 20});
	add(c, (struct frame){.op = VSOCK_OP_RW, .len = 40});
	capture_cut(c, FRAME_HEADERS + 17);
}

static void times(struct capture *c)
{
	static const uint64_t when[] = {
	    UINT64_C(1700006398999999999), /* 2023-11-14 23:59:58, a nanosecond before the next */
	    UINT64_C(1700006399000000000), UINT64_C(1700006400000000001),
	    UINT64_C(1700006399500000000), /* backwards over midnight */
	    UINT64_C(1709208000123456789), /* a leap day */
	    UINT64_C(4294967295000000000), 0,
	    UINT64_C(1700006400000000001)};

	for (size_t i = 0; i < sizeof(when) / sizeof(when[0]); i++) {
		capture_time(c, when[i]);
		add(c, (struct frame){.op = VSOCK_OP_RW, .len = 1});
	}
}

/* Steps of a conversation: capitals are the client's. */
static const struct step {
	char letter;
	uint16_t op;
	uint32_t flags;
	uint32_t len;
} steps[] = {
    {'Q', VSOCK_OP_REQUEST, 0, 0},
    {'a', VSOCK_OP_RESPONSE, 0, 0},
    {'D', VSOCK_OP_RW, 0, 30},
    {'d', VSOCK_OP_RW, 0, 700},
    {'M', VSOCK_OP_RW, VSOCK_RW_EOM, 12},
    {'E', VSOCK_OP_RW, VSOCK_RW_EOM | VSOCK_RW_EOR, 4},
    {'u', VSOCK_OP_CREDIT_UPDATE, 0, 0},
    {'S', VSOCK_OP_SHUTDOWN, VSOCK_SHUTDOWN_SEND, 0},
    {'s', VSOCK_OP_SHUTDOWN, VSOCK_SHUTDOWN_SEND, 0},
    {'F', VSOCK_OP_SHUTDOWN, VSOCK_SHUTDOWN_BOTH, 0},
    {'f', VSOCK_OP_SHUTDOWN, VSOCK_SHUTDOWN_BOTH, 0},
    {'R', VSOCK_OP_RST, 0, 0},
    {'r', VSOCK_OP_RST, 0, 0},
};

static void add_step(struct capture *c, uint32_t port, uint16_t type, const struct step *step)
{
	bool client = step->letter >= 'A' && step->letter <= 'Z';

	add(c, (struct frame){.addressed = true,
			      .src_cid = client ? 3 : 2,
			      .dst_cid = client ? 2 : 3,
			      .src_port = client ? port : 22,
			      .dst_port = client ? 22 : port,
			      .type = type,
			      .op = step->op,
			      .flags = step->flags,
			      .len = step->len,
			      .buf_alloc = 262144});
}

/*
 * Packets between port `port` of 3 and host:22, one for each letter. A dot is a pause of a second.
 */
static void converse(struct capture *c, uint32_t port, uint16_t type, const char *letters)
{
	for (; *letters; letters++) {
		if (*letters == '.')
			capture_wait(c, 1000000000);
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			if (steps[i].letter == *letters)
				add_step(c, port, type, &steps[i]);
	}
}

/* Each state of a flow, and each way to get there. */
static void flows(struct capture *c)
{
	converse(c, 1001, VSOCK_TYPE_STREAM, "QaDudFr"); /* closed */
	converse(c, 1002, VSOCK_TYPE_STREAM, "Qr");      /* refused */
	converse(c, 1003, VSOCK_TYPE_STREAM, "Q");       /* timed out, because seconds follow */
	converse(c, 1004, VSOCK_TYPE_STREAM, "QaF.R");   /* forced by the closing side */
	converse(c, 1005, VSOCK_TYPE_STREAM, "QaDr");    /* reset */
	converse(c, 1006, VSOCK_TYPE_STREAM, "QaSd");    /* half-closed */
	converse(c, 1007, VSOCK_TYPE_STREAM, "Qaf");     /* closing */
	converse(c, 1008, VSOCK_TYPE_STREAM, "QaD.Qa");  /* superseded by a second epoch */
	converse(c, 1009, VSOCK_TYPE_STREAM, "dDd");     /* start not seen, roles by port */
	converse(c, 1010, VSOCK_TYPE_SEQPACKET, "QaDMEu");
	converse(c, 1011, VSOCK_TYPE_STREAM, "rrrrr"); /* a storm of RSTs opens no flow */
	converse(c, 1012, VSOCK_TYPE_STREAM, "QaSsr"); /* both halves, one by one */
	converse(c, 1013, 9, "Qr");
	converse(c, 1014, VSOCK_TYPE_STREAM, "...Q"); /* requested: no time to time out */
	converse(c, 1015, VSOCK_TYPE_STREAM, "QDd");  /* data instead of a RESPONSE */
}

static const struct {
	const char *name;
	void (*write)(struct capture *c);
	bool nanosecond;
} captures[] = {
    {"ops", ops, false},
    {"types", types, false},
    {"flags", flags, false},
    {"transports", transports, false},
    {"mismatches", mismatches, false},
    {"addresses", addresses, false},
    {"lengths", lengths, false},
    {"truncated", truncated, false},
    {"malformed", malformed, false},
    {"payloads", payloads, false},
    {"times", times, true},
    {"flows", flows, false},
    {"troubles", troubles, false},
    {"talk", talk, false},
    {"splits", splits, false},
    {"bare", bare, false},
};

int main(int argc, char **argv)
{
	char folder[4096];

	if (argc != 2) {
		fprintf(stderr, "usage: make-captures DIRECTORY\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(captures) / sizeof(captures[0]); i++) {
		struct capture c;

		capture_open(&c, argv[1], captures[i].name, captures[i].nanosecond);
		captures[i].write(&c);
		capture_close(&c);
	}
	/* In separate folders, because most tests need not read so much. */
	snprintf(folder, sizeof(folder), "%s/streams", argv[1]);
	write_streams(folder);
	snprintf(folder, sizeof(folder), "%s/cases", argv[1]);
	write_cases(folder);
	return 0;
}
