/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/flow-table.h"

#include <stdlib.h>
#include <string.h>

#include "core/siphash.h"
#include "core/wire.h"

#define NONE UINT32_MAX

#define CHUNK_BITS  10
#define CHUNK_FLOWS (UINT32_C(1) << CHUNK_BITS)

#define INDEX_FIRST_SIZE UINT32_C(1024)

struct index_entry {
	uint32_t hash;
	uint32_t slot; /* NONE: empty */
};

struct list {
	uint32_t newest;
	uint32_t oldest;
};

struct vsock_flow_table {
	struct vsock_flow_config config;
	struct vsock_siphash_key key;

	struct vsock_flow **chunks; /* room for all chunks that max_flows may need */
	uint32_t slots;             /* ever used; those beyond are in no chunk or untouched */
	uint32_t free;              /* first free slot below `slots`, chained by `older` */
	uint32_t count;             /* flows in the table */

	struct index_entry *index;
	uint32_t index_mask; /* entries - 1 */
	uint32_t indexed;    /* entries in use */

	struct list live;
	struct list ended;

	uint64_t last_number;
	struct vsock_flow_stats stats;
};

static struct vsock_flow *at(const struct vsock_flow_table *table, uint32_t slot)
{
	return &table->chunks[slot >> CHUNK_BITS][slot & (CHUNK_FLOWS - 1)];
}

/* The slot of a flow is not stored: its neighbours, or the list's end, know it. */
static uint32_t slot_of(const struct vsock_flow_table *table, const struct list *list,
			const struct vsock_flow *flow)
{
	return flow->newer == NONE ? list->newest : at(table, flow->newer)->older;
}

static void list_push(struct vsock_flow_table *table, struct list *list, uint32_t slot)
{
	struct vsock_flow *flow = at(table, slot);

	flow->newer = NONE;
	flow->older = list->newest;
	if (list->newest == NONE)
		list->oldest = slot;
	else
		at(table, list->newest)->newer = slot;
	list->newest = slot;
}

static void list_remove(struct vsock_flow_table *table, struct list *list,
			const struct vsock_flow *flow)
{
	if (flow->newer == NONE)
		list->newest = flow->older;
	else
		at(table, flow->newer)->older = flow->older;
	if (flow->older == NONE)
		list->oldest = flow->newer;
	else
		at(table, flow->older)->newer = flow->newer;
}

static struct index_entry *index_new(uint32_t size)
{
	struct index_entry *index = malloc((size_t)size * sizeof(*index));

	/* NONE is all ones in every byte. */
	if (index)
		memset(index, 0xff, (size_t)size * sizeof(*index));
	return index;
}

static void index_put(struct index_entry *index, uint32_t mask, struct index_entry entry)
{
	uint32_t i = entry.hash & mask;

	while (index[i].slot != NONE)
		i = (i + 1) & mask;
	index[i] = entry;
}

/* Keeps the index at most half full, so that probes stay short. False without memory. */
static bool index_grow(struct vsock_flow_table *table)
{
	uint32_t size = table->index_mask + 1;
	struct index_entry *index;

	if (table->indexed < size / 2)
		return true;
	index = index_new(size * 2);
	if (!index)
		return false;
	for (uint32_t i = 0; i < size; i++)
		if (table->index[i].slot != NONE)
			index_put(index, size * 2 - 1, table->index[i]);
	free(table->index);
	table->index = index;
	table->index_mask = size * 2 - 1;
	return true;
}

/* Closes the gap at `hole`: later entries of the probe sequence move up unless home is behind it.
 */
static void index_close_gap(struct vsock_flow_table *table, uint32_t hole)
{
	uint32_t mask = table->index_mask;

	for (uint32_t i = (hole + 1) & mask; table->index[i].slot != NONE; i = (i + 1) & mask) {
		uint32_t home = table->index[i].hash & mask;

		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		table->index[hole] = table->index[i];
		hole = i;
	}
	table->index[hole].slot = NONE;
}

