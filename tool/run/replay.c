/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/replay.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/capture-file/reader.h"
#include "lib/capture-file/window.h"
#include "lib/common/plural.h"
#include "lib/common/time.h"
#include "tool/confine/confine.h"
#include "tool/message.h"
#include "tool/run/filter.h"
#include "tool/run/flow-selection.h"
#include "tool/run/pipeline.h"
#include "tool/run/progress.h"
#include "tool/run/wait.h"
#include "tool/run/warn-kernel.h"
#include "tool/signals.h"

/* Records after which a busy loop reads the clock. */
#define CLOCK_RECORDS 65536
/* The same for progress: some buffers full. */
#define PROGRESS_RECORDS 1024

struct replay {
	struct capture_reader *reader;
	const struct filter *filter; /* NULL: all packets */
	struct flow_selection *selection;
	uint32_t snaplen; /* -s: what is beyond it is not looked at */
	struct pipeline pipeline;
	struct progress progress;
	const char *interface; /* -i: only what was captured there; or NULL */
	uint32_t points;       /* known so far: see capture_reader_points() */
	uint64_t records;      /* read, those that the filter left out included */
	uint64_t silent_since; /* when it was first waited for more after the last packet */
	uint64_t silent_after; /* ... which had this number */
};

static void replay_show_banner(const struct settings *settings,
			       const struct capture_reader_info *info)
{
	char snaplen[48] = ""; /* pcapng need not say */

	if (info->snaplen > 0)
		snprintf(snaplen, sizeof(snaplen), ", snapshot length %" PRIu32, info->snaplen);
	notice("reading from file %s%s%s%s", settings->source.read_file,
	       *info->link ? ", link-type " : "", info->link, snaplen);
}

/* False when a signal asks to stop. */
static bool replay_handle_signals(struct replay *replay)
{
	if (signals_read_snapshot()) {
		progress_erase(&replay->progress);
		pipeline_snapshot(&replay->pipeline);
		notice("%" PRIu64 " packets read", replay->pipeline.session.packets);
	}
	return !signals_stop();
}

/*
 * A pipe that has nothing is a capture that goes on: its time goes on from the last packet's. Only
 * for the files that are written: what is on its way in the pipe may still excuse a silence.
 */
static void report_time(struct replay *replay)
{
	uint64_t now = clock_now(CLOCK_MONOTONIC);

	if (replay->silent_after != replay->pipeline.session.packets) {
		replay->silent_after = replay->pipeline.session.packets;
		replay->silent_since = now;
	}
	if (replay->pipeline.session.packets)
		pipeline_clock(&replay->pipeline,
			       replay->pipeline.session.latest_ts + now - replay->silent_since);
}

/* What is odd in the file. */
static void show_warnings(struct replay *replay)
{
	const char *warning;

	while ((warning = capture_reader_warning(replay->reader)))
		notice("warning: %s", warning);
}

/* Waits for a pipe. False when waiting is over for good. */
static bool replay_wait(struct replay *replay)
{
	struct wait wait;

	show_warnings(replay);
	report_time(replay);
	wait = wait_for_input(&replay->pipeline, capture_reader_fd(replay->reader));
	if (wait.signal)
		signals_acknowledge();
	return !wait.output_gone && !pipeline_ended(&replay->pipeline);
}

static void show_progress(struct replay *replay)
{
	struct capture_reader_info info = capture_reader_info(replay->reader);

	progress_show(&replay->progress, info.bytes_read, info.bytes_total, replay->records);
}

/* A point that appears: it may be the one that -i names. */
static void replay_note_points(struct replay *replay)
{
	const char *wanted = replay->interface;
	uint32_t points = capture_reader_points(replay->reader);

	for (; replay->points < points; replay->points++)
		if (wanted &&
		    strcmp(capture_reader_point(replay->reader, replay->points)->interface,
			   wanted) == 0)
			replay->pipeline.source.point = (int)replay->points;
}

static bool replay_matches(const struct replay *replay, const struct capture_record *record)
{
	if (replay->interface && record->point != replay->pipeline.source.point)
		return false;
	return !replay->filter || filter_passes(replay->filter, record);
}

