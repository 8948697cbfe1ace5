/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between the stages "parse" and "condition": the syntax tree of an expression. It says what the
 * expression asks about the fields of a frame, but not how BPF answers that. So the tests can
 * evaluate it directly, and compare the compiled programs with the result.
 *
 * What a test means, for a frame of `on_wire` bytes, if the first `captured` of them were captured:
 *
 * - A place *exists* when the frame reaches its end. The monitor header always exists. A place in
 *   the virtio header exists when the monitor header announces virtio with at least 44 bytes and
 *   enough for the place, and `on_wire` reaches its end. Payload begins after the header that the
 *   monitor header announces. It ends with virtio's `len` or with `on_wire`, whichever comes first.
 *   A transport other than virtio has no `len`. A frame that says virtio with less than 44 bytes
 *   has no payload.
 * - A test of a place that does not exist is false.
 * - A test of bytes that exist but were not captured rejects the frame, whatever else the
 *   expression says: a BPF program ends at such a load.
 */
#ifndef PCAP_VSOCKMON_FILTER_TREE_H
#define PCAP_VSOCKMON_FILTER_TREE_H

#include <stdbool.h>
#include <stdint.h>

/* What offsets count from. */
enum filter_area {
	FILTER_AREA_MONITOR, /* the monitor header: within its 32 bytes, so it always exists */
	FILTER_AREA_FRAME,   /* the monitor header, beyond its 32 bytes */
	FILTER_AREA_VIRTIO,  /* the virtio header */
	FILTER_AREA_PAYLOAD, /* the payload */
};

/* Where a number is in the frame, and how it is written there. */
struct filter_place {
	enum filter_area area;
	uint32_t offset;
	uint8_t size; /* 1, 2, 4 or 8 bytes */
	bool little;  /* little-endian */
};

/* The end of a packet that a CID or port belongs to. */
enum filter_direction {
	FILTER_DIRECTION_ONE, /* the place itself, not one of a pair */
	/* The place is the sender's, and the receiver's follows it: */
	FILTER_DIRECTION_EITHER, /* one of the two must pass the test */
	FILTER_DIRECTION_BOTH,   /* both must pass it */
};

enum filter_relation {
	FILTER_RELATION_EQ,
	FILTER_RELATION_NE,
	FILTER_RELATION_LT,
	FILTER_RELATION_LE,
	FILTER_RELATION_GT,
	FILTER_RELATION_GE,
};

/* All in wrapping 32-bit arithmetic. Divisors are numbers above 0, shifts numbers below 32. */
enum filter_operator {
	FILTER_OPERATOR_ADD,
	FILTER_OPERATOR_SUBTRACT,
	FILTER_OPERATOR_MULTIPLY,
	FILTER_OPERATOR_DIVIDE,
	FILTER_OPERATOR_REMAINDER,
	FILTER_OPERATOR_BIT_AND,
	FILTER_OPERATOR_BIT_OR,
	FILTER_OPERATOR_BIT_XOR,
	FILTER_OPERATOR_SHIFT_LEFT,
	FILTER_OPERATOR_SHIFT_RIGHT,
};

enum filter_node_kind {
	/* Conditions: */
	FILTER_NODE_AND,     /* all of a list of conditions: left is the first, right the last */
	FILTER_NODE_OR,      /* one of a list */
	FILTER_NODE_NOT,     /* left */
	FILTER_NODE_COMPARE, /* left `relation` right, values; only two numbers begin with one */
	FILTER_NODE_RANGE,   /* left, a PLACE, is between `low` and `high` */
	FILTER_NODE_PREFIX,  /* the payload begins with `bytes` */
	/* Values: */
	FILTER_NODE_NUMBER,     /* low */
	FILTER_NODE_PLACE,      /* the number at `place` */
	FILTER_NODE_ARITHMETIC, /* left `operation` right */
};

struct filter_node {
	enum filter_node_kind kind;
	uint16_t depth;    /* 1 for a node without children */
	const char *where; /* its first character in the expression */
	struct filter_node *left, *right;
	struct filter_node *next; /* in its parent's list */
	enum filter_relation relation;
	enum filter_operator operation;
	struct filter_place place;
	enum filter_direction direction; /* of a PLACE */
	uint64_t low, high;
	const uint8_t *bytes;
	uint32_t count; /* of bytes */
};

/*
 * Expressions that nest deeper are refused, so recursion over a tree needs little stack. A list of
 * any length nests once. "a or b and c or d" nests three times: it is ((a or b) and c) or d.
 */
#define FILTER_MAX_DEPTH 200

static inline bool filter_is_value(const struct filter_node *node)
{
	return node->kind >= FILTER_NODE_NUMBER;
}

/* The receiver's place of a pair; `place` is the sender's. */
static inline struct filter_place filter_receiver(struct filter_place sender)
{
	sender.offset += sender.size;
	return sender;
}

/* The largest number that a place can hold. */
static inline uint64_t filter_place_max(const struct filter_place *place)
{
	return UINT64_MAX >> (64 - 8 * place->size);
}

#endif
