/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets of a vsockmon interface.
 *
 * The kernel returns packets in blocks (TPACKET_V3), when a block is full or its timeout is over.
 * libpcap's immediate mode, the usual way to show packets at once, uses single frames instead. Each
 * is as large as the largest packet, so a buffer of 2 MiB holds some thirty of them, and a burst is
 * lost. A short timeout is as good for a person, and loses nothing.
 */
#include "tool/run/live-source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/bpf-tap/bpf-tap.h"
#include "lib/common/time.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tool/confine/keeper.h"
#include "tool/confine/privileges.h"
#include "tool/message.h"
#include "tool/run/passed.h"

/*
 * The kernel may return a packet so much later than its time. A timer retires a block that it finds
 * unchanged, so after up to two timeouts.
 */
#define RETIRE_TIMEOUTS  2
#define RETIRE_MARGIN_MS 10

/*
 * The kernel returns a block that is not full after so many milliseconds.
 *
 * To wake the process takes as many instructions as to write five packets. So where nobody sees
 * packets as they come, the timeout is as long as the promise about -w's file permits; see
 * LIVE_WRITE_WITHIN.
 */
#define TIMEOUT_WATCHED   20
#define TIMEOUT_UNWATCHED 450

_Static_assert(RETIRE_TIMEOUTS *TIMEOUT_UNWATCHED + LIVE_WRITE_WITHIN <= 1000,
	       "a packet is in the file a second after it came");

/* Of libpcap's loop over the kernel's ring, which is memory. */
static const struct system_call vsockmon_system_calls[] = {
    CALL("poll"),         CALL("ppoll"),
    CALL("ppoll_time64"), CALL("read"), /* the event that pcap_breakloop() makes */
    CALL("recvfrom"),                   /* the error of an interface that went down */
    CALL("getsockopt"),   CALL_WITH("ioctl", 1, UINT32_MAX, SIOCGIFFLAGS),
    SYSTEM_CALLS_END,
};

struct vsockmon {
	struct live_source source; /* first: each is converted to the other */
	pcap_t *handle;
	struct pcap_vsockmon_opened opened;
	struct keeper keeper;
	struct passed passed; /* with a filter */
	uint32_t unit;        /* nanoseconds of what libpcap calls tv_usec */
};

static struct vsockmon *vsockmon_of(const struct live_source *source)
{
	return (struct vsockmon *)source;
}

static void on_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct vsockmon *vsockmon = (struct vsockmon *)user;
	struct live_source *source = &vsockmon->source;
	struct capture_record record = {
	    .ts = (uint64_t)header->ts.tv_sec * NANOSECONDS_PER_SECOND +
		  (uint64_t)header->ts.tv_usec * vsockmon->unit,
	    .data = bytes,
	    .captured = header->caplen,
	    .on_wire = header->len,
	};

	if (!source->take(source->context, &record))
		pcap_breakloop(vsockmon->handle);
}

static int vsockmon_read(struct live_source *source)
{
	struct vsockmon *vsockmon = vsockmon_of(source);
	int count = pcap_dispatch(vsockmon->handle, -1, on_packet, (u_char *)vsockmon);

	source->broken_off = count == PCAP_ERROR_BREAK;
	return source->broken_off ? 0 : count;
}

static const char *vsockmon_error(const struct live_source *source)
{
	return pcap_geterr(vsockmon_of(source)->handle);
}

static int vsockmon_longest_wait(struct live_source *source, int count)
{
	(void)source;
	(void)count;
	return -1;
}

static const char *vsockmon_trouble(const struct live_source *source)
{
	switch (interface_state(pcap_fileno(vsockmon_of(source)->handle), source->name)) {
	case INTERFACE_GONE:
		return "went away";
	case INTERFACE_DOWN:
		return "went down";
	case INTERFACE_UP:
		break;
	}
	return NULL;
}

static bool vsockmon_counters(const struct live_source *source, struct live_counters *counters)
{
	struct pcap_stat stat;

	if (pcap_stats(vsockmon_of(source)->handle, &stat) != 0)
		return false;
	*counters = (struct live_counters){stat.ps_recv, stat.ps_drop, stat.ps_ifdrop};
	return true;
}

