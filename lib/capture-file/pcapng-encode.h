/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Blocks of pcapng (draft-ietf-opsawg-pcapng) as little-endian bytes: one section with one
 * interface of link type VSOCK, number 0. Times are micro- or nanoseconds since 1970.
 *
 * The functions for each packet are inline; the blocks before and after the packets are in
 * pcapng-encode.c.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_PCAPNG_ENCODE_H
#define VSOCK_LIB_CAPTURE_FILE_PCAPNG_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/wire.h"
#include "lib/capture-file/origin.h"
#include "lib/capture-file/put.h"
#include "lib/capture-file/record.h"

#define PCAPNG_BLOCK_PACKET 6 /* Enhanced Packet Block */

/* Bytes of an Enhanced Packet Block before the packet's data. */
#define PCAPNG_PACKET_HEADER_SIZE 28
/* The last bytes of a block: the end of its options, if it has any, and the length again. */
#define PCAPNG_END_SIZE_MAX 8

/* All blocks before the first packet, with the longest texts. */
#define PCAPNG_START_SIZE_MAX (8 * (CAPTURE_TEXT_MAX + 8) + 96)
/* The Interface Statistics Block up to its comments. */
#define PCAPNG_STATISTICS_SIZE_MAX 112

/* A time in the file's units. */
static inline uint64_t pcapng_time(uint64_t ts, bool nanosecond)
{
	return nanosecond ? ts : ts / 1000;
}

/* The size of the block of a packet, with that many bytes of comments. */
static inline uint32_t pcapng_packet_size(uint32_t captured, size_t comments)
{
	uint32_t size = PCAPNG_PACKET_HEADER_SIZE + captured + pcapng_padding(captured);

	return size + (uint32_t)comments + (comments ? 8 : 4);
}

/* `size` is that of the whole block. */
static inline void pcapng_encode_packet_header(uint8_t header[static PCAPNG_PACKET_HEADER_SIZE],
					       const struct capture_record *record, uint32_t size,
					       bool nanosecond)
{
	uint64_t time = pcapng_time(record->ts, nanosecond);
	uint8_t *p = capture_put_le32(header, PCAPNG_BLOCK_PACKET);

	p = capture_put_le32(p, size);
	p = capture_put_le32(p, 0); /* the interface */
	p = capture_put_le32(p, (uint32_t)(time >> 32));
	p = capture_put_le32(p, (uint32_t)time);
	p = capture_put_le32(p, record->captured);
	capture_put_le32(p, record->on_wire);
}

/* The end of a block of `size` bytes, with or without options. Returns how many bytes it has. */
static inline size_t pcapng_encode_end(uint8_t end[static PCAPNG_END_SIZE_MAX], bool options,
				       uint32_t size)
{
	uint8_t *p = options ? capture_put_le32(end, 0) : end;

	return (size_t)(capture_put_le32(p, size) - end);
}

static inline uint32_t pcapng_encoded_block_type(const uint8_t *block)
{
	return vsock_get_le32(block);
}

static inline size_t pcapng_encoded_block_size(const uint8_t *block)
{
	return vsock_get_le32(block + 4);
}

/*
 * The Section Header and Interface Description Blocks. Empty texts are left out; texts longer than
 * CAPTURE_TEXT_MAX are cut. Returns the size of both blocks.
 */
size_t pcapng_encode_start(uint8_t start[static PCAPNG_START_SIZE_MAX],
			   const struct capture_origin *origin, const char *application,
			   bool nanosecond, uint32_t snaplen);

/*
 * The Interface Statistics Block up to its comments. The caller adds `comments` bytes of comments
 * and then pcapng_encode_end() with options and *size, the size of the whole block. Returns the
 * number of bytes before the comments.
 */
size_t pcapng_encode_statistics(uint8_t block[static PCAPNG_STATISTICS_SIZE_MAX],
				const struct capture_statistics *statistics, bool nanosecond,
				size_t comments, uint32_t *size);

#endif
