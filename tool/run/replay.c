/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/replay.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/capture-file/merge.h"
#include "lib/capture-file/reader.h"
#include "lib/capture-file/window.h"
#include "lib/common/plural.h"
#include "lib/common/process-comment.h"
#include "lib/common/vm-comment.h"
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
#include "tool/status-line.h"

/* A busy loop reads the clock after so many records. */
#define CLOCK_RECORDS 65536
/* The same for progress, after some full buffers. */
#define PROGRESS_RECORDS 1024

struct replay {
	struct capture_reader *reader;
	const struct filter *filter; /* NULL: all packets */
	bool first_pass;             /* no messages about the file: the second pass prints them */
	uint32_t snaplen;            /* -s: later bytes are ignored */
	struct pipeline pipeline;
	struct progress progress;
	struct process_table *processes; /* --process; or NULL */
	bool named;                      /* not -n: the file's names of CIDs are used */
	const char *interface;           /* -i: only packets of this interface; or NULL */
	uint64_t skip;                   /* --skip: packets to leave out */
	bool picky;                      /* one of these two options is given */
	uint32_t points;                 /* known so far: see capture_reader_points() */
	uint64_t records;                /* all that were read, with or without a match */
	uint64_t silent_since;           /* the first wait after the last packet */
	uint64_t silent_after;           /* ... which had this number */
};

static void replay_show_banner(const struct settings *settings,
			       const struct capture_reader_info *info)
{
	char what[PATH_MAX + 8];
	char snaplen[48] = ""; /* pcapng may not say it */

	if (info->snaplen > 0)
		snprintf(snaplen, sizeof(snaplen), ", snapshot length %" PRIu32, info->snaplen);
	if (settings->source.file_count > 1)
		snprintf(what, sizeof(what), "%zu files", settings->source.file_count);
	else
		snprintf(what, sizeof(what), "file %s", settings->source.files[0]);
	notice("reading from %s%s%s%s", what, *info->link ? ", link-type " : "", info->link,
	       snaplen);
}

/* False when a signal asks to stop. */
static bool replay_handle_signals(struct replay *replay)
{
	if (signals_read_snapshot()) {
		status_line_erase();
		pipeline_snapshot(&replay->pipeline);
		notice("%" PRIu64 " packets read", replay->pipeline.session.packets);
	}
	if (signals_read_flush())
		pipeline_flush(&replay->pipeline);
	return !signals_stop();
}

/*
 * An empty pipe is a capture that continues: its time continues from the last packet's. This is
 * only for the files that are written: packets on their way in the pipe may still excuse a silence.
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

/* Prints the warnings about the file. */
static void show_warnings(struct replay *replay)
{
	const char *warning;

	if (replay->first_pass)
		return;
	while ((warning = capture_reader_warning(replay->reader)))
		notice("warning: %s", warning);
}

/* Waits for a pipe. False if there is nothing more to wait for. */
static bool replay_wait(struct replay *replay)
{
	struct wait wait;

	show_warnings(replay);
	report_time(replay);
	wait = wait_for_input(&replay->pipeline, capture_reader_fd(replay->reader), -1);
	if (wait.signal)
		signals_acknowledge();
	return !wait.output_gone && !pipeline_ended(&replay->pipeline);
}

static void show_progress(struct replay *replay)
{
	struct capture_reader_info info = capture_reader_info(replay->reader);

	progress_show(&replay->progress, info.bytes_read, info.bytes_total, replay->records);
}

/* A new point: -i may name it. */
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

/* Applies -i and --skip. --skip counts only packets that would be shown. */
static bool replay_picks(struct replay *replay, const struct capture_record *record)
{
	if (replay->interface && record->point != replay->pipeline.source.point)
		return false;
	if (replay->skip == 0)
		return true;
	replay->skip--;
	return false;
}

static bool replay_matches(struct replay *replay, const struct capture_record *record)
{
	if (replay->filter && !filter_passes(replay->filter, record))
		return false;
	return !replay->picky || replay_picks(replay, record);
}

/* Reads a record. Returns whether somebody looks at it. */
static inline bool take_record(struct replay *replay, struct taken *taken)
{
	struct capture_record *record = &taken->record;

	replay->records++;
	if (record->captured > replay->snaplen)
		record->captured = replay->snaplen;
	if (record->point >= replay->points)
		replay_note_points(replay);
	taken->matches = replay_matches(replay, record);
	return taken->matches || replay->pipeline.session.analysis;
}

/*
 * Takes records: one, or as many as are in memory and worth to be handled at once. Returns how the
 * last read ended.
 */
