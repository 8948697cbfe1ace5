/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an expression says of a frame, straight from its syntax tree, as pcap-vsockmon/filter/tree.h
 * defines it. Slow, simple and without any of the compiler's ideas, so that the two fail
 * differently.
 */
#ifndef TESTS_FILTER_EVALUATE_H
#define TESTS_FILTER_EVALUATE_H

#include <stddef.h>
#include <stdint.h>

#include "pcap-vsockmon/filter/tree.h"

enum verdict {
	VERDICT_FALSE,
	VERDICT_TRUE,
	VERDICT_CUT, /* a byte was asked for that is there, but not captured */
};

struct sight {
	const uint8_t *bytes;
	uint32_t captured;
	uint32_t on_wire; /* at least captured */
};

/* From left to right, and no further than needed. An empty expression is a NULL tree. */
enum verdict evaluate(const struct filter_node *tree, const struct sight *frame);

#endif
