/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A ring of entries, with chains for a hash of what is always known of the addresses: the local CID
 * of a client often is not. Each chain begins with its newest entry.
 */
#include "lib/common/process-table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/siphash.h"
#include "core/time-units.h"

#define CHAINS 16384

/* Events and packets may have clocks that differ by this much. */
#define CLOCK_ERROR (10 * NANOSECONDS_PER_MILLISECOND)

/* Entries of a chain that are looked at: a process may use the same addresses again and again. */
#define CHAIN_LOOKS 128

#define NOBODY UINT32_MAX

struct slot {
	struct process_entry entry; /* first: each is converted to the other */
	uint32_t next;              /* in its chain */
	uint32_t mark;
};

struct process_table {
	struct vsock_siphash_key key;
	uint64_t count;
	uint32_t chains[CHAINS];
	struct slot slots[PROCESS_TABLE_MAX];
};

struct process_table *process_table_new(void)
{
	/* Pages that nobody writes cost no memory. */
	struct process_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	if (getrandom(&table->key, sizeof(table->key), 0) != sizeof(table->key)) {
		free(table);
		return NULL;
	}
	memset(table->chains, 0xff, sizeof(table->chains));
	return table;
}

void process_table_free(struct process_table *table)
{
	free(table);
}

uint64_t process_table_count(const struct process_table *table)
{
	return table->count;
}

static uint32_t chain_of(const struct process_table *table, const struct process_addresses *a)
{
	const uint64_t words[] = {(uint64_t)a->local_port << 32 | a->remote_port, a->remote_cid};

	return (uint32_t)(vsock_siphash(&table->key, words, 2) % CHAINS);
}

static bool same_addresses(const struct process_addresses *a, const struct process_addresses *b)
{
	return a->local_port == b->local_port && a->remote_port == b->remote_port &&
	       a->remote_cid == b->remote_cid &&
	       (a->local_cid == b->local_cid || a->local_cid == PROCESS_ANY ||
		b->local_cid == PROCESS_ANY);
}

static bool same_entry(const struct process_entry *a, const struct process_entry *b)
{
	return a->ts == b->ts && a->source == b->source && a->process.pid == b->process.pid &&
	       a->error == b->error && same_addresses(&a->addresses, &b->addresses);
}

static void leave_chain(struct process_table *table, uint32_t number)
{
	const struct slot *slot = &table->slots[number];
	uint32_t *link = &table->chains[chain_of(table, &slot->entry.addresses)];

	while (*link != NOBODY && *link != number)
		link = &table->slots[*link].next;
	if (*link == number)
		*link = slot->next;
}

static bool has_entry(const struct process_table *table, uint32_t first,
		      const struct process_entry *entry)
{
	uint32_t i = first;

	for (int looks = 0; i != NOBODY && looks < CHAIN_LOOKS; i = table->slots[i].next, looks++)
		if (same_entry(&table->slots[i].entry, entry))
			return true;
	return false;
}

void process_table_add(struct process_table *table, const struct process_entry *entry)
{
	const uint32_t number = (uint32_t)(table->count % PROCESS_TABLE_MAX);
	uint32_t *chain = &table->chains[chain_of(table, &entry->addresses)];

	if (has_entry(table, *chain, entry))
		return;
	if (table->count >= PROCESS_TABLE_MAX)
		leave_chain(table, number);
	table->slots[number] = (struct slot){.entry = *entry, .next = *chain};
	*chain = number;
	table->count++;
}

/*
 * How well an entry suits a connection with this first packet. Best is an accept() after it, then a
 * connect() before it. Others are of another connection of the same addresses, or of one whose
 * first packets were not captured.
 */
static int suitability(const struct process_entry *entry, uint64_t first_ts)
{
	switch ((enum process_source)entry->source) {
	case PROCESS_CONNECTED:
		return entry->ts <= first_ts + CLOCK_ERROR ? 2 : 0;
	case PROCESS_ACCEPTED:
		return entry->ts + CLOCK_ERROR >= first_ts ? 3 : 1;
	case PROCESS_FOUND:
	case PROCESS_SOURCES:
		break;
	}
	return 1;
}

/* Of those that suit as well, the one that is nearest to the first packet. */
static bool suits_better(const struct process_entry *a, const struct process_entry *b,
			 uint64_t first_ts)
{
	const int suits = suitability(a, first_ts);
	int before;

	if (!b)
		return true;
	before = suitability(b, first_ts);
	if (suits != before)
		return suits > before;
	return suits == 3 ? a->ts < b->ts : a->ts > b->ts;
}

const struct process_entry *process_table_find(const struct process_table *table,
					       const struct process_addresses *addresses,
					       uint64_t first_ts)
{
	const struct process_entry *best = NULL;
	uint32_t i = table->chains[chain_of(table, addresses)];

	for (int looks = 0; i != NOBODY && looks < CHAIN_LOOKS; i = table->slots[i].next, looks++) {
		const struct process_entry *entry = &table->slots[i].entry;

		if (!entry->error && same_addresses(&entry->addresses, addresses) &&
		    suits_better(entry, best, first_ts))
			best = entry;
	}
	return best;
}

const struct process_entry *process_table_failure(const struct process_table *table,
						  const struct process_addresses *addresses,
						  uint64_t ts)
{
	uint32_t i = table->chains[chain_of(table, addresses)];

	for (int looks = 0; i != NOBODY && looks < CHAIN_LOOKS; i = table->slots[i].next, looks++) {
		const struct process_entry *entry = &table->slots[i].entry;

		if (entry->error && entry->ts == ts && same_addresses(&entry->addresses, addresses))
			return entry;
	}
	return NULL;
}

bool process_table_mark(struct process_table *table, const struct process_entry *entry,
			uint32_t number)
{
	struct slot *slot = &table->slots[(const struct slot *)entry - table->slots];
	const bool marked = slot->mark == number;

	slot->mark = number;
	return marked;
}

const struct process_entry *process_table_unmarked(const struct process_table *table,
						   const struct process_entry *previous,
						   uint32_t number)
{
	const uint64_t oldest =
	    table->count > PROCESS_TABLE_MAX ? table->count - PROCESS_TABLE_MAX : 0;
	uint64_t i = oldest;

	if (previous) {
		const uint64_t at = (uint64_t)((const struct slot *)previous - table->slots);

		i += (at + PROCESS_TABLE_MAX - oldest % PROCESS_TABLE_MAX) % PROCESS_TABLE_MAX + 1;
	}
	for (; i < table->count; i++)
		if (table->slots[i % PROCESS_TABLE_MAX].mark != number)
			return &table->slots[i % PROCESS_TABLE_MAX].entry;
	return NULL;
}
