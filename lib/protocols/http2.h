/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One direction of an HTTP/2 connection, as its bytes come: its frames, and of these what tells
 * where calls begin and end.
 *
 * Source: RFC 9113, sections 3.4, 4 and 6. The reader keeps a few bytes. Header blocks go to
 * hpack.h, if the reader has one; without it, their fields are missing.
 */
#ifndef LIB_PROTOCOLS_HTTP2_H
#define LIB_PROTOCOLS_HTTP2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"
#include "lib/protocols/hpack.h"

#define HTTP2_PREFACE_SIZE 24
#define HTTP2_HEADER_SIZE  9
/* Of a frame with numbers at its beginning. */
#define HTTP2_NUMBERS_MAX 8

enum http2_type {
	HTTP2_DATA,
	HTTP2_HEADERS,
	HTTP2_PRIORITY,
	HTTP2_RST_STREAM,
	HTTP2_SETTINGS,
	HTTP2_PUSH_PROMISE,
	HTTP2_PING,
	HTTP2_GOAWAY,
	HTTP2_WINDOW_UPDATE,
	HTTP2_CONTINUATION,
	HTTP2_TYPES
};

enum http2_step {
	HTTP2_MORE,   /* all bytes are read */
	HTTP2_FRAME,  /* a frame is complete, or a header block with all of its frames */
	HTTP2_TABLE,  /* the sender allows a table of `number` bytes in the other direction */
	HTTP2_BROKEN, /* these bytes are no HTTP/2 */
};

struct http2_frame {
	uint8_t type;  /* never HTTP2_CONTINUATION */
	bool end;      /* the sender sends no more on this stream */
	bool grpc;     /* DATA begins with a message of gRPC that fits into it */
	bool known;    /* the fields of HEADERS are known */
	uint32_t size; /* bytes, with the frame's header */
	uint32_t stream;
	uint32_t number; /* RST_STREAM: the reason; GOAWAY: the last stream */
};

struct http2_reader {
	uint64_t began;      /* the stamp of the frame's first byte */
	struct hpack *hpack; /* the caller's; NULL: fields are not read */
	uint32_t left;       /* bytes of the frame that have not come */
	uint32_t length;     /* of the frame, without its header */
	uint32_t stream;
	uint32_t block; /* the stream of a header block that continues; 0: none */
	uint32_t block_size;
	uint8_t preface; /* bytes of it that have not come */
	uint8_t kept;    /* bytes in header, until the frame has begun */
	uint8_t count;   /* bytes in numbers ... */
	uint8_t wanted;  /* ... and how many of them the frame has */
	uint8_t pad;
	uint8_t type;
	uint8_t flags;
	uint8_t block_type;
	bool begun; /* the frame's header is complete */
	bool block_end;
	bool broken;
	bool lost; /* the fields of this direction are not known any more */
	uint8_t header[HTTP2_HEADER_SIZE];
	uint8_t numbers[HTTP2_NUMBERS_MAX];
};

/* `client`: the stream begins with the preface. */
struct http2_reader http2_reader_of(bool client, struct hpack *hpack);

/* Reads on from `*at`, up to the next event. `fields` are those of the present header block. */
enum http2_step http2_read(struct http2_reader *reader, const uint8_t *bytes, size_t length,
			   size_t *at, uint64_t stamp, struct http2_frame *frame,
			   struct hpack_fields *fields);

/* The next `length` bytes are not known. Only DATA can lose bytes that do not end it. */
enum http2_step http2_skip(struct http2_reader *reader, uint64_t length);

/* Between two frames. */
bool http2_is_idle(const struct http2_reader *reader);

/* Whether a client's stream begins like this. */
enum protocol_answer http2_recognize_client(const uint8_t *bytes, size_t length);
/* Whether a server's stream may begin like this: never certain, so never PROTOCOL_YES. */
enum protocol_answer http2_recognize_server(const uint8_t *bytes, size_t length);

/*
 * Whether these are frames of gRPC from the middle of a connection: HEADERS, then DATA of the same
 * stream that hold a message of just their length.
 */
bool http2_is_grpc_inside(const uint8_t *bytes, size_t length);

#endif
