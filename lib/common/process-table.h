/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processes at both ends of connections.
 *
 * An entry is one end: a socket with both of its addresses. Addresses are used again, so there may
 * be several entries of the same addresses, with different times. The table is bounded: the oldest
 * entry leaves. It is hashed with a random key.
 */
#ifndef VSOCK_LIB_COMMON_PROCESS_TABLE_H
#define VSOCK_LIB_COMMON_PROCESS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/common/process.h"

/* Ends of connections. */
#define PROCESS_TABLE_MAX 32768

/* How it became known who has the socket. */
enum process_source {
	PROCESS_CONNECTED, /* connect(): before the first packet */
	PROCESS_ACCEPTED,  /* accept(): at any time after the first packet */
	PROCESS_FOUND,     /* the socket existed when the capture began; `ts` is 0 */
	PROCESS_SOURCES
};

struct process_entry {
	uint64_t ts; /* nanoseconds since 1970; 0: before the capture */
	struct process_addresses addresses;
	uint8_t source; /* enum process_source */
	uint32_t error; /* errno of a connect() that failed; 0: it is the end of a connection */
	struct process process;
};

struct process_table;

/* NULL without memory. */
struct process_table *process_table_new(void);
void process_table_free(struct process_table *table);

/* Adds an end. The same end twice (a file that was read before) is kept once. */
void process_table_add(struct process_table *table, const struct process_entry *entry);

/* How many were added, with those that left. */
uint64_t process_table_count(const struct process_table *table);

/* The connect() to the peer that failed at `ts`; or NULL. Valid as long. */
const struct process_entry *process_table_failure(const struct process_table *table,
						  const struct process_addresses *addresses,
						  uint64_t ts);

/*
 * The process of the socket with these addresses, of a connection whose first packet came at
 * `first_ts`; or NULL. Valid until the next call of process_table_add().
 */
const struct process_entry *process_table_find(const struct process_table *table,
					       const struct process_addresses *addresses,
					       uint64_t first_ts);

/*
 * Whether the entry was marked for this number already; marks it. So each file of a ring gets each
 * name once. Numbers begin at 1.
 */
bool process_table_mark(struct process_table *table, const struct process_entry *entry,
			uint32_t number);

/*
 * Walks through the entries that have another mark than `number`, the oldest first: begin with
 * NULL. NULL at the end.
 */
const struct process_entry *process_table_unmarked(const struct process_table *table,
						   const struct process_entry *previous,
						   uint32_t number);

#endif
