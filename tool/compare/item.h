/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet of one file that waits for the same packet of the other file. */
#ifndef VSOCKDUMP_COMPARE_ITEM_H
#define VSOCKDUMP_COMPARE_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/packet.h"

/* The two files. */
enum compare_file { FILE_A, FILE_B };

static inline enum compare_file other_file(enum compare_file file)
{
	return (enum compare_file)(file ^ 1);
}

/* The most packets, and bytes of their payload, that wait at a time, in all flows. */
#define COMPARE_ITEMS_MAX   (UINT32_C(1) << 18)
#define COMPARE_PAYLOAD_MAX (UINT32_C(64) << 20)

struct item {
	struct item *next;
	uint64_t number; /* in its file */
	uint64_t ts;
	uint64_t offset; /* RW: of its first byte in its sender's stream, by this file */
	/*
	 * The first `known` bytes of its payload; NULL without any. They belong to the frame, or to
	 * the item if it was kept.
	 */
	const uint8_t *data;
	uint32_t length; /* RW: bytes of the stream */
	uint32_t known;
	uint32_t taken; /* bytes that were compared already */
	uint32_t flags;
	uint32_t buf_alloc;
	uint32_t fwd_cnt;
	uint16_t op; /* enum vsock_op */
	uint16_t type;
	bool credit;   /* it has the two fields of credit, and they mean something */
	bool doubtful; /* bytes are not known because the kernel copies such payload wrongly */
	bool kept;
};

/* Memory for items. All zeros at first. */
struct item_store {
	struct item *spare;
	uint32_t count;   /* items that are kept */
	uint64_t payload; /* bytes */
	uint64_t most;    /* the highest value of `payload`, for tests */
};

/* A copy with its own data; NULL without room or memory. */
struct item *item_keep(struct item_store *store, const struct item *item);
void item_release(struct item_store *store, struct item *item);
void item_store_free(struct item_store *store);

static inline uint32_t item_left(const struct item *item)
{
	return item->length - item->taken;
}

/* What the bytes that are left and known are. */
static inline uint32_t item_known(const struct item *item)
{
	return item->known > item->taken ? item->known - item->taken : 0;
}

static inline bool item_is_data(const struct item *item)
{
	return item->op == VSOCK_OP_RW;
}

/* Whether the payload of the two is equal as far as both are known, up to n bytes. */
bool items_equal_bytes(const struct item *a, const struct item *b, uint32_t n);

/* The fields that may differ. */
enum header_field {
	HEADER_SAME,
	HEADER_TYPE,
	HEADER_OP,
	HEADER_FLAGS,
	HEADER_LENGTH,
	HEADER_BUF_ALLOC,
	HEADER_FWD_CNT,
};

/* The first field that differs. Fields that do not mean anything are not compared. */
enum header_field items_differ(const struct item *a, const struct item *b);
/* "fwd_cnt". */
const char *header_field_name(enum header_field field);
uint32_t header_field_value(enum header_field field, const struct item *item);

/* Both packets are the same in all that is known, and neither was compared in part. */
static inline bool items_same(const struct item *a, const struct item *b)
{
	return !a->taken && !b->taken && items_differ(a, b) == HEADER_SAME &&
	       items_equal_bytes(a, b, a->length);
}

/* The same, except for what their senders say about credit. */
bool items_alike(const struct item *a, const struct item *b);

#endif
