/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers of capture files as bytes, always little-endian: the same packets give the same file on
 * every machine. Each function returns the place after the bytes that it stored; the caller
 * guarantees the room.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_PUT_H
#define VSOCK_LIB_CAPTURE_FILE_PUT_H

#include <stdint.h>

static inline uint8_t *capture_put_le16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)value;
	p[1] = (uint8_t)(value >> 8);
	return p + 2;
}

static inline uint8_t *capture_put_le32(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)value;
	p[1] = (uint8_t)(value >> 8);
	p[2] = (uint8_t)(value >> 16);
	p[3] = (uint8_t)(value >> 24);
	return p + 4;
}

static inline uint8_t *capture_put_le64(uint8_t *p, uint64_t value)
{
	return capture_put_le32(capture_put_le32(p, (uint32_t)value), (uint32_t)(value >> 32));
}

/*
 * How many bytes of padding follow `size` bytes. pcapng aligns blocks, options and packet data to
 * 32 bits (draft-ietf-opsawg-pcapng, "General Block Structure").
 */
static inline uint32_t pcapng_padding(uint32_t size)
{
	return -size & 3;
}

#endif
