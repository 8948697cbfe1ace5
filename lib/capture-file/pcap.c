/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parses pcap files (draft-ietf-opsawg-pcap): a header of 24 bytes, then records of a 16-byte
 * header and the captured bytes, all in the byte order of the machine that wrote them.
 *
 * Only version 2.4 has files of link type VSOCK. The parser accepts common mistakes that do no
 * harm: an original length below the captured one, records longer than the header's snapshot
 * length. If the fraction of a time is a second or more, the writer most likely put nanoseconds
 * into a file of microseconds.
 *
 * In a good file these checks cost nothing. Zero bytes or another file's header after the last good
 * record look like a record with a length of 0, or an impossible length.
 */
#include <inttypes.h>
#include <string.h>

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

/*
 * If a text transfer is suspected, records of the first part of a file are at most this far apart.
 */
#define TEXT_SECONDS (UINT32_C(30) * 86400)

/* The header of a record, as numbers. */
struct header {
	uint32_t seconds;
	uint32_t fraction;
	uint32_t captured;
	uint32_t on_wire;
};

static void read_magic(struct capture_reader *reader, const uint8_t *header)
{
	uint32_t magic = vsock_get_le32(header);

	reader->big_endian = magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS;
	reader->nanosecond = capture_u32(reader, header) == MAGIC_NANOSECONDS;
	reader->fraction_ns = reader->nanosecond ? 1 : 1000;
}

static enum capture_read open_point(struct capture_reader *reader, uint16_t linktype)
{
	static const struct capture_origin nothing;
	enum capture_link link = capture_link(linktype);
	uint16_t point;

	capture_add_link(reader, linktype);
	if (capture_link_is_cooked(link))
		reader->format = &capture_format_pcap_cooked;
	return capture_add_point(reader, &nothing, link, &point);
}

static inline struct header read_header(const uint8_t *p, bool big_endian)
{
	struct header header = {
	    .seconds = vsock_get_le32(p + RECORD_SECONDS),
	    .fraction = vsock_get_le32(p + RECORD_FRACTION),
	    .captured = vsock_get_le32(p + RECORD_CAPTURED),
	    .on_wire = vsock_get_le32(p + RECORD_ON_WIRE),
	};

	if (big_endian) {
		header.seconds = __builtin_bswap32(header.seconds);
		header.fraction = __builtin_bswap32(header.fraction);
		header.captured = __builtin_bswap32(header.captured);
		header.on_wire = __builtin_bswap32(header.on_wire);
	}
	return header;
}

/* The bytes of a file without the CR of each CR LF. */
struct lines {
	const uint8_t *at;
	const uint8_t *end;
	bool undo; /* false: the bytes as they are */
};

/* The next byte, or -1. */
static int next_byte(struct lines *lines)
{
	if (lines->at == lines->end)
		return -1;
	if (lines->undo && *lines->at == '\r' && lines->at + 1 < lines->end && lines->at[1] == '\n')
		lines->at++;
	return *lines->at++;
}

/* True if all of them are there. They go to `to`, unless that is NULL. */
static bool next_bytes(struct lines *lines, uint8_t *to, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		int byte = next_byte(lines);

		if (byte < 0)
			return false;
		if (to)
			to[i] = (uint8_t)byte;
	}
	return true;
}

/* Whole records in the window, up to one that makes no sense. *good: all make sense. */
static uint32_t count_records(const struct capture_reader *reader, bool undo, bool *good)
{
	struct lines lines = {reader->window.begin, reader->window.end, undo};
	uint8_t bytes[RECORD_HEADER_SIZE];
	uint32_t first = 0;
	uint32_t count = 0;

	*good = false;
	while (next_bytes(&lines, bytes, sizeof(bytes))) {
		struct header header = read_header(bytes, reader->big_endian);

		if (header.captured == 0 || header.captured > header.on_wire ||
		    header.on_wire > CAPTURE_RECORD_MAX)
			return count;
		if (first && (header.seconds < first - 1 || header.seconds - first > TEXT_SECONDS))
			return count;
		if (!first)
			first = header.seconds;
		if (!next_bytes(&lines, NULL, header.captured))
			break;
		count++;
	}
	*good = true;
	return count;
}

