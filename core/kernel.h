/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known to be wrong with the tap of some kernels, by their release. */
#ifndef VSOCK_CORE_KERNEL_H
#define VSOCK_CORE_KERNEL_H

#include <stdbool.h>

/*
 * Whether a kernel may have captured payload of large packets wrongly: with bytes that are not
 * theirs, while headers and lengths are right, and nothing in the packet tells.
 *
 * `os` is what uname(2) says of the system and its release, as capture files have it: "Linux
 * 6.8.0-31-generic". False for what is no release of Linux. Distributors may have fixed a kernel
 * without a higher number, or number their kernels differently: this is no more than a warning.
 */
bool vsock_kernel_payload_unreliable(const char *os);

#endif
