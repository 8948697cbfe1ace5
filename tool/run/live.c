/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture loop, for all kinds of sources.
 *
 * When the capture stops, the last packets that came before the signal may not have been read.
 * drain() waits for them, and leaves out those that came after it. It asks the source whether there
 * are any: else a silent capture would end as late as the source may return a packet.
 */
#include "tool/run/live.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "lib/common/plural.h"
#include "lib/common/time.h"
#include "tool/confine/confine.h"
#include "tool/message.h"
#include "tool/run/blind-spot.h"
#include "tool/run/drop-watch.h"
#include "tool/run/filter.h"
#include "tool/run/host.h"
#include "tool/run/live-source.h"
#include "tool/run/live-status.h"
#include "tool/run/pipeline.h"
#include "tool/run/process-watch.h"
#include "tool/run/vsock-namespace.h"
#include "tool/run/wait.h"
#include "tool/run/warn-kernel.h"
#include "tool/signals.h"
#include "tool/status-line.h"

/* A busy machine may be late with a packet. */
#define LATE_MARGIN_MS 90

/*
 * Packets that are handled at once, with many flows. The source's frame is gone when the callback
 * returns, so they are copied. The payload of a larger packet costs more than the copy would save.
 */
#define COPIED_MOST 256

/* Milliseconds: the clock may be set during a wait. */
#define CLOCK_WAIT_MOST 10000

struct live {
	const struct settings *settings;
	struct live_source *source;
	const struct filter *late_filter;       /* one that asks for processes; or NULL */
	struct vsock_namespace vsock_namespace; /* the user's */
	const char *blind_spot;
	struct pipeline pipeline;
	struct process_watch processes; /* does nothing without --process */
	uint64_t until; /* packets later than this came after the end; UINT64_MAX before it */
	struct drop_watch drops;
	struct live_status status;
	uint64_t start; /* nanoseconds since 1970 */
	unsigned since_clock;
	uint64_t skip;                        /* --skip: packets still to be left out */
	bool done;                            /* no more packets are wanted */
	bool failed;                          /* the source */
	uint64_t number;                      /* of the last packet */
	uint64_t in_file;                     /* packets that were flushed to -w's file */
	struct taken taken[PIPELINE_PACKETS]; /* packets that are not handled yet */
	size_t taken_count;
	uint8_t copied[PIPELINE_PACKETS][COPIED_MOST];
};

/* A busy loop reads the clock once in so many packets. */
#define CLOCK_PACKETS 4096

/* While packets come faster than they are read, the source does not return. */
static bool must_return(struct live *live)
{
	if (live->until != UINT64_MAX)
		return false;
	if (signals_pending())
		return true;
	if (++live->since_clock < CLOCK_PACKETS)
		return false;
	live->since_clock = 0;
	return drop_watch_due(&live->drops, clock_now(CLOCK_MONOTONIC_COARSE));
}

/* This and the next functions return false if the source must return. */
static inline bool handle(struct live *live, const struct taken *taken, size_t count)
{
	if (!pipeline_packets(&live->pipeline, taken, count)) {
		live->done = true;
		return false;
	}
	return !must_return(live);
}

static bool handle_copied(struct live *live)
{
	size_t count = live->taken_count;

	live->taken_count = 0;
	if (count > 0 && !live->done)
		return handle(live, live->taken, count);
	return !live->done;
}

static bool copy(struct live *live, const struct taken *taken)
{
	size_t i = live->taken_count++;

	live->taken[i] = *taken;
	live->taken[i].record.data =
	    memcpy(live->copied[i], taken->record.data, taken->record.captured);
	return live->taken_count < PIPELINE_PACKETS || handle_copied(live);
}

