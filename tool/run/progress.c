/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each number has the width of its largest value, so nothing on the line moves. The pace is that of
 * the last seconds: an average of the whole file would react late.
 */
#include "tool/run/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/common/time.h"
#include "tool/mode/mode.h"
#include "tool/status-line.h"
#include "tool/terminal.h"

/* Milliseconds. A read that ends before the first one shows no progress. */
#define FIRST    500
#define INTERVAL 100

/* The pace is measured over about this many milliseconds. */
#define PACE_WINDOW 3000

#define MEGABYTE UINT64_C(1000000)

#define TEXT_MAX 128

static uint64_t clock_ms(void)
{
	return clock_now(CLOCK_MONOTONIC_COARSE) / NANOSECONDS_PER_MILLISECOND;
}

void progress_start(struct progress *progress, const struct settings *settings)
{
	*progress = (struct progress){
	    .wanted = terminal_is(STDERR_FILENO) &&
		      (!terminal_is(STDOUT_FILENO) || mode_is_silent_until_end(settings)),
	    .drawn = clock_ms(),
	};
	progress->due = progress->drawn + FIRST;
}

/* Bytes a second: a moving average, weighted by the length of each interval. */
static void measure_pace(struct progress *progress, uint64_t bytes, uint64_t now)
{
	uint64_t passed = now - progress->drawn;
	double pace = 1000.0 * (double)(bytes - progress->bytes) / (double)(passed ? passed : 1);
	double weight = passed < PACE_WINDOW ? (double)passed / PACE_WINDOW : 1;

	progress->pace =
	    progress->pace > 0 ? progress->pace + weight * (pace - progress->pace) : pace;
	progress->bytes = bytes;
	progress->drawn = now;
}

static unsigned width_of(uint64_t value)
{
	return (unsigned)snprintf(NULL, 0, "%" PRIu64, value);
}

/* "  12.3 of 1200.0 MB", or only the first number of a pipe. */
static int add_bytes(char *text, size_t size, uint64_t bytes, uint64_t total)
{
	int width = (int)width_of(total / MEGABYTE);

	if (total == 0)
		return snprintf(text, size, "%" PRIu64 ".%" PRIu64 " MB", bytes / MEGABYTE,
				bytes % MEGABYTE * 10 / MEGABYTE);
	return snprintf(text, size, "%*" PRIu64 ".%" PRIu64 " of %" PRIu64 ".%" PRIu64 " MB", width,
			bytes / MEGABYTE, bytes % MEGABYTE * 10 / MEGABYTE, total / MEGABYTE,
			total % MEGABYTE * 10 / MEGABYTE);
}

/* At most "100 %": a file may grow while it is read. */
static int add_share(char *text, size_t size, uint64_t bytes, uint64_t total)
{
	if (total == 0)
		return 0;
	return snprintf(text, size, "%3u %%  ",
			bytes < total ? (unsigned)((double)bytes * 100 / (double)total) : 100);
}

/* The time that is left at this pace; nothing for a pipe. */
static int add_remaining(char *text, size_t size, const struct progress *progress, uint64_t total)
{
	if (total <= progress->bytes || progress->pace < 1)
		return 0;
	return snprintf(text, size, ", %.0f s left",
			(double)(total - progress->bytes) / progress->pace + 1);
}

/* As many parts, from the left, as fit on the terminal. */
static void compose(char text[static TEXT_MAX], const struct progress *progress, uint64_t total,
		    uint64_t packets)
{
	const size_t most = status_line_columns();
	size_t whole = 0;
	size_t length = 0;

	for (int part = 0; part < 5; part++) {
		char *end = text + length;
		size_t room = TEXT_MAX - length;

		if (part == 0)
			length += (size_t)add_share(end, room, progress->bytes, total);
		else if (part == 1)
			length += (size_t)add_bytes(end, room, progress->bytes, total);
		else if (part == 2)
			length += (size_t)snprintf(end, room, ", %" PRIu64 " packets", packets);
		else if (part == 3)
			length += (size_t)snprintf(end, room, ", %.1f MB/s",
						   progress->pace / (double)MEGABYTE);
		else
			length += (size_t)add_remaining(end, room, progress, total);
		if (length > most || length >= TEXT_MAX)
			break;
		whole = length;
	}
	text[whole] = '\0';
}

void progress_show(struct progress *progress, uint64_t bytes, uint64_t total, uint64_t packets)
{
	char text[TEXT_MAX] = "";
	uint64_t now;

	if (!progress->wanted)
		return;
	now = clock_ms();
	if (now < progress->due)
		return;
	progress->due = now + INTERVAL;
	measure_pace(progress, bytes, now);
	compose(text, progress, total, packets);
	status_line_show(text);
}
