/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parses pcapng files (draft-ietf-opsawg-pcapng): blocks, each with its type, its length, a body
 * and the length again. A Section Header Block sets the byte order and starts a new list of
 * interfaces. Interface Description Blocks number the interfaces of their section from 0, and a
 * packet has the number of its interface. Link types may be mixed: the parser skips packets of
 * interfaces that cannot have vsock, and cooked ones that are not vsock.
 *
 * A packet is returned only when its whole block is in the window. Blocks that do not matter here
 * (name resolution, TLS secrets, other link types) may be of any size that other tools accept: the
 * parser skips them without keeping them in memory.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "lib/capture-file/format.h"
#include "lib/capture-file/pcapng-about.h"
#include "lib/capture-file/read-ahead.h"

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2, /* obsolete, but written by tools of its time */
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6, /* Enhanced Packet Block */
	/* The following are skipped, but Wireshark gives each a number, as if it were a packet. */
	BLOCK_JOURNAL = 9,
	BLOCK_SYSDIG = 0x204,
	BLOCK_SYSDIG_2 = 0x216,
	BLOCK_SYSDIG_2_LARGE = 0x221,
	BLOCK_CUSTOM = 0x00000bad,
	BLOCK_CUSTOM_NO_COPY = 0x40000bad,
	BLOCK_SECTION = 0x0a0d0d0a,
};

/* Byte offsets from the start of a block. */
enum {
	BLOCK_TYPE = 0,   /* u32 */
	BLOCK_LENGTH = 4, /* u32, of the whole block; again in its last four bytes */
	BLOCK_BODY = 8,
	BLOCK_MIN = 12,

	SECTION_ORDER = 8,  /* u32, SECTION_ORDER_MAGIC in the section's byte order */
	SECTION_MAJOR = 12, /* u16 */
	SECTION_MINOR = 14, /* u16 */
	SECTION_MIN = 28,

	INTERFACE_LINKTYPE = 8, /* u16 */
	INTERFACE_SNAPLEN = 12, /* u32 */
	INTERFACE_OPTIONS = 16,
	INTERFACE_MIN = 20,

	PACKET_INTERFACE = 8, /* u32; u16 in the obsolete block */
	PACKET_TIME_HIGH = 12,
	PACKET_TIME_LOW = 16,
	PACKET_CAPTURED = 20, /* u32 */
	PACKET_ON_WIRE = 24,  /* u32 */
	PACKET_DATA = 28,
	PACKET_MIN = 32,

	SIMPLE_ON_WIRE = 8, /* u32 */
	SIMPLE_DATA = 12,
	SIMPLE_MIN = 16,

	STATISTICS_MIN = 24,
};

#define TRAILER_SIZE        4
#define SECTION_ORDER_MAGIC UINT32_C(0x1a2b3c4d)

/* Other tools refuse longer blocks as well. */
#define BLOCK_MAX (UINT32_C(16) << 20)
/* The limit of blocks that are kept in memory: a record and its options. */
#define GATHERED_BLOCK_MAX ((size_t)2 * CAPTURE_RECORD_MAX)
_Static_assert(GATHERED_BLOCK_MAX <= READ_AHEAD_KEPT_MAX,
	       "the limit of capture_window_read_ahead()");
#define INTERFACES_MAX 65536

enum {
	OPTION_TSRESOL = 9,   /* u8 */
	OPTION_TSOFFSET = 14, /* i64, seconds */
};

struct block {
	uint32_t type;
	uint32_t length;
};

static uint64_t block_start(const struct capture_reader *reader)
{
	return capture_window_offset(&reader->window);
}

static enum capture_read check_trailer(struct capture_reader *reader, const uint8_t *trailer,
				       uint64_t start, uint32_t length)
{
	uint32_t again = capture_u32(reader, trailer);

	if (again == length)
		return CAPTURE_READ_RECORD;
	if (again == 0)
		return capture_damaged(reader, start,
				       "the block ends with zero bytes: the program that wrote "
				       "the file, or its machine, was stopped");
	return capture_damaged(reader, start,
			       "the block's length is %" PRIu32 " at its start and %" PRIu32
			       " at its end",
			       length, again);
}

/* Skips the rest of a block; after a WAIT the next call continues. */
static enum capture_read finish_skip(struct capture_reader *reader)
{
	struct capture_section *section = &reader->section;
	enum capture_window_result result;
	const uint8_t *trailer;
	uint64_t left;