/* A flow that a newer epoch replaced is no longer in the index; that is fine. */
static void index_remove(struct vsock_flow_table *table, uint32_t hash, uint32_t slot)
{
	for (uint32_t i = hash & table->index_mask; table->index[i].slot != NONE;
	     i = (i + 1) & table->index_mask) {
		if (table->index[i].slot == slot) {
			index_close_gap(table, i);
			table->indexed--;
			return;
		}
	}
}

struct vsock_flow_key vsock_flow_key(uint64_t a_cid, uint32_t a_port, uint64_t b_cid,
				     uint32_t b_port)
{
	if (a_cid == VSOCK_CID_LOCAL || b_cid == VSOCK_CID_LOCAL)
		a_cid = b_cid = VSOCK_CID_LOCAL;
	if (a_port < b_port || (a_port == b_port && a_cid <= b_cid))
		return (struct vsock_flow_key){a_cid, b_cid, a_port, b_port};
	return (struct vsock_flow_key){b_cid, a_cid, b_port, a_port};
}

uint32_t vsock_flow_hash(const struct vsock_flow_table *table, const struct vsock_flow_key *key)
{
	uint64_t words[3] = {key->low_cid, key->high_cid,
			     (uint64_t)key->low_port << 32 | key->high_port};

	return (uint32_t)vsock_siphash(&table->key, words, 3);
}

static bool has_key(const struct vsock_flow *flow, const struct vsock_flow_key *key)
{
	struct vsock_flow_key own = vsock_flow_key(flow->client_cid, flow->client_port,
						   flow->server_cid, flow->server_port);

	return own.low_cid == key->low_cid && own.high_cid == key->high_cid &&
	       own.low_port == key->low_port && own.high_port == key->high_port;
}

static struct index_entry *index_find(const struct vsock_flow_table *table,
				      const struct vsock_flow_key *key, uint32_t hash)
{
	for (uint32_t i = hash & table->index_mask; table->index[i].slot != NONE;
	     i = (i + 1) & table->index_mask) {
		struct index_entry *entry = &table->index[i];

		if (entry->hash == hash && has_key(at(table, entry->slot), key))
			return entry;
	}
	return NULL;
}

struct vsock_flow *vsock_flow_find(struct vsock_flow_table *table, const struct vsock_flow_key *key,
				   uint32_t hash)
{
	const struct index_entry *entry = index_find(table, key, hash);

	return entry ? at(table, entry->slot) : NULL;
}

static void leave(struct vsock_flow_table *table, struct list *list)
{
	uint32_t slot = list->oldest;
	struct vsock_flow *flow = at(table, slot);

	if (table->config.on_leave)
		table->config.on_leave(table->config.context, flow);
	list_remove(table, list, flow);
	index_remove(table, flow->hash, slot);
	flow->older = table->free;
	table->free = slot;
	table->count--;
}

/* Pushes out the flow whose record is worth least. False when there is none. */
static bool make_room(struct vsock_flow_table *table)
{
	if (table->ended.oldest != NONE) {
		table->stats.dropped++;
		leave(table, &table->ended);
		return true;
	}
	if (table->live.oldest != NONE) {
		table->stats.evicted++;
		at(table, table->live.oldest)->state = VSOCK_FLOW_EVICTED;
		leave(table, &table->live);
		return true;
	}
	return false;
}

void vsock_flow_expire(struct vsock_flow_table *table, uint64_t now)
{
	/* Two a call: flows open one a call, so the list shrinks while the work stays bounded. */
	for (int i = 0; i < 2 && !table->config.keep_ended; i++) {
		const struct vsock_flow *flow;

		if (table->ended.oldest == NONE)
			return;
		flow = at(table, table->ended.oldest);
		if (now < flow->end_ts || now - flow->end_ts <= VSOCK_FLOW_LINGER)
			return;
		leave(table, &table->ended);
	}
}

/* A slot that was never used, or NONE. */
static uint32_t fresh_slot(struct vsock_flow_table *table)
{
	struct vsock_flow **chunk = &table->chunks[table->slots >> CHUNK_BITS];

	if (table->slots == table->config.max_flows)
		return NONE;
	if (!*chunk)
		*chunk = malloc(CHUNK_FLOWS * sizeof(struct vsock_flow));
	return *chunk ? table->slots++ : NONE;
}

