/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ttRPC messages: a header of ten bytes in big endian, then a body. The body of a request or a
 * response is an envelope in protobuf, that of a data message belongs to the caller.
 *
 * Source: PROTOCOL.md, channel.go and request.proto of containerd/ttrpc, and ttrpc-rust's proto.rs.
 */
#ifndef LIB_PROTOCOLS_TTRPC_H
#define LIB_PROTOCOLS_TTRPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"

#define TTRPC_HEADER_SIZE 10
#define TTRPC_LENGTH_MAX  (UINT32_C(4) << 20) /* receivers refuse longer ones */

enum ttrpc_type { TTRPC_REQUEST = 1, TTRPC_RESPONSE = 2, TTRPC_DATA = 3 };

enum ttrpc_flag {
	TTRPC_REMOTE_CLOSED = 1, /* the sender sends no more data on this stream */
	TTRPC_REMOTE_OPEN = 2,   /* it will send data */
	TTRPC_NO_DATA = 4,       /* not even an empty object */
};

struct ttrpc_header {
	uint32_t length; /* bytes after the header */
	uint32_t stream; /* odd: a client began it; servers begin no streams */
	uint8_t type;
	uint8_t flags;
};

/* The numbers of the fields in the envelopes. */
enum ttrpc_request_field {
	TTRPC_REQUEST_SERVICE = 1,
	TTRPC_REQUEST_METHOD,
	TTRPC_REQUEST_PAYLOAD,
	TTRPC_REQUEST_TIMEOUT, /* nanoseconds */
	TTRPC_REQUEST_METADATA
};
enum ttrpc_response_field { TTRPC_RESPONSE_STATUS = 1, TTRPC_RESPONSE_PAYLOAD };
enum ttrpc_status_field { TTRPC_STATUS_CODE = 1, TTRPC_STATUS_MESSAGE, TTRPC_STATUS_DETAILS };
enum ttrpc_metadata_field { TTRPC_METADATA_KEY = 1, TTRPC_METADATA_VALUE };

void ttrpc_read_header(const uint8_t bytes[TTRPC_HEADER_SIZE], struct ttrpc_header *header);

/* Whether the type is known and the length allowed, so that the length of the body is certain. */
bool ttrpc_has_body(const struct ttrpc_header *header);

/* Whether this type can have these flags. */
bool ttrpc_flags_fit(const struct ttrpc_header *header);

/*
 * Whether a message can begin with these bytes. A data message is never certain, and its answer is
 * PROTOCOL_MORE: any bytes are good for its body.
 */
enum protocol_answer ttrpc_recognize(const uint8_t *bytes, size_t length);

/* The name of a status code, as gRPC has it. NULL: unknown. */
const char *ttrpc_code_name(uint32_t code);

#endif
