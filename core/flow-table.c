/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/flow-table.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "core/flow-index.h"
#include "core/flow-slots.h"
#include "core/siphash.h"
#include "core/timeouts.h"
#include "core/wire.h"

#define NONE VSOCK_NO_SLOT

/* Large, since malloc() adds up to a page to each. A part that no flow has used takes no memory. */
#define CHUNK_BITS  14
#define CHUNK_FLOWS (UINT32_C(1) << CHUNK_BITS)

/* A flow begins at a cache line. */
#define PAGE 4096

/* 256 KiB. */
#define PROVIDED_FLOWS UINT32_C(1024)

/* The caches of a processor have room for fewer flows than this, so they are there already. */
#define FETCH_FLOWS 1024

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

	struct vsock_flow_index index;

	struct recent recent[1 << RECENT_BITS];

	struct list lists[VSOCK_LISTS];
	bool ordered;     /* see order_live() */
	bool reused;      /* a slot was used twice */
	uint64_t touches; /* packets of flows that are live and not in order */

	struct twin twins[1 << TWIN_BITS];

	uint64_t next_number;
	uint64_t points; /* see vsock_flow_points() */
	struct vsock_flow_stats stats;
};

static struct vsock_flow *at(const struct vsock_flow_table *table, uint32_t slot)
{
	return &table->chunks[slot >> CHUNK_BITS][slot & (CHUNK_FLOWS - 1)];
}

/*
 * The order of live flows is only needed to remove the one that was silent longest. Until that
 * happens first, they are in no list. Each has the number of its last touch in place of its
 * neighbors, so a packet touches no flow but its own.
 */
static bool is_unlinked(const struct vsock_flow_table *table, unsigned list)
{
	return list == VSOCK_LIST_LIVE && !table->ordered;
}

static void touch(struct vsock_flow_table *table, struct vsock_flow *flow)
{
	uint64_t now = ++table->touches;

	flow->list = VSOCK_LIST_LIVE;
	flow->newer = (uint32_t)(now >> 32);
	flow->older = (uint32_t)now;
}

static uint64_t last_touch(const struct vsock_flow *flow)
{
	return (uint64_t)flow->newer << 32 | flow->older;
}

static void list_push(struct vsock_flow_table *table, enum vsock_flow_list which,
		      struct vsock_flow *flow)
{
	struct list *list = &table->lists[which];

	if (is_unlinked(table, which)) {
		touch(table, flow);
		return;
	}
	flow->list = (uint8_t)which;
	flow->newer = NONE;
	flow->older = list->newest;
	if (list->newest == NONE)
		list->oldest = flow->slot;
	else
		at(table, list->newest)->newer = flow->slot;
	list->newest = flow->slot;
}

