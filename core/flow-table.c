/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/flow-table.h"

#include <stdlib.h>
#include <string.h>

#include "core/flow-slots.h"
#include "core/siphash.h"
#include "core/timeouts.h"
#include "core/wire.h"

#define NONE UINT32_MAX

/* Large, since malloc() adds up to a page to each. A part that no flow has used takes no memory. */
#define CHUNK_BITS  14
#define CHUNK_FLOWS (UINT32_C(1) << CHUNK_BITS)

#define INDEX_FIRST_SIZE UINT32_C(1024)

/*
 * An index entry has the slot in its lower bits, and the upper eight bits of the hash above them.
 * NONE, all ones, is an empty entry. VSOCK_FLOW_MAX_LIMIT keeps slots below it.
 */
#define SLOT_BITS 24
#define SLOT_MASK ((UINT32_C(1) << SLOT_BITS) - 1)

/*
 * Packets of a few flows come at a time. With a cache of these flows, nine of ten packets need
 * neither SipHash nor the index. An entry's slot, unless NONE, is that of its key's newest flow.
 */
#define RECENT_BITS 8

struct recent {
	struct vsock_flow_key key;
	uint32_t slot;
};

struct list {
	uint32_t newest;
	uint32_t oldest;
};

/* A packet of a flow whose start was not seen; see vsock_flow_twin(). */
struct twin {
	uint32_t tag;
	uint32_t ms;
};
#define TWIN_BITS 14

struct vsock_flow_table {
	struct vsock_flow_config config;
	struct vsock_siphash_key key;

	struct vsock_flow **chunks; /* room for all chunks that max_flows may need */
	uint32_t slots;             /* ever used; those above are in no chunk or untouched */
	uint32_t free;              /* first free slot below `slots`, chained by `older` */
	uint32_t count;             /* flows in the table */

	uint32_t *index;
	uint32_t index_mask; /* entries - 1 */
	uint32_t indexed;    /* entries in use */

	struct recent recent[1 << RECENT_BITS];

	struct list lists[VSOCK_LISTS];

	struct twin twins[1 << TWIN_BITS];

	uint64_t next_number;
	uint64_t points; /* see vsock_flow_points() */
	struct vsock_flow_stats stats;
};

static struct vsock_flow *at(const struct vsock_flow_table *table, uint32_t slot)
{
	return &table->chunks[slot >> CHUNK_BITS][slot & (CHUNK_FLOWS - 1)];
}

/* A flow does not store its own slot: its neighbors, or the ends of its list, have it. */
static uint32_t slot_of(const struct vsock_flow_table *table, const struct vsock_flow *flow)
{
	if (flow->newer == NONE)
		return table->lists[flow->list].newest;
	return at(table, flow->newer)->older;
}

static void list_push(struct vsock_flow_table *table, enum vsock_flow_list which, uint32_t slot)
{
	struct list *list = &table->lists[which];
	struct vsock_flow *flow = at(table, slot);

	flow->list = (uint8_t)which;
	flow->newer = NONE;
	flow->older = list->newest;
	if (list->newest == NONE)
		list->oldest = slot;
	else
		at(table, list->newest)->newer = slot;
	list->newest = slot;
}

static void list_remove(struct vsock_flow_table *table, const struct vsock_flow *flow)
{
	struct list *list = &table->lists[flow->list];

	if (flow->newer == NONE)
		list->newest = flow->older;
	else
		at(table, flow->newer)->older = flow->older;
	if (flow->older == NONE)
		list->oldest = flow->newer;
	else
		at(table, flow->older)->newer = flow->newer;
}

static uint32_t *index_new(uint32_t size)
{
	uint32_t *index = malloc((size_t)size * sizeof(*index));

	if (index)
		memset(index, 0xff, (size_t)size * sizeof(*index));
	return index;
}

static uint32_t entry_of(uint32_t hash, uint32_t slot)
{
	return (hash & ~SLOT_MASK) | slot;
}

static const struct vsock_flow *entry_flow(const struct vsock_flow_table *table, uint32_t entry)
{
	return at(table, entry & SLOT_MASK);
}

static void index_put(uint32_t *index, uint32_t mask, uint32_t hash, uint32_t slot)
{
	uint32_t i = hash & mask;

	while (index[i] != NONE)
		i = (i + 1) & mask;
	index[i] = entry_of(hash, slot);
}

/* Keeps the index at most half full, so probes stay short. False without memory. */
static bool index_grow(struct vsock_flow_table *table)
{
	uint32_t size = table->index_mask + 1;
	uint32_t *index;

	if (table->indexed < size / 2)
		return true;
	index = index_new(size * 2);
	if (!index)
		return false;
	for (uint32_t i = 0; i < size; i++)
		if (table->index[i] != NONE)
			index_put(index, size * 2 - 1, entry_flow(table, table->index[i])->hash,
				  table->index[i] & SLOT_MASK);
	free(table->index);
	table->index = index;
	table->index_mask = size * 2 - 1;
	return true;
}

