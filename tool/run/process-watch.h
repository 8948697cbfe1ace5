/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --process in a live capture: fills the table of processes. The sockets that exist at the start
 * come from the kernel's list and from /proc, the others from BPF programs at connect() and
 * accept().
 */
#ifndef VSOCKDUMP_RUN_PROCESS_WATCH_H
#define VSOCKDUMP_RUN_PROCESS_WATCH_H

#include <stdint.h>

#include "lib/bpf-tap/process-events.h"
#include "lib/common/process-table.h"

/* At the start, so many sockets are asked for. */
#define PROCESS_WATCH_SOCKETS 4096

/* Nobody is woken for an event: look for them after at most so many milliseconds. */
#define PROCESS_WATCH_INTERVAL 200

struct process_watch {
	struct process_table *table;
	struct process_events *events; /* NULL: the programs could not be attached */
	uint64_t until;                /* events before this time were read */
	/* A connection failed. May be NULL. */
	void (*failed)(void *context, const struct process_entry *entry);
	void *context;
};

/*
 * Call it while the process still has its rights. A warning says what is not possible: the capture
 * works without it.
 */
void process_watch_open(struct process_watch *watch, struct process_table *table);
void process_watch_close(struct process_watch *watch);

/* Takes all events that there are. */
void process_watch_read(struct process_watch *watch);

/* The same, unless all events before this time are known. Call it for each packet. */
static inline void process_watch_read_until(struct process_watch *watch, uint64_t ts)
{
	if (watch->events && ts >= watch->until)
		process_watch_read(watch);
}

/* Events that were lost. */
uint64_t process_watch_dropped(const struct process_watch *watch);

/* The sockets and processes that exist; `root` is "", or a folder with an invented /proc. */
struct process_sockets {
	struct {
		struct process_addresses addresses;
		uint32_t inode;
		uint32_t pid; /* the first process that has it; 0: not known */
	} list[PROCESS_WATCH_SOCKETS];
	uint32_t count;
	uint64_t more; /* sockets that the list has no room for */
};

void process_watch_find(struct process_table *table, struct process_sockets *sockets,
			const char *root);

#endif
