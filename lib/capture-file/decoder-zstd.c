/* SPDX-License-Identifier: BSD-3-Clause */
/* Decodes zstd with libzstd. Frames may follow each other. */
#include "lib/capture-file/decoder.h"

#include <zstd.h>
#include <zstd_errors.h>

_Static_assert((size_t)1 << DECODER_MEMORY_LOG == DECODER_MEMORY_MAX, "one limit for all");

static void *zstd_start(void)
{
	ZSTD_DCtx *context = ZSTD_createDCtx();

	if (context)
		ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, DECODER_MEMORY_LOG);
	return context;
}

static void zstd_stop(void *state)
{
	ZSTD_freeDCtx(state);
}

static enum decoder_result zstd_step(void *state, struct decoder_step *step)
{
	ZSTD_inBuffer in = {step->in, (size_t)(step->in_end - step->in), 0};
	ZSTD_outBuffer out = {step->out, (size_t)(step->out_end - step->out), 0};
	size_t code = ZSTD_decompressStream(state, &out, &in);

	step->in += in.pos;
	step->out += out.pos;
	if (ZSTD_isError(code)) {
		switch (ZSTD_getErrorCode(code)) {
		case ZSTD_error_frameParameter_windowTooLarge:
			return DECODER_TOO_LARGE;
		case ZSTD_error_memory_allocation:
			return DECODER_NO_MEMORY;
		default:
			return DECODER_DAMAGED;
		}
	}
	/* Between two frames, a call that did nothing asks for the header of another one. */
	if (in.pos > 0 || out.pos > 0)
		step->complete = code == 0;
	return DECODER_OK;
}

const struct decoder decoder_zstd = {
    .start = zstd_start,
    .step = zstd_step,
    .stop = zstd_stop,
};
