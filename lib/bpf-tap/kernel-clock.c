/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/bpf-tap/kernel-clock.h"

#include <time.h>

#include "lib/common/time.h"

/* A difference of the clocks that is smaller is the error of its measurement. */
#define CLOCK_STEP NANOSECONDS_PER_MILLISECOND

static uint64_t measure_offset(void)
{
	const uint64_t before = clock_now(CLOCK_MONOTONIC);
	const uint64_t real = clock_now(CLOCK_REALTIME);
	const uint64_t after = clock_now(CLOCK_MONOTONIC);

	return real - (before + (after - before) / 2);
}

void kernel_clock_start(struct kernel_clock *clock)
{
	clock->offset = measure_offset();
}

void kernel_clock_follow(struct kernel_clock *clock)
{
	const uint64_t offset = measure_offset();

	if (offset - clock->offset + CLOCK_STEP > 2 * CLOCK_STEP)
		clock->offset = offset;
}