/* Returns how reading ended; RECORD when not for want of packets. */
static enum capture_read read_all(struct replay *replay)
{
	struct capture_record record;
	bool matches;

	for (;;) {
		enum capture_read result;

		if (signals_pending() && !replay_handle_signals(replay))
			return CAPTURE_READ_RECORD;
		result = capture_reader_next(replay->reader, &record);
		if (result == CAPTURE_READ_WAIT) {
			if (!replay_wait(replay))
				return CAPTURE_READ_RECORD;
			continue;
		}
		if (result != CAPTURE_READ_RECORD)
			return result;
		replay->records++;
		if (replay->records % PROGRESS_RECORDS == 0) {
			show_progress(replay);
			show_warnings(replay);
		}
		/* Where a filter leaves out nearly all, what it let through must not wait long. */
		if (replay->records % CLOCK_RECORDS == 0 &&
		    !pipeline_before_wait(&replay->pipeline))
			return CAPTURE_READ_RECORD;
		if (record.captured > replay->snaplen)
			record.captured = replay->snaplen;
		if (record.point >= replay->points)
			replay_note_points(replay);
		matches = replay_matches(replay, &record);
		if (!matches && !replay->pipeline.session.analysis)
			continue;
		if (!pipeline_packet(&replay->pipeline, &record, matches))
			return CAPTURE_READ_RECORD;
	}
}

static enum exit_status replay_run(struct replay *replay)
{
	enum capture_read end = read_all(replay);
	enum exit_status status;

	progress_erase(&replay->progress);
	if (end == CAPTURE_READ_END)
		replay->pipeline.end_known =
		    capture_reader_end_time(replay->reader, &replay->pipeline.end);
	show_warnings(replay);
	status = pipeline_close(&replay->pipeline);
	if (end == CAPTURE_READ_CUT || end == CAPTURE_READ_ERROR) {
		print_error("%s", capture_reader_error(replay->reader));
		if (!exit_status_failed(status))
			status = EXIT_INPUT;
	}
	return status;
}

/* Otherwise a file that mixes link types may seem to be empty. */
static void report_other_links(const struct replay *replay)
{
	uint64_t others = capture_reader_info(replay->reader).other_links;

	if (others > 0)
		notice("%" PRIu64 " packet%s of other link types left out", others, plural(others));
}

/* Copies that were left out, as the file was captured at several points at once. */
static void report_copies(const struct replay *replay, const struct settings *settings)
{
	uint32_t points = capture_reader_points(replay->reader);
	const char *shown = capture_reader_point(replay->reader, 0)->interface;

	if (points < 2 || replay->pipeline.hidden == 0 || settings->source.interface)
		return;
	if (points == 2)
		notice("each packet is in this file twice (interfaces %s and %s): each is shown "
		       "once; -i %s shows what the other one saw",
		       shown, capture_reader_point(replay->reader, 1)->interface,
		       capture_reader_point(replay->reader, 1)->interface);
	else
		notice("packets are in this file more than once (%" PRIu32 " interfaces, among "
		       "them %s): each is shown once; -i NAME shows what one interface saw",
		       points, shown);
}

/* -i with a name that the file does not have. */
static enum exit_status check_interface(const struct replay *replay)
{
	if (!replay->interface || replay->pipeline.source.point != INT_MAX)
		return EXIT_OK;
	print_error("-i %s: this file has no vsock interface of that name", replay->interface);
	return EXIT_NO_DEVICE;
}

/* What the file says that the capture missed. */
static void report_drops(const struct replay *replay)
{
	struct capture_statistics statistics = capture_reader_statistics(replay->reader);

	if (statistics.kernel_drops != CAPTURE_NOT_KNOWN && statistics.kernel_drops > 0)
		notice("%" PRIu64 " packet%s dropped by the kernel when this was captured",
		       statistics.kernel_drops, statistics.kernel_drops == 1 ? " was" : "s were");
	if (statistics.interface_drops != CAPTURE_NOT_KNOWN && statistics.interface_drops > 0)
		notice("%" PRIu64 " packet%s dropped by the interface when this was captured",
		       statistics.interface_drops,
		       statistics.interface_drops == 1 ? " was" : "s were");
}