static enum capture_read take_records(struct replay *replay, struct taken *taken, size_t *count)
{
	size_t most = pipeline_packets_best(&replay->pipeline);
	enum capture_read result;

	/* A name is known from its packet on, and not from the packets that are read together. */
	if (most > 1 && replay->processes)
		most = 1;
	*count = 0;
	do {
		result = capture_reader_next(replay->reader, &taken[*count].record);
		if (result != CAPTURE_READ_RECORD)
			break;
		*count += take_record(replay, &taken[*count]);
		if (most > 1 && *count == 1 && !capture_reader_hold(replay->reader))
			break;
	} while (*count < most && replay->records % PROGRESS_RECORDS);
	if (most > 1)
		capture_reader_release(replay->reader);
	return *count > 0 && result == CAPTURE_READ_WAIT ? CAPTURE_READ_RECORD : result;
}

/* Now and then, the user sees how far it is. False: stop. */
static bool replay_note_progress(struct replay *replay)
{
	if (replay->records % PROGRESS_RECORDS)
		return true;
	show_progress(replay);
	show_warnings(replay);
	/* If the filter leaves out nearly all packets, the others must not wait long. */
	return replay->records % CLOCK_RECORDS || pipeline_before_wait(&replay->pipeline);
}

/* Returns how reading ended; RECORD if more packets may follow. */
static enum capture_read read_all(struct replay *replay)
{
	struct taken taken[PIPELINE_PACKETS];
	size_t count;

	for (;;) {
		enum capture_read result;

		if (signals_pending() && !replay_handle_signals(replay))
			return CAPTURE_READ_RECORD;
		result = take_records(replay, taken, &count);
		if (count > 0 && !pipeline_packets(&replay->pipeline, taken, count))
			return CAPTURE_READ_RECORD;
		if (result == CAPTURE_READ_WAIT && !replay_wait(replay))
			return CAPTURE_READ_RECORD;
		if (result == CAPTURE_READ_RECORD && !replay_note_progress(replay))
			return CAPTURE_READ_RECORD;
		if (result != CAPTURE_READ_RECORD && result != CAPTURE_READ_WAIT)
			return result;
	}
}

/* -i has a name that the file does not have. */
static bool lacks_interface(const struct replay *replay)
{
	return replay->interface && replay->pipeline.source.point == INT_MAX;
}

/* Without this message, the user would not know that the capture is empty. */
static void report_no_packets(const struct replay *replay, const struct settings *settings)
{
	const char *name = settings->source.files[0];

	if (replay->records > 0 || capture_reader_info(replay->reader).other_links > 0)
		return;
	if (settings->source.file_count > 1)
		notice("no packets in these files");
	else
		notice("%s: no packets in it", strcmp(name, "-") == 0 ? "standard input" : name);
}

static enum exit_status replay_run(struct replay *replay, const struct settings *settings)
{
	enum capture_read end = read_all(replay);
	enum exit_status status;

	status_line_end();
	if (end == CAPTURE_READ_END)
		replay->pipeline.end_known =
		    capture_reader_end_time(replay->reader, &replay->pipeline.end);
	show_warnings(replay);
	replay->pipeline.session.failing =
	    end == CAPTURE_READ_CUT || end == CAPTURE_READ_ERROR || lacks_interface(replay);
	status = pipeline_close(&replay->pipeline);
	if (end == CAPTURE_READ_END)
		report_no_packets(replay, settings);
	if (end == CAPTURE_READ_CUT || end == CAPTURE_READ_ERROR) {
		print_error("%s", capture_reader_error(replay->reader));
		if (!exit_status_failed(status))
			status = EXIT_INPUT;
	}
	return status;
}

/* The filter may be the reason for an empty output. */
static void report_no_match(const struct replay *replay)
{
	if (replay->filter && replay->pipeline.session.packets == 0 && replay->records > 0)
		notice("%" PRIu64 " packet%s read, none matched the filter", replay->records,
		       plural(replay->records));
}

/* Otherwise a file that mixes link types may seem to be empty. */
static void report_other_links(const struct replay *replay)
{
	uint64_t others = capture_reader_info(replay->reader).other_links;

	if (others > 0)
		notice("%" PRIu64 " packet%s of other link types left out", others, plural(others));
}

