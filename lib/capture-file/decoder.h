/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What decompress.c needs from a compression library. Each library has a file, decoder-NAME.c,
 * which ends with its struct decoder. CMake compiles the files whose library exists.
 *
 * A decoder allocates memory when it starts and while it decodes. It makes no system calls except
 * those of malloc(3), so it works inside the sandbox.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_DECODER_H
#define VSOCK_LIB_CAPTURE_FILE_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most memory for the dictionary of a decoder. xz -9 and zstd --ultra -22 need less. */
#define DECODER_MEMORY_MAX ((size_t)128 * 1024 * 1024)

/* The same as the logarithm that libzstd takes. */
#define DECODER_MEMORY_LOG 27

enum decoder_result {
	DECODER_OK, /* it decoded what it could: more input or more room for output is needed */
	DECODER_DAMAGED,
	DECODER_TOO_LARGE, /* needs more than DECODER_MEMORY_MAX */
	DECODER_NO_MEMORY,
};

/* The decoder advances `in` and `out`. */
struct decoder_step {
	const uint8_t *in;
	const uint8_t *in_end;
	uint8_t *out;
	uint8_t *out_end;
	bool last;     /* no input follows `in_end` */
	bool complete; /* set by the decoder: the data may end here */
};

struct decoder {
	void *(*start)(void); /* NULL without memory */
	enum decoder_result (*step)(void *state, struct decoder_step *step);
	void (*stop)(void *state);
};

extern const struct decoder decoder_gzip;
extern const struct decoder decoder_xz;
extern const struct decoder decoder_zstd;

#endif
