/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture loop.
 *
 * The kernel returns packets in blocks (TPACKET_V3), when a block is full or its timeout is over.
 * libpcap's immediate mode, the usual way to show packets at once, uses single frames instead. Each
 * is as large as the largest packet, so a buffer of 2 MiB holds some thirty of them, and a burst is
 * lost. A short timeout is as good for a person, and loses nothing.
 *
 * When the capture stops, the last block still holds packets that came before the signal. drain()
 * waits for them, and leaves out those that came after it.
 */
#include "tool/run/live.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "lib/common/plural.h"
#include "lib/common/time.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tool/confine/confine.h"
#include "tool/confine/keeper.h"
#include "tool/message.h"
#include "tool/run/drop-watch.h"
#include "tool/run/filter.h"
#include "tool/run/host.h"
#include "tool/run/interfaces.h"
#include "tool/run/live-status.h"
#include "tool/run/passed.h"
#include "tool/run/pipeline.h"
#include "tool/run/vsock-namespace.h"
#include "tool/run/wait.h"
#include "tool/run/warn-kernel.h"
#include "tool/signals.h"
#include "tool/status-line.h"

/* libpcap's blocks are 256 KiB: a stall of eight timeouts fills its default of 2 MiB. */
#define BUFFER_KIB_DEFAULT (16 * 1024)

/* The kernel returns a block that is not full after so many milliseconds. */
#define TIMEOUT_WATCHED   20
#define TIMEOUT_UNWATCHED 100

/*
 * The kernel may return a packet so much later than its time. A timer retires a block that it finds
 * unchanged, so after up to two timeouts, and a busy machine may be late with that.
 */
#define RETIRE_TIMEOUTS  2
#define RETIRE_MARGIN_MS 100

/* Of the loop, and of libpcap's loop over the kernel's ring, which is memory. */
static const struct system_call live_system_calls[] = {
    CALL("poll"),         CALL("ppoll"),
    CALL("ppoll_time64"), CALL("read"), /* the event that pcap_breakloop() makes */
    CALL("recvfrom"),                   /* the error of an interface that went down */
    CALL("getsockopt"),   CALL_WITH("ioctl", 1, UINT32_MAX, SIOCGIFFLAGS),
    SYSTEM_CALLS_END,
};

/*
 * Packets that are handled at once, with many flows. libpcap's frame is gone when the callback
 * returns, so they are copied. The payload of a larger packet costs more than the copy would save.
 */
#define COPIED_MOST 256

struct live {
	const struct settings *settings;
	const struct filter *filter;
	pcap_t *handle;
	struct pcap_vsockmon_opened opened;
	struct vsock_namespace vsock_namespace; /* the user's */
	struct keeper keeper;
	struct pipeline pipeline;
	int timeout_ms;
	uint32_t unit;  /* nanoseconds of what libpcap calls tv_usec */
	uint64_t until; /* packets later than this came after the end; UINT64_MAX before it */
	struct drop_watch drops;
	struct live_status status;
	struct passed passed; /* with a filter */
	uint64_t start;       /* nanoseconds since 1970 */
	unsigned since_clock;
	uint64_t skip;                        /* --skip: packets still to be left out */
	bool broken_off;                      /* the last round: there may be more packets */
	bool done;                            /* no more packets are wanted */
	bool failed;                          /* the interface or libpcap */
	uint64_t number;                      /* of the last packet */
	struct taken taken[PIPELINE_PACKETS]; /* packets that are not handled yet */
	size_t taken_count;
	uint8_t copied[PIPELINE_PACKETS][COPIED_MOST];
};

/* A busy loop reads the clock once in so many packets. */
#define CLOCK_PACKETS 4096

/* While packets come faster than they are read, pcap_dispatch() does not return. */
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

static inline void handle(struct live *live, const struct taken *taken, size_t count)
{
	if (!pipeline_packets(&live->pipeline, taken, count)) {
		live->done = true;
		pcap_breakloop(live->handle);
	} else if (must_return(live)) {
		pcap_breakloop(live->handle);
	}
}

static void handle_copied(struct live *live)
{
	size_t count = live->taken_count;

	live->taken_count = 0;
	if (count > 0 && !live->done)
		handle(live, live->taken, count);
}

static void copy(struct live *live, const struct taken *taken)
{
	size_t i = live->taken_count++;

	live->taken[i] = *taken;
	live->taken[i].record.data =
	    memcpy(live->copied[i], taken->record.data, taken->record.captured);
	if (live->taken_count == PIPELINE_PACKETS)
		handle_copied(live);
}

