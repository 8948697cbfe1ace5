/* SPDX-License-Identifier: BSD-3-Clause */
/* One frame as it comes from an interface or a file, and goes to a file. */
#ifndef VSOCK_LIB_CAPTURE_FILE_RECORD_H
#define VSOCK_LIB_CAPTURE_FILE_RECORD_H

#include <stdint.h>

struct capture_record {
	uint64_t ts;         /* nanoseconds since 1970 */
	const uint8_t *data; /* the source's; valid until its next record */
	uint32_t captured;   /* bytes at data */
	uint32_t on_wire;    /* bytes the frame had before the snap length cut it */
};

#endif