static inline bool take_packet(struct live *live, const struct capture_record *record, bool shown)
{
	struct taken taken = {.record = *record, .matches = shown};
	bool more;

	taken.record.number = ++live->number;
	process_watch_read_until(&live->processes, record->ts);
	if (live->late_filter && taken.matches)
		taken.matches = filter_passes(live->late_filter, record);
	if (live->done)
		return false;
	if (record->ts > live->until) {
		handle_copied(live);
		live->done = true;
		return false;
	}
	if (record->captured <= COPIED_MOST && pipeline_packets_best(&live->pipeline) > 1)
		return copy(live, &taken);
	more = handle_copied(live);
	return !live->done && handle(live, &taken, 1) && more;
}

static bool on_packet(void *context, const struct capture_record *record)
{
	return take_packet(context, record, true);
}

/* --skip: until so many packets came. */
static bool on_skipped_packet(void *context, const struct capture_record *record)
{
	struct live *live = context;
	bool shown = live->skip == 0;

	live->skip -= !shown;
	return take_packet(live, record, shown);
}

static void on_failed_connect(void *context, const struct process_entry *entry)
{
	struct live *live = context;

	pipeline_failed_connect(&live->pipeline, entry);
}

static void live_show_banner(const struct live *live)
{
	notice("listening on %s%s, link-type VSOCK (Linux vsock), snapshot length %" PRIu32
	       " bytes",
	       live->source->name, live->source->remark, live->source->snaplen);
}

static void warn_of_namespaces(const struct live *live)
{
	const char *warning = vsock_namespace_warning(live->vsock_namespace);

	if (warning)
		notice("warning: %s", warning);
}

static bool read_drops(struct live *live)
{
	struct live_counters counters;

	if (!live->source->kind->counters(live->source, &counters))
		return false;
	drop_watch_read(&live->drops, clock_now(CLOCK_MONOTONIC_COARSE), counters.accepted,
			counters.kernel_drops, counters.interface_drops);
	return true;
}

/* Reports drops while they happen: later it is too late to do anything about them. */
static void watch_drops(struct live *live)
{
	uint64_t now = clock_now(CLOCK_MONOTONIC_COARSE);
	uint64_t news;

	if (!drop_watch_due(&live->drops, now) || !read_drops(live))
		return;
	news = drop_watch_report(&live->drops, now);
	if (news)
		notice("packets are being dropped: %" PRIu64 " more, %" PRIu64
		       " by the kernel and %" PRIu64 " by the interface so far; %s",
		       news, live->drops.kernel_drops, live->drops.interface_drops,
		       live->source->kind->drop_advice);
}

static void report_count(uint64_t count, const char *what)
{
	notice("%" PRIu64 " packet%s %s", count, plural(count), what);
}

static void show_counters(struct live *live)
{
	report_count(live->pipeline.session.packets, "captured");
	if (!read_drops(live)) {
		print_error("%s", live->source->kind->error(live->source));
		return;
	}
	report_count(live->drops.accepted, "received by filter");
	report_count(live->drops.kernel_drops, "dropped by kernel");
	if (live->drops.interface_drops)
		report_count(live->drops.interface_drops, "dropped by interface");
	if (live->source->incomplete)
		report_count(live->source->incomplete, "cut: payload could not be read");
	if (live->source->kind->summary)
		live->source->kind->summary(live->source);
	if (process_watch_dropped(&live->processes))
		notice("%" PRIu64 " names of processes dropped: too many connections at once",
		       process_watch_dropped(&live->processes));
	if (pipeline_not_written(&live->pipeline))
		report_count(pipeline_not_written(&live->pipeline), "not written");
}

/* For the file and for JSON. */
static void live_statistics(void *context, struct capture_statistics *statistics)
{
	struct live *live = context;

	statistics->start = live->start;
	statistics->end = clock_now(CLOCK_REALTIME);
	statistics->delivered = live->pipeline.session.packets;
	if (!read_drops(live))
		return;
	statistics->accepted = live->drops.accepted;
	statistics->kernel_drops = live->drops.kernel_drops;
	statistics->interface_drops = live->drops.interface_drops;
	/* What the filter kept out is counted nowhere. */
	if (!live->source->filter)
		statistics->received = live->drops.accepted;
}