/* Reports copies that were left out: the file was captured at several points at once. */
static void report_copies(const struct replay *replay, const struct settings *settings)
{
	uint32_t points = capture_reader_points(replay->reader);
	const char *these = settings->source.file_count > 1 ? "these files" : "this file";
	const char *shown;

	if (points < 2 || replay->pipeline.hidden == 0 || settings->source.interface)
		return;
	shown = capture_reader_point(replay->reader, 0)->interface;
	if (points == 2)
		notice("each packet is in %s twice (interfaces %s and %s): each is shown once; -i "
		       "%s shows the packets of the other one",
		       these, shown, capture_reader_point(replay->reader, 1)->interface,
		       capture_reader_point(replay->reader, 1)->interface);
	else
		notice("packets are in %s more than once (%" PRIu32
		       " interfaces, among them %s): each is shown once; -i NAME shows the packets "
		       "of one interface",
		       these, points, shown);
}

/* The names of the file's interfaces, as many as fit. */
static void list_interfaces(const struct replay *replay, char *text, size_t size)
{
	uint32_t points = capture_reader_points(replay->reader);
	size_t length = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < points; i++) {
		const char *name = capture_reader_point(replay->reader, i)->interface;
		size_t needed = strlen(name) + 2;

		if (*name == '\0' || length + needed >= size)
			continue;
		length += (size_t)snprintf(text + length, size - length, "%s%s",
					   length > 0 ? ", " : "", name);
	}
}

/* -i with a name that the file does not have. */
static enum exit_status check_interface(const struct replay *replay)
{
	char names[256];

	if (!lacks_interface(replay))
		return EXIT_OK;
	list_interfaces(replay, names, sizeof(names));
	if (*names)
		print_error("-i %s: this file has no vsock interface of that name; it has %s",
			    replay->interface, names);
	else
		print_error("-i %s: this file does not name its vsock interfaces",
			    replay->interface);
	return EXIT_NO_DEVICE;
}

/* Reports the drops that the file counts. */
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

/* Names that a capture wrote into its file. */
static void replay_take_comment(void *context, const char *text, size_t length)
{
	struct replay *replay = context;
	char name[VSOCK_CID_NAME_LEN + 1];
	struct process_entry entry;
	uint32_t cid;

	if (replay->named && vm_comment_read(&cid, name, text, length))
		pipeline_found_name(&replay->pipeline, cid, name);
	if (!replay->processes || !process_comment_read(&entry, text, length))
		return;
	if (!entry.error)
		process_table_add(replay->processes, &entry);
	else if (!replay->first_pass)
		pipeline_failed_connect(&replay->pipeline, &entry);
}

