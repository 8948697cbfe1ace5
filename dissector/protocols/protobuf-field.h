/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of a protobuf message, one after the other, without knowing the message. */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_PROTOBUF_FIELD_H
#define VSOCK_DISSECTOR_PROTOCOLS_PROTOBUF_FIELD_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

enum protobuf_wire_type {
	PROTOBUF_VARINT = 0,
	PROTOBUF_FIXED64,
	PROTOBUF_BYTES,
	PROTOBUF_FIXED32 = 5
};

struct protobuf_field {
	guint64 number;
	enum protobuf_wire_type type;
	guint64 value; /* of a varint */
	int start;     /* of its tag */
	int at;        /* of its bytes, without tag and length */
	int length;    /* of its bytes, by its header: `end` may come before */
	int captured;  /* of them, those before `end` */
};

/*
 * Reads the field at *offset and moves *offset after it. False if there is no field. Then *offset
 * is `end` if the message ended correctly, and unchanged if no field can begin like this. All bytes
 * before `end` must have been captured.
 */
gboolean protobuf_next_field(tvbuff_t *tvb, int *offset, int end, struct protobuf_field *field);

#endif
