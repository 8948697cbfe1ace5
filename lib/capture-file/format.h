/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What reader.c and the parser of each file format share. No other file includes this header.
 *
 * A parser consumes a record only once the whole of it is in the window. So every function here
 * may return WAIT at any time, and the next call continues at the same place.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_FORMAT_H
#define VSOCK_LIB_CAPTURE_FILE_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/wire.h"
#include "lib/capture-file/clock.h"
#include "lib/capture-file/origin.h"
#include "lib/capture-file/record.h"
#include "lib/capture-file/window.h"

/* Room for the file's name in messages: a longer path is shown by its end. */
#define CAPTURE_NAME_MAX 160

struct capture_reader;

struct capture_format {
	const char *name;
	bool numbered; /* messages name a record by its number, not only by its place */
	/*
	 * Reads the file's header. RECORD when it is good; END and CUT mean that the header is not
	 * all there.
	 */
	enum capture_read (*open)(struct capture_reader *reader);
	enum capture_read (*next)(struct capture_reader *reader, struct capture_record *record);
	/* The counters that the file gives, as far as it was read. */
	struct capture_statistics (*statistics)(const struct capture_reader *reader);
};

extern const struct capture_format capture_format_pcap;
extern const struct capture_format capture_format_pcapng;

/* What an interface of pcapng counted; CAPTURE_NOT_KNOWN as long as nothing was said. */
struct capture_counters {
	uint64_t received;
	uint64_t interface_drops;
	uint64_t accepted;
	uint64_t kernel_drops;
};

#define CAPTURE_COUNTERS_NOT_KNOWN                                                                 \
	{                                                                                          \
		CAPTURE_NOT_KNOWN, CAPTURE_NOT_KNOWN, CAPTURE_NOT_KNOWN, CAPTURE_NOT_KNOWN         \
	}

/* An interface of a pcapng section. */
struct capture_interface {
	bool vsock;
	uint32_t snaplen;
	struct capture_clock clock; /* only of a vsock */
	struct capture_counters counters;
};

/* What pcapng needs to know between blocks. */
struct capture_section {
	struct capture_interface *interfaces;
	uint32_t count;
	uint32_t room;
	uint64_t skip;        /* bytes of a block still to pass over, its last length included */
	uint64_t skip_start;  /* where that block starts */
	uint32_t skip_length; /* its length */
};

struct capture_reader {
	struct capture_window window;
	const struct capture_format *format;
	enum capture_read state; /* RECORD while there is more to come */
	bool big_endian;         /* the file, or the section of pcapng */
	bool nanosecond;
	uint32_t snaplen;
	uint32_t fraction_ns; /* pcap: nanoseconds in a unit of the second half of a time */
	uint64_t records;     /* delivered */
	uint64_t other_links;
	bool regular;
	uint64_t size; /* of a regular file */
	struct capture_section section;
	struct capture_origin origin;
	struct capture_counters counters; /* of sections before this one */
	uint32_t vsock_interfaces;        /* so far */
	char name[CAPTURE_NAME_MAX];
	char error[CAPTURE_ERROR_MAX];
};

static inline uint16_t capture_u16(const struct capture_reader *reader, const uint8_t *p)
{
	uint16_t value = vsock_get_le16(p);
	return reader->big_endian ? __builtin_bswap16(value) : value;
}

static inline uint32_t capture_u32(const struct capture_reader *reader, const uint8_t *p)
{
	uint32_t value = vsock_get_le32(p);
	return reader->big_endian ? __builtin_bswap32(value) : value;
}

static inline uint64_t capture_u64(const struct capture_reader *reader, const uint8_t *p)
{
	uint64_t value = vsock_get_le64(p);
	return reader->big_endian ? __builtin_bswap64(value) : value;
}

/* What a failed request to the window means to a record that starts at byte `start`. */
enum capture_read capture_stop(struct capture_reader *reader, enum capture_window_result result,
			       uint64_t start);

/* Makes n bytes of the record at the front of the window available, or says why not. */
static inline enum capture_read capture_need(struct capture_reader *reader, size_t n)
{
	enum capture_window_result result = capture_window_need(&reader->window, n);

	if (__builtin_expect(result == CAPTURE_WINDOW_READY, 1))
		return CAPTURE_READ_RECORD;
	return capture_stop(reader, result, capture_window_offset(&reader->window));
}

/* Ends the file with ERROR: "NAME: damaged at byte START: ...; what was read before it". */
enum capture_read capture_damaged(struct capture_reader *reader, uint64_t start, const char *format,
				  ...) __attribute__((format(printf, 3, 4)));
/* Ends the file with ERROR: "NAME: ...". */
enum capture_read capture_refuse(struct capture_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "EN10MB (1)", or "147" for a link type without a name. */
#define CAPTURE_LINKTYPE_TEXT_MAX 64
void capture_linktype_text(char text[static CAPTURE_LINKTYPE_TEXT_MAX], uint32_t linktype);

#endif
