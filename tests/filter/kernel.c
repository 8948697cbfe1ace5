/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel [-s SEED] [-n EXPRESSIONS]
 *
 * The kernel has a checker, an interpreter and a compiler of BPF of its own. A filter on any
 * socket is run by them, so a pair of UNIX datagram sockets shows, without privilege, what the
 * kernel makes of programs for vsock: it must take each, and judge frames as libpcap does.
 */
#include <linux/filter.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "pcap-vsockmon/filter/accepts.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tests/filter/expression.h"
#include "tests/filter/frames.h"

#define FRAMES 20

_Static_assert(sizeof(struct sock_filter) == sizeof(struct bpf_insn), "instructions are the same");

static bool attach(int receiver, const struct bpf_program *program)
{
	struct sock_fprog filter = {(unsigned short)program->bf_len,
				    (struct sock_filter *)program->bf_insns};

	if (setsockopt(receiver, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == 0)
		return true;
	perror("SO_ATTACH_FILTER");
	return false;
}

/* Whether a frame comes through; -1 after an error. */
static int passes(const int sockets[2], const uint8_t *frame, uint32_t length)
{
	uint8_t received[RANDOM_FRAME_MAX];

	if (send(sockets[0], frame, length, 0) != (ssize_t)length) {
		perror("send");
		return -1;
	}
	return recv(sockets[1], received, sizeof(received), MSG_DONTWAIT) >= 0;
}

static bool agrees(const int sockets[2], const struct bpf_program *program, struct dice *dice,
		   unsigned long passed[2])
{
	for (int i = 0; i < FRAMES; i++) {
		uint8_t frame[RANDOM_FRAME_MAX];
		uint32_t length = random_frame(frame, dice);
		bool accepted = filter_accepts(program, frame, length, length);

		if (length == 0)
			continue; /* received or not, an empty datagram is nothing */
		if (passes(sockets, frame, length) != accepted) {
			printf("libpcap %s frame %d\n", accepted ? "accepts" : "rejects", i);
			return false;
		}
		passed[accepted]++;
	}
	return true;
}

static bool check(uint64_t seed, int optimise, unsigned long passed[2])
{
	struct dice dice = {seed};
	char expression[EXPRESSION_MAX], errbuf[PCAP_ERRBUF_SIZE];
	struct bpf_program program;
	int sockets[2];
	bool right;

	random_expression(expression, &dice);
	if (pcap_vsockmon_compile(&program, expression, optimise, NULL, NULL, errbuf) != 0) {
		printf("%s\n\t%s\n", expression, errbuf);
		return false;
	}
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets) != 0) {
		perror("socketpair");
		pcap_freecode(&program);
		return false;
	}
	right = attach(sockets[1], &program) && agrees(sockets, &program, &dice, passed);
	if (!right)
		printf("%s\n", expression);
	close(sockets[0]);
	close(sockets[1]);
	pcap_freecode(&program);
	return right;
}

int main(int argc, char **argv)
{
	unsigned long passed[2] = {0};
	uint64_t seed = 1;
	unsigned long count = 1000;
	bool right = true;
	int option;

	while ((option = getopt(argc, argv, "s:n:")) != -1) {
		if (option == 's')
			seed = strtoull(optarg, NULL, 10);
		else if (option == 'n')
			count = strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	for (unsigned long i = 0; right && i < count; i++) {
		right = check(seed + i, 0, passed) && check(seed + i, 1, passed);
		if (!right)
			printf("run again with -s %llu -n 1\n", (unsigned long long)(seed + i));
	}
	printf("%lu frames came through, %lu did not\n", passed[1], passed[0]);
	return right && passed[0] && passed[1] ? EXIT_SUCCESS : EXIT_FAILURE;
}