static void replay_take_end(void *context, uint16_t point, uint64_t end)
{
	struct replay *replay = context;

	pipeline_point_end(&replay->pipeline, point, end);
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

/* A pcap file names no interface. -i knows its only point by a number, which is no name. */
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

/* After this, only the open files can be used, and no others can be opened. */
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

static enum exit_status replay_open(struct replay *replay, const struct settings *settings,
				    const struct filter *filter)
{
	char error[CAPTURE_ERROR_MAX];

	*replay = (struct replay){
	    .reader =
		capture_merge_open(settings->source.files, settings->source.file_count, error),
	    .filter = filter,
	    .interface = settings->source.interface,
	    .skip = settings->source.skip,
	    .picky = settings->source.interface || settings->source.skip,
	    .snaplen = settings->source.snaplen ? settings->source.snaplen : UINT32_MAX,
	    .processes = settings->print.processes,
	    .named = !settings->print.numbers,
	};
	if (replay->reader && (replay->processes || replay->named))
		capture_merge_on_comment(replay->reader, replay_take_comment, replay);
	if (replay->reader)
		return EXIT_OK;
	print_error("%s", error);
	return EXIT_INPUT;
}

static enum exit_status replay_open_pipeline(struct replay *replay, const struct settings *settings)
{
	struct capture_reader_info info = capture_reader_info(replay->reader);
	struct packet_source source = {
	    .nanosecond = info.nanosecond,
	    .show_nanosecond = info.nanosecond,
	    .snaplen = info.snaplen,
	    .point = settings->source.interface ? INT_MAX : -1,
	    .origin = *capture_reader_origin(replay->reader),
	    .statistics = replay_statistics,
	    .points = replay_points,
	    .describe = replay_describe,
	    .context = replay,
	};

	/* Before the sandbox, because it checks for a terminal. */
	progress_start(&replay->progress, settings);
	return pipeline_open(&replay->pipeline, settings, &source);
}

static void replay_read_ahead(struct replay *replay, const struct settings *settings)
{
	bool wanted = settings->source.threads > 1;

	if (wanted || (settings->source.threads != 1 && !settings->mode->reads_alone))
		capture_reader_read_ahead(replay->reader, wanted);
}

/* Reads the file first, with the same options, to find the flows with a packet that matches. */
struct first_pass {
	struct settings settings;
	struct mode mode;
	struct replay replay;
	struct flow_selection *selection;
};

/* Opens all files now, because none can be opened later. */
static enum exit_status first_pass_open(struct first_pass *first, const struct settings *settings,
					const struct filter *filter)
{
	enum exit_status status = replay_open(&first->replay, settings, filter);

	if (status != EXIT_OK)
		return status;
	first->replay.first_pass = true;
	capture_merge_on_end(first->replay.reader, replay_take_end, &first->replay);
	first->mode = flow_selection_mode(settings->mode);
	first->settings = *settings;
	first->settings.mode = &first->mode;
	first->settings.file = (struct file_settings){0};
	status = replay_open_pipeline(&first->replay, &first->settings);
	if (status != EXIT_OK)
		capture_reader_close(first->replay.reader);
	return status;
}

/* Damage ends both passes at the same place. The second one reports it. */
static enum exit_status first_pass_run(struct first_pass *first)
{
	replay_read_ahead(&first->replay, &first->settings);
	read_all(&first->replay);
	status_line_erase();
	first->selection =
	    flow_selection_take(&first->replay.pipeline.session, first->settings.flow.ladder_worst);
	return first->replay.pipeline.session.failure;
}

static void first_pass_close(struct first_pass *first)
{
	pipeline_close(&first->replay.pipeline);
	capture_reader_close(first->replay.reader);
	flow_selection_free(first->selection);
}

/* `first`: an earlier pass, or NULL. */
static enum exit_status replay_passes(struct replay *replay, const struct settings *settings,
				      struct first_pass *first)
{
	struct capture_reader_info info = capture_reader_info(replay->reader);
	enum exit_status status = replay_open_pipeline(replay, settings);

	if (status != EXIT_OK)
		return status;
	capture_merge_on_end(replay->reader, replay_take_end, replay);
	replay_show_banner(settings, &info);
	warn_of_kernel(capture_reader_origin(replay->reader));
	status = confine_replay(replay, settings);
	if (status == EXIT_OK && first) {
		status = first_pass_run(first);
		replay->pipeline.selection = first->selection;
	}
	if (status != EXIT_OK) {
		pipeline_close(&replay->pipeline);
		return status;
	}
	replay_read_ahead(replay, settings);
	status = replay_run(replay, settings);
	report_no_match(replay);
	report_copies(replay, settings);
	report_other_links(replay);
	report_drops(replay);
	if (status == EXIT_OK)
		status = check_interface(replay);
	return status;
}

static bool reads_standard_input(const struct settings *settings)
{
	for (size_t i = 0; i < settings->source.file_count; i++)
		if (strcmp(settings->source.files[i], "-") == 0)
			return true;
	return false;
}

/*
 * --follow, --ladder and --export of whole flows need two passes. A pipe cannot be read twice, and
 * all processes that share standard input share its position.
 */
static bool needs_first_pass(const struct replay *replay, const struct settings *settings)
{
	if (!(replay->filter && settings->mode->whole_flows) && !settings->flow.ladder_worst)
		return false;
	if (capture_reader_info(replay->reader).bytes_total > 0 && !reads_standard_input(settings))
		return true;
	if (settings->flow.ladder_worst)
		return false;
	notice("this input can be read only once, so each connection begins with its first packet "
	       "that matches the filter");
	return false;
}

static enum exit_status replay_in_two_passes(struct replay *replay, const struct settings *settings)
{
	struct first_pass first = {0};
	enum exit_status status = first_pass_open(&first, settings, replay->filter);

	if (status != EXIT_OK)
		return status;
	status = replay_passes(replay, settings, &first);
	first_pass_close(&first);
	return status;
}

enum exit_status replay_file(const struct settings *settings, const struct filter *filter)
{
	struct replay replay;
	enum exit_status status = replay_open(&replay, settings, filter);

	if (status != EXIT_OK)
		return status;
	/* Handles signals only now: before this, a signal that kills the process loses nothing. */
	if (!signals_install()) {
		print_error("cannot set up signals: %s", strerror(errno));
		status = EXIT_FAILED;
	} else if (needs_first_pass(&replay, settings)) {
		status = replay_in_two_passes(&replay, settings);
	} else if (settings->flow.ladder_worst) {
		print_error("--ladder worst reads the capture twice, and this input can be read "
			    "only once: save it to a file, or name a flow");
		status = EXIT_USAGE;
	} else {
		status = replay_passes(&replay, settings, NULL);
	}
	capture_reader_close(replay.reader);
	return status;
}
