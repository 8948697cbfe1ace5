/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Times of BPF programs as times since 1970. The programs have CLOCK_MONOTONIC, and somebody may
 * set the clock during the capture.
 */
#ifndef VSOCK_LIB_BPF_TAP_KERNEL_CLOCK_H
#define VSOCK_LIB_BPF_TAP_KERNEL_CLOCK_H

#include <stdint.h>

struct kernel_clock {
	uint64_t offset; /* of CLOCK_REALTIME from CLOCK_MONOTONIC */
};

void kernel_clock_start(struct kernel_clock *clock);

/* Now and then, before times are used. */
void kernel_clock_follow(struct kernel_clock *clock);

static inline uint64_t kernel_clock_real(const struct kernel_clock *clock, uint64_t monotonic)
{
	return monotonic + clock->offset;
}

#endif
