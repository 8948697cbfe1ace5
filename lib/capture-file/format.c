/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The services that all parsers need: how reading ends, the sentence that says why, and warnings.
 */
#include "lib/capture-file/format.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <pcap/pcap.h>

#include "core/time-units.h"
#include "lib/capture-file/decoder.h"
#include "lib/capture-file/decompress.h"

/*
 * Packets of one interface are out of order by less than this without anybody's fault: several
 * processors put them into the kernel's buffer. Those of several interfaces wait in separate
 * buffers, up to the timeout of the capturing program.
 */
#define DISORDER         (NANOSECONDS_PER_SECOND / 10)
#define DISORDER_SEVERAL NANOSECONDS_PER_SECOND

#define LINKTYPE_RAW 101

static void set_error(struct capture_reader *reader, const char *format, va_list args)
{
	int n = snprintf(reader->error, sizeof(reader->error), "%s: ", reader->name);

	vsnprintf(reader->error + n, sizeof(reader->error) - (size_t)n, format, args);
}

static void append_error(struct capture_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void append_error(struct capture_reader *reader, const char *format, ...)
{
	size_t length = strlen(reader->error);
	va_list args;

	va_start(args, format);
	vsnprintf(reader->error + length, sizeof(reader->error) - length, format, args);
	va_end(args);
}

/* The user wants to know how many packets of a damaged file were read. */
static void append_what_was_read(struct capture_reader *reader)
{
	if (reader->number == 0)
		append_error(reader, "; no whole record precedes it");
	else if (reader->number == 1)
		append_error(reader, "; the one whole record before it was read");
	else
		append_error(reader, "; all %" PRIu64 " whole records before it were read",
			     reader->number);
}

enum capture_read capture_refuse(struct capture_reader *reader, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_error(reader, format, args);
	va_end(args);
	return reader->state = CAPTURE_READ_ERROR;
}

enum capture_read capture_damaged(struct capture_reader *reader, uint64_t start, const char *format,
				  ...)
{
	char what[CAPTURE_ERROR_MAX / 2];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	capture_refuse(reader, "damaged at byte %" PRIu64 ": %s", start, what);
	append_what_was_read(reader);
	return reader->state;
}

enum capture_read capture_joined(struct capture_reader *reader, uint64_t start)
{
	capture_refuse(reader,
		       "another capture begins at byte %" PRIu64
		       "; join captures with mergecap, not with cat",
		       start);
	append_what_was_read(reader);
	return reader->state;
}

enum capture_read capture_zeros(struct capture_reader *reader, uint64_t start)
{
	capture_refuse(reader,
		       "zero bytes from byte %" PRIu64
		       " on: the program that wrote the file, or its machine, was stopped",
		       start);
	append_what_was_read(reader);
	return reader->state;
}

bool capture_starts_here(const uint8_t *bytes)
{
	switch (vsock_get_le32(bytes)) {
	case 0xa1b2c3d4: /* pcap: micro- and nanoseconds, version 2.4 */
	case 0xa1b23c4d:
		return vsock_get_le16(bytes + 4) == 2 && vsock_get_le16(bytes + 6) == 4;
	case 0xd4c3b2a1:
	case 0x4d3cb2a1:
		return vsock_get_le32(bytes + 4) == 0x04000200;
	case 0x0a0d0d0a: /* pcapng: the byte order, in either */
		return vsock_get_le32(bytes + 8) == 0x1a2b3c4d ||
		       vsock_get_le32(bytes + 8) == 0x4d3c2b1a;
	default:
		return false;
	}
}

void capture_warn(struct capture_reader *reader, enum capture_warning kind, const char *format, ...)
{
	char *text = reader->warnings[kind];
	va_list args;
	int n;

	if (reader->warned & 1u << kind)
		return;
	reader->warned |= 1u << kind;
	reader->due |= 1u << kind;
	n = snprintf(text, CAPTURE_ERROR_MAX, "%s: ", reader->name);
	va_start(args, format);
	vsnprintf(text + n, CAPTURE_ERROR_MAX - (size_t)n, format, args);
	va_end(args);
}

void capture_time_went_back(struct capture_reader *reader, const struct capture_record *record)
{
	uint64_t back = reader->latest - record->ts;
	uint64_t tenths = (back + NANOSECONDS_PER_SECOND / 20) / (NANOSECONDS_PER_SECOND / 10);

	if (record->clock != CAPTURE_TIME_GOOD)
		return;
	if (back < (reader->points.count > 1 ? DISORDER_SEVERAL : DISORDER))
		return;
	capture_warn(reader, CAPTURE_WARN_TIME_BACK,
		     "time goes back by %" PRIu64 ".%" PRIu64 " s at packet %" PRIu64
		     "; if files were joined in the wrong order, sort the packets with reordercap",
		     tenths / 10, tenths % 10, record->number);
}

static enum capture_read no_room_for_points(struct capture_reader *reader)
{
	return capture_refuse(reader, "not enough memory for its interfaces");
}

static enum capture_read check_points(struct capture_reader *reader)
{
	if (reader->points.too_many)
		capture_warn(reader, CAPTURE_WARN_POINTS,
			     "more than %d interfaces may have vsock; those after them are read as "
			     "if they were one",
			     CAPTURE_POINTS_MAX);
	return CAPTURE_READ_RECORD;
}

enum capture_read capture_add_point(struct capture_reader *reader,
				    const struct capture_origin *about, enum capture_link link,
				    uint16_t *point)
{
	uint32_t serial = reader->interfaces - 1;

	if (!capture_points_add(&reader->points, about, link, serial, point))
		return no_room_for_points(reader);
	return check_points(reader);
}

enum capture_read capture_set_point(struct capture_reader *reader, struct capture_record *record,
				    enum capture_link link, uint32_t ifindex)
{
	if (link != CAPTURE_LINK_SLL2)
		return CAPTURE_READ_RECORD;
	if (!capture_points_look_up(&reader->points, record->point, ifindex, &record->point))
		return no_room_for_points(reader);
	return check_points(reader);
}

void capture_add_link(struct capture_reader *reader, uint16_t linktype)
{
	struct capture_links *links = &reader->links;
	enum capture_link link = capture_link(linktype);
	uint8_t i = 0;

	reader->interfaces++;
	links->vsock |= link == CAPTURE_LINK_VSOCK;
	links->cooked |= capture_link_is_cooked(link);
	links->other |= link == CAPTURE_LINK_OTHER;
	if (links->first == CAPTURE_LINK_OTHER)
		links->first = link;
	if (link == CAPTURE_LINK_VSOCK)
		return;
	while (i < links->count && links->not_vsock[i] != linktype)
		i++;
	if (i < links->count)
		return;
	if (links->count == CAPTURE_LINKTYPES_NAMED)
		links->more = true;
	else
		links->not_vsock[links->count++] = linktype;
}

/* "its link type is A" or "its link types are A, B and others". */
static void describe_links(const struct capture_links *links, char *text, size_t size)
{
	bool several = links->count > 1;
	size_t length = (size_t)snprintf(text, size, "its link type%s ", several ? "s are" : " is");

	for (uint8_t i = 0; i < links->count; i++) {
		bool last = i + 1 == links->count && !links->more;
		char name[CAPTURE_LINKTYPE_TEXT_MAX];

		capture_linktype_text(name, links->not_vsock[i]);
		length += (size_t)snprintf(text + length, size - length, "%s%s",
					   i == 0 ? ""
					   : last ? " and "
						  : ", ",
					   name);
	}
	if (links->more)
		snprintf(text + length, size - length, " and others");
}

/*
 * A file without vsock ends with an error: the user captured on the wrong interface. But a capture
 * on vsockmon, or on all interfaces, may well have seen no packet at all.
 */
static enum capture_read end_of_file(struct capture_reader *reader)
{
	const struct capture_links *links = &reader->links;
	char text[CAPTURE_LINKTYPES_NAMED * CAPTURE_LINKTYPE_TEXT_MAX + 64];

	if (links->vsock || links->carried)
		return reader->state = CAPTURE_READ_END;
	if (reader->other_links == 0 && (links->cooked || !links->other))
		return reader->state = CAPTURE_READ_END;
	describe_links(links, text, sizeof(text));
	if (links->other)
		return capture_refuse(reader,
				      "no vsock in it: %s, not VSOCK (%d); capture on a vsockmon "
				      "interface, or read this file with tcpdump",
				      text, VSOCK_LINKTYPE);
	return capture_refuse(reader,
			      "no vsock in it: %s, but no packet is from a vsockmon interface; "
			      "capture on one, or create one before you capture on \"any\"",
			      text);
}

static enum capture_read end_cut(struct capture_reader *reader, uint64_t start)
{
	if (reader->format && reader->format->numbered)
		capture_refuse(reader, "cut short in record %" PRIu64 " at byte %" PRIu64,
			       reader->number + 1, start);
	else
		capture_refuse(reader, "cut short in the block at byte %" PRIu64, start);
	append_what_was_read(reader);
	return reader->state = CAPTURE_READ_CUT;
}

bool capture_compression_cut(const struct capture_reader *reader)
{
	return reader->window.decompressor &&
	       reader->window.decompressor->trouble == DECOMPRESS_CUT;
}

void capture_decompress_advice(const struct capture_reader *reader, const char *tool,
			       char advice[static CAPTURE_ADVICE_MAX])
{
	if (reader->standard_input)
		snprintf(advice, CAPTURE_ADVICE_MAX, "... | %s -dc | vsockdump -r -", tool);
	else
		snprintf(advice, CAPTURE_ADVICE_MAX, "%s -dc %s | vsockdump -r -", tool,
			 reader->name);
}

static enum capture_read end_compression_cut(struct capture_reader *reader)
{
	capture_refuse(reader, "its %s data is cut short",
		       reader->window.decompressor->compression->tool);
	append_what_was_read(reader);
	return reader->state = CAPTURE_READ_CUT;
}

/* The decompressor gave up. */
static enum capture_read stop_decompressing(struct capture_reader *reader,
					    const struct decompressor *decompressor)
{
	const char *tool = decompressor->compression->tool;
	char advice[CAPTURE_ADVICE_MAX];

	capture_decompress_advice(reader, tool, advice);
	switch (decompressor->trouble) {
	case DECOMPRESS_BOMB:
		capture_refuse(
		    reader,
		    "decompresses to more than %d times its size, like a file that is made to "
		    "overload its reader",
		    DECOMPRESS_RATIO_MAX);
		append_what_was_read(reader);
		append_error(reader, ". If you trust the file, type %s", advice);
		return reader->state;
	case DECOMPRESS_TOO_LARGE:
		capture_refuse(
		    reader, "needs more than %zu MiB of memory to decompress, which is the limit",
		    DECODER_MEMORY_MAX >> 20);
		append_what_was_read(reader);
		append_error(reader, ". If you trust the file, type %s", advice);
		return reader->state;
	default:
		capture_refuse(reader, "its %s data is damaged near byte %" PRIu64, tool,
			       decompressor->consumed);
		append_what_was_read(reader);
		return reader->state;
	}
}

enum capture_read capture_stop(struct capture_reader *reader, enum capture_window_result result,
			       uint64_t start)
{
	const struct decompressor *decompressor = reader->window.decompressor;
	uint64_t end = reader->window.total;

	switch (result) {
	case CAPTURE_WINDOW_READY:
		return CAPTURE_READ_RECORD;
	case CAPTURE_WINDOW_WAIT:
		return CAPTURE_READ_WAIT;
	case CAPTURE_WINDOW_END:
		if (capture_compression_cut(reader))
			return end_compression_cut(reader);
		if (start == end)
			return end_of_file(reader);
		return end_cut(reader, start);
	case CAPTURE_WINDOW_ERROR:
		break;
	}
	if (decompressor && decompressor->trouble > DECOMPRESS_CUT && !reader->window.error)
		return stop_decompressing(reader, decompressor);
	capture_refuse(reader, "cannot read at byte %" PRIu64 ": %s", end,
		       strerror(reader->window.error));
	if (reader->number)
		append_what_was_read(reader);
	return reader->state;
}

void capture_linktype_text(char text[static CAPTURE_LINKTYPE_TEXT_MAX], uint32_t linktype)
{
	/* In these ranges libpcap's DLT_ numbers are those of files, on every system. */
	bool same = linktype <= 10 || (linktype >= 104 && linktype <= UINT16_MAX);
	const char *name = same ? pcap_datalink_val_to_name((int)linktype) : NULL;

	/* The most common other one: tunnels and WireGuard. */
	if (linktype == LINKTYPE_RAW)
		name = "RAW";
	if (name)
		snprintf(text, CAPTURE_LINKTYPE_TEXT_MAX, "%s (%" PRIu32 ")", name, linktype);
	else
		snprintf(text, CAPTURE_LINKTYPE_TEXT_MAX, "%" PRIu32, linktype);
}
