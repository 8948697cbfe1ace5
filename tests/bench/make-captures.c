/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the captures of the benchmark into a directory: make-captures DIRECTORY [PART [NAME]...].
 *
 * PART divides the numbers of packets and of flows, for measurements that take long for each
 * packet. Without a NAME, it writes all captures but the largest.
 *
 * Nothing depends on time, machine or chance, so every run writes the same bytes. The traffic is
 * healthy: connections are opened and used, and their credit never runs out. In each step one flow
 * sends something and gets an answer. The order of flows has no pattern that a processor could
 * guess, because with many flows, most of the work is to find them in memory.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/frame.h"

#define FIRST_SECOND     UINT64_C(1700000000)
#define PACKET_GAP_US    10
#define RECORD_HEADER    16
#define PAYLOAD_MAX      65536
#define BUF_ALLOC        262144
#define FEWEST_FLOWS     100
#define GUESTS           50
#define FIRST_GUEST      3
#define FIRST_GUEST_PORT 0x40000000

/* Their lengths. */
#define HTTP_REQUEST 44
#define HTTP_ANSWER  45

struct plan {
	const char *name;
	uint32_t flows;
	uint32_t packets;
	uint32_t asked;    /* payload bytes from client to server */
	uint32_t answered; /* and back; 0: a CREDIT_UPDATE */
	uint16_t type;
	uint32_t parts; /* SEQPACKET: packets of a message */
	uint32_t lost;  /* every 97th packet is missing if this is 97; 0: none is */
	bool http;      /* each payload is a request of HTTP or its answer */
};

/* 1.8 GB. */
#define LARGEST "flows-10m"

static const struct plan plans[] = {
    {"small", 100, 1290000, 20, 64, VSOCK_TYPE_STREAM, 1, 0, false},
    {"flows-100k", 100000, 1290000, 20, 64, VSOCK_TYPE_STREAM, 1, 0, false},
    {"flows-1m", 1000000, 3000000, 20, 64, VSOCK_TYPE_STREAM, 1, 0, false},
    {LARGEST, 10000000, 20000000, 20, 64, VSOCK_TYPE_STREAM, 1, 0, false},
    {"full", 100, 50000, 4096, 0, VSOCK_TYPE_STREAM, 1, 0, false},
    {"messages", 100, 600000, 64, 64, VSOCK_TYPE_SEQPACKET, 3, 0, false},
    {"lossy", 10000, 600000, 20, 64, VSOCK_TYPE_STREAM, 1, 97, false},
    {"calls", 100, 1290000, HTTP_REQUEST, HTTP_ANSWER, VSOCK_TYPE_STREAM, 1, 0, true},
    {"none", 100, 0, 0, 0, VSOCK_TYPE_STREAM, 1, 0, false},
};

struct maker {
	const struct plan *plan;
	FILE *file;
	uint32_t packets;
	uint32_t *sent[2]; /* bytes, by client and server, of each flow */
	uint32_t order;    /* state of the order of visits */
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void put_bytes(struct maker *m, const uint8_t *bytes, size_t length)
{
	if (fwrite(bytes, 1, length, m->file) != length)
		fail("write");
}

static void put_file_header(struct maker *m)
{
	uint8_t header[24] = {0};

	put_le(header, 0xa1b2c3d4, 4);
	put_le(header + 4, 2, 2);
	put_le(header + 6, 4, 2);
	put_le(header + 16, 262144, 4);
	put_le(header + 20, VSOCK_LINKTYPE, 4);
	put_bytes(m, header, sizeof(header));
}

static void put_http(uint8_t *payload, uint32_t length, uint32_t number)
{
	char text[128];

	if (length == HTTP_REQUEST)
		snprintf(text, sizeof(text), "GET /items/%07u HTTP/1.1\r\nHost: vsock\r\n\r\n",
			 number);
	else
		snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n%07u",
			 number);
	memcpy(payload, text, length);
}

static void put_packet(struct maker *m, const struct frame *frame)
{
	static uint8_t record[RECORD_HEADER + FRAME_HEADERS + PAYLOAD_MAX];
	uint8_t *payload = record + RECORD_HEADER + FRAME_HEADERS;
	uint64_t us = (uint64_t)m->packets * PACKET_GAP_US;
	uint32_t length = FRAME_HEADERS + frame->len;

	put_le(record, FIRST_SECOND + us / 1000000, 4);
	put_le(record + 4, us % 1000000, 4);
	put_le(record + 8, length, 4);
	put_le(record + 12, length, 4);
	frame_write(record + RECORD_HEADER, frame);
	memset(payload, 'a' + (int)(m->packets % 26), frame->len);
	/* No two payloads are alike: a repetition would look like one of the tap's. */
	if (m->plan->http)
		put_http(payload, frame->len, m->packets);
	else if (frame->len >= 8)
		put_le(payload, m->packets, 8);
	m->packets++;
	if (m->plan->lost == 0 || m->packets % m->plan->lost != 0)
		put_bytes(m, record, RECORD_HEADER + length);
}

