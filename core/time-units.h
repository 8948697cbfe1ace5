/* SPDX-License-Identifier: BSD-3-Clause */
/* Units of time. All times and durations are in nanoseconds, as uint64_t, unless a name says so. */
#ifndef VSOCK_CORE_TIME_UNITS_H
#define VSOCK_CORE_TIME_UNITS_H

#include <stdint.h>

#define NANOSECONDS_PER_SECOND      UINT64_C(1000000000)
#define NANOSECONDS_PER_MILLISECOND UINT64_C(1000000)
#define NANOSECONDS_PER_MICROSECOND UINT64_C(1000)

#endif
