/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Seconds since 1970 as dates, also where time_t has 32 bits and ends in 2038.
 *
 * A capture file may have times until 2554. A cast to a time_t of 32 bits would turn the year 2106
 * into 1969. So these functions compute the date, and ask libc only for the time zone.
 *
 * Seconds are never negative.
 */
#ifndef VSOCK_LIB_COMMON_CALENDAR_H
#define VSOCK_LIB_COMMON_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Sets all fields. Returns true, and opens no file, unlike gmtime_r(3). */
bool calendar_utc(struct tm *date, int64_t second);

/*
 * The same in local time. If time_t cannot hold `second`, the zone's offset is that of
 * calendar_twin(). False if libc does not know the local time.
 */
bool calendar_local(struct tm *date, int64_t second);

/*
 * A moment from March 2026 to February 2037 with the same month, day, day of the week and time of
 * day in UTC. Zones change their offset on the n-th or last Sunday of a month, so both moments have
 * the same one. The twin of a leap day may be the first of March.
 */
int64_t calendar_twin(int64_t second);

#endif
