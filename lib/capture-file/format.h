/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What reader.c and the parser of each file format share. Nothing else in lib or tool includes this
 * header.
 *
 * A parser consumes a record only when the whole record is in the window. So every function here
 * may return WAIT at any time, and the next call continues at the same place.
 *
 * The formats are those of draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng; pcap.c and pcapng.c
 * have the byte offsets.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_FORMAT_H
#define VSOCK_LIB_CAPTURE_FILE_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/wire.h"
#include "lib/capture-file/clock.h"
#include "lib/capture-file/link.h"
#include "lib/capture-file/origin.h"
#include "lib/capture-file/points.h"
#include "lib/capture-file/record.h"
#include "lib/capture-file/window.h"

/* Room for the file's name in messages, with its null byte; of a longer path the end is shown. */
#define CAPTURE_NAME_MAX 160

struct capture_merge;
struct capture_reader;
struct capture_reader_info;

struct capture_format {
	const char *name; /* for people: "pcap" */
	bool numbered;    /* messages name a record by its number, not only by its offset */
	/*
	 * Reads the file's header. RECORD if the header is good. END and CUT mean that the file
	 * ends inside the header.
	 */
	enum capture_read (*open)(struct capture_reader *reader);
	enum capture_read (*next)(struct capture_reader *reader, struct capture_record *record);
	/* The counters that the file contains, as far as it was read. */
	struct capture_statistics (*statistics)(const struct capture_reader *reader);
	const struct capture_several *several; /* NULL: reader.c does these for one file */
};

/* What differs if a reader reads several files (merge.c). */
struct capture_several {
	void (*close)(struct capture_reader *reader);
	int (*fd)(const struct capture_reader *reader);
	struct capture_reader_info (*info)(const struct capture_reader *reader);
	bool (*end_time)(const struct capture_reader *reader, uint64_t *ns);
	const char *(*warning)(struct capture_reader *reader);
};

/* Rows for reader.c, each at the end of the file of its format. */
extern const struct capture_format capture_format_pcap;
extern const struct capture_format capture_format_pcap_cooked;
extern const struct capture_format capture_format_pcapng;

/* Counters of a pcapng interface; CAPTURE_NOT_KNOWN until a statistics block gives them. */
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

/* An interface of a pcapng section. If it cannot have vsock, only the link is set. */
struct capture_interface {
	enum capture_link link;
	bool carried; /* vsock was in it */
	uint16_t point;
	uint32_t snaplen;
	struct capture_clock clock;
	struct capture_counters counters;
};

/* The link types of a whole file. A pcap file has one, as if it had one interface. */
#define CAPTURE_LINKTYPES_NAMED 4
struct capture_links {
	bool vsock;   /* an interface of link type VSOCK */
	bool cooked;  /* an interface with cooked headers */
	bool other;   /* an interface without vsock */
	bool carried; /* vsock was after a cooked header */
	bool more;    /* the file has more than fit here */
	uint8_t count;
	uint16_t not_vsock[CAPTURE_LINKTYPES_NAMED]; /* each link type except VSOCK, once */
	enum capture_link first;                     /* of those that may have vsock */
};

/* The reader's warnings, each at most once. The caller gets them in this order. */
enum capture_warning {
	CAPTURE_WARN_SUBSECOND,
	CAPTURE_WARN_TIME_RANGE,
	CAPTURE_WARN_NO_TIME,
	CAPTURE_WARN_TIME_BACK,
	CAPTURE_WARN_POINTS,
	CAPTURE_WARNINGS,
};

/* What pcapng must know between blocks. */
struct capture_section {
	struct capture_interface *interfaces; /* owned by the reader */
	uint32_t count;
	uint32_t room;
	uint64_t skip;        /* bytes of a block still to skip, its last length included */
	uint64_t skip_start;  /* where that block starts */
	uint32_t skip_length; /* its length */
};

struct capture_reader {
	struct capture_window window;
	const struct capture_format *format;
	enum capture_read state; /* RECORD until reading ends */
	bool big_endian;         /* the file, or the present section of pcapng */
	bool nanosecond;
	uint32_t snaplen;
	uint32_t fraction_ns; /* pcap: nanoseconds in a unit of the fraction of a time */
	uint8_t clock;        /* pcap: the quality of later times */
	uint64_t number;      /* of the last packet read, of any link type */
	uint64_t latest;      /* the highest good time of a packet */
	uint64_t end_time;    /* of the capture, according to pcapng's statistics; 0: not known */
	bool timeless;        /* a packet had no time or a bad one */
	uint64_t other_links; /* packets of other link types, which were skipped */
	bool regular;
	bool standard_input;
	uint64_t size; /* of a regular file */
	struct capture_section section;
	struct capture_origin origin;
	char section_os[CAPTURE_TEXT_MAX]; /* of the present section */
	struct capture_counters counters;  /* sums of the sections before this one */
	uint32_t interfaces;               /* in the blocks read, of all sections */
	uint32_t vsock_interfaces;         /* those that may have vsock */
	struct capture_links links;
	struct capture_points points;
	struct capture_merge *merge; /* of several files; or NULL */
	/* See capture_merge_on_comment(); or NULL. */
	void (*take_comment)(void *context, const char *text, size_t length);
	void *comment_context;
	unsigned warned; /* bits: enum capture_warning */
	unsigned due;    /* the same, of those that the caller has not got */
	char warnings[CAPTURE_WARNINGS][CAPTURE_ERROR_MAX];
	char name[CAPTURE_NAME_MAX];
	char error[CAPTURE_ERROR_MAX];
};