static void replay_statistics(void *context, struct capture_statistics *statistics)
{
	const struct replay *replay = context;

	*statistics = capture_reader_statistics(replay->reader);
}

static uint32_t replay_points(void *context)
{
	const struct replay *replay = context;

	return capture_reader_points(replay->reader);
}

/* A pcap file names no interface. Its only point has a number for -i, which is no name. */
static const struct capture_origin *replay_describe(void *context, uint32_t point)
{
	static const struct capture_origin unknown;
	const struct replay *replay = context;
	const struct capture_origin *origin = capture_reader_point(replay->reader, point);

	if (strcmp(capture_reader_info(replay->reader).format, "pcap") == 0 &&
	    strcmp(origin->interface, "interface=0") == 0)
		return &unknown;
	return origin;
}

/* From here on nothing but the files that are open, and no way to more. */
static enum exit_status confine_replay(struct replay *replay, const struct settings *settings)
{
	struct confinement confinement = {0};

	confine_allow(&confinement, capture_window_system_calls);
	confine_allow(&confinement, wait_system_calls);
	if (settings->source.threads != 1)
		confine_allow(&confinement, sandbox_thread_system_calls);
	pipeline_needs(&replay->pipeline, &confinement);
	return confine(settings, &confinement);
}

/* Takes the signals over only now: until here nothing would be lost by dying of one. */
static enum exit_status replay_start(struct replay *replay, const struct settings *settings)
{
	struct capture_reader_info info = capture_reader_info(replay->reader);
	struct packet_source source;
	enum exit_status status;

	if (!signals_install()) {
		print_error("cannot set up signals: %s", strerror(errno));
		return EXIT_FAILED;
	}
	source = (struct packet_source){
	    .nanosecond = info.nanosecond,
	    .show_nanosecond = info.nanosecond,
	    .snaplen = info.snaplen,
	    .point = settings->source.interface ? INT_MAX : -1,
	    .selection = replay->selection,
	    .origin = *capture_reader_origin(replay->reader),
	    .statistics = replay_statistics,
	    .points = replay_points,
	    .describe = replay_describe,
	    .context = replay,
	};
	status = pipeline_open(&replay->pipeline, settings, &source);
	if (status != EXIT_OK)
		return status;
	replay_show_banner(settings, &info);
	warn_of_kernel(source.origin.os);
	progress_start(&replay->progress, settings);
	status = confine_replay(replay, settings);
	if (status != EXIT_OK) {
		pipeline_close(&replay->pipeline);
		return status;
	}
	if (settings->source.threads != 1)
		capture_reader_read_ahead(replay->reader, settings->source.threads > 1);
	status = replay_run(replay);
	report_copies(replay, settings);
	report_other_links(replay);
	report_drops(replay);
	if (status == EXIT_OK)
		status = check_interface(replay);
	return status;
}

/* --follow and --export of whole flows need a pass over the file before. A pipe cannot be read
 * twice. */
static enum exit_status replay_select_flows(struct replay *replay, const struct settings *settings)
{
	struct capture_reader_info info = capture_reader_info(replay->reader);

	if (!replay->filter || !settings->mode->whole_flows)
		return EXIT_OK;
	if (info.bytes_total == 0) {
		notice("this is a pipe: each connection begins with its first packet that matches "
		       "the filter");
		return EXIT_OK;
	}
	return flow_selection_read(settings, replay->filter, &replay->selection);
}

enum exit_status replay_file(const struct settings *settings, const struct filter *filter)
{
	char error[CAPTURE_ERROR_MAX];
	struct replay replay = {
	    .reader = capture_reader_open(settings->source.read_file, error),
	    .filter = filter,
	    .interface = settings->source.interface,
	    .snaplen = settings->source.snaplen ? settings->source.snaplen : UINT32_MAX,
	};
	enum exit_status status;

	if (!replay.reader) {
		print_error("%s", error);
		return EXIT_INPUT;
	}
	status = replay_select_flows(&replay, settings);
	if (status != EXIT_OK) {
		capture_reader_close(replay.reader);
		return status;
	}
	status = replay_start(&replay, settings);
	flow_selection_free(replay.selection);
	capture_reader_close(replay.reader);
	return status;
}
