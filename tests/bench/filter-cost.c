/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter-cost [-v] [-n EXPRESSIONS] MAN-PAGE CAPTURE...
 *
 * Measures what the filters of a manual page, and the random expressions of the differential tests,
 * cost on the packets of captures: how long the programs are, and how many instructions of them run
 * for a packet. With -v it also prints each filter of the page.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tests/bench/filter-count.h"
#include "tests/filter/examples.h"
#include "tests/filter/expression.h"
#include "tests/filter/frames.h"

#define FRAMES_PER_CAPTURE 500

struct cost {
	unsigned long filters, length, packets, instructions;
	unsigned longest;
};

static bool add(struct cost *cost, const char *expression, const struct frames *frames,
		bool verbose)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	struct bpf_program program;
	unsigned long instructions = 0;

	if (pcap_vsockmon_compile(&program, expression, 1, NULL, NULL, errbuf) != 0) {
		fprintf(stderr, "%s: %s\n", expression, errbuf);
		return false;
	}
	for (size_t i = 0; i < frames->count; i++) {
		const struct sight *frame = &frames->frames[i];

		instructions +=
		    filter_count(program.bf_insns, frame->bytes, frame->captured).instructions;
	}
	if (verbose)
		printf("%5u %7.1f  %s\n", program.bf_len,
		       (double)instructions / (double)frames->count, expression);
	cost->filters++;
	cost->length += program.bf_len;
	cost->packets += frames->count;
	cost->instructions += instructions;
	if (program.bf_len > cost->longest)
		cost->longest = program.bf_len;
	pcap_freecode(&program);
	return true;
}

static bool add_examples(struct cost *cost, const char *path, const struct frames *frames,
			 bool verbose)
{
	FILE *page = fopen(path, "r");
	char line[EXAMPLE_MAX];
	bool good = page;

	while (good && example_next(page, line))
		good = add(cost, line, frames, verbose);
	if (page)
		fclose(page);
	return good;
}

static bool add_random(struct cost *cost, unsigned long count, const struct frames *frames)
{
	char expression[EXPRESSION_MAX];
	bool good = true;

	for (unsigned long i = 0; good && i < count; i++) {
		struct dice dice = {i + 1};

		random_expression(expression, &dice);
		good = add(cost, expression, frames, false);
	}
	return good;
}

static void print(const char *what, const struct cost *cost)
{
	if (cost->packets == 0)
		return;
	printf("%s: %lu filters, %.1f instructions long, the longest %u; %.2f run per packet\n",
	       what, cost->filters, (double)cost->length / (double)cost->filters, cost->longest,
	       (double)cost->instructions / (double)cost->packets);
}

int main(int argc, char **argv)
{
	struct cost examples = {0}, random = {0};
	struct frames frames = {0};
	unsigned long count = 2000;
	bool verbose = false;
	bool good = true;
	int option;

	while ((option = getopt(argc, argv, "vn:")) != -1) {
		if (option == 'n')
			count = strtoul(optarg, NULL, 10);
		else if (option == 'v')
			verbose = true;
		else
			return 2;
	}
	for (int i = optind + 1; good && i < argc; i++)
		good = frames_read(&frames, argv[i], FRAMES_PER_CAPTURE);
	good = good && frames.count > 0 &&
	       add_examples(&examples, argv[optind], &frames, verbose) &&
	       add_random(&random, count, &frames);
	printf("%zu packets\n", frames.count);
	print("manual page", &examples);
	print("random", &random);
	frames_free(&frames);
	return good && examples.filters > 10 ? EXIT_SUCCESS : EXIT_FAILURE;
}