	if (section->skip > TRAILER_SIZE) {
		left = section->skip - TRAILER_SIZE;
		result = capture_window_skip(&reader->window, &left);
		section->skip = left + TRAILER_SIZE;
		if (result != CAPTURE_WINDOW_READY)
			return capture_stop(reader, result, section->skip_start);
	}
	result = capture_window_need(&reader->window, TRAILER_SIZE);
	if (result != CAPTURE_WINDOW_READY)
		return capture_stop(reader, result, section->skip_start);

	trailer = reader->window.begin;
	reader->window.begin += TRAILER_SIZE;
	section->skip = 0;
	return check_trailer(reader, trailer, section->skip_start, section->skip_length);
}

static enum capture_read skip_block(struct capture_reader *reader, uint32_t length)
{
	reader->section.skip = length;
	reader->section.skip_length = length;
	reader->section.skip_start = block_start(reader);
	return finish_skip(reader);
}

static __attribute__((cold)) enum capture_read bad_length(struct capture_reader *reader,
							  uint32_t length)
{
	if (capture_is_zero(reader->window.begin, BLOCK_MIN))
		return capture_zeros(reader, block_start(reader));
	return capture_damaged(reader, block_start(reader), "impossible block length %" PRIu32,
			       length);
}

/* At the start of a block. The window has at least BLOCK_MIN bytes of it. */
static inline enum capture_read check_length(struct capture_reader *reader, uint32_t length,
					     uint32_t min)
{
	if (length >= min && length <= BLOCK_MAX && length % 4 == 0)
		return CAPTURE_READ_RECORD;
	return bad_length(reader, length);
}

/* Makes the whole block available, which must have at least `min` bytes. */
static enum capture_read gather_block(struct capture_reader *reader, uint32_t length, uint32_t min)
{
	enum capture_read result = check_length(reader, length, min);

	if (result != CAPTURE_READ_RECORD)
		return result;
	if (length > GATHERED_BLOCK_MAX)
		return capture_damaged(reader, block_start(reader),
				       "a block of %" PRIu32 " bytes, more than any packet has",
				       length);
	result = capture_need(reader, length);
	if (result != CAPTURE_READ_RECORD)
		return result;
	return check_trailer(reader, reader->window.begin + length - TRAILER_SIZE,
			     block_start(reader), length);
}

static enum capture_read read_section(struct capture_reader *reader)
{
	enum capture_read result = capture_need(reader, SECTION_MIN);
	const uint8_t *p;
	uint32_t order;
	uint32_t length;
	uint16_t major;
	uint16_t minor;

	if (result != CAPTURE_READ_RECORD)
		return result;
	p = reader->window.begin;
	order = vsock_get_le32(p + SECTION_ORDER);
	if (order != SECTION_ORDER_MAGIC && order != __builtin_bswap32(SECTION_ORDER_MAGIC))
		return capture_damaged(reader, block_start(reader),
				       "a section header with no known byte order");
	reader->big_endian = order != SECTION_ORDER_MAGIC;

	major = capture_u16(reader, p + SECTION_MAJOR);
	minor = capture_u16(reader, p + SECTION_MINOR);
	/* Some writers said 1.2 and meant 1.0. */
	if (major != 1 || (minor != 0 && minor != 2))
		return capture_refuse(reader,
				      "pcapng version %u.%u at byte %" PRIu64
				      ", which is not supported: 1.0 is",
				      major, minor, block_start(reader));

	length = capture_u32(reader, p + BLOCK_LENGTH);
	result = length <= GATHERED_BLOCK_MAX ? gather_block(reader, length, SECTION_MIN)
					      : check_length(reader, length, SECTION_MIN);
	if (result != CAPTURE_READ_RECORD)
		return result;
	capture_about_end_of_section(reader);
	reader->section.count = 0;
	reader->points.section++;
	if (length <= GATHERED_BLOCK_MAX)
		capture_about_section(reader, length);
	return skip_block(reader, length);
}

static enum capture_read read_clock(struct capture_reader *reader, uint32_t length,
				    struct capture_clock *clock)
{
	struct capture_options options =
	    capture_options(reader->window.begin, INTERFACE_OPTIONS, length);
	struct capture_option option;
	uint8_t resolution = CAPTURE_CLOCK_DEFAULT;
	int64_t offset = 0;