static inline void take_packet(struct live *live, const struct pcap_pkthdr *header,
			       const u_char *bytes, bool shown)
{
	struct taken taken = {
	    .record = {.ts = (uint64_t)header->ts.tv_sec * NANOSECONDS_PER_SECOND +
			     (uint64_t)header->ts.tv_usec * live->unit,
		       .data = bytes,
		       .captured = header->caplen,
		       .on_wire = header->len,
		       .number = ++live->number},
	    .matches = shown,
	};

	if (live->done)
		return;
	if (taken.record.ts > live->until) {
		handle_copied(live);
		live->done = true;
		pcap_breakloop(live->handle);
	} else if (header->caplen <= COPIED_MOST && pipeline_packets_best(&live->pipeline) > 1) {
		copy(live, &taken);
	} else {
		handle_copied(live);
		if (!live->done)
			handle(live, &taken, 1);
	}
}

static void on_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	take_packet((struct live *)user, header, bytes, true);
}

/* --skip: until so many packets came. */
static void on_skipped_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct live *live = (struct live *)user;
	bool shown = live->skip == 0;

	live->skip -= !shown;
	take_packet(live, header, bytes, shown);
}

/* libpcap drops what came before the filter was in force: nothing unfiltered is left over. */
static enum exit_status set_filter(struct live *live)
{
	struct bpf_program program;

	if (!live->filter)
		return EXIT_OK;
	program = live->filter->program;
	if (pcap_setfilter(live->handle, &program) == 0)
		return EXIT_OK;
	print_error("%s: cannot set the filter: %s", live->opened.name, pcap_geterr(live->handle));
	return EXIT_FAILED;
}

static enum exit_status open_handle(struct live *live)
{
	const struct settings *settings = live->settings;
	const enum time_precision precision = settings->print.precision;
	bool watched = mode_prints(settings) || settings->file.packet_buffered;
	struct pcap_vsockmon_options options;
	char error[PCAP_ERRBUF_SIZE];
	char name[INTERFACE_NAME_SIZE];
	enum exit_status status;
	enum pcap_vsockmon_result result;
	bool nano;

	live->timeout_ms = watched ? TIMEOUT_WATCHED : TIMEOUT_UNWATCHED;
	options = (struct pcap_vsockmon_options){
	    .snaplen = (int)settings->source.snaplen,
	    .buffer_size = (int)(settings->source.buffer_kib ? settings->source.buffer_kib
							     : BUFFER_KIB_DEFAULT) *
			   1024,
	    .timeout_ms = live->timeout_ms,
	    .immediate = settings->source.immediate,
	    .nanosecond = precision == PRECISION_NANO ||
			  (file_is_pcapng(&settings->file) && precision != PRECISION_MICRO),
	};

	status = interface_resolve(settings->source.interface, name);
	if (status != EXIT_OK)
		return status;

	live->handle = pcap_vsockmon_open(settings->source.interface ? name : NULL, &options,
					  &live->opened, &result, error);
	if (!live->handle) {
		print_error("%s%s", error,
			    result == PCAP_VSOCKMON_WRONG_KIND
				? ". Leave -i out to capture on a vsockmon interface"
				: "");
		return interface_exit_status(result);
	}
	if (live->opened.warning)
		print_error("warning: %s", pcap_geterr(live->handle));
	nano = pcap_get_tstamp_precision(live->handle) == PCAP_TSTAMP_PRECISION_NANO;
	live->unit = nano ? 1 : 1000;
	if (pcap_setnonblock(live->handle, 1, error) != 0) {
		print_error("%s: %s", live->opened.name, error);
		return EXIT_FAILED;
	}
	return set_filter(live);
}

/*
 * The keeper is made first, so that it has nothing of the capture. Only then it is known whether
 * anything needs it.
 */
static enum exit_status open_with_keeper(struct live *live)
{
	const struct settings *settings = live->settings;
	struct unprivileged user;
	char error[PCAP_ERRBUF_SIZE];
	enum exit_status status = privileges_find(settings->safety.user, &user);
	bool started;

	if (status != EXIT_OK)
		return status;
	started = keeper_start(&live->keeper, &user, !settings->safety.no_sandbox);
	if (!started)
		snprintf(error, sizeof(error), "%s", strerror(errno));
	status = open_handle(live);
	if (status != EXIT_OK || live->opened.origin != PCAP_VSOCKMON_SHARED) {
		if (started)
			keeper_dismiss(&live->keeper);
		return status;
	}
	if (started && keeper_watch(&live->keeper, &live->opened, error))
		return EXIT_OK;
	print_error("%s: cannot make the process that will remove it: %s", live->opened.name,
		    error);
	return EXIT_FAILED;
}