static struct frame frame_of(const struct maker *m, uint32_t flow, bool from_client, uint16_t op)
{
	static const uint32_t services[] = {22, 80, 1024, 2222};
	uint32_t guest = FIRST_GUEST + flow % GUESTS;
	uint32_t port = FIRST_GUEST_PORT + flow;
	uint32_t service = services[flow / GUESTS % 4];
	struct frame f = FRAME(guest, VSOCK_CID_HOST, port, service, op, .buf_alloc = BUF_ALLOC);

	if (!from_client) {
		f.src_cid = VSOCK_CID_HOST;
		f.dst_cid = guest;
		f.src_port = service;
		f.dst_port = port;
	}
	f.type = m->plan->type;
	/* All earlier bytes were consumed. */
	f.fwd_cnt = m->sent[from_client][flow];
	return f;
}

static void say(struct maker *m, uint32_t flow, bool from_client, uint32_t length)
{
	uint16_t op = length ? VSOCK_OP_RW : VSOCK_OP_CREDIT_UPDATE;

	for (uint32_t part = 1; part <= m->plan->parts; part++) {
		struct frame f = frame_of(m, flow, from_client, op);

		f.len = length;
		if (f.type == VSOCK_TYPE_SEQPACKET && part == m->plan->parts)
			f.flags = VSOCK_RW_EOM;
		put_packet(m, &f);
		m->sent[!from_client][flow] += length;
	}
}

static void visit(struct maker *m, uint32_t flow, bool first)
{
	if (first) {
		struct frame request = frame_of(m, flow, true, VSOCK_OP_REQUEST);
		struct frame response = frame_of(m, flow, false, VSOCK_OP_RESPONSE);

		put_packet(m, &request);
		put_packet(m, &response);
		return;
	}
	say(m, flow, true, m->plan->asked);
	say(m, flow, false, m->plan->answered);
}

/* Each flow once, then each again in another order: a generator whose period is a power of two. */
static uint32_t next_flow(struct maker *m, uint32_t round)
{
	uint32_t period = 1;

	while (period < m->plan->flows)
		period *= 2;
	do
		m->order = (m->order * (1664525 + 4 * round) + 1013904223) & (period - 1);
	while (m->order >= m->plan->flows);
	return m->order;
}

static void make(const char *directory, const struct plan *plan)
{
	struct maker m = {.plan = plan};
	char path[4096];
	int length = snprintf(path, sizeof(path), "%s/%s.pcap", directory, plan->name);

	m.file = length > 0 && (size_t)length < sizeof(path) ? fopen(path, "wb") : NULL;
	if (!m.file)
		fail(directory);
	for (int i = 0; i < 2; i++)
		m.sent[i] = calloc(plan->flows, sizeof(*m.sent[i]));
	if (!m.sent[0] || !m.sent[1])
		fail("memory");
	put_file_header(&m);
	for (uint32_t round = 0; m.packets < plan->packets; round++)
		for (uint32_t i = 0; i < plan->flows && m.packets < plan->packets; i++)
			visit(&m, next_flow(&m, round), round == 0);
	if (fclose(m.file) != 0)
		fail(path);
	free(m.sent[0]);
	free(m.sent[1]);
}

static struct plan part_of(struct plan plan, uint32_t part)
{
	plan.packets /= part;
	if (plan.flows / part >= FEWEST_FLOWS)
		plan.flows /= part;
	else
		plan.flows = FEWEST_FLOWS;
	return plan;
}

static bool is_wanted(const char *name, char **names)
{
	if (!*names)
		return strcmp(name, LARGEST) != 0;
	while (*names && strcmp(name, *names) != 0)
		names++;
	return *names;
}

int main(int argc, char **argv)
{
	long part = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
	char **names = argc > 3 ? argv + 3 : argv + argc;

	if (argc < 2 || part < 1 || part > 100000) {
		fprintf(stderr, "usage: make-captures DIRECTORY [PART [NAME]...]\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		struct plan plan = part_of(plans[i], (uint32_t)part);

		if (is_wanted(plan.name, names))
			make(argv[1], &plan);
	}
	return 0;
}
