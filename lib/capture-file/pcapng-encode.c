/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture-file/pcapng-encode.h"

#include <string.h>

#include "lib/capture-file/pcapng-ids.h"

#define BLOCK_SECTION    0x0a0d0d0a
#define BLOCK_INTERFACE  1
#define BLOCK_STATISTICS 5

/* What a number means depends on the block. */
enum {
	OPTION_END = 0,
	OPTION_COMMENT = 1,

	SHB_OS = 3,
	SHB_APPLICATION = 4,

	IF_NAME = 2,
	IF_DESCRIPTION = 3,
	IF_TSRESOL = 9,
	IF_OS = 12,

	ISB_STARTTIME = 2,
	ISB_ENDTIME = 3,
	ISB_IFRECV = 4,
	ISB_IFDROP = 5,
	ISB_FILTERACCEPT = 6,
	ISB_OSDROP = 7,
	ISB_USRDELIV = 8,
};

static uint8_t *put_option(uint8_t *p, uint16_t code, const void *value, size_t size)
{
	p = capture_put_le16(p, code);
	p = capture_put_le16(p, (uint16_t)size);
	memcpy(p, value, size);
	memset(p + size, 0, pcapng_padding((uint32_t)size));
	return p + size + pcapng_padding((uint32_t)size);
}

static uint8_t *put_text(uint8_t *p, uint16_t code, const char *text)
{
	size_t length = strnlen(text, CAPTURE_TEXT_MAX);

	return length ? put_option(p, code, text, length) : p;
}

/* Ends the block that begins at `block` and has options. Returns the place after it. */
static uint8_t *end_block(uint8_t *block, uint8_t *p)
{
	uint32_t size = (uint32_t)(p - block) + PCAPNG_END_SIZE_MAX;

	capture_put_le32(block + 4, size);
	return p + pcapng_encode_end(p, true, size);
}

static uint8_t *put_section(uint8_t *block, const struct capture_origin *origin,
			    const char *application)
{
	uint8_t *p = capture_put_le32(block, BLOCK_SECTION);

	p = capture_put_le32(p + 4, 0x1a2b3c4d); /* byte order */
	p = capture_put_le16(p, 1);              /* version 1.0 */
	p = capture_put_le16(p, 0);
	p = capture_put_le64(p, UINT64_MAX); /* the section's length is not known yet */
	p = put_text(p, SHB_OS, origin->os);
	p = put_text(p, SHB_APPLICATION, application);
	return end_block(block, p);
}

/* pcapng has no option for ids, so they are in a comment: see pcapng-ids.h. */
static uint8_t *put_ids(uint8_t *p, const struct capture_origin *origin)
{
	char comment[PCAPNG_IDS_MAX];

	pcapng_ids_print(comment, origin);
	return put_text(p, OPTION_COMMENT, comment);
}

static uint8_t *put_interface(uint8_t *block, const struct capture_origin *origin, bool nanosecond,
			      uint32_t snaplen)
{
	const uint8_t resolution = nanosecond ? 9 : 6;
	uint8_t *p = capture_put_le32(block, BLOCK_INTERFACE);

	p = capture_put_le16(p + 4, VSOCK_LINKTYPE);
	p = capture_put_le16(p, 0);
	p = capture_put_le32(p, snaplen);
	p = put_ids(p, origin);
	p = put_text(p, IF_NAME, origin->interface);
	p = put_text(p, IF_DESCRIPTION, origin->description);
	p = put_option(p, IF_TSRESOL, &resolution, 1);
	p = put_text(p, IF_OS, origin->os);
	return end_block(block, p);
}

size_t pcapng_encode_start(uint8_t start[static PCAPNG_START_SIZE_MAX],
			   const struct capture_origin *origin, const char *application,
			   bool nanosecond, uint32_t snaplen)
{
	uint8_t *p = put_section(start, origin, application);

	return (size_t)(put_interface(p, origin, nanosecond, snaplen) - start);
}

/* Two halves; the upper one is first in both byte orders. */
static uint8_t *put_time(uint8_t *p, uint64_t time)
{
	p = capture_put_le32(p, (uint32_t)(time >> 32));
	return capture_put_le32(p, (uint32_t)time);
}

static uint8_t *put_time_option(uint8_t *p, uint16_t code, uint64_t ts, bool nanosecond)
{
	if (ts == CAPTURE_NOT_KNOWN)
		return p;
	p = capture_put_le16(p, code);
	p = capture_put_le16(p, 8);
	return put_time(p, pcapng_time(ts, nanosecond));
}

static uint8_t *put_counter(uint8_t *p, uint16_t code, uint64_t value)
{
	if (value == CAPTURE_NOT_KNOWN)
		return p;
	p = capture_put_le16(p, code);
	p = capture_put_le16(p, 8);
	return capture_put_le64(p, value);
}

size_t pcapng_encode_statistics(uint8_t block[static PCAPNG_STATISTICS_SIZE_MAX],
				const struct capture_statistics *statistics, bool nanosecond,
				size_t comments, uint32_t *size)
{
	uint64_t end = statistics->end == CAPTURE_NOT_KNOWN ? 0 : statistics->end;
	uint8_t *p = capture_put_le32(block, BLOCK_STATISTICS);

	p = capture_put_le32(p + 4, 0); /* the interface */
	p = put_time(p, pcapng_time(end, nanosecond));
	p = put_time_option(p, ISB_STARTTIME, statistics->start, nanosecond);
	p = put_time_option(p, ISB_ENDTIME, statistics->end, nanosecond);
	p = put_counter(p, ISB_IFRECV, statistics->received);
	p = put_counter(p, ISB_IFDROP, statistics->interface_drops);
	p = put_counter(p, ISB_FILTERACCEPT, statistics->accepted);
	p = put_counter(p, ISB_OSDROP, statistics->kernel_drops);
	p = put_counter(p, ISB_USRDELIV, statistics->delivered);
	*size = (uint32_t)((size_t)(p - block) + comments + PCAPNG_END_SIZE_MAX);
	capture_put_le32(block + 4, *size);
	return (size_t)(p - block);
}
