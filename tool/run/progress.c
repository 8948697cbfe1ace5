/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blanks, not a control sequence, erase the line: they do so on every terminal. It keeps to less
 * than 80 columns, since a line that wraps cannot be gone back to.
 */
#include "tool/run/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "tool/mode/mode.h"

#include "lib/common/time.h"

/* Milliseconds: what is over before the first needs no progress. */
#define FIRST    500
#define INTERVAL 250

#define COLUMNS_MAX 78

#define MEGABYTE UINT64_C(1000000)

static uint64_t clock_ms(void)
{
	return clock_now(CLOCK_MONOTONIC_COARSE) / NANOSECONDS_PER_MILLISECOND;
}

/* With these nothing is printed before the end, so that a shared terminal is free until then. */
static bool prints_at_end(const struct settings *settings)
{
	return !mode_prints(settings) || settings->mode->prints_at_end;
}

void progress_start(struct progress *progress, const struct settings *settings)
{
	*progress = (struct progress){
	    .wanted = isatty(STDERR_FILENO) && (!isatty(STDOUT_FILENO) || prints_at_end(settings)),
	    .start = clock_ms(),
	};
	progress->due = progress->start + FIRST;
}

/* What is left at the pace so far; nothing for a pipe, or a file that has grown. */
static void add_remaining(char *text, size_t size, uint64_t bytes, uint64_t total, uint64_t rate)
{
	if (total > bytes && rate > 0)
		snprintf(text, size, ", %" PRIu64 " s left", (total - bytes) / rate + 1);
	else
		text[0] = '\0';
}

static void compose(char *text, size_t size, uint64_t bytes, uint64_t total, uint64_t packets,
		    uint64_t ms)
{
	uint64_t rate = ms > 0 ? bytes * 1000 / ms : 0;
	char share[32] = "";
	char remaining[32];

	if (total > 0)
		snprintf(share, sizeof(share), " of %" PRIu64 ".%" PRIu64, total / MEGABYTE,
			 total % MEGABYTE * 10 / MEGABYTE);
	add_remaining(remaining, sizeof(remaining), bytes, total, rate);
	snprintf(text, size,
		 "%" PRIu64 ".%" PRIu64 "%s MB, %" PRIu64 " packets, %" PRIu64 ".%" PRIu64
		 " MB/s%s",
		 bytes / MEGABYTE, bytes % MEGABYTE * 10 / MEGABYTE, share, packets,
		 rate / MEGABYTE, rate % MEGABYTE * 10 / MEGABYTE, remaining);
}

/* One write(2): dprintf(3) would seek as well, which a sandbox does not let it. */
static void put(const char *text, int length)
{
	if (write(STDERR_FILENO, text, (size_t)length) < 0)
		return; /* nobody left to tell */
}

/* Writes a line over the one that is there. */
static void draw(struct progress *progress, const char *text)
{
	char line[COLUMNS_MAX + 2];
	int length = snprintf(line, sizeof(line), "\r%-*s", progress->shown, text);

	put(line, length);
	progress->shown = length - 1;
}

void progress_show(struct progress *progress, uint64_t bytes, uint64_t total, uint64_t packets)
{
	char text[COLUMNS_MAX + 1];
	uint64_t now;

	if (!progress->wanted)
		return;
	now = clock_ms();
	if (now < progress->due)
		return;
	progress->due = now + INTERVAL;
	compose(text, sizeof(text), bytes, total, packets, now - progress->start);
	draw(progress, text);
}

void progress_erase(struct progress *progress)
{
	if (progress->shown == 0)
		return;
	draw(progress, "");
	put("\r", 1);
	progress->shown = 0;
}
