/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The headers of a pcap file (draft-ietf-opsawg-pcap, version 2.4) as little-endian bytes: one of
 * the file, one of each record. Times are micro- or nanoseconds.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_PCAP_ENCODE_H
#define VSOCK_LIB_CAPTURE_FILE_PCAP_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/time-units.h"
#include "core/wire.h"
#include "lib/capture-file/put.h"
#include "lib/capture-file/record.h"

#define PCAP_HEADER_SIZE        24
#define PCAP_RECORD_HEADER_SIZE 16

static inline void pcap_encode_header(uint8_t header[static PCAP_HEADER_SIZE], bool nanosecond,
				      uint32_t snaplen)
{
	uint8_t *p = capture_put_le32(header, nanosecond ? 0xa1b23c4d : 0xa1b2c3d4);

	p = capture_put_le32(p, 4u << 16 | 2u); /* version 2.4 as two 16-bit numbers */
	p = capture_put_le32(p, 0);             /* time zone, never used */
	p = capture_put_le32(p, 0);             /* accuracy, never used */
	p = capture_put_le32(p, snaplen);
	capture_put_le32(p, VSOCK_LINKTYPE);
}

static inline void pcap_encode_record_header(uint8_t header[static PCAP_RECORD_HEADER_SIZE],
					     const struct capture_record *record, bool nanosecond)
{
	uint64_t seconds = record->ts / NANOSECONDS_PER_SECOND;
	uint32_t fraction = (uint32_t)(record->ts % NANOSECONDS_PER_SECOND);
	uint8_t *p;

	/* 32 bits of seconds end in 2106: stay there, do not start again in 1970. */
	if (seconds > UINT32_MAX)
		seconds = UINT32_MAX;
	p = capture_put_le32(header, (uint32_t)seconds);
	p = capture_put_le32(p, nanosecond ? fraction : fraction / 1000);
	p = capture_put_le32(p, record->captured);
	capture_put_le32(p, record->on_wire);
}

/* The size of an encoded record, its header included. */
static inline size_t pcap_encoded_record_size(const uint8_t *record)
{
	return PCAP_RECORD_HEADER_SIZE + (size_t)vsock_get_le32(record + 8);
}

#endif
