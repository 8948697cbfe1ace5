/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Collects the comments of a pcapng block before the block is written. They are stored as its
 * opt_comment options (draft-ietf-opsawg-pcapng, "Options"), ready to be copied.
 *
 * The room is limited. A comment that does not fit is counted, and the last comment says how many
 * were left out.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_COMMENTS_H
#define VSOCK_LIB_CAPTURE_FILE_COMMENTS_H

#include <stddef.h>
#include <stdint.h>

/* Room for about thirty of the longest comments, or a hundred of the usual length. */
#define CAPTURE_COMMENTS_MAX 20480

struct capture_comments {
	size_t length;     /* bytes used in `options`, a multiple of 4 */
	uint64_t left_out; /* comments that did not fit */
	uint8_t options[CAPTURE_COMMENTS_MAX];
};

/* Adds one comment; the text is UTF-8 and needs no null byte. */
void capture_comments_add(struct capture_comments *comments, const char *text, size_t length);

/* Adds the comment about those left out, if any. Call it last, before the block is written. */
void capture_comments_end(struct capture_comments *comments);

static inline void capture_comments_clear(struct capture_comments *comments)
{
	comments->length = 0;
	comments->left_out = 0;
}

#endif