static bool vsockmon_passed(const struct live_source *source, uint64_t *packets)
{
	return passed_count(&vsockmon_of(source)->passed, packets);
}

static void vsockmon_needs(const struct live_source *source, struct confinement *confinement)
{
	confine_allow(confinement, vsockmon_system_calls);
	if (vsockmon_of(source)->keeper.pid)
		confine_allow(confinement, keeper_system_calls);
	if (source->filter)
		confine_allow(confinement, passed_system_calls);
}

/* The handle, and the interface if it was made for this capture. */
static bool vsockmon_close(struct live_source *source, char reason[static LIVE_REASON_MAX])
{
	struct vsockmon *vsockmon = vsockmon_of(source);
	char error[PCAP_ERRBUF_SIZE] = "";
	bool good = true;

	passed_close(&vsockmon->passed);
	if (vsockmon->handle && vsockmon->keeper.pid) {
		pcap_close(vsockmon->handle);
		good = keeper_end(&vsockmon->keeper, error);
	} else if (vsockmon->handle) {
		good = pcap_vsockmon_close(vsockmon->handle, &vsockmon->opened, error) ==
		       PCAP_VSOCKMON_OK;
	}
	if (!good)
		snprintf(reason, LIVE_REASON_MAX, "%s", error);
	free(vsockmon);
	return good;
}

static const struct live_source_kind vsockmon_kind = {
    .read = vsockmon_read,
    .error = vsockmon_error,
    .longest_wait = vsockmon_longest_wait,
    .trouble = vsockmon_trouble,
    .counters = vsockmon_counters,
    .passed = vsockmon_passed,
    .needs = vsockmon_needs,
    .close = vsockmon_close,
    .description = "vsockmon: all AF_VSOCK packets of the machine",
    .drop_advice = "a larger buffer (-B) or a filter may help",
    .blind_for = "guests of Firecracker, Cloud Hypervisor and libkrun, and VMCI and Hyper-V, "
		 "bypass vsockmon",
};

/* libpcap drops what came before the filter was in force: nothing unfiltered is left over. */
static enum exit_status set_filter(struct vsockmon *vsockmon, struct live_opening *opening)
{
	struct bpf_program program;

	if (!opening->filter)
		return EXIT_OK;
	program = opening->filter->variants[0].program;
	if (pcap_setfilter(vsockmon->handle, &program) == 0)
		return EXIT_OK;
	snprintf(opening->reason, sizeof(opening->reason), "%s: cannot set the filter: %s",
		 vsockmon->opened.name, pcap_geterr(vsockmon->handle));
	return EXIT_FAILED;
}

static void explain_failure(struct live_opening *opening, enum pcap_vsockmon_result result,
			    const char *error)
{
	const char *more = "";

	if (result == PCAP_VSOCKMON_WRONG_KIND)
		more = ". Leave -i out to capture on a vsockmon interface";
	opening->no_vsockmon = result == PCAP_VSOCKMON_NO_KERNEL;
	if (opening->no_vsockmon && opening->settings->source.interface && bpf_tap_is_built())
		more = ". To capture without it, type -i " INTERFACE_BPF;
	snprintf(opening->reason, sizeof(opening->reason), "%s%s", error, more);
}

static int timeout_of(const struct live_opening *opening)
{
	return opening->watched ? TIMEOUT_WATCHED : TIMEOUT_UNWATCHED;
}

static enum exit_status open_handle(struct vsockmon *vsockmon, struct live_opening *opening)
{
	const struct source_settings *source = &opening->settings->source;
	const struct pcap_vsockmon_options options = {
	    .snaplen = (int)source->snaplen,
	    .buffer_size =
		(int)(source->buffer_kib ? source->buffer_kib : LIVE_BUFFER_KIB_DEFAULT) * 1024,
	    .timeout_ms = timeout_of(opening),
	    .immediate = source->immediate,
	    .nanosecond = live_source_wants_nanoseconds(opening->settings),
	};
	char error[PCAP_ERRBUF_SIZE];
	char name[INTERFACE_NAME_SIZE];
	enum exit_status status = interface_resolve(source->interface, name);
	enum pcap_vsockmon_result result;

