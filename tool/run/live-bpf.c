/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets from a BPF program in the kernel, see lib/bpf-tap/bpf-tap.h.
 *
 * The filter runs here, in user space. It must have the bytes that it looks at, so the program may
 * copy more than -s says. They are cut off afterwards, as the kernel does with a vsockmon
 * interface.
 */
#include "tool/run/live-source.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/bpf-tap/bpf-tap.h"
#include "lib/bpf-tap/record.h"
#include "lib/capture-file/writer.h"
#include "lib/common/bpf-interface.h"
#include "tool/message.h"

/*
 * Packets may wait so many milliseconds, to be read together. Nobody wakes us earlier if the buffer
 * becomes full.
 */
#define TIMEOUT_WATCHED   20
#define TIMEOUT_UNWATCHED 100

struct bpf_source {
	struct live_source source; /* first: each is converted to the other */
	struct bpf_tap *tap;
	int timeout_ms;
	uint64_t rejected; /* by the filter */
};

static struct bpf_source *bpf_of(const struct live_source *source)
{
	return (struct bpf_source *)source;
}

static bool on_frame(void *context, const struct bpf_tap_frame *frame)
{
	struct bpf_source *bpf = context;
	struct live_source *source = &bpf->source;
	struct capture_record record = {
	    .ts = frame->ts,
	    .data = frame->data,
	    .captured = frame->captured,
	    .on_wire = frame->on_wire,
	};

	if (source->filter && !filter_passes(source->filter, &record)) {
		bpf->rejected++;
		return true;
	}
	if (record.captured > source->snaplen)
		record.captured = source->snaplen;
	source->broken_off = !source->take(source->context, &record);
	return !source->broken_off;
}

static int bpf_read(struct live_source *source)
{
	int count;

	source->broken_off = false;
	count = bpf_tap_read(bpf_of(source)->tap, on_frame, source);
	source->incomplete = bpf_tap_counters(bpf_of(source)->tap).cut;
	return source->broken_off ? 0 : count;
}

/* Reading is only memory. */
static const char *bpf_error(const struct live_source *source)
{
	(void)source;
	return "";
}

/* While packets come, they are read in blocks. Then the program wakes us. */
static int bpf_longest_wait(struct live_source *source, int count)
{
	struct bpf_source *bpf = bpf_of(source);

	if (source->broken_off)
		return 0;
	if (count > 0 && !source->settings->source.immediate)
		return bpf->timeout_ms;
	return bpf_tap_sleep(bpf->tap) ? -1 : 0;
}

static const char *bpf_trouble(const struct live_source *source)
{
	(void)source;
	return NULL;
}

static bool bpf_counters(const struct live_source *source, struct live_counters *counters)
{
	const struct bpf_source *bpf = bpf_of(source);
	const struct bpf_tap_counters now = bpf_tap_counters(bpf->tap);
	const uint64_t missed = bpf_tap_missed(bpf->tap);

	*counters = (struct live_counters){
	    .accepted = (uint32_t)(now.seen + missed - bpf->rejected),
	    .kernel_drops = (uint32_t)(now.dropped + missed),
	};
	return true;
}

static bool bpf_passed(const struct live_source *source, uint64_t *packets)
{
	*packets = bpf_tap_counters(bpf_of(source)->tap).seen;
	return true;
}

static void bpf_needs(const struct live_source *source, struct confinement *confinement)
{
	(void)source;
	confine_allow(confinement, bpf_tap_system_calls);
}

static bool bpf_close(struct live_source *source, char reason[static LIVE_REASON_MAX])
{
	(void)reason;
	bpf_tap_close(bpf_of(source)->tap);
	free(source);
	return true;
}

