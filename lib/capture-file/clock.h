/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Times of pcapng: a 64-bit count of units, plus an offset in seconds. Each interface chooses its
 * unit, a power of ten or of two of a second. Unit and offset are the options if_tsresol and
 * if_tsoffset in draft-ietf-opsawg-pcapng, "Interface Description Block".
 *
 * Any count, unit and offset that a file may hold gives a defined result. A time that does not fit
 * 64 bits of nanoseconds since 1970 becomes the first or last whole second that does, and the
 * functions say so.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_CLOCK_H
#define VSOCK_LIB_CAPTURE_FILE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* if_tsresol of an interface without that option: microseconds. */
#define CAPTURE_CLOCK_DEFAULT 6

struct capture_clock {
	uint64_t fast_end;   /* counts below this one are multiplied by */
	uint32_t fast_scale; /* this to give nanoseconds; the others take longer */
	uint8_t resolution;  /* if_tsresol: the negative exponent; bit 7: of two, not of ten */
	int64_t offset;      /* if_tsoffset, seconds */
};

struct capture_clock capture_clock(uint8_t resolution, int64_t offset);

/* True when the units are smaller than a microsecond. */
bool capture_clock_is_fine(const struct capture_clock *clock);

/* The slow path of capture_clock_ns(). */
bool capture_clock_long_way(const struct capture_clock *clock, uint64_t count, uint64_t *ns);

/* Sets *ns to nanoseconds since 1970. False if the time does not fit; *ns is the limit then. */
static inline bool capture_clock_ns(const struct capture_clock *clock, uint64_t count, uint64_t *ns)
{
	if (count < clock->fast_end) {
		*ns = count * clock->fast_scale;
		return true;
	}
	return capture_clock_long_way(clock, count, ns);
}

#endif