/*
 * Closes the gap at `hole`. Later entries of the probe sequence move up, unless their home is after
 * it.
 */
static void index_close_gap(struct vsock_flow_table *table, uint32_t hole)
{
	uint32_t mask = table->index_mask;

	for (uint32_t i = (hole + 1) & mask; table->index[i] != NONE; i = (i + 1) & mask) {
		uint32_t home = entry_flow(table, table->index[i])->hash & mask;

		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		table->index[hole] = table->index[i];
		hole = i;
	}
	table->index[hole] = NONE;
}

/* A flow that a newer epoch replaced is not in the index, so there may be nothing to remove. */
static void index_remove(struct vsock_flow_table *table, uint32_t hash, uint32_t slot)
{
	for (uint32_t i = hash & table->index_mask; table->index[i] != NONE;
	     i = (i + 1) & table->index_mask) {
		if (table->index[i] == entry_of(hash, slot)) {
			index_close_gap(table, i);
			table->indexed--;
			return;
		}
	}
}

struct vsock_flow_key vsock_flow_key(uint32_t a_cid, uint32_t a_port, uint32_t b_cid,
				     uint32_t b_port, uint16_t point)
{
	if (a_cid == VSOCK_CID_LOCAL || b_cid == VSOCK_CID_LOCAL)
		a_cid = b_cid = VSOCK_CID_LOCAL;
	if (a_port < b_port || (a_port == b_port && a_cid <= b_cid))
		return (struct vsock_flow_key){a_cid, b_cid, a_port, b_port, point};
	return (struct vsock_flow_key){b_cid, a_cid, b_port, a_port, point};
}

static uint32_t hash_of(const struct vsock_flow_table *table, const struct vsock_flow_key *key)
{
	uint64_t words[3] = {(uint64_t)key->low_cid << 32 | key->high_cid,
			     (uint64_t)key->low_port << 32 | key->high_port, key->point};

	/* Nearly all captures have one point. */
	return (uint32_t)vsock_siphash(&table->key, words, key->point ? 3 : 2);
}

static struct vsock_flow_key key_of(const struct vsock_flow *flow)
{
	return vsock_flow_key(flow->client_cid, flow->client_port, flow->server_cid,
			      flow->server_port, flow->point);
}

static bool same_key(const struct vsock_flow_key *a, const struct vsock_flow_key *b)
{
	return a->low_cid == b->low_cid && a->high_cid == b->high_cid &&
	       a->low_port == b->low_port && a->high_port == b->high_port && a->point == b->point;
}

static bool has_key(const struct vsock_flow *flow, const struct vsock_flow_key *key)
{
	struct vsock_flow_key own = key_of(flow);

	return same_key(&own, key);
}

/* The only entry that may hold this key. */
static struct recent *recent_of(struct vsock_flow_table *table, const struct vsock_flow_key *key)
{
	uint32_t mixed = (key->low_port + key->low_cid) * UINT32_C(0x85ebca6b) +
			 (key->high_port + key->high_cid) * UINT32_C(0x9e3779b1);

	return &table->recent[mixed >> (32 - RECENT_BITS)];
}

static uint32_t *index_find(const struct vsock_flow_table *table, const struct vsock_flow_key *key,
			    uint32_t hash)
{
	for (uint32_t i = hash & table->index_mask; table->index[i] != NONE;
	     i = (i + 1) & table->index_mask) {
		uint32_t *entry = &table->index[i];

		if ((*entry ^ hash) & ~SLOT_MASK)
			continue;
		if (has_key(entry_flow(table, *entry), key))
			return entry;
	}
	return NULL;
}

struct vsock_flow *vsock_flow_find(struct vsock_flow_table *table, const struct vsock_flow_key *key)
{
	struct recent *recent = recent_of(table, key);
	const uint32_t *entry;

	if (recent->slot != NONE && same_key(&recent->key, key))
		return at(table, recent->slot);
	entry = index_find(table, key, hash_of(table, key));
	if (!entry)
		return NULL;
	*recent = (struct recent){*key, *entry & SLOT_MASK};
	return at(table, recent->slot);
}

static void recent_forget(struct vsock_flow_table *table, const struct vsock_flow *flow,
			  uint32_t slot)
{
	struct vsock_flow_key key = key_of(flow);
	struct recent *recent = recent_of(table, &key);

	if (recent->slot == slot)
		recent->slot = NONE;
}

static void leave(struct vsock_flow_table *table, struct vsock_flow *flow)
{
	uint32_t slot = slot_of(table, flow);

	if (table->config.on_leave)
		table->config.on_leave(table->config.context, flow);
	list_remove(table, flow);
	index_remove(table, flow->hash, slot);
	recent_forget(table, flow, slot);
	flow->list = VSOCK_LISTS;
	flow->older = table->free;
	table->free = slot;
	table->count--;
}

struct vsock_flow *vsock_flow_oldest(const struct vsock_flow_table *table,
				     enum vsock_flow_list list)
{
	uint32_t slot = table->lists[list].oldest;

	return slot == NONE ? NULL : at(table, slot);
}

