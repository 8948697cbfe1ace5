/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/filter/check.h"

#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "pcap-vsockmon/filter/accepts.h"
#include "pcap-vsockmon/filter/error.h"
#include "pcap-vsockmon/filter/parse.h"
#include "pcap-vsockmon/pcap-vsockmon.h"

/* A refusal points into the expression, or at nothing, and says something printable. */
static bool good_refusal(const char *expression, int result, unsigned column, const char *errbuf)
{
	if (result != PCAP_ERROR || column > strlen(expression) + 1)
		return false;
	if (errbuf[0] == '\0' || (column && strncmp(errbuf, "column ", 7) != 0))
		return false;
	for (const char *c = errbuf; *c; c++)
		if (*c < ' ' || *c > '~')
			return false;
	return true;
}

/*
 * The kernel has more rules than libpcap's bpf_validate(), such as that memory is written before it
 * is read. It checks them for a socket of any kind. A program that is too large for the memory of a
 * socket, or a kernel that forbids the call, says nothing about the program.
 */
static bool kernel_takes(const struct bpf_program *program)
{
	static int sock = -1;
	struct sock_fprog wanted = {
	    .len = (unsigned short)program->bf_len,
	    .filter = (struct sock_filter *)program->bf_insns,
	};

	if (sock < 0)
		sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return setsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER, &wanted, sizeof(wanted)) == 0 ||
	       errno != EINVAL;
}

static bool valid(const struct bpf_program *program)
{
	return bpf_validate(program->bf_insns, (int)program->bf_len) && kernel_takes(program);
}

static bool parse(struct checked *checked)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	struct filter_error error = {.expression = checked->expression, .errbuf = errbuf};

	return filter_parse(&checked->tree, &checked->arena, NULL, NULL, &error);
}

enum checked_status checked_open(struct checked *checked, const char *expression)
{
	char *errbuf = checked->refusal;
	unsigned column;
	int plain, optimised;
	enum checked_status opened = CHECKED_BROKEN;

	*checked = (struct checked){.expression = expression};
	plain = pcap_vsockmon_compile(&checked->programs[0], expression, 0, NULL, &column, errbuf);
	optimised =
	    pcap_vsockmon_compile(&checked->programs[1], expression, 1, NULL, &column, errbuf);
	if (optimised != 0) {
		if (good_refusal(expression, optimised, column, errbuf) && plain == optimised)
			opened = CHECKED_REFUSED;
	} else if (parse(checked)) {
		opened = CHECKED_OPENED;
	}
	for (int i = 0; i < 2; i++) {
		const struct bpf_program *program = &checked->programs[i];

		if (program->bf_len && !valid(program))
			opened = CHECKED_BROKEN;
	}
	if (opened == CHECKED_BROKEN)
		printf("%s\n\tbad program or refusal: %s\n", expression, errbuf);
	if (opened != CHECKED_OPENED)
		checked_close(checked);
	return opened;
}

void checked_close(struct checked *checked)
{
	pcap_freecode(&checked->programs[0]);
	pcap_freecode(&checked->programs[1]);
	filter_arena_free(&checked->arena);
}

/* Whether the tree accepts the frame with these bytes behind what was captured. */
static bool accepts_whole(const struct checked *checked, const struct sight *frame,
			  const uint8_t *whole)
{
	struct sight sight = {whole, frame->on_wire, frame->on_wire};

	/* A frame too short for a monitor header stays cut. */
	return evaluate(checked->tree, &sight) != VERDICT_FALSE;
}

static bool accepts_any(const struct checked *checked, const struct sight *frame, struct dice *dice)
{
	uint8_t *whole = malloc(frame->on_wire + 1);
	bool accepts = whole;

	for (int tries = 0; accepts && tries < 4; tries++) {
		memcpy(whole, frame->bytes, frame->captured);
		for (uint32_t i = frame->captured; i < frame->on_wire; i++)
			whole[i] = (uint8_t)roll(dice);
		accepts = accepts_whole(checked, frame, whole);
	}
	free(whole);
	return accepts;
}

static void explain(const struct checked *checked, int optimised, const struct sight *frame,
		    enum verdict verdict, bool accepted)
{
	static const char *const verdicts[] = {"false", "true", "cut"};

	printf("%s\n\t%s program %s, tree says %s; %u bytes of %u:\n\t", checked->expression,
	       optimised ? "optimised" : "plain", accepted ? "accepts" : "rejects",
	       verdicts[verdict], frame->captured, frame->on_wire);
	for (uint32_t i = 0; i < frame->captured && i < 128; i++)
		printf("%02x%s", frame->bytes[i], i % 4 == 3 ? " " : "");
	printf("\n");
	bpf_dump(&checked->programs[optimised], 1);
}

bool checked_frame(const struct checked *checked, const struct sight *frame, const uint8_t *whole,
		   struct dice *dice, enum verdict *verdict)
{
	*verdict = evaluate(checked->tree, frame);
	for (int i = 0; i < 2; i++) {
		const struct bpf_program *program = &checked->programs[i];
		bool accepted, right;

		if (program->bf_len == 0)
			continue; /* too long without optimisation */
		accepted = filter_accepts(program, frame->bytes, frame->on_wire, frame->captured);
		/* Only an optimized program may leave out a test of bytes that were cut off. */
		right = accepted == (*verdict == VERDICT_TRUE);
		if (i == 1 && *verdict == VERDICT_CUT && accepted)
			right = accepts_any(checked, frame, dice) &&
				(!whole || accepts_whole(checked, frame, whole));
		if (!right) {
			explain(checked, i, frame, *verdict, accepted);
			return false;
		}
	}
	return true;
}
