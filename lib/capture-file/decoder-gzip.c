/* SPDX-License-Identifier: BSD-3-Clause */
/* Decodes gzip with zlib. Members may follow each other, and zero bytes may follow the last one. */
#include "lib/capture-file/decoder.h"

#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

/* The largest window, and gzip's header alone. */
#define WINDOW_BITS (15 + 16)

struct gzip {
	z_stream stream;
	bool between; /* after a member; nothing of another was seen */
};

static void *gzip_start(void)
{
	struct gzip *gzip = calloc(1, sizeof(*gzip));

	if (gzip && inflateInit2(&gzip->stream, WINDOW_BITS) == Z_OK)
		return gzip;
	free(gzip);
	return NULL;
}

static void gzip_stop(void *state)
{
	struct gzip *gzip = state;

	inflateEnd(&gzip->stream);
	free(gzip);
}

/* Skips the zero bytes after a member. True if another member begins. */
static bool next_member(struct gzip *gzip, struct decoder_step *step)
{
	while (step->in < step->in_end && *step->in == 0)
		step->in++;
	return step->in < step->in_end && inflateReset(&gzip->stream) == Z_OK;
}

static enum decoder_result gzip_step(void *state, struct decoder_step *step)
{
	struct gzip *gzip = state;
	z_stream *stream = &gzip->stream;
	int code;

	if (gzip->between && !next_member(gzip, step))
		return DECODER_OK;
	stream->next_in = step->in;
	stream->avail_in = (uInt)(step->in_end - step->in);
	stream->next_out = step->out;
	stream->avail_out = (uInt)(step->out_end - step->out);
	code = inflate(stream, Z_NO_FLUSH);
	step->in = stream->next_in;
	step->out = stream->next_out;
	step->complete = gzip->between = code == Z_STREAM_END;
	switch (code) {
	case Z_OK:
	case Z_BUF_ERROR:
	case Z_STREAM_END:
		return DECODER_OK;
	case Z_MEM_ERROR:
		return DECODER_NO_MEMORY;
	default:
		return DECODER_DAMAGED;
	}
}

const struct decoder decoder_gzip = {
    .start = gzip_start,
    .step = gzip_step,
    .stop = gzip_stop,
};
