/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds the compiled programs of an expression, with and without optimisation, against its
 * syntax tree.
 *
 * A program may answer where the tree says VERDICT_CUT: it may look at less, and BPF rejects a
 * frame when a load fails. But it may accept such a frame only if it would accept it whatever the
 * bytes are that were cut.
 */
#ifndef TESTS_FILTER_CHECK_H
#define TESTS_FILTER_CHECK_H

#include <stdbool.h>

#include <pcap/pcap.h>

#include "pcap-vsockmon/filter/arena.h"
#include "tests/filter/evaluate.h"
#include "tests/filter/random.h"

struct checked {
	const char *expression;
	struct filter_arena arena;
	struct filter_node *tree;
	struct bpf_program programs[2]; /* plain, optimised */
	char refusal[PCAP_ERRBUF_SIZE];
};

enum checked_status {
	CHECKED_OPENED,
	CHECKED_REFUSED, /* the expression has a mistake, or is too long */
	CHECKED_BROKEN,  /* the compiler has one, and it is printed */
};

/*
 * Compiles the expression, which must live as long as `checked`. The programs must be valid for
 * libpcap and for the running kernel, and every refusal must say why and where. Only what is
 * CHECKED_OPENED is to be closed.
 */
enum checked_status checked_open(struct checked *checked, const char *expression);
void checked_close(struct checked *checked);

/*
 * What the tree says of the frame, in *verdict; false with a message when a program differs.
 * `whole` is the frame before it was cut, NULL if unknown; then random bytes are tried.
 */
bool checked_frame(const struct checked *checked, const struct sight *frame, const uint8_t *whole,
		   struct dice *dice, enum verdict *verdict);

#endif
