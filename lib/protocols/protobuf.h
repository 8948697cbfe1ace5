/* SPDX-License-Identifier: BSD-3-Clause */
/* The fields of a protobuf message, one after the other, without knowing the message. */
#ifndef LIB_PROTOCOLS_PROTOBUF_H
#define LIB_PROTOCOLS_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"

enum protobuf_type {
	PROTOBUF_TYPE_VARINT = 0,
	PROTOBUF_TYPE_FIXED64,
	PROTOBUF_TYPE_BYTES,
	PROTOBUF_TYPE_FIXED32 = 5
};

struct protobuf_part {
	uint32_t number;
	enum protobuf_type type;
	uint64_t value; /* of a varint */
	size_t at;      /* of its bytes, from the beginning of the message; 0: not known */
	size_t length;  /* of its bytes */
};

/*
 * Reads the field at `*at` of a message of `length` bytes, and moves `*at` after it. PROTOCOL_MORE:
 * the bytes end inside of the field, and `*at` stays; the place and the length of a field whose
 * bytes have begun are known. PROTOCOL_NO: no field begins like this.
 */
enum protocol_answer protobuf_read(const uint8_t *bytes, size_t length, size_t *at,
				   struct protobuf_part *part);

/* Finds the first field of this number that has bytes. False if it is missing or cut. */
bool protobuf_find_bytes(const uint8_t *bytes, size_t length, uint32_t number,
			 struct protobuf_part *part);

#endif
