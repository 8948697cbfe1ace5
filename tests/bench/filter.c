/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures how many BPF instructions a packet costs: in programs of pcap_vsockmon_compile(), and in
 * libpcap's programs for the same question, written by hand with offsets and swapped numbers.
 *
 * The packets are those of three guests that talk with the host on four ports. The two programs
 * must agree on each packet, because they must answer the same question. Those by hand do not
 * handle virtio headers of an unusual length, which no kernel makes.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tests/bench/filter-count.h"
#include "tests/unit/frame.h"

static const struct question {
	const char *expression;
	const char *by_hand;
} questions[] = {
    {"port 22", "link[16:4] = 0x16000000 or link[20:4] = 0x16000000"},
    {"not port 22", "not (link[16:4] = 0x16000000 or link[20:4] = 0x16000000)"},
    {"port 22 or 80 or 443 or 1024",
     "link[16:4] = 0x16000000 or link[20:4] = 0x16000000 or link[16:4] = 0x50000000 or "
     "link[20:4] = 0x50000000 or link[16:4] = 0xbb010000 or link[20:4] = 0xbb010000 or "
     "link[16:4] = 0x00040000 or link[20:4] = 0x00040000"},
    {"dst portrange 1024-65535", "link[22:2] = 0 and link[21] >= 4"},
    {"cid 3", "(link[0:4] = 0x03000000 and link[4:4] = 0) or "
	      "(link[8:4] = 0x03000000 and link[12:4] = 0)"},
    {"between 3 and host:1024",
     "(link[0:4] = 0x03000000 and link[4:4] = 0 and link[8:4] = 0x02000000 and link[12:4] = 0 and "
     "link[20:4] = 0x00040000) or (link[8:4] = 0x03000000 and link[12:4] = 0 and "
     "link[0:4] = 0x02000000 and link[4:4] = 0 and link[16:4] = 0x00040000)"},
    {"op connect or disconnect", "link[24:2] = 0x0100 or link[24:2] = 0x0200"},
    {"op rst", "link[26:4] = 0x02002c00 and link[62:2] = 0x0300"},
    {"op rw and len > 4096",
     "link[26:4] = 0x02002c00 and link[62:2] = 0x0500 and (link[58:2] != 0 or link[57] > 0x10 or "
     "(link[57] = 0x10 and link[56] > 0))"},
    {"payload startswith \"GET \"",
     "link[26:4] = 0x02002c00 and (link[56:4] & 0x00ffffff != 0 or link[56] >= 4) and "
     "link[76:4] = 0x47455420"},
};

struct packet {
	uint8_t bytes[FRAME_HEADERS + 16];
	uint32_t length;
};

#define MAX_PACKETS 512

/* One packet each way, with these bytes after the headers. */
static size_t add_both(struct packet *packets, size_t count, struct frame frame, const char *text)
{
	struct frame back = frame;
	size_t length = strlen(text);

	back.src_cid = frame.dst_cid;
	back.dst_cid = frame.src_cid;
	back.src_port = frame.dst_port;
	back.dst_port = frame.src_port;
	for (int i = 0; i < 2; i++) {
		struct packet *p = &packets[count++];

		frame_write(p->bytes, i ? &back : &frame);
		memcpy(p->bytes + FRAME_HEADERS, text, length);
		p->length = (uint32_t)(FRAME_HEADERS + length);
	}
	return count;
}

static size_t make_packets(struct packet *packets)
{
	static const uint32_t cids[] = {3, 4, 5};
	static const uint32_t ports[] = {22, 80, 1024, 2222};
	size_t count = 0;

	for (size_t c = 0; c < 3; c++) {
		for (size_t p = 0; p < 4; p++) {
			struct frame f = FRAME(cids[c], 2, 0xc0000000 + 77 * (uint32_t)(c + p),
					       ports[p], VSOCK_OP_REQUEST, .buf_alloc = 262144);

			for (f.op = VSOCK_OP_REQUEST; f.op < VSOCK_OPS; f.op++)
				if (f.op != VSOCK_OP_RW)
					count = add_both(packets, count, f, "");
			f.op = VSOCK_OP_RW;
			f.len = 14;
			count = add_both(packets, count, f, "GET / HTTP/1.1");
			f.len = 5;
			count = add_both(packets, count, f, "hello");
			f.len = 65536;
			count = add_both(packets, count, f, "POST / HTTP/1.1");
		}
	}
	return count;
}

struct cost {
	unsigned long instructions[2], packets[2]; /* of rejected and of accepted packets */
};

static double mean(const struct cost *cost, int accepted)
{
	if (cost->packets[accepted] == 0)
		return 0;
	return (double)cost->instructions[accepted] / (double)cost->packets[accepted];
}

static bool accepts(struct cost *cost, const struct bpf_program *program, const struct packet *p)
{
	struct run run = filter_count(program->bf_insns, p->bytes, p->length);
	bool accepted = run.result != 0;

	cost->instructions[accepted] += run.instructions;
	cost->packets[accepted]++;
	return accepted;
}

static bool compare(const struct question *question, const struct bpf_program *ours,
		    const struct bpf_program *theirs, const struct packet *packets, size_t count)
{
	struct cost our_cost = {0}, their_cost = {0};

	for (size_t i = 0; i < count; i++) {
		if (accepts(&our_cost, ours, &packets[i]) !=
		    accepts(&their_cost, theirs, &packets[i])) {
			fprintf(stderr, "%s: another question by hand\n", question->expression);
			return false;
		}
	}
	printf("%-30s %7u %8.1f %8.1f %9u %8.1f %8.1f\n", question->expression, ours->bf_len,
	       mean(&our_cost, 1), mean(&our_cost, 0), theirs->bf_len, mean(&their_cost, 1),
	       mean(&their_cost, 0));
	return true;
}

static bool measure(const struct question *question, pcap_t *dead, const struct packet *packets,
		    size_t count)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	struct bpf_program ours, theirs;
	bool compared;

	if (pcap_vsockmon_compile(&ours, question->expression, 1, NULL, NULL, errbuf) != 0) {
		fprintf(stderr, "%s: %s\n", question->expression, errbuf);
		return false;
	}
	if (pcap_compile(dead, &theirs, question->by_hand, 1, PCAP_NETMASK_UNKNOWN) != 0) {
		fprintf(stderr, "%s: %s\n", question->by_hand, pcap_geterr(dead));
		pcap_freecode(&ours);
		return false;
	}
	compared = compare(question, &ours, &theirs, packets, count);
	pcap_freecode(&ours);
	pcap_freecode(&theirs);
	return compared;
}

int main(void)
{
	static struct packet packets[MAX_PACKETS];
	size_t count = make_packets(packets);
	pcap_t *dead = pcap_open_dead(DLT_VSOCK, 262144);
	bool measured = dead;

	printf(
	    "%zu packets; instructions of the program, and run per accepted and rejected packet\n",
	    count);
	printf("%-30s %25s %27s\n", "", "this library", "link[...] by hand");
	printf("%-30s %7s %8s %8s %9s %8s %8s\n", "expression", "program", "accept", "reject",
	       "program", "accept", "reject");
	for (size_t i = 0; measured && i < sizeof(questions) / sizeof(questions[0]); i++)
		measured = measure(&questions[i], dead, packets, count);
	if (dead)
		pcap_close(dead);
	return measured ? EXIT_SUCCESS : EXIT_FAILURE;
}