/*
 * Whether a transfer in text mode put a CR before each LF. This checks the window before the first
 * record, because later the reader would have returned records of garbage. A good file has a bare
 * LF among its first bytes, so it costs nothing more.
 */
static bool is_text_transfer(const struct capture_reader *reader)
{
	const uint8_t *p = reader->window.begin;
	const uint8_t *end = reader->window.end;
	uint32_t records;
	bool any = false;
	bool good;

	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		if (p == reader->window.begin || p[-1] != '\r')
			return false;
		any = true;
		p++;
	}
	if (!any)
		return false;
	records = count_records(reader, true, &good);
	return good && records > count_records(reader, false, &good);
}

static enum capture_read pcap_format_open(struct capture_reader *reader)
{
	enum capture_read result = capture_need(reader, HEADER_SIZE);
	const uint8_t *header;
	uint16_t major;
	uint16_t minor;
	uint32_t linktype;
	enum capture_link link;

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
	link = linktype > UINT16_MAX ? CAPTURE_LINK_OTHER : capture_link(linktype);
	if (link == CAPTURE_LINK_OTHER) {
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
	if (is_text_transfer(reader))
		return capture_refuse(reader, CAPTURE_TEXT_TRANSFER);
	return open_point(reader, (uint16_t)linktype);
}

static uint64_t record_start(const struct capture_reader *reader)
{
	return capture_window_offset(&reader->window);
}

/*
 * A record without any bytes, which no interface delivers. RECORD if it is returned anyway. If zero
 * bytes follow it, they began inside its header.
 */
static enum capture_read empty_record(struct capture_reader *reader)
{
	enum capture_window_result more =
	    capture_window_need(&reader->window, 2 * (size_t)RECORD_HEADER_SIZE);
	const uint8_t *p = reader->window.begin;
	uint32_t used = RECORD_CAPTURED;

	if (more == CAPTURE_WINDOW_WAIT)
		return CAPTURE_READ_WAIT;
	if (more != CAPTURE_WINDOW_READY ||
	    !capture_is_zero(p + RECORD_HEADER_SIZE, RECORD_HEADER_SIZE))
		return CAPTURE_READ_RECORD;
	while (used > 0 && p[used - 1] == 0)
		used--;
	return capture_zeros(reader, record_start(reader) + used);
}

/* The captured length is 0 or impossible. RECORD if the record is returned anyway. */
static enum capture_read odd_length(struct capture_reader *reader, const struct header *header)
{
	const uint8_t *p = reader->window.begin;

	if (capture_starts_here(p))
		return capture_joined(reader, record_start(reader));
	if (capture_is_zero(p, RECORD_HEADER_SIZE))
		return capture_zeros(reader, record_start(reader));
	if (header->captured > 0)
		return capture_damaged(reader, record_start(reader),
				       "record %" PRIu64 " claims %" PRIu32
				       " bytes, more than any frame has",
				       reader->number + 1, header->captured);
	return header->on_wire ? CAPTURE_READ_RECORD : empty_record(reader);
}

/* Fewer bytes on the wire than captured. RECORD if that is only a mistake of the writer. */
static enum capture_read odd_on_wire(struct capture_reader *reader, const struct header *header)
{
	const uint8_t *p = reader->window.begin;