static const struct live_source_kind bpf_kind = {
    .read = bpf_read,
    .error = bpf_error,
    .longest_wait = bpf_longest_wait,
    .trouble = bpf_trouble,
    .counters = bpf_counters,
    .passed = bpf_passed,
    .needs = bpf_needs,
    .close = bpf_close,
    .description = BPF_INTERFACE_DESCRIPTION,
    .drop_advice = "a larger buffer (-B) or -s may help",
    .blind_for = "guests of Firecracker, Cloud Hypervisor and libkrun, and VMCI and Hyper-V, "
		 "bypass the function that the BPF program is attached to",
};

enum exit_status live_bpf_exit_status(enum bpf_tap_result result)
{
	switch (result) {
	case BPF_TAP_OK:
		return EXIT_OK;
	case BPF_TAP_NO_PERMISSION:
		return EXIT_PERMISSION;
	case BPF_TAP_NOT_BUILT:
	case BPF_TAP_NO_KERNEL:
	case BPF_TAP_NO_TRANSPORT:
		return EXIT_NO_DEVICE;
	case BPF_TAP_ERROR:
		break;
	}
	return EXIT_FAILED;
}

/* The bytes that the program copies of each frame: for us, and for the filter. */
static uint32_t choose_copy(const struct live_opening *opening)
{
	const uint32_t snaplen = opening->settings->source.snaplen;
	const uint32_t reach = opening->filter ? filter_reach(opening->filter) : 0;

	return snaplen && snaplen < reach ? reach : snaplen;
}

static void warn_of_cuts(const struct bpf_source *bpf, const struct settings *settings)
{
	const uint32_t snaplen = settings->source.snaplen;

	if (!bpf_tap_reads_all(bpf->tap) && (snaplen == 0 || snaplen > TAP_HEADERS_SIZE))
		print_error("warning: cannot read payload in several pieces of memory, as of "
			    "packets with more than 32404 bytes: these are cut. "
			    "CAP_SYSLOG is missing, or this processor is not supported");
}

static enum exit_status open_tap(struct bpf_source *bpf, struct live_opening *opening)
{
	const struct source_settings *settings = &opening->settings->source;
	const struct bpf_tap_options options = {
	    .snaplen = choose_copy(opening),
	    .buffer_size = (uint64_t)settings->buffer_kib * 1024,
	};
	enum bpf_tap_result result;
	char error[BPF_TAP_ERROR_MAX];

	bpf->tap = bpf_tap_open(&options, &result, error);
	if (!bpf->tap)
		snprintf(opening->reason, sizeof(opening->reason), "%s%s", error,
			 result == BPF_TAP_NO_TRANSPORT
			     ? ". Load the module for your connections, such as vsock_loopback, "
			       "vhost_vsock or vmw_vsock_virtio_transport, with modprobe"
			     : "");
	return live_bpf_exit_status(result);
}

struct live_source *live_bpf_open(struct live_opening *opening, enum exit_status *status)
{
	struct bpf_source *bpf = calloc(1, sizeof(*bpf));
	struct live_source *source = &bpf->source;

	*status = EXIT_FAILED;
	if (!bpf) {
		snprintf(opening->reason, sizeof(opening->reason), "not enough memory");
		return NULL;
	}
	*status = open_tap(bpf, opening);
	if (*status != EXIT_OK) {
		free(bpf);
		return NULL;
	}
	bpf->timeout_ms = opening->watched ? TIMEOUT_WATCHED : TIMEOUT_UNWATCHED;
	*source = (struct live_source){
	    .kind = &bpf_kind,
	    .settings = opening->settings,
	    .filter = opening->filter,
	    .watched = opening->watched,
	    .name = INTERFACE_BPF,
	    .snaplen = opening->settings->source.snaplen ? opening->settings->source.snaplen
							 : CAPTURE_DEFAULT_SNAPLEN,
	    .nanosecond = live_source_wants_nanoseconds(opening->settings),
	    .bpf = true,
	    .fd = bpf_tap_fd(bpf->tap),
	};
	snprintf(source->remark, sizeof(source->remark), " (a program in the kernel, by %s)",
		 bpf_tap_way(bpf->tap));
	warn_of_cuts(bpf, opening->settings);
	return source;
}
