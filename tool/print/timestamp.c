/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/timestamp.h"

#include "core/duration.h"
#include "lib/common/calendar.h"

/* The fraction of a second, with its dot and the blank that ends a timestamp. */
static void print_fraction(struct output *out, uint32_t nanoseconds, bool nanosecond)
{
	output_char(out, '.');
	if (nanosecond)
		output_digits(out, nanoseconds, 9);
	else
		output_digits(out, nanoseconds / 1000, 6);
	output_char(out, ' ');
}

static void print_clock(struct output *out, uint64_t hours, unsigned minutes, unsigned seconds)
{
	output_padded(out, hours, 2, '0');
	output_char(out, ':');
	output_digits(out, minutes, 2);
	output_char(out, ':');
	output_digits(out, seconds, 2);
}

/* calendar_local() handles leap seconds and zone changes. */
void timestamp_fill_cache(struct timestamp_cache *cache, uint64_t second, bool date)
{
	struct output text;
	struct tm tm;
	char room[OUTPUT_SLACK * 2];

	output_memory(&text, room, sizeof(room));
	if (!calendar_local(&tm, (int64_t)second)) {
		output_u64(&text, second);
	} else {
		if (date) {
			output_padded(&text, (uint64_t)tm.tm_year + 1900, 4, '0');
			output_char(&text, '-');
			output_padded(&text, (uint64_t)tm.tm_mon + 1, 2, '0');
			output_char(&text, '-');
			output_padded(&text, (uint64_t)tm.tm_mday, 2, '0');
			output_char(&text, ' ');
		}
		print_clock(&text, (uint64_t)tm.tm_hour, (unsigned)tm.tm_min, (unsigned)tm.tm_sec);
	}
	if (text.length > sizeof(cache->text))
		text.length = sizeof(cache->text);
	memcpy(cache->text, room, text.length);
	cache->length = (uint8_t)text.length;
	cache->second = second;
	cache->valid = true;
}

static void print_local(struct output *out, struct timestamp_cache *cache, uint64_t second,
			bool date)
{
	timestamp_keep_second(cache, second, date);
	/* Copies the whole cache, because a copy of constant length is a load and a store. */
	memcpy(output_room(out), cache->text, sizeof(cache->text));
	out->length += cache->length;
}

/* The sign has its own column, so that a time that runs backwards keeps the lines aligned. */
static void print_difference(struct output *out, bool nanosecond, uint64_t ts, uint64_t reference)
{
	uint64_t difference = ts < reference ? reference - ts : ts - reference;
	uint64_t seconds = difference / NANOSECONDS_PER_SECOND;

	output_char(out, ts < reference ? '-' : ' ');
	print_clock(out, seconds / 3600, (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
	print_fraction(out, (uint32_t)(difference % NANOSECONDS_PER_SECOND), nanosecond);
}

void timestamp_print(struct output *out, struct timestamp_cache *cache, enum time_style style,
		     bool nanosecond, uint64_t ts, uint64_t reference)
{
	switch (style) {
	case TIME_NONE:
		return;
	case TIME_DELTA:
	case TIME_SINCE_FIRST:
		print_difference(out, nanosecond, ts, reference);
		return;
	case TIME_EPOCH:
		output_u64(out, ts / NANOSECONDS_PER_SECOND);
		break;
	case TIME_OF_DAY:
	case TIME_DATE:
		print_local(out, cache, ts / NANOSECONDS_PER_SECOND, style == TIME_DATE);
		break;
	}
	print_fraction(out, (uint32_t)(ts % NANOSECONDS_PER_SECOND), nanosecond);
}

void timestamp_print_epoch(struct output *out, uint64_t ts)
{
	output_u64(out, ts / NANOSECONDS_PER_SECOND);
	output_char(out, '.');
	output_digits(out, (uint32_t)(ts % NANOSECONDS_PER_SECOND), 9);
}

void timestamp_print_duration(struct output *out, uint64_t nanoseconds)
{
	char text[VSOCK_DURATION_TEXT_MAX];
	size_t length = vsock_duration_text(text, nanoseconds, "");

	output_bytes(out, text, length);
}

void timestamp_say_duration(struct output *out, uint64_t nanoseconds)
{
	char text[VSOCK_DURATION_TEXT_MAX];
	size_t length = vsock_duration_text(text, nanoseconds, " ");

	output_bytes(out, text, length);
}
