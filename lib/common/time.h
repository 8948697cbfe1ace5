/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The time of the system's clocks.
 *
 * The function is not called now(), because callers like to give that name to its result. It works
 * in any thread and in signal handlers.
 */
#ifndef VSOCK_LIB_COMMON_TIME_H
#define VSOCK_LIB_COMMON_TIME_H

#include <stdint.h>
#include <time.h>

#include "core/time-units.h"

/*
 * Nanoseconds: since 1970 for CLOCK_REALTIME; for CLOCK_MONOTONIC since some point in the past,
 * which is good for differences only. The _COARSE clocks are cheaper and a few milliseconds late.
 */
static inline uint64_t clock_now(clockid_t clock)
{
	struct timespec now = {0};

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NANOSECONDS_PER_SECOND + (uint64_t)now.tv_nsec;
}

#endif