static void list_remove(struct vsock_flow_table *table, const struct vsock_flow *flow)
{
	struct list *list = &table->lists[flow->list];

	if (is_unlinked(table, flow->list))
		return;
	if (flow->newer == NONE)
		list->newest = flow->older;
	else
		at(table, flow->newer)->older = flow->older;
	if (flow->older == NONE)
		list->oldest = flow->newer;
	else
		at(table, flow->older)->newer = flow->newer;
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

uint32_t vsock_flow_hash(const struct vsock_flow_table *table, const struct vsock_flow_key *key)
{
	struct vsock_siphash_state state = vsock_siphash_start(&table->key);
	uint32_t hash;

	vsock_siphash_word(&state, (uint64_t)key->low_cid << 32 | key->high_cid);
	vsock_siphash_word(&state, (uint64_t)key->low_port << 32 | key->high_port);
	/* Nearly all captures have one point. */
	if (key->point) {
		vsock_siphash_word(&state, key->point);
		hash = (uint32_t)vsock_siphash_end(&state, 3);
	} else {
		hash = (uint32_t)vsock_siphash_end(&state, 2);
	}
	return hash ? hash : 1;
}

static struct vsock_flow_key key_of(const struct vsock_flow *flow)
{
	struct vsock_flow_key key = vsock_flow_key(
	    flow->client_cid, flow->client_port, flow->server_cid, flow->server_port, flow->point);

	if (flow->bare)
		key.point |= VSOCK_BARE_POINT;
	return key;
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

static struct vsock_flow_entry *index_find(const struct vsock_flow_table *table,
					   const struct vsock_flow_key *key, uint32_t hash)
{
	uint32_t i = vsock_flow_index_home(&table->index, hash);
	struct vsock_flow_entry *entry;

	while ((entry = vsock_flow_index_next(&table->index, hash, &i)))
		if (has_key(at(table, entry->slot), key))
			return entry;
	return NULL;
}

struct vsock_flow *vsock_flow_find(struct vsock_flow_table *table, const struct vsock_flow_key *key,
				   uint32_t hash)
{
	struct recent *recent = recent_of(table, key);
	const struct vsock_flow_entry *entry;

	if (recent->slot != NONE && same_key(&recent->key, key))
		return at(table, recent->slot);
	entry = index_find(table, key, hash ? hash : vsock_flow_hash(table, key));
	if (!entry)
		return NULL;
	*recent = (struct recent){*key, entry->slot};
	return at(table, recent->slot);
}

bool vsock_flow_fetch_pays(const struct vsock_flow_table *table)
{
	return table->count >= FETCH_FLOWS;
}

void vsock_flow_fetch_entry(const struct vsock_flow_table *table, uint32_t hash)
{
	__builtin_prefetch(&table->index.entries[vsock_flow_index_home(&table->index, hash)]);
}

uint32_t vsock_flow_expected_slot(const struct vsock_flow_table *table, uint32_t hash)
{
	uint32_t i = vsock_flow_index_home(&table->index, hash);
	const struct vsock_flow_entry *entry = vsock_flow_index_next(&table->index, hash, &i);

	return entry ? entry->slot : NONE;
}

uint32_t vsock_flow_fetch(const struct vsock_flow_table *table, uint32_t hash)
{
	uint32_t slot = vsock_flow_expected_slot(table, hash);
	const struct vsock_flow *flow;

	if (slot == NONE)
		return NONE;
	flow = at(table, slot);
	__builtin_prefetch(&flow->last_ts, 1);
	__builtin_prefetch(&flow->side[VSOCK_CLIENT], 1);
	__builtin_prefetch(&flow->side[VSOCK_SERVER], 1);
	return slot;
}

static void recent_forget(struct vsock_flow_table *table, const struct vsock_flow_key *key,
			  uint32_t slot)
{
	struct recent *recent = recent_of(table, key);

	if (recent->slot == slot)
		recent->slot = NONE;
}

/* A flow that a newer epoch replaced is not in the index. */
__attribute__((noinline)) static void leave(struct vsock_flow_table *table, struct vsock_flow *flow)
{
	struct vsock_flow_key key = key_of(flow);

	if (table->config.on_leave)
		table->config.on_leave(table->config.context, flow);
	list_remove(table, flow);
	vsock_flow_index_remove(&table->index, vsock_flow_hash(table, &key), flow->slot);
	recent_forget(table, &key, flow->slot);
	flow->list = VSOCK_LISTS;
	flow->older = table->free;
	table->free = flow->slot;
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

struct touched {
	uint64_t when;
	uint32_t slot;
};

static int by_touch(const void *a, const void *b)
{
	const struct touched *x = a;
	const struct touched *y = b;

	return (x->when > y->when) - (x->when < y->when);
}

/* Puts the live flows into their list. They stay in order from now on. False without memory. */
static bool order_live(struct vsock_flow_table *table)
{
	struct touched *all = calloc((size_t)table->count + 1, sizeof(*all));
	size_t n = 0;

	if (!all)
		return false;
	for (uint32_t slot = 0; slot < table->slots; slot++)
		if (at(table, slot)->list == VSOCK_LIST_LIVE)
			all[n++] = (struct touched){last_touch(at(table, slot)), slot};
	qsort(all, n, sizeof(*all), by_touch);
	table->ordered = true;
	for (size_t i = 0; i < n; i++)
		list_push(table, VSOCK_LIST_LIVE, at(table, all[i].slot));
	free(all);
	return true;
}

/* The oldest flow without an order: a search through all of them, for want of memory. */
static struct vsock_flow *search_oldest_live(const struct vsock_flow_table *table)
{
	struct vsock_flow *oldest = NULL;

	for (uint32_t slot = 0; slot < table->slots; slot++) {
		struct vsock_flow *flow = at(table, slot);

		if (flow->list == VSOCK_LIST_LIVE &&
		    (!oldest || last_touch(flow) < last_touch(oldest)))
			oldest = flow;
	}
	return oldest;
}

/* The live flow that was silent longest, or NULL. */
static struct vsock_flow *most_silent(struct vsock_flow_table *table)
{
	struct vsock_flow *most;

	if (table->ordered || order_live(table))
		most = vsock_flow_oldest(table, VSOCK_LIST_LIVE);
	else
		most = search_oldest_live(table);
	for (int i = VSOCK_LIST_LIVE + 1; i < VSOCK_LIST_ENDED; i++) {
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

/*
 * Has the kernel provide the memory of the next flows at once, which takes a fraction of the time
 * of a page fault for each page. Kernels before 5.14 cannot do it, and then each page has its
 * fault.
 */
static void provide_memory(const struct vsock_flow_table *table)
{
#ifdef MADV_POPULATE_WRITE
	if (table->slots > 0 && table->slots % PROVIDED_FLOWS == 0)
		(void)madvise(at(table, table->slots), PROVIDED_FLOWS * sizeof(struct vsock_flow),
			      MADV_POPULATE_WRITE);
#else
	(void)table;
#endif
}

/* A slot that was never used, or NONE. */
static uint32_t fresh_slot(struct vsock_flow_table *table)
{
	struct vsock_flow **chunk = &table->chunks[table->slots >> CHUNK_BITS];

	if (table->slots == table->config.max_flows)
		return NONE;
	if (!*chunk)
		*chunk = aligned_alloc(PAGE, CHUNK_FLOWS * sizeof(struct vsock_flow));
	if (!*chunk)
		return NONE;
	provide_memory(table);
	return table->slots++;
}

static uint32_t take_slot(struct vsock_flow_table *table)
{
	uint32_t slot = table->free;

	if (slot == NONE)
		slot = fresh_slot(table);
	if (slot == NONE && make_room(table))
		slot = table->free;
	if (slot != NONE && slot == table->free) {
		table->free = at(table, slot)->older;
		table->reused = true;
	}
	return slot;
}

struct vsock_flow *vsock_flow_add(struct vsock_flow_table *table, const struct vsock_flow_key *key,
				  uint32_t hash)
{
	struct vsock_flow_entry *entry;
	struct vsock_flow *flow;
	uint32_t slot;

	/* If the index cannot grow, evict a flow, too. */
	if (!vsock_flow_index_grow(&table->index) && !make_room(table))
		return NULL;
	slot = take_slot(table);
	if (slot == NONE)
		return NULL;

	if (!hash)
		hash = vsock_flow_hash(table, key);
	entry = index_find(table, key, hash);
	if (entry)
		entry->slot = slot;
	else
		vsock_flow_index_put(&table->index, hash, slot);
	*recent_of(table, key) = (struct recent){*key, slot};
	flow = at(table, slot);
	*flow = (struct vsock_flow){.number = table->next_number++,
				    .slot = slot,
				    .point = (uint16_t)key->point,
				    .bare = key->point >= VSOCK_BARE_POINT};
	if (key->point < 64)
		table->points |= UINT64_C(1) << key->point;
	list_push(table, VSOCK_LIST_LIVE, flow);
	table->count++;
	table->stats.opened++;
	return flow;
}

void vsock_flow_move(struct vsock_flow_table *table, struct vsock_flow *flow,
		     enum vsock_flow_list list)
{
	if (flow->list == list && is_unlinked(table, list)) {
		touch(table, flow);
		return;
	}
	if (flow->list == list && flow->newer == NONE)
		return;
	list_remove(table, flow);
	list_push(table, list, flow);
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
	if (!vsock_flow_index_init(&table->index) || !table->chunks) {
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
	vsock_flow_index_free(&table->index);
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

bool vsock_flow_slots_in_order(const struct vsock_flow_table *table)
{
	return !table->reused;
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