	if (status != EXIT_OK)
		return status;
	vsockmon->handle = pcap_vsockmon_open(source->interface ? name : NULL, &options,
					      &vsockmon->opened, &result, error);
	if (!vsockmon->handle) {
		explain_failure(opening, result, error);
		return interface_exit_status(result);
	}
	if (vsockmon->opened.warning)
		print_error("warning: %s", pcap_geterr(vsockmon->handle));
	if (pcap_setnonblock(vsockmon->handle, 1, error) != 0) {
		snprintf(opening->reason, sizeof(opening->reason), "%s: %s", vsockmon->opened.name,
			 error);
		return EXIT_FAILED;
	}
	return set_filter(vsockmon, opening);
}

/*
 * The keeper is made first, so that it has nothing of the capture. Only then it is known whether
 * anything needs it.
 */
static enum exit_status open_with_keeper(struct vsockmon *vsockmon, struct live_opening *opening)
{
	const struct safety_settings *safety = &opening->settings->safety;
	struct unprivileged user;
	char error[PCAP_ERRBUF_SIZE];
	enum exit_status status = privileges_find(safety->user, &user);
	bool started;

	if (status != EXIT_OK)
		return status;
	started = keeper_start(&vsockmon->keeper, &user, !safety->no_sandbox);
	if (!started)
		snprintf(error, sizeof(error), "%s", strerror(errno));
	status = open_handle(vsockmon, opening);
	if (status != EXIT_OK || vsockmon->opened.origin != PCAP_VSOCKMON_SHARED) {
		if (started)
			keeper_dismiss(&vsockmon->keeper);
		return status;
	}
	if (started && keeper_watch(&vsockmon->keeper, &vsockmon->opened, error))
		return EXIT_OK;
	snprintf(opening->reason, sizeof(opening->reason),
		 "%s: cannot make the process that will remove it: %s", vsockmon->opened.name,
		 error);
	return EXIT_FAILED;
}

static const char *remark(const struct pcap_vsockmon_opened *opened)
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

static void describe(struct vsockmon *vsockmon, const struct live_opening *opening)
{
	struct live_source *source = &vsockmon->source;

	snprintf(source->name, sizeof(source->name), "%s", vsockmon->opened.name);
	snprintf(source->remark, sizeof(source->remark), "%s", remark(&vsockmon->opened));
	source->snaplen = (uint32_t)pcap_snapshot(vsockmon->handle);
	source->nanosecond =
	    pcap_get_tstamp_precision(vsockmon->handle) == PCAP_TSTAMP_PRECISION_NANO;
	vsockmon->unit = source->nanosecond ? 1 : 1000;
	source->fd = pcap_get_selectable_fd(vsockmon->handle);
	if (!opening->settings->source.immediate)
		source->late_ms =
		    RETIRE_TIMEOUTS * (uint32_t)timeout_of(opening) + RETIRE_MARGIN_MS;
	if (source->filter)
		passed_open(&vsockmon->passed, pcap_fileno(vsockmon->handle), source->name);
}

struct live_source *live_vsockmon_open(struct live_opening *opening, enum exit_status *status)
{
	struct vsockmon *vsockmon = calloc(1, sizeof(*vsockmon));
	char later[LIVE_REASON_MAX];

	*status = EXIT_FAILED;
	if (!vsockmon) {
		snprintf(opening->reason, sizeof(opening->reason), "not enough memory");
		return NULL;
	}
	vsockmon->source.kind = &vsockmon_kind;
	vsockmon->source.settings = opening->settings;
	vsockmon->source.filter = opening->filter;
	vsockmon->source.watched = opening->watched;
	vsockmon->passed.fd = -1;
	*status = open_with_keeper(vsockmon, opening);
	if (*status == EXIT_OK) {
		describe(vsockmon, opening);
		return &vsockmon->source;
	}
	if (!vsockmon_close(&vsockmon->source, later))
		print_error("%s", later);
	return NULL;
}
