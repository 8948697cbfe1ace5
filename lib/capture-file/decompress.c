/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture-file/decompress.h"

#include <stdlib.h>
#include <string.h>

#include "lib/capture-file/decoder.h"

/* CMake defines these for the libraries that it found. */
#ifdef VSOCK_HAVE_ZLIB
#define GZIP &decoder_gzip
#else
#define GZIP NULL
#endif
#ifdef VSOCK_HAVE_LZMA
#define XZ &decoder_xz
#else
#define XZ NULL
#endif
#ifdef VSOCK_HAVE_ZSTD
#define ZSTD &decoder_zstd
#else
#define ZSTD NULL
#endif

static const struct compression compressions[] = {
    {{0x1f, 0x8b}, 2, "gzip", GZIP},
    {{0xfd, '7', 'z', 'X'}, 4, "xz", XZ},
    {{0x28, 0xb5, 0x2f, 0xfd}, 4, "zstd", ZSTD},
    {{0x50, 0x2a, 0x4d, 0x18}, 4, "zstd", ZSTD}, /* a frame to skip, which pzstd begins with */
    {{'B', 'Z', 'h'}, 3, "bzip2", NULL},
    {{0x04, 0x22, 0x4d, 0x18}, 4, "lz4", NULL},
};

const struct compression *compression_of(const uint8_t magic[static COMPRESSION_MAGIC_SIZE])
{
	for (size_t i = 0; i < sizeof(compressions) / sizeof(compressions[0]); i++)
		if (memcmp(magic, compressions[i].magic, compressions[i].length) == 0)
			return &compressions[i];
	return NULL;
}

struct decompressor *decompressor_new(const struct compression *compression, uint8_t *input,
				      size_t size, const uint8_t *begin, const uint8_t *end)
{
	struct decompressor *decompressor = calloc(1, sizeof(*decompressor));
	void *state = decompressor ? compression->decoder->start() : NULL;

	if (!state) {
		free(decompressor);
		free(input);
		return NULL;
	}
	decompressor->compression = compression;
	decompressor->state = state;
	decompressor->input = input;
	decompressor->size = size;
	decompressor->begin = begin;
	decompressor->end = end;
	return decompressor;
}

void decompressor_free(struct decompressor *decompressor)
{
	if (!decompressor)
		return;
	decompressor->compression->decoder->stop(decompressor->state);
	free(decompressor->input);
	free(decompressor);
}

void decompressor_feed(struct decompressor *decompressor, size_t n)
{
	decompressor->begin = decompressor->input;
	decompressor->end = decompressor->input + n;
	decompressor->input_ended = n == 0;
}

static enum decompress_trouble trouble_of(enum decoder_result result)
{
	switch (result) {
	case DECODER_OK:
		break;
	case DECODER_DAMAGED:
		return DECOMPRESS_DAMAGED;
	case DECODER_TOO_LARGE:
		return DECOMPRESS_TOO_LARGE;
	case DECODER_NO_MEMORY:
		return DECOMPRESS_NO_MEMORY;
	}
	return DECOMPRESS_NO_TROUBLE;
}

static bool is_bomb(const struct decompressor *decompressor)
{
	return decompressor->produced > DECOMPRESS_FREE &&
	       decompressor->produced / DECOMPRESS_RATIO_MAX > decompressor->consumed;
}

/* Lets the decoder work once. Returns how many bytes it wrote to `out`. */
static size_t decode(struct decompressor *decompressor, uint8_t *out, size_t size)
{
	struct decoder_step step = {
	    .in = decompressor->begin,
	    .in_end = decompressor->end,
	    .out = out,
	    .out_end = out + size,
	    .last = decompressor->input_ended,
	    .complete = decompressor->complete,
	};
	enum decoder_result result =
	    decompressor->compression->decoder->step(decompressor->state, &step);
	size_t consumed = (size_t)(step.in - decompressor->begin);
	size_t produced = (size_t)(step.out - out);

	decompressor->trouble = trouble_of(result);
	decompressor->complete = step.complete;
	decompressor->begin = step.in;
	decompressor->full = step.out == step.out_end;
	decompressor->consumed += consumed;
	decompressor->produced += produced;
	/* No decoder does this. It would be an endless loop. */
	if (consumed == 0 && produced == 0 && step.in < step.in_end && !decompressor->trouble)
		decompressor->trouble = DECOMPRESS_DAMAGED;
	if (!decompressor->trouble && is_bomb(decompressor))
		decompressor->trouble = DECOMPRESS_BOMB;
	return produced;
}

size_t decompressor_read(struct decompressor *decompressor, uint8_t *out, size_t size)
{
	while (!decompressor->trouble && !decompressor->ended) {
		bool empty = decompressor->begin == decompressor->end;
		size_t n;

		if (empty && !decompressor->full && !decompressor->input_ended)
			return 0;
		n = decode(decompressor, out, size);
		if (n > 0)
			return n;
		if (decompressor->trouble || !empty || !decompressor->input_ended)
			continue;
		decompressor->ended = true;
		if (!decompressor->complete)
			decompressor->trouble = DECOMPRESS_CUT;
	}
	return 0;
}