static uint32_t take_slot(struct vsock_flow_table *table)
{
	uint32_t slot = table->free;

	if (slot == NONE)
		slot = fresh_slot(table);
	if (slot == NONE && make_room(table))
		slot = table->free;
	if (slot != NONE && slot == table->free)
		table->free = at(table, slot)->older;
	return slot;
}

struct vsock_flow *vsock_flow_add(struct vsock_flow_table *table, const struct vsock_flow_key *key,
				  uint32_t hash)
{
	struct index_entry *entry;
	struct vsock_flow *flow;
	uint32_t slot;

	/* An index that cannot grow is one more reason to make room. */
	if (!index_grow(table) && !make_room(table))
		return NULL;
	slot = take_slot(table);
	if (slot == NONE)
		return NULL;

	entry = index_find(table, key, hash);
	if (entry) {
		entry->slot = slot;
	} else {
		index_put(table->index, table->index_mask, (struct index_entry){hash, slot});
		table->indexed++;
	}
	flow = at(table, slot);
	*flow = (struct vsock_flow){.number = ++table->last_number, .hash = hash};
	list_push(table, &table->live, slot);
	table->count++;
	table->stats.opened++;
	return flow;
}

void vsock_flow_touch(struct vsock_flow_table *table, struct vsock_flow *flow)
{
	uint32_t slot;

	if (flow->newer == NONE)
		return;
	slot = slot_of(table, &table->live, flow);
	list_remove(table, &table->live, flow);
	list_push(table, &table->live, slot);
}

void vsock_flow_retire(struct vsock_flow_table *table, struct vsock_flow *flow)
{
	uint32_t slot = slot_of(table, &table->live, flow);

	list_remove(table, &table->live, flow);
	list_push(table, &table->ended, slot);
}

struct vsock_flow_table *vsock_flow_table_new(const struct vsock_flow_config *config)
{
	struct vsock_flow_table *table = calloc(1, sizeof(*table));
	size_t chunks;

	if (!table)
		return NULL;
	table->config = *config;
	if (table->config.max_flows == 0)
		table->config.max_flows = VSOCK_FLOW_MAX_DEFAULT;
	if (table->config.max_flows > VSOCK_FLOW_MAX_LIMIT)
		table->config.max_flows = VSOCK_FLOW_MAX_LIMIT;
	table->key.k0 = vsock_get_le64(config->key);
	table->key.k1 = vsock_get_le64(config->key + 8);
	table->free = NONE;
	table->live = table->ended = (struct list){NONE, NONE};

	/* One more than needed, so that fresh_slot() may look before it checks the cap. */
	chunks = (table->config.max_flows >> CHUNK_BITS) + 1;
	table->chunks = calloc(chunks, sizeof(*table->chunks));
	table->index = index_new(INDEX_FIRST_SIZE);
	table->index_mask = INDEX_FIRST_SIZE - 1;
	if (!table->chunks || !table->index) {
		vsock_flow_table_free(table);
		return NULL;
	}
	return table;
}

void vsock_flow_table_free(struct vsock_flow_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; table->chunks && i <= table->config.max_flows >> CHUNK_BITS; i++)
		free(table->chunks[i]);
	free(table->chunks);
	free(table->index);
	free(table);
}

uint32_t vsock_flow_table_count(const struct vsock_flow_table *table)
{
	return table->count;
}

static int by_number(const void *a, const void *b)
{
	const struct vsock_flow *const *x = a;
	const struct vsock_flow *const *y = b;

	return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

void vsock_flow_table_list(const struct vsock_flow_table *table, const struct vsock_flow **flows)
{
	const struct list *lists[] = {&table->live, &table->ended};
	size_t n = 0;

	for (int i = 0; i < 2; i++)
		for (uint32_t slot = lists[i]->oldest; slot != NONE; slot = at(table, slot)->newer)
			flows[n++] = at(table, slot);
	qsort(flows, n, sizeof(*flows), by_number);
}

struct vsock_flow_stats vsock_flow_table_stats(const struct vsock_flow_table *table)
{
	return table->stats;
}