	while (capture_options_next(reader, &options, &option)) {
		if (option.code == OPTION_TSRESOL && option.size == 1)
			resolution = option.value[0];
		if (option.code == OPTION_TSOFFSET && option.size == 8)
			offset = (int64_t)capture_u64(reader, option.value);
	}
	if (options.broken)
		return capture_damaged(reader, block_start(reader),
				       "an option longer than its block");
	*clock = capture_clock(resolution, offset);
	return CAPTURE_READ_RECORD;
}

static enum capture_read add_interface(struct capture_reader *reader,
				       const struct capture_interface *interface)
{
	struct capture_section *section = &reader->section;

	if (section->count == INTERFACES_MAX)
		return capture_damaged(reader, block_start(reader), "more than %d interfaces",
				       INTERFACES_MAX);
	if (section->count == section->room) {
		uint32_t room = section->room ? section->room * 2 : 4;
		void *interfaces =
		    realloc(section->interfaces, room * sizeof(*section->interfaces));

		if (!interfaces)
			return capture_refuse(reader, "not enough memory for its interfaces");
		section->interfaces = interfaces;
		section->room = room;
	}
	section->interfaces[section->count++] = *interface;
	return CAPTURE_READ_RECORD;
}

static enum capture_read read_vsock_interface(struct capture_reader *reader, uint32_t length,
					      struct capture_interface *interface)
{
	enum capture_read result = read_clock(reader, length, &interface->clock);
	struct capture_origin about;

	if (result != CAPTURE_READ_RECORD)
		return result;
	if (capture_clock_is_fine(&interface->clock))
		reader->nanosecond = true;
	capture_about_interface(reader, length, &about);
	return capture_add_point(reader, &about, interface->link, &interface->point);
}

static enum capture_read read_interface(struct capture_reader *reader, uint32_t length)
{
	enum capture_read result = gather_block(reader, length, INTERFACE_MIN);
	struct capture_interface interface = {.counters = CAPTURE_COUNTERS_NOT_KNOWN};
	const uint8_t *p;
	uint16_t linktype;

	if (result != CAPTURE_READ_RECORD)
		return result;
	p = reader->window.begin;
	linktype = capture_u16(reader, p + INTERFACE_LINKTYPE);
	capture_add_link(reader, linktype);
	interface.link = capture_link(linktype);
	interface.snaplen = capture_u32(reader, p + INTERFACE_SNAPLEN);
	if (interface.link != CAPTURE_LINK_OTHER)
		result = read_vsock_interface(reader, length, &interface);
	if (result == CAPTURE_READ_RECORD)
		result = add_interface(reader, &interface);
	if (result != CAPTURE_READ_RECORD)
		return result;
	reader->window.begin += length;
	return CAPTURE_READ_RECORD;
}

/* A block of an unusual size may come from another tool: it is not damage. */
static enum capture_read read_statistics(struct capture_reader *reader, uint32_t length)
{
	enum capture_read result = check_length(reader, length, BLOCK_MIN);

	if (result != CAPTURE_READ_RECORD)
		return result;
	if (length < STATISTICS_MIN || length > GATHERED_BLOCK_MAX)
		return skip_block(reader, length);
	result = gather_block(reader, length, STATISTICS_MIN);
	if (result != CAPTURE_READ_RECORD)
		return result;
	capture_about_statistics(reader, length);
	reader->window.begin += length;
	return CAPTURE_READ_RECORD;
}

/* The interface of the packet block at the front of the window, or NULL after an error. */
static struct capture_interface *find_interface(struct capture_reader *reader, uint32_t id)
{
	struct capture_section *section = &reader->section;

	if (__builtin_expect(id >= section->count, 0)) {
		capture_damaged(reader, block_start(reader),
				"a packet of interface %" PRIu32 ", but only %" PRIu32
				" are described",
				id, section->count);
		return NULL;
	}
	return &section->interfaces[id];
}

/* Skips a packet of another link type. */
static enum capture_read skip_packet(struct capture_reader *reader, uint32_t length)
{
	reader->number++;
	reader->other_links++;
	return skip_block(reader, length);
}

/* Delivers a cooked packet without its cooked header, if it is vsock. */
static __attribute__((noinline)) enum capture_read
deliver_cooked(struct capture_reader *reader, struct capture_interface *interface,
	       struct capture_record *record, bool *delivered)
{
	uint32_t ifindex;