/* A number of the file, in the byte order of the file. */
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

/*
 * Handles a failed request to the window for a record that starts at byte `start`. Ends reading,
 * unless the window only has to wait.
 */
enum capture_read capture_stop(struct capture_reader *reader, enum capture_window_result result,
			       uint64_t start);

/* Whether the file is compressed and what it decompresses to ended too early. */
bool capture_compression_cut(const struct capture_reader *reader);

/* The command that reads a file with the tool that decompresses it. */
#define CAPTURE_ADVICE_MAX (CAPTURE_NAME_MAX + 64)
void capture_decompress_advice(const struct capture_reader *reader, const char *tool,
			       char advice[static CAPTURE_ADVICE_MAX]);

/* Makes n bytes of the record at the front of the window available. RECORD, or how reading ends. */
static inline enum capture_read capture_need(struct capture_reader *reader, size_t n)
{
	enum capture_window_result result = capture_window_need(&reader->window, n);

	if (__builtin_expect(result == CAPTURE_WINDOW_READY, 1))
		return CAPTURE_READ_RECORD;
	return capture_stop(reader, result, capture_window_offset(&reader->window));
}

/* Adds a warning, "NAME: ...", unless there was one of its kind. */
void capture_warn(struct capture_reader *reader, enum capture_warning kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The slow path of capture_count(). */
__attribute__((cold)) void capture_time_went_back(struct capture_reader *reader,
						  const struct capture_record *record);

/* Gives a packet its number, and looks at its time. */
static inline void capture_count(struct capture_reader *reader, struct capture_record *record)
{
	record->number = ++reader->number;
	if (__builtin_expect(record->ts < reader->latest, 0))
		capture_time_went_back(reader, record);
	else
		reader->latest = record->ts;
}

/* Notes the link type of an interface that the file describes. */
void capture_add_link(struct capture_reader *reader, uint16_t linktype);

/* The capture point of the interface that was noted last. RECORD, or ERROR without memory. */
enum capture_read capture_add_point(struct capture_reader *reader,
				    const struct capture_origin *about, enum capture_link link,
				    uint16_t *point);

/* Sets the capture point of a cooked record, whose `point` is that of its interface. */
enum capture_read capture_set_point(struct capture_reader *reader, struct capture_record *record,
				    enum capture_link link, uint32_t ifindex);

/*
 * Whether bytes are the start of a capture: a pcap header with its version, or a section header.
 * At least CAPTURE_MAGIC_SIZE bytes.
 */
#define CAPTURE_MAGIC_SIZE 12
bool capture_starts_here(const uint8_t *bytes);

static inline bool capture_is_zero(const uint8_t *bytes, size_t size)
{
	while (size && !*bytes) {
		bytes++;
		size--;
	}
	return size == 0;
}

/* Ends reading with ERROR: two files were joined, and the second begins at byte `start`. */
enum capture_read capture_joined(struct capture_reader *reader, uint64_t start);
/* Ends reading with ERROR: the file is longer than the data that was written to it. */
enum capture_read capture_zeros(struct capture_reader *reader, uint64_t start);

/* A transfer in text mode changed line breaks, which all kinds of bytes look like. */
#define CAPTURE_TEXT_TRANSFER                                                                      \
	"damaged by a transfer in text mode, which changed line breaks (LF and CR LF). Transfer "  \
	"the file again, in binary mode"

/* Ends reading with ERROR: "NAME: damaged at byte START: ...; what was read before it". */
enum capture_read capture_damaged(struct capture_reader *reader, uint64_t start, const char *format,
				  ...) __attribute__((format(printf, 3, 4)));
/* Ends reading with ERROR: "NAME: ...". */
enum capture_read capture_refuse(struct capture_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "EN10MB (1)", or "147" for a link type without a name. */
#define CAPTURE_LINKTYPE_TEXT_MAX 64
void capture_linktype_text(char text[static CAPTURE_LINKTYPE_TEXT_MAX], uint32_t linktype);

#endif
