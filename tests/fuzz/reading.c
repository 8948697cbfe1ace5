/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fuzz/reading.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/types.h>

#include "lib/capture-file/format.h"
#include "lib/capture-file/merge.h"
#include "tests/filter/random.h"
#include "tests/fuzz/must.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(address, size)   ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

/* Without room for more, and never a regular file: so the reader asks before each read. */
#define NO_FILE "/dev/null"

/* Of inputs that are read ahead as well, which takes twenty times as long as the rest. */
#define AHEAD_SEED 77

static struct {
	const uint8_t *bytes; /* NULL: nothing is wrapped */
	size_t left;
	enum manner manner;
	struct dice dice;
} source;

ssize_t __real_read(int fd, void *buffer, size_t size);
ssize_t __wrap_read(int fd, void *buffer, size_t size);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);

static size_t piece(size_t size)
{
	size_t most = size < source.left ? size : source.left;
	uint32_t small = 1 + die(&source.dice, 24);

	if (source.manner != AT_ONCE && die(&source.dice, 4) && small < most)
		return small;
	return most;
}

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	size_t n;

	if (!source.bytes)
		return __real_read(fd, buffer, size);
	if (source.manner != AT_ONCE && die(&source.dice, 8) == 0) {
		errno = source.manner == AHEAD || die(&source.dice, 2) ? EINTR : EAGAIN;
		return -1;
	}
	n = piece(size);
	ASAN_UNPOISON_MEMORY_REGION(buffer, size);
	memcpy(buffer, source.bytes, n);
	ASAN_POISON_MEMORY_REGION((uint8_t *)buffer + n, size - n);
	source.bytes += n;
	source.left -= n;
	return (ssize_t)n;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	if (!source.bytes)
		return __real_poll(fds, count, timeout);
	return source.manner == IN_PIECES && die(&source.dice, 4) == 0 ? 0 : 1;
}

static uint64_t add(uint64_t hash, const void *bytes, size_t size)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ p[i]) * UINT64_C(1099511628211);
	return hash;
}

static void take(struct reading *reading, const struct capture_record *record)
{
	reading->records++;
	must(record->number > reading->number);
	must(record->clock <= CAPTURE_TIME_BAD);
	must(record->clock != CAPTURE_TIME_NONE || record->ts == 0);
	reading->number = record->number;
	reading->hash = add(reading->hash, &record->number, sizeof(record->number));
	reading->hash = add(reading->hash, &record->point, sizeof(record->point));
	reading->hash = add(reading->hash, &record->clock, sizeof(record->clock));
	must(record->captured <= CAPTURE_RECORD_MAX);
	must(record->data || record->captured == 0);
	reading->hash = add(reading->hash, &record->ts, sizeof(record->ts));
	reading->hash = add(reading->hash, &record->on_wire, sizeof(record->on_wire));
	reading->hash = add(reading->hash, &record->captured, sizeof(record->captured));
	reading->hash = add(reading->hash, record->data, record->captured);
}

static void check_text(const char *text)
{
	must(memchr(text, '\0', CAPTURE_TEXT_MAX));
}

/* What may be asked at any time. */
static void ask(struct reading *reading, const struct capture_reader *reader)
{
	reading->info = capture_reader_info(reader);
	reading->origin = *capture_reader_origin(reader);
	reading->statistics = capture_reader_statistics(reader);
	check_text(reading->origin.os);
	check_text(reading->origin.interface);
	check_text(reading->origin.description);
	if (!capture_reader_end_time(reader, &reading->end_time))
		reading->end_time = 0;
}

/* No two points have the same name. */
static void check_points(struct reading *reading, const struct capture_reader *reader)
{
	uint32_t count = capture_reader_points(reader);

	for (uint32_t i = 0; i < count; i++) {
		const struct capture_origin *point = capture_reader_point(reader, i);

		check_text(point->interface);
		must(point->interface[0] != '\0');
		for (uint32_t j = 0; j < i; j++)
			must(strcmp(capture_reader_point(reader, j)->interface, point->interface) !=
			     0);
		reading->hash = add(reading->hash, point->interface, strlen(point->interface));
	}
}