	if (!capture_link_uncook(interface->link, record, &ifindex)) {
		reader->other_links++;
		return CAPTURE_READ_RECORD;
	}
	interface->carried = true;
	reader->links.carried = true;
	*delivered = true;
	return capture_set_point(reader, record, interface->link, ifindex);
}

/* Consumes the block of a packet whose record is filled. *delivered if the caller gets it. */
static inline enum capture_read deliver(struct capture_reader *reader, uint32_t length,
					struct capture_interface *interface,
					struct capture_record *record, bool *delivered)
{
	reader->window.begin += length;
	record->point = interface->point;
	if (__builtin_expect(record->clock == CAPTURE_TIME_GOOD, 1)) {
		capture_count(reader, record);
	} else {
		record->number = ++reader->number;
		reader->timeless = true;
	}
	if (__builtin_expect(interface->link != CAPTURE_LINK_VSOCK, 0))
		return deliver_cooked(reader, interface, record, delivered);
	*delivered = true;
	return CAPTURE_READ_RECORD;
}

static __attribute__((cold)) void warn_of_time(struct capture_reader *reader)
{
	capture_warn(reader, CAPTURE_WARN_TIME_RANGE,
		     "the time of packet %" PRIu64
		     " is before 1970 or after 2554: the program that wrote the file got it wrong. "
		     "Nothing is judged by this and later times",
		     reader->number + 1);
}

/* Sets the time of a record from the one in its block. */
static inline void set_time(struct capture_reader *reader, const struct capture_clock *clock,
			    uint64_t time, struct capture_record *record)
{
	record->clock = CAPTURE_TIME_GOOD;
	if (__builtin_expect(capture_clock_ns(clock, time, &record->ts), 1))
		return;
	record->clock = CAPTURE_TIME_BAD;
	warn_of_time(reader);
}

static enum capture_read bad_captured(struct capture_reader *reader, uint32_t captured)
{
	return capture_damaged(
	    reader, block_start(reader),
	    "a packet claims %" PRIu32 " bytes, more than its block or any frame has", captured);
}

/* Enhanced and obsolete Packet Blocks: they differ only in how they name the interface. */
static enum capture_read read_packet(struct capture_reader *reader, const struct block *block,
				     struct capture_record *record, bool *delivered)
{
	enum capture_read result = check_length(reader, block->length, PACKET_MIN);
	struct capture_interface *interface;
	const uint8_t *p;
	uint32_t captured;
	uint32_t on_wire;
	uint64_t time;

	if (result != CAPTURE_READ_RECORD)
		return result;

	/* In the first BLOCK_MIN bytes, which are in the window. */
	p = reader->window.begin + PACKET_INTERFACE;
	interface = find_interface(reader, block->type == BLOCK_PACKET ? capture_u32(reader, p)
								       : capture_u16(reader, p));
	if (!interface)
		return reader->state;
	if (interface->link == CAPTURE_LINK_OTHER)
		return skip_packet(reader, block->length);
	result = gather_block(reader, block->length, PACKET_MIN);
	if (result != CAPTURE_READ_RECORD)
		return result;

	p = reader->window.begin;
	captured = capture_u32(reader, p + PACKET_CAPTURED);
	on_wire = capture_u32(reader, p + PACKET_ON_WIRE);
	if (captured > block->length - PACKET_MIN || captured > CAPTURE_RECORD_MAX)
		return bad_captured(reader, captured);
	time = (uint64_t)capture_u32(reader, p + PACKET_TIME_HIGH) << 32 |
	       capture_u32(reader, p + PACKET_TIME_LOW);
	set_time(reader, &interface->clock, time, record);
	record->data = p + PACKET_DATA;
	record->captured = captured;
	record->on_wire = on_wire < captured ? captured : on_wire;
	return deliver(reader, block->length, interface, record, delivered);
}

/* Simple Packet Blocks belong to interface 0, and have neither a time nor a captured length. */
static enum capture_read read_simple_packet(struct capture_reader *reader, uint32_t length,
					    struct capture_record *record, bool *delivered)
{
	struct capture_interface *interface = find_interface(reader, 0);
	enum capture_read result;
	const uint8_t *p;
	uint32_t captured;
	uint32_t on_wire;

	if (!interface)
		return reader->state;
	result = check_length(reader, length, SIMPLE_MIN);
	if (result != CAPTURE_READ_RECORD)
		return result;
	if (interface->link == CAPTURE_LINK_OTHER)
		return skip_packet(reader, length);
	result = gather_block(reader, length, SIMPLE_MIN);
	if (result != CAPTURE_READ_RECORD)
		return result;