/* Takes what waits: returns the number of packets, or -1 when the source failed. */
static int dispatch(struct live *live)
{
	int count = live->source->kind->read(live->source);

	handle_copied(live);
	return count;
}

static void live_fail(struct live *live, const char *reason)
{
	const struct live_source *source = live->source;

	live->failed = true;
	print_error("%s%s%s", source->name, reason ? " " : ": ",
		    reason ? reason : source->kind->error(source));
}

/* By when the source returns all packets that the kernel has now, CLOCK_MONOTONIC. */
static uint64_t return_deadline(const struct live *live)
{
	return clock_now(CLOCK_MONOTONIC) +
	       live->source->late_ms * (uint64_t)NANOSECONDS_PER_MILLISECOND;
}

/* Whether the kernel may have packets that the source has not returned. */
static bool kernel_has_packets(struct live *live)
{
	return !read_drops(live) || live->drops.accepted - live->drops.kernel_drops != live->number;
}

/* Takes what the source returns soon. False: no more packets will come before the deadline. */
static bool await_packets(struct live *live, uint64_t deadline)
{
	static const struct timespec pause = {.tv_nsec = 5000000};
	int count = dispatch(live);

	if (count < 0 ||
	    (count == 0 && (clock_now(CLOCK_MONOTONIC) >= deadline || !kernel_has_packets(live))))
		return false;
	if (count == 0)
		nanosleep(&pause, NULL);
	return true;
}

/* Before a snapshot: reads the packets that came before it, unless another signal comes. */
static void catch_up(struct live *live)
{
	uint64_t deadline = return_deadline(live);

	while (!live->done && !signals_pending() && clock_now(CLOCK_MONOTONIC) < deadline &&
	       await_packets(live, deadline))
		;
}

/* False when a signal asks to stop. */
static bool live_handle_signals(struct live *live)
{
	signals_acknowledge();
	if (signals_read_snapshot()) {
		catch_up(live);
		status_line_erase();
		pipeline_snapshot(&live->pipeline);
		show_counters(live);
	}
	if (signals_read_flush())
		pipeline_flush(&live->pipeline);
	return !signals_stop();
}

/* Why no more packets can come; NULL while they can. */
static const char *source_trouble(const struct live *live)
{
	return live->source->kind->trouble(live->source);
}

/* Milliseconds until packets must be written; -1 if there are none. */
static int write_due(const struct live *live)
{
	uint64_t passed = clock_now(CLOCK_MONOTONIC_COARSE) - live->pipeline.flushed;
	uint64_t passed_ms = passed / NANOSECONDS_PER_MILLISECOND;

	if (live->source->watched || !live->settings->file.name || live->in_file == live->number)
		return -1;
	return passed_ms < LIVE_WRITE_WITHIN ? (int)(LIVE_WRITE_WITHIN - passed_ms) : 0;
}

/* Writes packets that are due. Returns the longest wait in milliseconds; -1: any. */
static int write_in_time(struct live *live, int count)
{
	int longest = live->source->kind->longest_wait(live->source, count);
	int due = write_due(live);

	if (due == 0) {
		pipeline_flush(&live->pipeline);
		live->in_file = live->number;
		return longest;
	}
	return due > 0 && (longest < 0 || due < longest) ? due : longest;
}

/* Packets may come so many nanoseconds late. */
static uint64_t lateness(const struct live *live)
{
	return ((uint64_t)live->source->late_ms + LATE_MARGIN_MS) * NANOSECONDS_PER_MILLISECOND;
}

/* The longest wait in milliseconds, if the mode wants to know the time by then; -1: any. */
static int clock_wait(const struct live *live, int longest)
{
	const struct mode *mode = live->pipeline.mode;
	uint64_t now = clock_now(CLOCK_REALTIME) - lateness(live);
	uint64_t left_ms;
	uint64_t due;

	if (!mode->clock_due)
		return longest;
	due = mode->clock_due(&live->pipeline.session);
	left_ms = due > now ? (due - now) / NANOSECONDS_PER_MILLISECOND + 1 : 1;
	if (left_ms > CLOCK_WAIT_MOST)
		left_ms = CLOCK_WAIT_MOST;
	return longest < 0 || (int)left_ms < longest ? (int)left_ms : longest;
}

