/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/flow-index.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE UINT32_C(1024)

static struct vsock_flow_entry *entries_new(uint32_t size)
{
	struct vsock_flow_entry *entries = malloc((size_t)size * sizeof(*entries));

	_Static_assert(VSOCK_NO_SLOT == UINT32_MAX, "a free entry has all bits set");
	if (entries)
		memset(entries, 0xff, (size_t)size * sizeof(*entries));
	return entries;
}

bool vsock_flow_index_init(struct vsock_flow_index *index)
{
	*index = (struct vsock_flow_index){.entries = entries_new(FIRST_SIZE), .size = FIRST_SIZE};
	return index->entries;
}

void vsock_flow_index_free(struct vsock_flow_index *index)
{
	free(index->entries);
	index->entries = NULL;
}

static uint32_t after(const struct vsock_flow_index *index, uint32_t i)
{
	return i + 1 == index->size ? 0 : i + 1;
}

void vsock_flow_index_put(struct vsock_flow_index *index, uint32_t hash, uint32_t slot)
{
	uint32_t i = vsock_flow_index_home(index, hash);

	while (index->entries[i].slot != VSOCK_NO_SLOT)
		i = after(index, i);
	index->entries[i] = (struct vsock_flow_entry){hash, slot};
	index->used++;
}

/* At most two thirds full. */
bool vsock_flow_index_grow(struct vsock_flow_index *index)
{
	struct vsock_flow_index larger = {.size = index->size + index->size / 2};

	if (index->used < index->size / 3 * 2)
		return true;
	larger.entries = entries_new(larger.size);
	if (!larger.entries)
		return false;
	for (uint32_t i = 0; i < index->size; i++)
		if (index->entries[i].slot != VSOCK_NO_SLOT)
			vsock_flow_index_put(&larger, index->entries[i].hash,
					     index->entries[i].slot);
	free(index->entries);
	*index = larger;
	return true;
}

/* How many steps a search takes from one place to another. */
static uint32_t steps(const struct vsock_flow_index *index, uint32_t from, uint32_t to)
{
	return to >= from ? to - from : to + index->size - from;
}

/*
 * Closes the gap at `hole`. Later entries of the probe sequence move up, unless their search begins
 * after it.
 */
static void close_gap(struct vsock_flow_index *index, uint32_t hole)
{
	struct vsock_flow_entry *entries = index->entries;

	for (uint32_t i = after(index, hole); entries[i].slot != VSOCK_NO_SLOT;
	     i = after(index, i)) {
		uint32_t home = vsock_flow_index_home(index, entries[i].hash);

		if (steps(index, home, i) < steps(index, hole, i))
			continue;
		entries[hole] = entries[i];
		hole = i;
	}
	entries[hole].slot = VSOCK_NO_SLOT;
}

void vsock_flow_index_remove(struct vsock_flow_index *index, uint32_t hash, uint32_t slot)
{
	uint32_t i = vsock_flow_index_home(index, hash);
	const struct vsock_flow_entry *entry;

	while ((entry = vsock_flow_index_next(index, hash, &i))) {
		if (entry->slot != slot)
			continue;
		close_gap(index, (uint32_t)(entry - index->entries));
		index->used--;
		return;
	}
}
