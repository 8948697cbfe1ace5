/* SPDX-License-Identifier: BSD-3-Clause */
/* Known faults of the tap of some kernels, by release. */
#ifndef VSOCK_CORE_KERNEL_H
#define VSOCK_CORE_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Known faults of the payload that a kernel's tap delivers. Headers and lengths are right, and
 * nothing in a packet shows the fault.
 */
struct vsock_kernel_payload {
	/* Payload that is not in one piece of memory is copied wrongly, as that of MSG_ZEROCOPY. */
	bool unreliable;
	/*
	 * In such a kernel, a packet with more bytes than this is never in one piece. 0: no such
	 * limit. The number is for 64-bit machines with pages of 4 KiB.
	 */
	uint32_t linear_max;
};

/*
 * `os` is the system and its release by uname(2), in the form of capture files: "Linux
 * 6.8.0-31-generic". All zero if it is not a release of Linux. Distributors may have fixed a kernel
 * without a higher number, or have their own numbers.
 */
struct vsock_kernel_payload vsock_kernel_payload(const char *os);

/*
 * Whether bytes that such a kernel captured are recognized as wrong. There are `length` bytes, at
 * least 1, of a packet with `on_wire` bytes of payload. False if kernel->unreliable is false.
 */
bool vsock_kernel_payload_is_wrong(const struct vsock_kernel_payload *kernel, uint32_t on_wire,
				   const uint8_t *bytes, uint32_t length);

#endif