/* The longest wait in milliseconds, if that of the source is `longest`; -1: any. */
static int process_wait(const struct live *live, int longest)
{
	const bool watched = live->processes.events;

	return watched && (longest < 0 || longest > PROCESS_WATCH_INTERVAL) ? PROCESS_WATCH_INTERVAL
									    : longest;
}

/* Waits for packets. False when there is a reason to stop. */
static bool live_wait(struct live *live, int count)
{
	struct wait wait;
	const char *trouble;

	watch_drops(live);
	live_status_show(&live->status, &live->pipeline.session);
	process_watch_read(&live->processes);
	wait = wait_for_input(&live->pipeline, live->source->fd,
			      clock_wait(live, process_wait(live, write_in_time(live, count))));
	if (wait.signal && !live_handle_signals(live))
		return false;
	if (wait.output_gone || pipeline_ended(&live->pipeline)) {
		live->done = true;
		return false;
	}
	/* Silence may mean that nothing can come any more. */
	trouble = wait.input ? NULL : source_trouble(live);
	if (trouble)
		live_fail(live, trouble);
	return !trouble;
}

/*
 * Nothing was there when asked after `now`: what came so long ago that it would have been handed
 * out by then is all known, and its silence may mean something.
 */
static void note_silence(struct live *live, uint64_t now)
{
	pipeline_tick(&live->pipeline, now - lateness(live));
}

/* After a round that brought `count` packets. False when there is a reason to stop. */
static bool live_continue(struct live *live, uint64_t now, int count)
{
	if (count == 0 && !live->source->broken_off)
		note_silence(live, now);
	return live_wait(live, count);
}

static void live_capture(struct live *live)
{
	while (!live->done && !live->failed) {
		uint64_t now = clock_now(CLOCK_REALTIME);
		int count = dispatch(live);

		if (count < 0)
			live_fail(live, source_trouble(live));
		else if (!live->done && !live_continue(live, now, count))
			break;
	}
}

/* Reads the packets that came before this moment and are still in the kernel. */
static void drain(struct live *live)
{
	uint64_t deadline = return_deadline(live);

	live->until = clock_now(CLOCK_REALTIME);
	while (!live->done && await_packets(live, deadline))
		;
}

/* People who see nothing should know that this may be no fault of theirs. */
static void explain_silence(const struct live *live)
{
	const struct live_source *source = live->source;
	uint64_t passed = 0;

	if (live->late_filter && live->number > 0 && live->pipeline.session.packets == 0)
		notice("%" PRIu64 " packet%s seen, none matched the filter", live->number,
		       plural(live->number));
	if (live->number > 0)
		return;
	if (source->filter && !source->kind->passed(source, &passed))
		notice("no packet matched the filter");
	else if (passed > 0)
		notice("%" PRIu64 " packet%s passed, none matched the filter", passed,
		       plural(passed));
	else
		notice("no packet seen: %s; vsockdump --check says what a capture sees here",
		       live->blind_spot ? live->blind_spot : source->kind->blind_for);
}

static enum exit_status live_run(struct live *live)
{
	enum exit_status status;

	live_show_banner(live);
	warn_of_kernel(&live->pipeline.source.origin);
	warn_of_namespaces(live);
	live_status_start(&live->status, live->settings);
	live_capture(live);
	status_line_end();
	if (!live->done)
		drain(live);
	process_watch_read(&live->processes);
	live->pipeline.end_known = true;
	live->pipeline.end = live->until != UINT64_MAX ? live->until : clock_now(CLOCK_REALTIME);
	status = pipeline_close(&live->pipeline);
	show_counters(live);
	if (!exit_status_failed(status) && live->failed)
		status = EXIT_FAILED;
	if (status == EXIT_OK)
		explain_silence(live);
	return status;
}

