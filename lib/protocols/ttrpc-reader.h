/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One direction of a ttRPC connection, as its bytes come. The reader keeps the part of a
 * body that has the names of service and method, or the status. It skips the rest.
 */
#ifndef LIB_PROTOCOLS_TTRPC_READER_H
#define LIB_PROTOCOLS_TTRPC_READER_H

#include "lib/protocols/ttrpc.h"

/* Two names of 255 bytes, with their fields. */
#define TTRPC_BODY_KEPT 516

enum ttrpc_event {
	TTRPC_MORE, /* all bytes are read */
	/* What ttrpc_reader_name() and ttrpc_reader_status() read has come. Once for each message.
	 */
	TTRPC_HEAD,
	TTRPC_END,   /* the message is complete */
	TTRPC_WRONG, /* these bytes are no ttRPC */
};

struct ttrpc_reader {
	uint64_t began; /* the stamp of the message's first byte */
	uint32_t left;  /* bytes of the body that have not come */
	uint16_t kept;
	uint8_t header_kept;
	bool headed;
	bool wrong;
	struct ttrpc_header header;
	uint8_t bytes[TTRPC_HEADER_SIZE];
	uint8_t body[TTRPC_BODY_KEPT];
};

struct ttrpc_reader ttrpc_reader_of(void);

/* Reads on from `*at`, up to the next event. */
enum ttrpc_event ttrpc_read(struct ttrpc_reader *reader, const uint8_t *bytes, size_t length,
			    size_t *at, uint64_t stamp);

/* The next `length` bytes are not known. TTRPC_WRONG, unless all are inside of a body. */
enum ttrpc_event ttrpc_skip(struct ttrpc_reader *reader, uint64_t length);

bool ttrpc_is_idle(const struct ttrpc_reader *reader);

/* Writes "service/method" of a request. False if the reader has not both. */
#define TTRPC_NAME_MAX 520
bool ttrpc_reader_name(const struct ttrpc_reader *reader, char name[static TTRPC_NAME_MAX]);

/* The code of a response: 0 without one. False if it has not come, as a response may be cut. */
bool ttrpc_reader_status(const struct ttrpc_reader *reader, uint32_t *code);

#endif