	if (capture_starts_here(p))
		return capture_joined(reader, record_start(reader));
	if (header->on_wire == 0 && capture_is_zero(p + RECORD_HEADER_SIZE, header->captured))
		return capture_zeros(reader, record_start(reader) + RECORD_ON_WIRE);
	return CAPTURE_READ_RECORD;
}

/*
 * A fraction of a second or more. In a file of microseconds it most likely counts nanoseconds, and
 * so do all later ones. Returns the fraction in nanoseconds.
 */
static uint64_t odd_fraction(struct capture_reader *reader, uint32_t fraction)
{
	const char *unit = reader->nanosecond ? "nano" : "micro";

	if (!reader->nanosecond && fraction < NANOSECONDS_PER_SECOND) {
		capture_warn(reader, CAPTURE_WARN_SUBSECOND,
			     "packet %" PRIu64 " has a time of %" PRIu32
			     " microseconds after a full second: the program that wrote the file "
			     "seems to have written nanoseconds. This and later times are read as "
			     "nanoseconds, and nothing is judged by them",
			     reader->number + 1, fraction);
		reader->fraction_ns = 1;
	} else {
		capture_warn(
		    reader, CAPTURE_WARN_SUBSECOND,
		    "packet %" PRIu64 " has a time of %" PRIu32
		    " %sseconds after a full second, which is more than a second: the program that "
		    "wrote the file got it wrong. Nothing is judged by this and later times",
		    reader->number + 1, fraction, unit);
		fraction = NANOSECONDS_PER_SECOND - 1;
	}
	reader->clock = CAPTURE_TIME_BAD;
	reader->timeless = true;
	return fraction;
}

/* Fills the record and consumes its bytes, which are all in the window. */
static inline enum capture_read take(struct capture_reader *reader, struct capture_record *record,
				     const struct header *header, uint64_t fraction_ns)
{
	record->ts = header->seconds * NANOSECONDS_PER_SECOND + fraction_ns;
	record->data = reader->window.begin + RECORD_HEADER_SIZE;
	record->captured = header->captured;
	record->on_wire = header->on_wire;
	record->point = 0;
	record->clock = reader->clock;
	reader->window.begin = record->data + header->captured;
	capture_count(reader, record);
	return CAPTURE_READ_RECORD;
}

/* The slow path of pcap_format_next(): for any record, in any byte order. */
static __attribute__((noinline)) enum capture_read careful_next(struct capture_reader *reader,
								struct capture_record *record)
{
	enum capture_read result = capture_need(reader, RECORD_HEADER_SIZE);
	struct header header;
	uint64_t fraction;

	if (result != CAPTURE_READ_RECORD)
		return result;
	header = read_header(reader->window.begin, reader->big_endian);
	if (header.captured == 0 || header.captured > CAPTURE_RECORD_MAX)
		result = odd_length(reader, &header);
	if (result == CAPTURE_READ_RECORD)
		result = capture_need(reader, RECORD_HEADER_SIZE + header.captured);
	if (result == CAPTURE_READ_RECORD && header.on_wire < header.captured)
		result = odd_on_wire(reader, &header);
	if (result != CAPTURE_READ_RECORD)
		return result;

	if (header.on_wire < header.captured)
		header.on_wire = header.captured;
	fraction = (uint64_t)header.fraction * reader->fraction_ns;
	if (fraction >= NANOSECONDS_PER_SECOND)
		fraction = odd_fraction(reader, header.fraction);
	return take(reader, record, &header, fraction);
}

static enum capture_read pcap_format_next(struct capture_reader *reader,
					  struct capture_record *record)
{
	size_t available = capture_window_available(&reader->window);
	struct header header;
	uint64_t fraction;

	if (__builtin_expect(available < RECORD_HEADER_SIZE, 0))
		return careful_next(reader, record);
	if (__builtin_expect(reader->big_endian, 0))
		return careful_next(reader, record);
	header = read_header(reader->window.begin, false);
	fraction = (uint64_t)header.fraction * reader->fraction_ns;
	/* Separate conditions, because compilers turn a single one into arithmetic. */
	if (__builtin_expect(header.captured - 1 >= CAPTURE_RECORD_MAX, 0))
		return careful_next(reader, record);
	if (__builtin_expect(available - RECORD_HEADER_SIZE < header.captured, 0))
		return careful_next(reader, record);
	if (__builtin_expect(header.on_wire < header.captured, 0))
		return careful_next(reader, record);
	if (__builtin_expect(fraction >= NANOSECONDS_PER_SECOND, 0))
		return careful_next(reader, record);
	return take(reader, record, &header, fraction);
}

static enum capture_read pcap_cooked_next(struct capture_reader *reader,
					  struct capture_record *record)
{
	enum capture_read result;
	uint32_t ifindex;

	while ((result = pcap_format_next(reader, record)) == CAPTURE_READ_RECORD) {
		if (capture_link_uncook(reader->links.first, record, &ifindex)) {
			reader->links.carried = true;
			return capture_set_point(reader, record, reader->links.first, ifindex);
		}
		reader->other_links++;
	}
	return result;
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

/* Chosen by pcap_format_open(). */
const struct capture_format capture_format_pcap_cooked = {
    .name = "pcap",
    .numbered = true,
    .open = pcap_format_open,
    .next = pcap_cooked_next,
    .statistics = pcap_format_statistics,
};
