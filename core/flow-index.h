/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The index of the flow table: from a hash to the slots of the flows with this hash. Open
 * addressing with linear probing. Internal to the core.
 *
 * An entry has the whole hash, so that neither a search nor a larger index has to look at a flow.
 * The place where a search begins is hash * size / 2^32. So the size may be any number, and entries
 * that move to a larger index keep their order: the processor reads and writes memory from front to
 * back.
 */
#ifndef VSOCK_CORE_FLOW_INDEX_H
#define VSOCK_CORE_FLOW_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VSOCK_NO_SLOT UINT32_MAX

struct vsock_flow_entry {
	uint32_t hash;
	uint32_t slot; /* VSOCK_NO_SLOT: the entry is free */
};

struct vsock_flow_index {
	struct vsock_flow_entry *entries;
	uint32_t size;
	uint32_t used;
};

/* False without memory. */
bool vsock_flow_index_init(struct vsock_flow_index *index);
void vsock_flow_index_free(struct vsock_flow_index *index);

/*
 * Makes sure that searches stay short with one entry more. False without memory: one entry must be
 * removed first.
 */
bool vsock_flow_index_grow(struct vsock_flow_index *index);

/* Needs a free entry: see vsock_flow_index_grow(). */
void vsock_flow_index_put(struct vsock_flow_index *index, uint32_t hash, uint32_t slot);

/* Removes an entry, if there is one like this. */
void vsock_flow_index_remove(struct vsock_flow_index *index, uint32_t hash, uint32_t slot);

/* Where the search for a hash begins. */
static inline uint32_t vsock_flow_index_home(const struct vsock_flow_index *index, uint32_t hash)
{
	return (uint32_t)((uint64_t)hash * index->size >> 32);
}

/*
 * Continues a search at *i: the next entry with this hash, or NULL. *i is then the place after it.
 */
static inline struct vsock_flow_entry *vsock_flow_index_next(const struct vsock_flow_index *index,
							     uint32_t hash, uint32_t *i)
{
	for (;;) {
		struct vsock_flow_entry *entry = &index->entries[*i];

		if (entry->slot == VSOCK_NO_SLOT)
			return NULL;
		if (++*i == index->size)
			*i = 0;
		if (entry->hash == hash)
			return entry;
	}
}

#endif
