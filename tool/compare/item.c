/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/compare/item.h"

#include <stdlib.h>
#include <string.h>

static struct item *take_spare(struct item_store *store)
{
	struct item *item = store->spare;

	if (!item)
		return malloc(sizeof(*item));
	store->spare = item->next;
	return item;
}

static void put_spare(struct item_store *store, struct item *item)
{
	item->next = store->spare;
	store->spare = item;
}

static bool copy_data(struct item_store *store, struct item *item)
{
	uint8_t *copy;

	if (item->known == 0) {
		item->data = NULL;
		return true;
	}
	if (store->payload + item->known > COMPARE_PAYLOAD_MAX)
		return false;
	copy = malloc(item->known);
	if (!copy)
		return false;
	memcpy(copy, item->data, item->known);
	item->data = copy;
	store->payload += item->known;
	if (store->payload > store->most)
		store->most = store->payload;
	return true;
}

struct item *item_keep(struct item_store *store, const struct item *item)
{
	struct item *kept;

	if (store->count >= COMPARE_ITEMS_MAX)
		return NULL;
	kept = take_spare(store);
	if (!kept)
		return NULL;
	*kept = *item;
	kept->next = NULL;
	kept->kept = true;
	if (!copy_data(store, kept)) {
		put_spare(store, kept);
		return NULL;
	}
	store->count++;
	return kept;
}

void item_release(struct item_store *store, struct item *item)
{
	if (!item)
		return;
	if (item->data)
		store->payload -= item->known;
	free((void *)(uintptr_t)item->data);
	store->count--;
	put_spare(store, item);
}

void item_store_free(struct item_store *store)
{
	while (store->spare) {
		struct item *item = store->spare;

		store->spare = item->next;
		free(item);
	}
}

bool items_equal_bytes(const struct item *a, const struct item *b, uint32_t n)
{
	uint32_t known = item_known(a) < item_known(b) ? item_known(a) : item_known(b);

	if (known < n)
		n = known;
	return n == 0 || memcmp(a->data + a->taken, b->data + b->taken, n) == 0;
}

enum header_field items_differ(const struct item *a, const struct item *b)
{
	if (a->op != b->op)
		return HEADER_OP;
	/* An RST copies its type from what it answers. */
	if (a->type != b->type && a->op != VSOCK_OP_RST)
		return HEADER_TYPE;
	if (a->length != b->length)
		return HEADER_LENGTH;
	if (a->flags != b->flags)
		return HEADER_FLAGS;
	if (!a->credit || !b->credit)
		return HEADER_SAME;
	if (a->buf_alloc != b->buf_alloc)
		return HEADER_BUF_ALLOC;
	return a->fwd_cnt != b->fwd_cnt ? HEADER_FWD_CNT : HEADER_SAME;
}

bool items_alike(const struct item *a, const struct item *b)
{
	enum header_field field = items_differ(a, b);

	return (field == HEADER_SAME || field == HEADER_BUF_ALLOC || field == HEADER_FWD_CNT) &&
	       items_equal_bytes(a, b, a->length);
}

static const char *const names[] = {
    [HEADER_SAME] = "",           [HEADER_TYPE] = "type",  [HEADER_OP] = "op",
    [HEADER_FLAGS] = "flags",     [HEADER_LENGTH] = "len", [HEADER_BUF_ALLOC] = "buf_alloc",
    [HEADER_FWD_CNT] = "fwd_cnt",
};

const char *header_field_name(enum header_field field)
{
	return names[field];
}

uint32_t header_field_value(enum header_field field, const struct item *item)
{
	switch (field) {
	case HEADER_TYPE:
		return item->type;
	case HEADER_OP:
		return item->op;
	case HEADER_FLAGS:
		return item->flags;
	case HEADER_LENGTH:
		return item->length;
	case HEADER_BUF_ALLOC:
		return item->buf_alloc;
	case HEADER_FWD_CNT:
		return item->fwd_cnt;
	default:
		return 0;
	}
}