static void take_warnings(struct reading *reading, struct capture_reader *reader)
{
	const char *warning;

	while ((warning = capture_reader_warning(reader))) {
		must(*warning && memchr(warning, '\0', CAPTURE_ERROR_MAX));
		reading->hash = add(reading->hash, warning, strlen(warning));
	}
}

static void read_records(struct reading *reading, struct capture_reader *reader, take_record *taker,
			 void *context)
{
	struct capture_record record;
	enum capture_read result;

	while ((result = capture_reader_next(reader, &record)) == CAPTURE_READ_RECORD ||
	       result == CAPTURE_READ_WAIT) {
		must(result != CAPTURE_READ_WAIT || source.manner == IN_PIECES);
		if (result == CAPTURE_READ_WAIT)
			continue;
		take(reading, &record);
		must(record.point < capture_reader_points(reader));
		if (taker)
			taker(context, &record);
	}
	must(capture_reader_next(reader, &record) == result);
	reading->end = result;
	snprintf(reading->error, sizeof(reading->error), "%s", capture_reader_error(reader));
	must((result == CAPTURE_READ_END) == (reading->error[0] == '\0'));
}

/* Another function reads comments. It must find the same records, so only some readings use it. */
static void touch_comment(void *context, const char *text, size_t length)
{
	struct reading *reading = context;

	reading->comments = add(reading->comments, text, length);
}

void read_capture(struct reading *reading, const uint8_t *bytes, size_t size, enum manner manner,
		  uint64_t seed, take_record *taker, void *context)
{
	struct capture_reader *reader;

	memset(reading, 0, sizeof(*reading));
	source.bytes = bytes;
	source.left = size;
	source.manner = manner;
	source.dice = (struct dice){seed};
	reader = capture_reader_open(NO_FILE, reading->error);
	reading->opened = reader;
	must(!reader == (reading->error[0] != '\0'));
	if (reader) {
		/* Not by capture_reader_read_ahead(), which only does so for regular files. */
		if (manner != AT_ONCE)
			capture_merge_on_comment(reader, touch_comment, reading);
		if (manner == AHEAD)
			must(capture_window_read_ahead(&reader->window));
		read_records(reading, reader, taker, context);
		ask(reading, reader);
		check_points(reading, reader);
		take_warnings(reading, reader);
		must(reading->info.bytes_read <= size);
		capture_reader_close(reader);
	}
	source.bytes = NULL;
}

static bool same_info(const struct capture_reader_info *a, const struct capture_reader_info *b)
{
	return a->nanosecond == b->nanosecond && a->snaplen == b->snaplen &&
	       a->other_links == b->other_links && a->format == b->format &&
	       a->compression == b->compression &&
	       (a->compression || a->bytes_read == b->bytes_read);
}

static bool same_origin(const struct capture_origin *a, const struct capture_origin *b)
{
	return strcmp(a->os, b->os) == 0 && strcmp(a->interface, b->interface) == 0 &&
	       strcmp(a->description, b->description) == 0;
}

void check_same(const struct reading *a, const struct reading *b)
{
	must(a->opened == b->opened);
	must(strcmp(a->error, b->error) == 0);
	if (!a->opened)
		return;
	must(a->end == b->end && a->records == b->records);
	must(a->hash == b->hash);
	must(a->end_time == b->end_time);
	must(same_info(&a->info, &b->info));
	must(same_origin(&a->origin, &b->origin));
	must(memcmp(&a->statistics, &b->statistics, sizeof(a->statistics)) == 0);
}

void check_reading(const uint8_t *bytes, size_t size, uint64_t seed)
{
	struct reading whole, other;

	read_capture(&whole, bytes, size, AT_ONCE, 0, NULL, NULL);
	read_capture(&other, bytes, size, IN_PIECES, seed, NULL, NULL);
	check_same(&whole, &other);
	if (seed != AHEAD_SEED)
		return;
	read_capture(&other, bytes, size, AHEAD, seed, NULL, NULL);
	check_same(&whole, &other);
}
