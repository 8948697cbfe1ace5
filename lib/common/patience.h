/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Limits how long a blocked write may keep a process that was asked to end.
 *
 * After the request, a signal handler of the process advances a counter every PATIENCE_INTERVAL_MS.
 * The signal interrupts write(2), and its caller checks the counter. So a write that does not block
 * costs nothing, and a slow reader that takes a little now and then gets everything. A deadline for
 * the whole output would cut a long table that somebody reads in a pager.
 */
#ifndef VSOCK_LIB_COMMON_PATIENCE_H
#define VSOCK_LIB_COMMON_PATIENCE_H

#include <signal.h>
#include <stdbool.h>

#define PATIENCE_INTERVAL_MS 400

/* About a second: the first interval may have begun before the write did. */
#define PATIENCE_INTERVALS 3

/* The counter may be NULL: then patience has no end. `before`: its value at the last progress. */
static inline sig_atomic_t patience_read(const volatile sig_atomic_t *counter)
{
	return counter ? *counter : 0;
}

static inline bool patience_is_over(const volatile sig_atomic_t *counter, sig_atomic_t before)
{
	return patience_read(counter) - before >= PATIENCE_INTERVALS;
}

#endif
