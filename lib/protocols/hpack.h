/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Header blocks of HTTP/2. Each block depends on all blocks that its sender sent before, so the
 * reader keeps a table, and takes memory for it. libnghttp2 does the work; it is optional.
 *
 * All readers of one budget take at most its limit. A reader whose table does not fit
 * reads nothing more.
 */
#ifndef LIB_PROTOCOLS_HPACK_H
#define LIB_PROTOCOLS_HPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HPACK_PATH_MAX   256
#define HPACK_METHOD_MAX 16
/* The largest table that a receiver may allow. */
#define HPACK_TABLE_MAX 65536

/* What is kept of a block. Numbers are negative if their field is missing or no number. */
struct hpack_fields {
	char method[HPACK_METHOD_MAX]; /* an empty text: missing */
	char path[HPACK_PATH_MAX];     /* cut, if it is longer */
	bool grpc;                     /* the content type is gRPC's */
	int32_t status;                /* of HTTP */
	int32_t grpc_status;
};

struct hpack_budget {
	size_t limit;
	size_t used;
};

struct hpack;

/* Whether vsockdump was built with the library. */
bool hpack_is_available(void);

/* NULL without the library or memory. The budget must outlive it. */
struct hpack *hpack_new(struct hpack_budget *budget);
void hpack_free(struct hpack *hpack);

/* The receiver allows a table of this size. */
void hpack_allow_table(struct hpack *hpack, uint32_t size);

/* Forgets the fields of the block before. */
void hpack_begin(struct hpack_fields *fields);

/*
 * Reads on in the present block; `last`: it ends with these bytes. False if the block is wrong or
 * there is no memory: then this reader is of no more use.
 */
bool hpack_read(struct hpack *hpack, const uint8_t *bytes, size_t length, bool last,
		struct hpack_fields *fields);

#endif
