/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * differential [-s SEED] [-n EXPRESSIONS] [CAPTURE...]
 *
 * Random expressions, each on random frames and on frames of captures, whole and cut: what
 * libpcap's pcap_offline_filter() makes of the compiled program is what the syntax tree says. The
 * plain program agrees with the tree on each frame. The optimized one agrees on whole frames. Where
 * a frame is cut, it may accept more, as long as the whole frame could be accepted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "tests/filter/check.h"
#include "tests/filter/expression.h"
#include "tests/filter/frames.h"

#define RANDOM_FRAMES      30
#define REAL_FRAMES        10
#define FRAMES_PER_CAPTURE 200

struct tally {
	unsigned long expressions;
	unsigned long cuts; /* frames that were tried with each number of bytes */
	unsigned long verdicts[VERDICT_CUT + 1];
	unsigned long instructions[2];
};

/* The frame as it is, and cut somewhere. */
static bool whole_and_cut(const struct checked *checked, struct sight frame, struct dice *dice,
			  struct tally *tally)
{
	const uint8_t *whole = frame.captured == frame.on_wire ? frame.bytes : NULL;
	uint32_t most = frame.captured < 120 ? frame.captured : 120;
	enum verdict verdict;

	if (!checked_frame(checked, &frame, whole, dice, &verdict))
		return false;
	tally->verdicts[verdict]++;
	frame.captured = die(dice, most + 1);
	if (!checked_frame(checked, &frame, whole, dice, &verdict))
		return false;
	tally->verdicts[verdict]++;
	return true;
}

/* The frame with each number of bytes that it may have been cut to. */
static bool all_cuts(const struct checked *checked, struct sight frame, struct dice *dice,
		     struct tally *tally)
{
	const uint8_t *whole = frame.captured == frame.on_wire ? frame.bytes : NULL;
	uint32_t most = frame.captured < 120 ? frame.captured : 120;
	enum verdict verdict;

	for (uint32_t captured = 0; captured <= most; captured++) {
		frame.captured = captured;
		if (!checked_frame(checked, &frame, whole, dice, &verdict))
			return false;
		tally->cuts++;
	}
	return true;
}

static bool check_frames(const struct checked *checked, const struct frames *real,
			 struct dice *dice, struct tally *tally)
{
	uint8_t bytes[RANDOM_FRAME_MAX];
	bool right = true;

	for (int i = 0; right && i < RANDOM_FRAMES; i++) {
		uint32_t length = random_frame(bytes, dice);

		right = whole_and_cut(checked, (struct sight){bytes, length, length}, dice, tally);
	}
	if (right && real->count)
		right =
		    all_cuts(checked, real->frames[die(dice, (uint32_t)real->count)], dice, tally);
	else if (right)
		right = all_cuts(checked, (struct sight){bytes, RANDOM_FRAME_MAX, RANDOM_FRAME_MAX},
				 dice, tally);
	for (int i = 0; right && real->count && i < REAL_FRAMES; i++)
		right = whole_and_cut(checked, real->frames[die(dice, (uint32_t)real->count)], dice,
				      tally);
	return right;
}

static bool check(uint64_t seed, const struct frames *real, struct tally *tally)
{
	struct dice dice = {seed};
	struct checked checked;
	char expression[EXPRESSION_MAX];
	bool right;

	random_expression(expression, &dice);
	if (checked_open(&checked, expression) != CHECKED_OPENED) {
		printf("%s\n\tdoes not compile: %s\n", expression, checked.refusal);
		return false;
	}
	tally->expressions++;
	for (int i = 0; i < 2; i++)
		tally->instructions[i] += checked.programs[i].bf_len;
	right = check_frames(&checked, real, &dice, tally);
	checked_close(&checked);
	return right;
}

/* Verdicts of one kind only would mean that nothing was tested. */
static bool tested_enough(const struct tally *tally)
{
	unsigned long all = 0;

	for (int i = 0; i <= VERDICT_CUT; i++)
		all += tally->verdicts[i];
	for (int i = 0; i <= VERDICT_CUT; i++) {
		if (tally->verdicts[i] < all / 20) {
			printf("one of the verdicts came too seldom\n");
			return false;
		}
	}
	/* Optimisation that does nothing would pass all else. */
	return tally->instructions[1] < tally->instructions[0];
}

int main(int argc, char **argv)
{
	struct frames real = {0};
	struct tally tally = {0};
	uint64_t seed = 1;
	unsigned long count = 20000;
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
	for (int i = optind; right && i < argc; i++)
		right = frames_read(&real, argv[i], FRAMES_PER_CAPTURE);
	for (unsigned long i = 0; right && i < count; i++) {
		right = check(seed + i, &real, &tally);
		if (!right)
			printf("run again with -s %llu -n 1\n", (unsigned long long)(seed + i));
	}
	printf("%lu expressions: %lu accepted, %lu rejected, %lu cut, and %lu cuts; %lu "
	       "instructions, %lu optimised\n",
	       tally.expressions, tally.verdicts[VERDICT_TRUE], tally.verdicts[VERDICT_FALSE],
	       tally.verdicts[VERDICT_CUT], tally.cuts, tally.instructions[0],
	       tally.instructions[1]);
	right = right && (count < 1000 || tested_enough(&tally));
	frames_free(&real);
	return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
