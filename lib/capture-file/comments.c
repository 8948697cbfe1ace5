/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture-file/comments.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/capture-file/put.h"

#define OPTION_COMMENT     1
#define OPTION_HEADER_SIZE 4

/* Room for the comment that says how many were left out. */
#define RESERVE 96

static void put_comment(struct capture_comments *comments, const char *text, size_t length)
{
	uint32_t padding = pcapng_padding((uint32_t)length);
	uint8_t *p = comments->options + comments->length;

	p = capture_put_le16(p, OPTION_COMMENT);
	p = capture_put_le16(p, (uint16_t)length);
	memcpy(p, text, length);
	memset(p + length, 0, padding);
	comments->length += OPTION_HEADER_SIZE + length + padding;
}

void capture_comments_add(struct capture_comments *comments, const char *text, size_t length)
{
	const size_t most = sizeof(comments->options) - RESERVE;

	if (comments->left_out || comments->length > most ||
	    OPTION_HEADER_SIZE + length + 3 > most - comments->length)
		comments->left_out++;
	else
		put_comment(comments, text, length);
}

void capture_comments_end(struct capture_comments *comments)
{
	char text[RESERVE - OPTION_HEADER_SIZE - 4];
	int length;

	if (!comments->left_out)
		return;
	length =
	    snprintf(text, sizeof(text), "%" PRIu64 " more left out: no room", comments->left_out);
	comments->left_out = 0;
	put_comment(comments, text, (size_t)length);
}