static const char *origin_text(const struct pcap_vsockmon_opened *opened)
{
	switch ((enum pcap_vsockmon_origin)opened->origin) {
	case PCAP_VSOCKMON_PRIVATE:
		return " (private, gone when this ends)";
	case PCAP_VSOCKMON_SHARED:
		return " (made for this capture, removed when it ends)";
	case PCAP_VSOCKMON_EXISTING:
		break;
	}
	return opened->raised ? " (was down, raised, stays up)" : "";
}

static void live_show_banner(const struct live *live)
{
	notice("listening on %s%s, link-type VSOCK (Linux vsock), snapshot length %d bytes",
	       live->opened.name, origin_text(&live->opened), pcap_snapshot(live->handle));
}

static void warn_of_namespaces(const struct live *live)
{
	const char *warning = vsock_namespace_warning(live->vsock_namespace);

	if (warning)
		notice("warning: %s", warning);
}

static bool read_drops(struct live *live)
{
	struct pcap_stat stat;

	if (pcap_stats(live->handle, &stat) != 0)
		return false;
	drop_watch_read(&live->drops, clock_now(CLOCK_MONOTONIC_COARSE), stat.ps_recv, stat.ps_drop,
			stat.ps_ifdrop);
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
		       " by the kernel and %" PRIu64 " by the interface so far; a larger buffer "
		       "(-B) or a filter may help",
		       news, live->drops.kernel_drops, live->drops.interface_drops);
}

static void report_count(uint64_t count, const char *what)
{
	notice("%" PRIu64 " packet%s %s", count, plural(count), what);
}

static void show_counters(struct live *live)
{
	report_count(live->pipeline.session.packets, "captured");
	if (!read_drops(live)) {
		print_error("%s", pcap_geterr(live->handle));
		return;
	}
	report_count(live->drops.accepted, "received by filter");
	report_count(live->drops.kernel_drops, "dropped by kernel");
	if (live->drops.interface_drops)
		report_count(live->drops.interface_drops, "dropped by interface");
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
	if (!live->filter)
		statistics->received = live->drops.accepted;
}

/* Takes what is there: returns the number of packets, or -1 when libpcap failed. */
static int dispatch(struct live *live)
{
	int count = pcap_dispatch(live->handle, -1, live->skip ? on_skipped_packet : on_packet,
				  (u_char *)live);

	handle_copied(live);
	live->broken_off = count == PCAP_ERROR_BREAK;
	return live->broken_off ? 0 : count;
}

static void live_fail(struct live *live, const char *reason)
{
	live->failed = true;
	print_error("%s%s%s", live->opened.name, reason ? " " : ": ",
		    reason ? reason : pcap_geterr(live->handle));
}

/* False when a signal asks to stop. */
static bool live_handle_signals(struct live *live)
{
	signals_acknowledge();
	if (signals_read_snapshot()) {
		status_line_erase();
		pipeline_snapshot(&live->pipeline);
		show_counters(live);
	}
	if (signals_read_flush())
		pipeline_flush(&live->pipeline);
	return !signals_stop();
}

/* Why no more packets can come; NULL while they can. */
static const char *interface_trouble(const struct live *live)
{
	switch (interface_state(pcap_fileno(live->handle), live->opened.name)) {
	case INTERFACE_GONE:
		return "went away";
	case INTERFACE_DOWN:
		return "went down";
	case INTERFACE_UP:
		break;
	}
	return NULL;
}

/* Waits for packets. False when there is a reason to stop. */
static bool live_wait(struct live *live)
{
	struct wait wait;
	const char *trouble;

	watch_drops(live);
	live_status_show(&live->status, &live->pipeline.session);
	wait = wait_for_input(&live->pipeline, pcap_get_selectable_fd(live->handle));
	if (wait.signal && !live_handle_signals(live))
		return false;
	if (wait.output_gone || pipeline_ended(&live->pipeline)) {
		live->done = true;
		return false;
	}
	/* Silence may mean that nothing can come any more. */
	trouble = wait.input ? NULL : interface_trouble(live);
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
	uint64_t late_ms = RETIRE_TIMEOUTS * (uint64_t)live->timeout_ms + RETIRE_MARGIN_MS;

	pipeline_tick(&live->pipeline, now - late_ms * NANOSECONDS_PER_MILLISECOND);
}

/* After a round that brought `count` packets. False when there is a reason to stop. */
static bool live_continue(struct live *live, uint64_t now, int count)
{
	if (count == 0 && !live->broken_off)
		note_silence(live, now);
	return live_wait(live);
}

static void live_capture(struct live *live)
{
	while (!live->done && !live->failed) {
		uint64_t now = clock_now(CLOCK_REALTIME);
		int count = dispatch(live);

		if (count < 0)
			live_fail(live, interface_trouble(live));
		else if (!live->done && !live_continue(live, now, count))
			break;
	}
}