	p = reader->window.begin;
	on_wire = capture_u32(reader, p + SIMPLE_ON_WIRE);
	captured = on_wire;
	if (interface->snaplen && captured > interface->snaplen)
		captured = interface->snaplen;
	if (captured > length - SIMPLE_MIN)
		captured = length - SIMPLE_MIN;
	if (captured > CAPTURE_RECORD_MAX)
		return bad_captured(reader, captured);
	capture_warn(reader, CAPTURE_WARN_NO_TIME,
		     "packet %" PRIu64
		     " has no time (it is in a Simple Packet Block). Nothing after it is "
		     "judged by times",
		     reader->number + 1);
	record->ts = 0;
	record->clock = CAPTURE_TIME_NONE;
	record->data = p + SIMPLE_DATA;
	record->captured = captured;
	record->on_wire = on_wire;
	return deliver(reader, length, interface, record, delivered);
}

static bool has_number(uint32_t type)
{
	switch (type) {
	case BLOCK_JOURNAL:
	case BLOCK_SYSDIG:
	case BLOCK_SYSDIG_2:
	case BLOCK_SYSDIG_2_LARGE:
	case BLOCK_CUSTOM:
	case BLOCK_CUSTOM_NO_COPY:
		return true;
	default:
		return false;
	}
}

/* Reads the type and length of the next block; the length of a section is not valid yet. */
static enum capture_read peek_block(struct capture_reader *reader, struct block *block)
{
	enum capture_read result;

	if (reader->section.skip) {
		result = finish_skip(reader);
		if (result != CAPTURE_READ_RECORD)
			return result;
	}
	result = capture_need(reader, BLOCK_MIN);
	if (result != CAPTURE_READ_RECORD)
		return result;
	block->type = capture_u32(reader, reader->window.begin + BLOCK_TYPE);
	block->length = capture_u32(reader, reader->window.begin + BLOCK_LENGTH);
	return CAPTURE_READ_RECORD;
}

/* Skips a block that does not matter here. It may also be the header of a pcap file. */
static enum capture_read read_other(struct capture_reader *reader, const struct block *block)
{
	enum capture_read result;

	if (capture_starts_here(reader->window.begin))
		return capture_joined(reader, block_start(reader));
	result = check_length(reader, block->length, BLOCK_MIN);
	if (result != CAPTURE_READ_RECORD)
		return result;
	reader->number += has_number(block->type);
	return skip_block(reader, block->length);
}

/* Consumes the next block. RECORD if that succeeds; *delivered if it was a packet. */
static enum capture_read read_block(struct capture_reader *reader, const struct block *block,
				    struct capture_record *record, bool *delivered)
{
	switch (block->type) {
	case BLOCK_PACKET:
	case BLOCK_OLD_PACKET:
		return read_packet(reader, block, record, delivered);
	case BLOCK_SIMPLE_PACKET:
		return read_simple_packet(reader, block->length, record, delivered);
	case BLOCK_SECTION: /* reads the same in both byte orders */
		return read_section(reader);
	case BLOCK_INTERFACE:
		return read_interface(reader, block->length);
	case BLOCK_STATISTICS:
		return read_statistics(reader, block->length);
	default:
		return read_other(reader, block);
	}
}

/* The block was read, and is still in the window. A Simple Packet Block has no options. */
static void take_comments(struct capture_reader *reader, const struct block *block)
{
	const uint8_t *start = reader->window.begin - block->length;
	uint32_t captured;

	if (block->type == BLOCK_SIMPLE_PACKET)
		return;
	captured = capture_u32(reader, start + PACKET_CAPTURED);
	capture_about_comments(reader, start, PACKET_DATA + ((captured + 3) & ~3u), block->length);
}

/* The slow path of pcapng_next(): for any blocks. */
static __attribute__((noinline)) enum capture_read careful_next(struct capture_reader *reader,
								struct capture_record *record)
{
	bool delivered = false;
	struct block block;

	while (!delivered) {
		enum capture_read result = peek_block(reader, &block);

		if (result == CAPTURE_READ_RECORD)
			result = read_block(reader, &block, record, &delivered);
		if (__builtin_expect(result != CAPTURE_READ_RECORD, 0))
			return result;
	}
	if (reader->take_comment)
		take_comments(reader, &block);
	return CAPTURE_READ_RECORD;
}

