/* SPDX-License-Identifier: BSD-3-Clause */
/* English messages that contain a number. */
#ifndef VSOCK_LIB_COMMON_PLURAL_H
#define VSOCK_LIB_COMMON_PLURAL_H

#include <stdint.h>

/* The ending of a noun after its number: "" for 1, otherwise "s". The text is constant. */
static inline const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

#endif