/* Reads the packets that came before this moment and are still in the kernel. */
static void drain(struct live *live)
{
	static const struct timespec pause = {.tv_nsec = 5000000};
	uint64_t wait_ms = live->settings->source.immediate
			       ? 0
			       : RETIRE_TIMEOUTS * (uint64_t)live->timeout_ms + 10;
	uint64_t deadline = clock_now(CLOCK_MONOTONIC) + wait_ms * NANOSECONDS_PER_MILLISECOND;

	live->until = clock_now(CLOCK_REALTIME);
	while (!live->done) {
		int count = dispatch(live);

		if (count < 0 || (count == 0 && clock_now(CLOCK_MONOTONIC) >= deadline))
			break;
		if (count == 0)
			nanosleep(&pause, NULL);
	}
}

/* People who see nothing should know that this may be no fault of theirs. */
static void explain_silence(const struct live *live)
{
	uint64_t passed = 0;

	if (live->pipeline.seen.number > 0)
		return;
	if (live->filter && !passed_count(&live->passed, &passed))
		notice("no packet matched the filter");
	else if (passed > 0)
		notice("%" PRIu64 " packet%s passed, none matched the filter", passed,
		       plural(passed));
	else
		notice("no packet seen: guests of Firecracker, Cloud Hypervisor and libkrun, and "
		       "VMCI and Hyper-V, bypass vsockmon; see LIMITS in vsockdump(8)");
}

static enum exit_status live_run(struct live *live)
{
	enum exit_status status;

	live_show_banner(live);
	warn_of_kernel(live->pipeline.source.origin.os);
	warn_of_namespaces(live);
	live_status_start(&live->status, live->settings);
	live_capture(live);
	status_line_end();
	if (!live->done)
		drain(live);
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
	    .nanosecond = live->unit == 1,
	    .show_nanosecond = live->settings->print.precision == PRECISION_NANO,
	    .live = true,
	    .point = -1,
	    .snaplen = (uint32_t)pcap_snapshot(live->handle),
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
	snprintf(source.origin.interface, sizeof(source.origin.interface), "%s", live->opened.name);
	snprintf(source.origin.description, sizeof(source.origin.description),
		 "vsockmon: all AF_VSOCK packets of the machine%s%s", namespaces ? "; " : "",
		 namespaces ? namespaces : "");
	host_identify(&source.origin);
	return source;
}

/* From here on the process has its open sockets and files, and cannot open others. */
static enum exit_status confine_capture(struct live *live)
{
	struct confinement confinement = {0};

	confine_allow(&confinement, live_system_calls);
	if (live->keeper.pid)
		confine_allow(&confinement, keeper_system_calls);
	if (live->filter)
		confine_allow(&confinement, passed_system_calls);
	pipeline_needs(&live->pipeline, &confinement);
	return confine(live->settings, &confinement);
}

static enum exit_status live_start(struct live *live)
{
	struct packet_source source;
	enum exit_status status;

	live->vsock_namespace = vsock_namespace_read(VSOCK_NAMESPACE_FOLDER);
	status = open_with_keeper(live);
	if (status != EXIT_OK)
		return status;
	if (live->filter)
		passed_open(&live->passed, pcap_fileno(live->handle), live->opened.name);
	live->start = clock_now(CLOCK_REALTIME);
	source = describe_source(live);
	status = pipeline_open(&live->pipeline, live->settings, &source);
	if (status != EXIT_OK)
		return status;
	status = confine_capture(live);
	if (status == EXIT_OK)
		return live_run(live);
	pipeline_close(&live->pipeline);
	return status;
}

/* The handle, and the interface if it was made for this capture. False with a message. */
static bool close_handle(struct live *live, char error[static PCAP_ERRBUF_SIZE])
{
	if (!live->keeper.pid)
		return pcap_vsockmon_close(live->handle, &live->opened, error) == PCAP_VSOCKMON_OK;
	pcap_close(live->handle);
	return keeper_end(&live->keeper, error);
}

enum exit_status capture_live(const struct settings *settings, const struct filter *filter)
{
	struct live live = {.settings = settings,
			    .filter = filter,
			    .until = UINT64_MAX,
			    .skip = settings->source.skip,
			    .passed = {.fd = -1}};
	enum exit_status status;
	char error[PCAP_ERRBUF_SIZE];

	/* First, since an interface that was made must be removed however this ends. */
	if (!signals_install()) {
		print_error("cannot set up signals: %s", strerror(errno));
		return EXIT_FAILED;
	}
	status = output_file_check(settings);
	if (status == EXIT_OK)
		status = live_start(&live);
	passed_close(&live.passed);

	if (live.handle && !close_handle(&live, error)) {
		print_error("%s", error);
		if (!exit_status_failed(status))
			status = EXIT_FAILED;
	}
	return status;
}
