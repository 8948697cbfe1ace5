/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Comments of a pcapng block, gathered before the block is written: its opt_comment options, ready
 * to be copied. Bounded; what finds no room is counted and said in the last of them.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_COMMENTS_H
#define VSOCK_LIB_CAPTURE_FILE_COMMENTS_H

#include <stddef.h>
#include <stdint.h>

/* Some thirty of the longest, a hundred of the usual length. */
#define CAPTURE_COMMENTS_MAX 20480

struct capture_comments {
	size_t length; /* of what is in `options`, a multiple of 4 */
	uint64_t left_out;
	uint8_t options[CAPTURE_COMMENTS_MAX];
};

/* Adds one; the text is UTF-8. */
void capture_comments_add(struct capture_comments *comments, const char *text, size_t length);

/* To be called before they are written, and none added then: says what was left out. */
void capture_comments_end(struct capture_comments *comments);

static inline void capture_comments_clear(struct capture_comments *comments)
{
	comments->length = 0;
	comments->left_out = 0;
}

#endif
