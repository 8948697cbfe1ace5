/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells of packets that the kernel drops, while it does: at once when it begins, and then not more
 * often than every few seconds. libpcap's counters have 32 bits; here they go on beyond.
 */
#ifndef VSOCKDUMP_RUN_DROP_WATCH_H
#define VSOCKDUMP_RUN_DROP_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct drop_watch {
	uint64_t accepted; /* packets that passed the filter, those dropped then included */
	uint64_t kernel_drops;
	uint64_t interface_drops;
	uint32_t last_accepted; /* libpcap's counters when they were looked at last */
	uint32_t last_kernel_drops;
	uint32_t last_interface_drops;
	uint64_t told;    /* drops that were told of */
	uint64_t told_at; /* nanoseconds of a clock that only goes forward; 0: never */
	uint64_t looked_at;
};

/* Whether it is time to look at the counters again. */
bool drop_watch_due(const struct drop_watch *watch, uint64_t now);

/* Takes libpcap's counters, which must be looked at before they wrap twice. */
void drop_watch_look(struct drop_watch *watch, uint64_t now, uint32_t accepted,
		     uint32_t kernel_drops, uint32_t interface_drops);

/* How many drops there are to tell of now, and have not been told of; 0: nothing to tell. */
uint64_t drop_watch_tell(struct drop_watch *watch, uint64_t now);

#endif