/* An interface is one point. */
static uint32_t live_points(void *context)
{
	(void)context;
	return 1;
}

static const struct capture_origin *live_describe(void *context, uint32_t point)
{
	const struct live *live = context;

	(void)point;
	return &live->pipeline.source.origin;
}

static struct packet_source describe_source(struct live *live)
{
	struct packet_source source = {
	    .nanosecond = live->source->nanosecond,
	    .show_nanosecond = live->settings->print.precision == PRECISION_NANO,
	    .live = true,
	    .complete = live->late_filter || !live->source->filter,
	    .point = -1,
	    .snaplen = live->source->snaplen,
	    .statistics = live_statistics,
	    .points = live_points,
	    .describe = live_describe,
	    .context = live,
	};
	const char *namespaces = vsock_namespace_description(live->vsock_namespace);
	struct utsname system;

	if (uname(&system) == 0)
		snprintf(source.origin.os, sizeof(source.origin.os), "%.60s %.180s", system.sysname,
			 system.release);
	snprintf(source.origin.interface, sizeof(source.origin.interface), "%s",
		 live->source->name);
	snprintf(source.origin.description, sizeof(source.origin.description), "%s%s%s",
		 live->source->kind->description, namespaces ? "; " : "",
		 namespaces ? namespaces : "");
	source.origin.bpf = live->source->bpf;
	host_identify(&source.origin);
	return source;
}

/* From here on the process has its open sockets and files, and cannot open others. */
static enum exit_status confine_capture(struct live *live)
{
	struct confinement confinement = {0};

	confine_allow(&confinement, wait_system_calls);
	live->source->kind->needs(live->source, &confinement);
	pipeline_needs(&live->pipeline, &confinement);
	return confine(live->settings, &confinement);
}

static enum exit_status live_start(struct live *live, const struct filter *filter)
{
	struct packet_source source;
	enum exit_status status;

	live->vsock_namespace = vsock_namespace_read(VSOCK_NAMESPACE_FOLDER);
	live->blind_spot = blind_spot_read("");
	if (filter_asks_for_processes(filter))
		live->late_filter = filter;
	status = live_source_open(&live->source, live->settings, live->late_filter ? NULL : filter);
	if (status != EXIT_OK)
		return status;
	live->source->take = live->skip ? on_skipped_packet : on_packet;
	live->source->context = live;
	if (live->source->hybrid) {
		/* What is said of the kernel's vsock does not hold for UNIX sockets. */
		live->blind_spot = NULL;
		live->vsock_namespace = (struct vsock_namespace){0};
	} else if (live->settings->print.processes) {
		process_watch_open(&live->processes, live->settings->print.processes);
	}
	live->start = clock_now(CLOCK_REALTIME);
	source = describe_source(live);
	status = pipeline_open(&live->pipeline, live->settings, &source);
	if (status != EXIT_OK)
		return status;
	live->processes.failed = on_failed_connect;
	live->processes.context = live;
	status = confine_capture(live);
	if (status == EXIT_OK)
		return live_run(live);
	pipeline_close(&live->pipeline);
	return status;
}

enum exit_status capture_live(const struct settings *settings, const struct filter *filter)
{
	struct live live = {
	    .settings = settings, .until = UINT64_MAX, .skip = settings->source.skip};
	enum exit_status status;
	char reason[LIVE_REASON_MAX];

	/* First, since an interface that was made must be removed however this ends. */
	if (!signals_install()) {
		print_error("cannot set up signals: %s", strerror(errno));
		return EXIT_FAILED;
	}
	status = output_file_check(settings);
	if (status == EXIT_OK)
		status = live_start(&live, filter);
	process_watch_close(&live.processes);
	if (live.source && !live.source->kind->close(live.source, reason)) {
		print_error("%s", reason);
		if (!exit_status_failed(status))
			status = EXIT_FAILED;
	}
	return status;
}
