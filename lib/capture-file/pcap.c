/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parses pcap files (draft-ietf-opsawg-pcap): a header of 24 bytes, then records of a 16-byte
 * header and the captured bytes, all in the byte order of the machine that wrote them.
 *
 * Only version 2.4 has files of link type VSOCK. The parser accepts common mistakes that do no
 * harm: a fraction of a second or more, an original length below the captured one, records longer
 * than the header's snapshot length.
 */
#include <inttypes.h>

#include "core/time-units.h"
#include "lib/capture-file/format.h"

#define MAGIC_MICROSECONDS UINT32_C(0xa1b2c3d4)
#define MAGIC_NANOSECONDS  UINT32_C(0xa1b23c4d)

/* The upper bits of the link type say whether frames end in a checksum, and its length. */
#define LINKTYPE_MASK UINT32_C(0x03ffffff)

/* Byte offsets in the file's header. Time zone (8) and accuracy (12) were never in use. */
enum {
	HEADER_MAJOR = 4,     /* u16 */
	HEADER_MINOR = 6,     /* u16 */
	HEADER_SNAPLEN = 16,  /* u32 */
	HEADER_LINKTYPE = 20, /* u32 */
	HEADER_SIZE = 24,
};

/* Byte offsets in a record. */
enum {
	RECORD_SECONDS = 0,  /* u32, since 1970 */
	RECORD_FRACTION = 4, /* u32, micro- or nanoseconds */
	RECORD_CAPTURED = 8, /* u32 */
	RECORD_ON_WIRE = 12, /* u32 */
	RECORD_HEADER_SIZE = 16,
};

static void read_magic(struct capture_reader *reader, const uint8_t *header)
{
	uint32_t magic = vsock_get_le32(header);

	reader->big_endian = magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS;
	reader->nanosecond = capture_u32(reader, header) == MAGIC_NANOSECONDS;
	reader->fraction_ns = reader->nanosecond ? 1 : 1000;
}

static enum capture_read pcap_format_open(struct capture_reader *reader)
{
	enum capture_read result = capture_need(reader, HEADER_SIZE);
	const uint8_t *header;
	uint16_t major;
	uint16_t minor;
	uint32_t linktype;

	if (result != CAPTURE_READ_RECORD)
		return result;
	header = reader->window.begin;
	read_magic(reader, header);
	major = capture_u16(reader, header + HEADER_MAJOR);
	minor = capture_u16(reader, header + HEADER_MINOR);
	if (major != 2 || minor != 4)
		return capture_refuse(reader,
				      "pcap version %u.%u, which is not supported: 2.4 is the "
				      "only one that has vsock",
				      major, minor);

	linktype = capture_u32(reader, header + HEADER_LINKTYPE) & LINKTYPE_MASK;
	if (linktype != VSOCK_LINKTYPE) {
		char name[CAPTURE_LINKTYPE_TEXT_MAX];

		capture_linktype_text(name, linktype);
		return capture_refuse(
		    reader,
		    "no vsock in it: its link type is %s, not VSOCK (%d); capture "
		    "on a vsockmon interface, or read this file with tcpdump",
		    name, VSOCK_LINKTYPE);
	}
	reader->snaplen = capture_u32(reader, header + HEADER_SNAPLEN);
	reader->window.begin += HEADER_SIZE;
	return CAPTURE_READ_RECORD;
}

static enum capture_read absurd_length(struct capture_reader *reader, uint32_t captured)
{
	return capture_damaged(reader, capture_window_offset(&reader->window),
			       "record %" PRIu64 " claims %" PRIu32
			       " bytes, more than any frame has",
			       reader->records + 1, captured);
}

static enum capture_read pcap_format_next(struct capture_reader *reader,
					  struct capture_record *record)
{
	enum capture_read result = capture_need(reader, RECORD_HEADER_SIZE);
	const uint8_t *p;
	uint32_t captured;
	uint32_t on_wire;

	if (result != CAPTURE_READ_RECORD)
		return result;
	captured = capture_u32(reader, reader->window.begin + RECORD_CAPTURED);
	if (captured > CAPTURE_RECORD_MAX)
		return absurd_length(reader, captured);
	result = capture_need(reader, RECORD_HEADER_SIZE + captured);
	if (result != CAPTURE_READ_RECORD)
		return result;

	p = reader->window.begin;
	on_wire = capture_u32(reader, p + RECORD_ON_WIRE);
	record->ts = capture_u32(reader, p + RECORD_SECONDS) * NANOSECONDS_PER_SECOND +
		     (uint64_t)capture_u32(reader, p + RECORD_FRACTION) * reader->fraction_ns;
	record->data = p + RECORD_HEADER_SIZE;
	record->captured = captured;
	record->on_wire = on_wire < captured ? captured : on_wire;
	reader->window.begin = record->data + captured;
	reader->records++;
	return CAPTURE_READ_RECORD;
}

static struct capture_statistics pcap_format_statistics(const struct capture_reader *reader)
{
	(void)reader;
	return capture_statistics_not_known();
}

const struct capture_format capture_format_pcap = {
    .name = "pcap",
    .numbered = true,
    .open = pcap_format_open,
    .next = pcap_format_next,
    .statistics = pcap_format_statistics,
};
