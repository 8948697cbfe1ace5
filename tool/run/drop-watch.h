/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports drops while they happen: the first ones at once, later ones at most every few seconds.
 * libpcap's counters have 32 bits; these have 64.
 */
#ifndef VSOCKDUMP_RUN_DROP_WATCH_H
#define VSOCKDUMP_RUN_DROP_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct drop_watch {
	uint64_t accepted; /* packets that passed the filter, later drops included */
	uint64_t kernel_drops;
	uint64_t interface_drops;
	uint32_t last_accepted; /* libpcap's counters when they were read last */
	uint32_t last_kernel_drops;
	uint32_t last_interface_drops;
	uint64_t reported;    /* drops that were reported */
	uint64_t reported_at; /* nanoseconds of a clock that only goes forward; 0: never */
	uint64_t read_at;
};

/* Whether it is time to read the counters again. */
bool drop_watch_due(const struct drop_watch *watch, uint64_t now);

/* Takes libpcap's counters. Call it before they can wrap twice. */
void drop_watch_read(struct drop_watch *watch, uint64_t now, uint32_t accepted,
		     uint32_t kernel_drops, uint32_t interface_drops);

/* The number of drops to report now, or 0. They count as reported after this call. */
uint64_t drop_watch_report(struct drop_watch *watch, uint64_t now);

#endif
