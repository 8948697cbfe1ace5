/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports packets that the kernel drops, while it does: at once when it begins, and then not more
 * often than every few seconds. libpcap's counters have 32 bits; these have 64.
 */
#ifndef VSOCKDUMP_RUN_DROP_WATCH_H
#define VSOCKDUMP_RUN_DROP_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct drop_watch {
	uint64_t accepted; /* packets that passed the filter, those dropped then included */
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

/* Notes libpcap's counters, which must be read before they wrap twice. */
void drop_watch_read(struct drop_watch *watch, uint64_t now, uint32_t accepted,
		     uint32_t kernel_drops, uint32_t interface_drops);

/* How many drops are to be reported now; 0: none. From then on they count as reported. */
uint64_t drop_watch_report(struct drop_watch *watch, uint64_t now);

#endif
