/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One direction of an HTTP/1 connection, as its bytes come: where messages begin and end, and their
 * first lines. The reader looks only at headers that say where a message ends. Bodies are
 * skipped, also those in chunks.
 *
 * Source: RFC 9112. A reader keeps at most one line, and of a longer one its beginning.
 */
#ifndef LIB_PROTOCOLS_HTTP1_H
#define LIB_PROTOCOLS_HTTP1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"
#include "lib/protocols/http1-text.h"

/* Lines of a head beyond this make no HTTP. */
#define HTTP1_LINE_MAX 65536

enum http1_event {
	HTTP1_MORE,  /* all bytes are read, and the message may continue */
	HTTP1_LINE,  /* the first line is complete, and is in http1_line */
	HTTP1_END,   /* the message is complete */
	HTTP1_WRONG, /* these bytes are no HTTP/1 */
};

struct http1_reader {
	uint64_t began; /* the stamp of the first byte of the present message */
	uint64_t left;  /* bytes of the body or of the chunk */
	uint32_t size;  /* of the present line, until now */
	uint16_t kept;  /* ... bytes of it that are in `line` */
	uint16_t status;
	uint8_t state;
	bool response;
	bool begun; /* a byte of the present message has come */
	bool has_length;
	bool chunked;
	bool encoded;  /* a Transfer-Encoding that does not end with chunked */
	bool bodiless; /* set it after HTTP1_LINE: the answer to HEAD has no body */
	bool tunnel;   /* set it after HTTP1_LINE: what follows the head is no HTTP */
	char line[HTTP1_LINE_KEPT];
};

struct http1_reader http1_reader_of(bool response);

/*
 * Reads on from `*at`, up to the next event, and moves `*at`. `stamp` is any number: that of the
 * first byte of a message is kept in `began`. After HTTP1_WRONG, the reader reads no more.
 */
enum http1_event http1_read(struct http1_reader *reader, const uint8_t *bytes, size_t length,
			    size_t *at, uint64_t stamp, struct http1_line *line);

/*
 * The next `length` bytes are not known. HTTP1_WRONG, unless all of them are inside of a body. It
 * may be that they end the message.
 */
enum http1_event http1_skip(struct http1_reader *reader, uint64_t length);

/* No message has begun that is not complete. */
bool http1_is_idle(const struct http1_reader *reader);

/* The body ends with the stream. */
bool http1_ends_with_stream(const struct http1_reader *reader);

/* Responses that say that the final one comes later. */
bool http1_is_interim(uint16_t status);

/* Whether a stream begins with a request, or with a response. */
enum protocol_answer http1_recognize(const uint8_t *bytes, size_t length, bool *response);

#endif
