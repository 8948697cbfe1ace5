/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Decompresses a file while it is read. The window puts in what it reads, and takes out the bytes
 * of the capture.
 *
 * A small file may decompress to any number of bytes, in order to overload its reader. So the
 * output is limited to DECOMPRESS_RATIO_MAX times the input, after the first DECOMPRESS_FREE bytes.
 * The most that gzip can reach is 1032 times. A user who trusts a file pipes it through the tool
 * that made it.
 *
 * Only files of lib/capture-file include this header.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_DECOMPRESS_H
#define VSOCK_LIB_CAPTURE_FILE_DECOMPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECOMPRESS_FREE      (UINT64_C(1024) << 20)
#define DECOMPRESS_RATIO_MAX 1000

#define COMPRESSION_MAGIC_SIZE 4

struct decoder;

struct compression {
	uint8_t magic[COMPRESSION_MAGIC_SIZE];
	uint8_t length;                /* of the magic */
	const char *tool;              /* that makes and reads it: "gzip" */
	const struct decoder *decoder; /* NULL: not in this build */
};

/* Finds the format by the first bytes of a file; NULL: they show no compression. */
const struct compression *compression_of(const uint8_t magic[static COMPRESSION_MAGIC_SIZE]);

enum decompress_trouble {
	DECOMPRESS_NO_TROUBLE,
	DECOMPRESS_CUT, /* the input ended too early; all that could be decoded was returned */
	DECOMPRESS_DAMAGED,
	DECOMPRESS_BOMB,      /* beyond DECOMPRESS_RATIO_MAX */
	DECOMPRESS_TOO_LARGE, /* beyond DECODER_MEMORY_MAX */
	DECOMPRESS_NO_MEMORY,
};

struct decompressor {
	const struct compression *compression;
	void *state;
	uint8_t *input; /* owned */
	size_t size;
	const uint8_t *begin; /* of the input that is not decoded */
	const uint8_t *end;
	bool full;        /* the output was full: there may be more without input */
	bool input_ended; /* no more input comes */
	bool complete;    /* the data may end here */
	bool ended;       /* all output was returned */
	uint64_t consumed;
	uint64_t produced;
	enum decompress_trouble trouble;
};

/* `input` has `size` bytes, and the file's first bytes are at `begin`. This function takes it over,
 * even on failure. NULL without memory. */
struct decompressor *decompressor_new(const struct compression *compression, uint8_t *input,
				      size_t size, const uint8_t *begin, const uint8_t *end);
void decompressor_free(struct decompressor *decompressor);

/* Writes up to `size` bytes to `out`. 0: more input is needed, or the data ended, or `trouble`. */
size_t decompressor_read(struct decompressor *decompressor, uint8_t *out, size_t size);

/* All input is decoded: the caller writes more to `input` and calls decompressor_feed(). */
static inline bool decompressor_needs_input(const struct decompressor *decompressor)
{
	return !decompressor->ended && !decompressor->trouble && !decompressor->input_ended;
}

/* There are `n` new bytes at `input`; 0: the file ended. */
void decompressor_feed(struct decompressor *decompressor, size_t n);

#endif
