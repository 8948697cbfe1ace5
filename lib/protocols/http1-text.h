/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of an HTTP/1 head. Each text is one line without its end. */
#ifndef LIB_PROTOCOLS_HTTP1_TEXT_H
#define LIB_PROTOCOLS_HTTP1_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is looked at of a line. */
#define HTTP1_LINE_KEPT 256

struct http1_text {
	const char *at;
	size_t length;
};

/* A first line. It points into the reader or into the bytes, until the next call. */
struct http1_line {
	struct http1_text method; /* of a request */
	struct http1_text target; /* of a request, with its query; may be cut */
	struct http1_text reason; /* of a response; may be empty or cut */
	uint16_t status;          /* of a response */
	uint8_t minor;            /* HTTP/1.minor */
};

/* "GET /path HTTP/1.1". A line that is cut has no version. */
bool http1_request_line(struct http1_text text, bool cut, struct http1_line *line);
/* "HTTP/1.1 200 OK" */
bool http1_status_line(struct http1_text text, struct http1_line *line);
/* Whether more bytes may make this a request line. */
bool http1_may_become_request(struct http1_text text);

/* Whether it may be a header that says where a message ends: a quick look at its first letter. */
bool http1_may_frame(struct http1_text text);
/* What each header has, unless it is cut or continues the line before. */
bool http1_has_colon(struct http1_text text);

/* "name: value", with blanks around the value removed. The next line of a value has no name. */
bool http1_header(struct http1_text text, struct http1_text *name, struct http1_text *value);

/* The same word, in capital or small letters; `word` has small letters and "-" only. */
bool http1_is(struct http1_text text, const char *word);
/* The last word of a list with commas. */
bool http1_ends_with_word(struct http1_text text, const char *word);

/* False if it is no number, or does not fit. */
bool http1_decimal(struct http1_text text, uint64_t *value);
/* Hexadecimal, with or without extensions after it. */
bool http1_chunk_size(struct http1_text text, uint64_t *value);

#endif
