/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tool/capture-reader.h"
#include "tool/capture-window.h"
#include "tool/confine.h"
#include "tool/filter.h"
#include "tool/message.h"
#include "tool/pipeline.h"
#include "tool/replay.h"
#include "tool/signals.h"
#include "tool/wait.h"

struct replay {
	struct capture_reader *reader;
	const struct filter *filter; /* NULL: all packets */
	uint32_t snaplen;            /* -s: what is beyond it is not looked at */
	struct pipeline pipeline;
};

static void show_banner(const struct settings *settings, const struct capture_reader_info *info)
{
	char snaplen[48] = ""; /* pcapng need not say */
	if (info->snaplen > 0)
		snprintf(snaplen, sizeof(snaplen), ", snapshot length %" PRIu32, info->snaplen);
	notice("reading from file %s, link-type VSOCK (Linux vsock)%s", settings->read_file,
	       snaplen);
}

/* False when a signal asks to stop. */
static bool heed_signals(struct replay *replay)
{
	if (signals_take_snapshot()) {
		pipeline_snapshot(&replay->pipeline);
		notice("%" PRIu64 " packets read", replay->pipeline.run.packets);
	}
	return !signals_stop();
}

/* Waits for a pipe. False when waiting is over for good. */
static bool await(struct replay *replay)
{
	struct wait wait = wait_for_input(&replay->pipeline, capture_reader_fd(replay->reader));
	if (wait.signal)
		signals_acknowledge();
	return !wait.output_gone && !pipeline_failed(&replay->pipeline);
}

/* Returns how reading ended; RECORD when not for want of packets. */
static enum capture_read read_all(struct replay *replay)
{
	struct capture_record record;
	for (;;) {
		if (signals_pending() && !heed_signals(replay))
			return CAPTURE_READ_RECORD;
		enum capture_read result = capture_reader_next(replay->reader, &record);
		if (result == CAPTURE_READ_WAIT) {
			if (!await(replay))
				return CAPTURE_READ_RECORD;
			continue;
		}
		if (result != CAPTURE_READ_RECORD)
			return result;
		if (record.captured > replay->snaplen)
			record.captured = replay->snaplen;
		if (replay->filter && !filter_passes(replay->filter, &record))
			continue;
		if (!pipeline_packet(&replay->pipeline, &record))
			return CAPTURE_READ_RECORD;
	}
}

static enum exit_status run(struct replay *replay)
{
	enum capture_read end = read_all(replay);
	enum exit_status status = pipeline_close(&replay->pipeline);
	if (end == CAPTURE_READ_CUT || end == CAPTURE_READ_ERROR) {
		message("%s", capture_reader_error(replay->reader));
		if (!exit_status_failed(status))
			status = EXIT_INPUT;
	}
	return status;
}

/* Packets left out are told of: a file that mixes link types may look empty otherwise. */
static void tell_other_links(const struct replay *replay)
{
	uint64_t others = capture_reader_info(replay->reader).other_links;
	if (others > 0)
		notice("%" PRIu64 " packet%s of other link types left out", others,
		       others == 1 ? "" : "s");
}

/* From here on nothing but the files that are open, and no way to more. */
static enum exit_status confine_replay(struct replay *replay, const struct settings *settings)
{
	struct confinement confinement = {0};
	confine_allow(&confinement, capture_window_system_calls);
	confine_allow(&confinement, wait_system_calls);
	pipeline_needs(&replay->pipeline, &confinement);
	return confine(settings, &confinement);
}

/* Takes the signals over only now: until here nothing would be lost by dying of one. */
static enum exit_status start(struct replay *replay, const struct settings *settings)
{
	struct capture_reader_info info = capture_reader_info(replay->reader);
	if (!signals_install()) {
		message("cannot set up signals: %s", strerror(errno));
		return EXIT_FAILED;
	}
	enum exit_status status = pipeline_open(
	    &replay->pipeline, settings,
	    (struct pipeline_input){.nanosecond = info.nanosecond, .snaplen = info.snaplen});
	if (status != EXIT_OK)
		return status;
	show_banner(settings, &info);
	status = confine_replay(replay, settings);
	if (status != EXIT_OK) {
		pipeline_close(&replay->pipeline);
		return status;
	}
	status = run(replay);
	tell_other_links(replay);
	return status;
}

enum exit_status replay_file(const struct settings *settings, const struct filter *filter)
{
	char error[CAPTURE_ERROR_MAX];
	struct replay replay = {
	    .reader = capture_reader_open(settings->read_file, error),
	    .filter = filter,
	    .snaplen = settings->snaplen ? (uint32_t)settings->snaplen : UINT32_MAX,
	};
	if (!replay.reader) {
		message("%s", error);
		return EXIT_INPUT;
	}
	enum exit_status status = start(&replay, settings);
	capture_reader_close(replay.reader);
	return status;
}
