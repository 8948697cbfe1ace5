/* SPDX-License-Identifier: BSD-3-Clause */
/* The services that all parsers need: how reading ends, and the sentence that says why. */
#include "lib/capture-file/format.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <pcap/pcap.h>

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
	if (reader->records == 0)
		append_error(reader, "; no whole record precedes it");
	else if (reader->records == 1)
		append_error(reader, "; the one whole record before it was read");
	else
		append_error(reader, "; all %" PRIu64 " whole records before it were read",
			     reader->records);
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

static enum capture_read end_cut(struct capture_reader *reader, uint64_t start)
{
	if (reader->format && reader->format->numbered)
		capture_refuse(reader, "cut short in record %" PRIu64 " at byte %" PRIu64,
			       reader->records + 1, start);
	else
		capture_refuse(reader, "cut short in the block at byte %" PRIu64, start);
	append_what_was_read(reader);
	return reader->state = CAPTURE_READ_CUT;
}

enum capture_read capture_stop(struct capture_reader *reader, enum capture_window_result result,
			       uint64_t start)
{
	uint64_t end = reader->window.total;

	switch (result) {
	case CAPTURE_WINDOW_READY:
		return CAPTURE_READ_RECORD;
	case CAPTURE_WINDOW_WAIT:
		return CAPTURE_READ_WAIT;
	case CAPTURE_WINDOW_END:
		if (start == end)
			return reader->state = CAPTURE_READ_END;
		return end_cut(reader, start);
	case CAPTURE_WINDOW_ERROR:
		break;
	}
	capture_refuse(reader, "cannot read at byte %" PRIu64 ": %s", end,
		       strerror(reader->window.error));
	if (reader->records)
		append_what_was_read(reader);
	return reader->state;
}

void capture_linktype_text(char text[static CAPTURE_LINKTYPE_TEXT_MAX], uint32_t linktype)
{
	/* In these ranges libpcap's DLT_ numbers are those of files, on every system. */
	bool same = linktype <= 10 || (linktype >= 104 && linktype <= UINT16_MAX);
	const char *name = same ? pcap_datalink_val_to_name((int)linktype) : NULL;

	if (name)
		snprintf(text, CAPTURE_LINKTYPE_TEXT_MAX, "%s (%" PRIu32 ")", name, linktype);
	else
		snprintf(text, CAPTURE_LINKTYPE_TEXT_MAX, "%" PRIu32, linktype);
}
