/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "condition": prepares the syntax tree for code. It pushes "not" down to the tests, and
 * turns each comparison of a field with a number into "is the field in this set".
 */
#ifndef PCAP_VSOCKMON_FILTER_CONDITION_H
#define PCAP_VSOCKMON_FILTER_CONDITION_H

#include "pcap-vsockmon/filter/arena.h"
#include "pcap-vsockmon/filter/condition-set.h"
#include "pcap-vsockmon/filter/tree.h"

enum filter_condition_kind {
	FILTER_CONDITION_ALL,        /* all parts are true; without parts it is true */
	FILTER_CONDITION_ANY,        /* one part is true; without parts it is false */
	FILTER_CONDITION_IN,         /* place & mask is in the set */
	FILTER_CONDITION_STARTSWITH, /* node is a FILTER_NODE_PREFIX */
	FILTER_CONDITION_CALCULATED, /* node is a FILTER_NODE_COMPARE that needs arithmetic */
};

/* What is known of each frame that reaches a test. */
struct filter_known {
	bool virtio;    /* FILTER_WORD_VIRTIO is written */
	bool payload;   /* FILTER_WORD_ROOM and FILTER_WORD_HEADER are */
	uint32_t shown; /* the frame has this many bytes of a virtio header */
};

struct filter_condition {
	enum filter_condition_kind kind;
	bool negated; /* never of ALL and ANY */
	bool outside; /* of IN: the place exists, and its number is not in the set */
	struct filter_condition **parts;
	size_t count, room;
	struct filter_place place;
	enum filter_direction direction;
	uint32_t mask; /* of a place of at most 4 bytes */
	struct filter_set set;
	const struct filter_node *node;
	struct filter_known known; /* of the stage "lower" */
};

/*
 * NULL without memory; then arena->failed is set. With `join`, the tests of one field in one list
 * are joined, even if other tests are between them: "port 22 or op rst or port 80" is "port in {22,
 * 80} or op rst". The joined test takes the place of the first of them. It reads the same bytes as
 * the first test, so nothing is read too early.
 */
struct filter_condition *filter_condition(struct filter_arena *arena,
					  const struct filter_node *tree, bool join);

#endif
