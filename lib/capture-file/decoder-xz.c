/* SPDX-License-Identifier: BSD-3-Clause */
/* Decodes xz with liblzma, without threads. Streams may follow each other. */
#include "lib/capture-file/decoder.h"

#include <stdlib.h>

#include <lzma.h>

static void *xz_start(void)
{
	lzma_stream *stream = calloc(1, sizeof(*stream));

	/* All bytes of LZMA_STREAM_INIT are zero. */
	if (stream && lzma_stream_decoder(stream, DECODER_MEMORY_MAX, LZMA_CONCATENATED) == LZMA_OK)
		return stream;
	free(stream);
	return NULL;
}

static void xz_stop(void *state)
{
	lzma_end(state);
	free(state);
}

static enum decoder_result xz_step(void *state, struct decoder_step *step)
{
	lzma_stream *stream = state;
	lzma_ret code;

	stream->next_in = step->in;
	stream->avail_in = (size_t)(step->in_end - step->in);
	stream->next_out = step->out;
	stream->avail_out = (size_t)(step->out_end - step->out);
	code = lzma_code(stream, step->last ? LZMA_FINISH : LZMA_RUN);
	step->in = stream->next_in;
	step->out = stream->next_out;
	step->complete = code == LZMA_STREAM_END;
	switch (code) {
	case LZMA_OK:
	case LZMA_BUF_ERROR:
	case LZMA_STREAM_END:
		return DECODER_OK;
	case LZMA_MEM_ERROR:
		return DECODER_NO_MEMORY;
	case LZMA_MEMLIMIT_ERROR:
		return DECODER_TOO_LARGE;
	default:
		return DECODER_DAMAGED;
	}
}

const struct decoder decoder_xz = {
    .start = xz_start,
    .step = xz_step,
    .stop = xz_stop,
};
