/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each of the three tables is a list of blocks, so that it grows without a copy. The index gives
 * the first row of each frame number. If a packet has several vsock layers, its rows are neighbors.
 */
#include "dissector/wireshark.h"

#include "dissector/packet-table.h"

#include <epan/frame_data.h>
#include <epan/wmem_scopes.h>

#define BLOCK_BITS 10
#define BLOCK_SIZE (1u << BLOCK_BITS)

G_STATIC_ASSERT(sizeof(struct packet_row) == 64);

struct table {
	GPtrArray *blocks; /* each is NULL until one of its items is used */
	size_t item_size;
	uint32_t last; /* the highest item in use */
};

static struct table rows = {.item_size = sizeof(struct packet_row)};
static struct table extras = {.item_size = sizeof(struct packet_extra)};
static struct table numbers = {.item_size = sizeof(uint32_t)};

static void open_table(struct table *table)
{
	table->blocks = g_ptr_array_new();
	table->last = 0;
}

static void close_table(struct table *table)
{
	if (table->blocks)
		g_ptr_array_free(table->blocks, TRUE);
	table->blocks = NULL;
	table->last = 0;
}

void packet_table_open(void)
{
	open_table(&rows);
	open_table(&extras);
	open_table(&numbers);
}

void packet_table_close(void)
{
	close_table(&rows);
	close_table(&extras);
	close_table(&numbers);
}

/* The item, which must be in use. */
static inline void *item_at(const struct table *table, uint32_t item)
{
	char *block = g_ptr_array_index(table->blocks, item >> BLOCK_BITS);

	return block + (item & (BLOCK_SIZE - 1)) * table->item_size;
}

/* Takes the item into use: it has zeros if it is new. */
static void *use_item(struct table *table, uint32_t item)
{
	guint block = item >> BLOCK_BITS;

	if (block >= table->blocks->len)
		g_ptr_array_set_size(table->blocks, (gint)block + 1);
	if (!g_ptr_array_index(table->blocks, block))
		g_ptr_array_index(table->blocks, block) =
		    wmem_alloc0(wmem_file_scope(), BLOCK_SIZE * table->item_size);
	table->last = MAX(table->last, item);
	return item_at(table, item);
}

static uint32_t row_of_number(uint32_t number)
{
	guint block = number >> BLOCK_BITS;

	if (!numbers.blocks || block >= numbers.blocks->len ||
	    !g_ptr_array_index(numbers.blocks, block))
		return 0;
	return *(uint32_t *)item_at(&numbers, number);
}

struct packet_row *packet_table_row(uint32_t row)
{
	return item_at(&rows, row);
}

static bool is_row_of(uint32_t row, const packet_info *pinfo)
{
	const struct packet_row *r;

	if (row == 0 || row > rows.last)
		return false;
	r = packet_table_row(row);
	return r->number == pinfo->fd->num && r->file_offset == (uint32_t)pinfo->fd->file_off;
}

uint32_t packet_table_append(const packet_info *pinfo)
{
	uint32_t row = rows.last + 1;
	struct packet_row *r = use_item(&rows, row);

	r->number = pinfo->fd->num;
	r->file_offset = (uint32_t)pinfo->fd->file_off;
	r->layer = pinfo->curr_layer_num;
	return row;
}

void packet_table_publish(uint32_t row)
{
	const struct packet_row *r = packet_table_row(row);
	uint32_t *first = use_item(&numbers, r->number);
	const struct packet_row *before = *first ? packet_table_row(*first) : NULL;

	if (!before || before->file_offset != r->file_offset)
		*first = row;
}

uint32_t packet_table_find_first(const packet_info *pinfo)
{
	uint32_t row = row_of_number(pinfo->fd->num);

	return is_row_of(row, pinfo) ? row : 0;
}

uint32_t packet_table_find(const packet_info *pinfo, uint8_t layer)
{
	uint32_t row = packet_table_find_first(pinfo);

	while (is_row_of(row, pinfo)) {
		if (packet_table_row(row)->layer == layer)
			return row;
		row++;
	}
	return 0;
}

const struct packet_extra *packet_table_find_extra(const struct packet_row *row)
{
	return item_at(&extras, row->extra);
}

struct packet_extra *packet_table_extra(struct packet_row *row)
{
	struct packet_extra *extra;

	if (row->extra)
		return item_at(&extras, row->extra);
	row->extra = extras.last + 1;
	extra = use_item(&extras, row->extra);
	extra->handshake_ns = -1;
	return extra;
}