/* Sets the record of a whole Enhanced Packet Block. False if anything in it is unusual. */
static inline bool set_plain(const struct capture_reader *reader, const uint8_t *p, uint32_t length,
			     struct capture_record *record)
{
	uint32_t id = capture_u32(reader, p + PACKET_INTERFACE);
	uint32_t captured = capture_u32(reader, p + PACKET_CAPTURED);
	uint32_t on_wire = capture_u32(reader, p + PACKET_ON_WIRE);
	uint64_t time = (uint64_t)capture_u32(reader, p + PACKET_TIME_HIGH) << 32 |
			capture_u32(reader, p + PACKET_TIME_LOW);
	const struct capture_interface *interface;

	if (__builtin_expect(id >= reader->section.count, 0))
		return false;
	interface = &reader->section.interfaces[id];
	if (__builtin_expect(interface->link != CAPTURE_LINK_VSOCK, 0))
		return false;
	if (__builtin_expect(captured > length - PACKET_MIN || captured > CAPTURE_RECORD_MAX, 0))
		return false;
	/* It has options, which may be comments. */
	if (reader->take_comment && length - PACKET_MIN != ((captured + 3) & ~3u))
		return false;
	if (__builtin_expect(time >= interface->clock.fast_end, 0))
		return false;
	if (__builtin_expect(capture_u32(reader, p + length - TRAILER_SIZE) != length, 0))
		return false;
	record->ts = time * interface->clock.fast_scale;
	record->clock = CAPTURE_TIME_GOOD;
	record->data = p + PACKET_DATA;
	record->captured = captured;
	record->on_wire = on_wire < captured ? captured : on_wire;
	record->point = interface->point;
	return true;
}

/*
 * Takes the next block if it is in the window, and a packet with nothing unusual. If it is not,
 * nothing has changed, and read_packet() finds out why.
 */
static inline bool take_plain(struct capture_reader *reader, struct capture_record *record)
{
	size_t available = capture_window_available(&reader->window);
	const uint8_t *p = reader->window.begin;
	uint32_t length;

	if (__builtin_expect(reader->section.skip > 0 || available < PACKET_MIN, 0))
		return false;
	if (__builtin_expect(capture_u32(reader, p + BLOCK_TYPE) != BLOCK_PACKET, 0))
		return false;
	length = capture_u32(reader, p + BLOCK_LENGTH);
	if (__builtin_expect(length < PACKET_MIN || length > available, 0))
		return false;
	if (__builtin_expect(length > GATHERED_BLOCK_MAX || length % 4, 0))
		return false;
	if (!set_plain(reader, p, length, record))
		return false;
	reader->window.begin += length;
	capture_count(reader, record);
	return true;
}

static enum capture_read pcapng_next(struct capture_reader *reader, struct capture_record *record)
{
	if (__builtin_expect(take_plain(reader, record), 1))
		return CAPTURE_READ_RECORD;
	return careful_next(reader, record);
}

static bool is_packet(uint32_t type)
{
	return type == BLOCK_PACKET || type == BLOCK_OLD_PACKET || type == BLOCK_SIMPLE_PACKET;
}

/*
 * Reads the interfaces before the first packet, because the caller wants to know how fine the
 * times are. It does not wait for that packet, which may come much later. If it ends early, the
 * first call of capture_reader_next() finds and reports the same reason.
 */
static void read_first_interfaces(struct capture_reader *reader)
{
	while (reader->section.count == 0 ||
	       capture_window_available(&reader->window) >= BLOCK_MIN) {
		struct block block;

		if (peek_block(reader, &block) != CAPTURE_READ_RECORD || is_packet(block.type))
			return;
		if (read_block(reader, &block, NULL, NULL) != CAPTURE_READ_RECORD)
			return;
	}
}

static enum capture_read pcapng_open(struct capture_reader *reader)
{
	enum capture_read result;

	reader->counters = (struct capture_counters)CAPTURE_COUNTERS_NOT_KNOWN;
	result = read_section(reader);
	if (result == CAPTURE_READ_RECORD)
		read_first_interfaces(reader);
	return result;
}

const struct capture_format capture_format_pcapng = {
    .name = "pcapng",
    .open = pcapng_open,
    .next = pcapng_next,
    .statistics = capture_about_total,
};