bool vsock_flow_any_waiting(const struct vsock_flow_table *table)
{
	_Static_assert(NONE == UINT32_MAX, "all of them are NONE if all bits of all are set");

	return (table->lists[VSOCK_LIST_REQUESTED].oldest &
		table->lists[VSOCK_LIST_BLOCKED].oldest &
		table->lists[VSOCK_LIST_CLOSING].oldest) != NONE;
}

bool vsock_flow_twin(struct vsock_flow_table *table, const struct vsock_flow *flow, bool server,
		     uint16_t hash, uint64_t ts)
{
	uint64_t mixed =
	    ((flow->number << 17) + ((uint64_t)hash << 1) + server) * UINT64_C(0x9e3779b97f4a7c15);
	struct twin *twin = &table->twins[mixed >> (64 - TWIN_BITS)];
	uint32_t tag = (uint32_t)(mixed >> 8) | 1;
	uint32_t ms = (uint32_t)(ts / VSOCK_MILLISECOND);
	bool seen = twin->tag == tag && ms - twin->ms <= VSOCK_COPY_TIME / VSOCK_MILLISECOND;

	*twin = (struct twin){tag, ms};
	return seen;
}

/* The live flow that was silent longest, or NULL. */
static struct vsock_flow *most_silent(const struct vsock_flow_table *table)
{
	struct vsock_flow *most = NULL;

	for (int i = 0; i < VSOCK_LIST_ENDED; i++) {
		struct vsock_flow *flow = vsock_flow_oldest(table, (enum vsock_flow_list)i);

		if (flow && (!most || flow->last_ts < most->last_ts))
			most = flow;
	}
	return most;
}

/* Pushes out the flow whose record is worth least. False if there is no flow. */
static bool make_room(struct vsock_flow_table *table)
{
	struct vsock_flow *flow = vsock_flow_oldest(table, VSOCK_LIST_ENDED);

	if (flow) {
		table->stats.dropped++;
		leave(table, flow);
		return true;
	}
	flow = most_silent(table);
	if (!flow)
		return false;
	table->stats.evicted++;
	flow->state = VSOCK_FLOW_EVICTED;
	leave(table, flow);
	return true;
}

void vsock_flow_expire(struct vsock_flow_table *table, uint64_t now)
{
	/*
	 * Two in each call. Each call opens at most one flow, so the list shrinks with bounded
	 * work.
	 */
	for (int i = 0; i < 2 && !table->config.keep_ended; i++) {
		struct vsock_flow *flow = vsock_flow_oldest(table, VSOCK_LIST_ENDED);

		if (!flow || now < flow->state_ts || now - flow->state_ts <= VSOCK_FLOW_LINGER)
			return;
		leave(table, flow);
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

struct vsock_flow *vsock_flow_add(struct vsock_flow_table *table, const struct vsock_flow_key *key)
{
	uint32_t hash = hash_of(table, key);
	struct vsock_flow *flow;
	uint32_t *entry;
	uint32_t slot;

	/* If the index cannot grow, evict a flow, too. */
	if (!index_grow(table) && !make_room(table))
		return NULL;
	slot = take_slot(table);
	if (slot == NONE)
		return NULL;

	entry = index_find(table, key, hash);
	if (entry) {
		*entry = entry_of(hash, slot);
	} else {
		index_put(table->index, table->index_mask, hash, slot);
		table->indexed++;
	}
	*recent_of(table, key) = (struct recent){*key, slot};
	flow = at(table, slot);
	*flow = (struct vsock_flow){
	    .number = table->next_number++, .hash = hash, .point = (uint16_t)key->point};
	if (key->point < 64)
		table->points |= UINT64_C(1) << key->point;
	list_push(table, VSOCK_LIST_LIVE, slot);
	table->count++;
	table->stats.opened++;
	return flow;
}

void vsock_flow_move(struct vsock_flow_table *table, struct vsock_flow *flow,
		     enum vsock_flow_list list)
{
	uint32_t slot;

	if (flow->list == list && flow->newer == NONE)
		return;
	slot = slot_of(table, flow);
	list_remove(table, flow);
	list_push(table, list, slot);
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
	for (int i = 0; i < VSOCK_LISTS; i++)
		table->lists[i] = (struct list){NONE, NONE};
	for (int i = 0; i < 1 << RECENT_BITS; i++)
		table->recent[i].slot = NONE;

	/* One more than needed, because fresh_slot() looks before it checks the limit. */
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

uint64_t vsock_flow_points(const struct vsock_flow_table *table)
{
	return table->points;
}

uint32_t vsock_flow_slots(const struct vsock_flow_table *table)
{
	return table->slots;
}

struct vsock_flow *vsock_flow_in_slot(const struct vsock_flow_table *table, uint32_t slot)
{
	struct vsock_flow *flow = at(table, slot);

	return flow->list == VSOCK_LISTS ? NULL : flow;
}

struct vsock_flow_stats vsock_flow_table_stats(const struct vsock_flow_table *table)
{
	return table->stats;
}
