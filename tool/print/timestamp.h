/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Times for people, in the styles of -t to -ttttt, and for scripts.
 *
 * Times are nanoseconds since 1970, unsigned: 1970 to 2554.
 */
#ifndef VSOCKDUMP_PRINT_TIMESTAMP_H
#define VSOCKDUMP_PRINT_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/time-units.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/*
 * A cache of the last second's text: a second may have many packets, and local time costs more
 * than all other parts of a line. All zeros is an empty cache. Use it with one style only.
 */
struct timestamp_cache {
	bool valid;
	uint8_t length;
	uint64_t second;
	char text[32];
};

/* Makes the cache have the text of this second, with its date or without. */
void timestamp_fill_cache(struct timestamp_cache *cache, uint64_t second, bool date);
static inline void timestamp_keep_second(struct timestamp_cache *cache, uint64_t second, bool date)
{
	if (!cache->valid || cache->second != second)
		timestamp_fill_cache(cache, second, date);
}

/*
 * Prints `ts` and a blank, or nothing for TIME_NONE. TIME_DELTA and TIME_SINCE_FIRST count from
 * `reference`; an earlier `ts` gives a negative time.
 */
void timestamp_print(struct output *out, struct timestamp_cache *cache, enum time_style style,
		     bool nanosecond, uint64_t ts, uint64_t reference);

/* Seconds since 1970 with nine decimals: "1700000000.000000001". */
void timestamp_print_epoch(struct output *out, uint64_t ts);

/* A length of time in the form of vsock_duration_text(): for a table, and for a sentence. */
void timestamp_print_duration(struct output *out, uint64_t nanoseconds);
void timestamp_say_duration(struct output *out, uint64_t nanoseconds);

#endif
