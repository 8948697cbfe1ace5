/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which protocol a stream is of, by the first bytes of one direction: certain, or silent. A port is
 * never looked at. Each answer rests on at least 48 bits that are fixed, or on a complete message
 * whose form is checked.
 */
#ifndef LIB_PROTOCOLS_RECOGNIZE_H
#define LIB_PROTOCOLS_RECOGNIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"

enum stream_protocol {
	STREAM_UNKNOWN,
	STREAM_HTTP1,
	STREAM_HTTP2,
	STREAM_TTRPC,
	STREAM_TLS,
	STREAM_SSH,
	STREAM_VARLINK,
	STREAM_QMP,
	STREAM_JSONRPC,
	STREAM_NOTIFY,
	STREAM_DBUS,
	STREAM_PROTOCOLS
};

/* "http1", "http2", "ttrpc", ...; NULL for STREAM_UNKNOWN. */
const char *stream_protocol_name(enum stream_protocol protocol);

struct stream_kind {
	enum stream_protocol protocol;
	bool answers; /* this direction answers, as far as the protocol has such a side */
};

/*
 * PROTOCOL_YES sets `kind`. PROTOCOL_MORE: more bytes of this direction, or the other direction,
 * may decide. PROTOCOL_NO: no stream of these protocols begins like this.
 */
enum protocol_answer stream_recognize(const uint8_t *bytes, size_t length,
				      struct stream_kind *kind);

/* The same for bytes in the middle of a stream, at the beginning of a packet. No PROTOCOL_MORE. */
enum protocol_answer stream_recognize_inside(const uint8_t *bytes, size_t length,
					     struct stream_kind *kind);

#endif
