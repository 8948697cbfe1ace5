/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening and reading. */
#include "lib/bpf-tap/bpf-tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/bpf-tap/attach.h"
#include "lib/bpf-tap/kernel-layout.h"
#include "lib/bpf-tap/kernel-symbols.h"
#include "lib/bpf-tap/program.h"
#include "lib/bpf-tap/record.h"
#include "lib/bpf-tap/ring.h"

#define LAYOUT_FOLDER "/sys/kernel/btf"

const struct system_call bpf_tap_system_calls[] = {
    CALL("epoll_wait"), CALL("epoll_pwait"),  CALL("poll"),
    CALL("ppoll"),      CALL("ppoll_time64"), CALL("pread64"), /* attachment_misses() */
    SYSTEM_CALLS_END,
};

struct bpf_tap {
	struct attachment attachment;
	struct tap_shared *shared;
	struct tap_ring ring;
	bool reads_all;
	/* During bpf_tap_read(). */
	bool (*take)(void *context, const struct bpf_tap_frame *frame);
	void *context;
	int count;
};

bool bpf_tap_is_built(void)
{
	return true;
}

/* Without kprobe.multi and kprobe, only fentry is left, which needs much of the same. */
static bool has_way(void)
{
	struct kernel_symbol symbol = {.name = "register_fprobe_ips"};
	FILE *list;
	bool found;

	if (access("/sys/bus/event_source/devices/kprobe", F_OK) == 0)
		return true;
	list = fopen("/proc/kallsyms", "re");
	if (!list)
		return true; /* not known */
	found = kernel_symbols_find(&symbol, 1, list) == 1;
	fclose(list);
	return found;
}

enum bpf_tap_result bpf_tap_check(char error[static BPF_TAP_ERROR_MAX])
{
	struct tap_layout layout;
	const enum bpf_tap_result result = kernel_layout_read(&layout, LAYOUT_FOLDER, error);

	if (result != BPF_TAP_OK || has_way())
		return result;
	snprintf(error, BPF_TAP_ERROR_MAX,
		 "this kernel has neither kprobe.multi (CONFIG_FPROBE) nor kprobes "
		 "(CONFIG_KPROBE_EVENTS), to which BPF programs are attached");
	return BPF_TAP_NO_KERNEL;
}

/* The module that has the function may not be loaded yet. A socket of vsock loads it. */
static void load_modules(void)
{
	const int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		close(fd);
}

static enum bpf_tap_result read_layout(struct tap_layout *layout,
				       char error[static BPF_TAP_ERROR_MAX])
{
	enum bpf_tap_result result = kernel_layout_read(layout, LAYOUT_FOLDER, error);

	if (result != BPF_TAP_NO_TRANSPORT)
		return result;
	load_modules();
	return kernel_layout_read(layout, LAYOUT_FOLDER, error);
}

/* On arm64 there are no such variables, and the place of a page is not known. */
static void find_pages(struct tap_config *config)
{
	struct kernel_symbol symbols[] = {{.name = "vmemmap_base"}, {.name = "page_offset_base"}};
	FILE *list = fopen("/proc/kallsyms", "re");

	if (!list)
		return;
	kernel_symbols_find(symbols, 2, list);
	fclose(list);
	config->vmemmap_base = symbols[0].address;
	config->page_offset_base = symbols[1].address;
}

static uint32_t choose_payload_max(uint32_t snaplen)
{
	if (snaplen == 0 || snaplen > TAP_HEADERS_SIZE + TAP_PAYLOAD_MAX)
		return TAP_PAYLOAD_MAX;
	return snaplen > TAP_HEADERS_SIZE ? snaplen - TAP_HEADERS_SIZE : 0;
}

/* The functions of libbpf return what the callback returns, if that is below 0. */
static int on_record(void *context, void *data, size_t size)
{
	struct bpf_tap *tap = context;
	const struct tap_record *record = data;
	struct bpf_tap_frame frame;

	/* Programs of our own write these, so this is for those that we will write. */
	if (size < sizeof(*record) || record->captured > size - sizeof(*record))
		return 0;
	frame = (struct bpf_tap_frame){
	    .ts = kernel_clock_real(&tap->ring.clock, record->time),
	    .data = (const uint8_t *)(record + 1),
	    .captured = record->captured,
	    .on_wire = record->on_wire,
	};
	tap->count++;
	return tap->take(tap->context, &frame) ? 0 : -1;
}

/* Returns 0 or errno. */
static int open_ring(struct bpf_tap *tap)
{
	tap->shared = attach_share(&tap->attachment, "tap_counters", sizeof(*tap->shared));
	if (!tap->shared)
		return errno;
	tap->ring.sleeps = &tap->shared->sleeps;
	return tap_ring_open(&tap->ring, &tap->attachment, "tap_ring", on_record, tap);
}

struct tap_plan {
	struct tap_config config;
	uint32_t ring_size;
};

static int configure(struct bpf_object *object, const void *context)
{
	const struct tap_plan *plan = context;
	const int processors = libbpf_num_possible_cpus();
	int error;

	if (processors < 0)
		return -processors;
	error = attach_set_entries(object, "tap_frames", (uint32_t)processors);
	if (!error)
		error = attach_set_entries(object, "tap_ring", plan->ring_size);
	if (!error)
		error = attach_set_constants(object, &plan->config, sizeof(plan->config));
	return error;
}

static enum bpf_tap_result attach_tap(struct bpf_tap *tap, const struct tap_plan *plan,
				      char error[static BPF_TAP_ERROR_MAX])
{
	static const struct attach_point point = {.name = "tap", .function = TAP_FUNCTION};
	const struct attach_plan attaching = {
	    .program = tap_program,
	    .program_size = tap_program_size,
	    .points = &point,
	    .count = 1,
	    .with_fentry = true,
	    .configure = configure,
	    .context = plan,
	};

	return attach(&tap->attachment, &attaching, error);
}

static enum bpf_tap_result open_tap(struct bpf_tap *tap, const struct bpf_tap_options *options,
				    char error[static BPF_TAP_ERROR_MAX])
{
	const uint32_t ring_size = tap_ring_size(options->buffer_size);
	struct tap_plan plan = {
	    .config = {.payload_max = choose_payload_max(options->snaplen),
		       .wake_at = tap_ring_wake_at(ring_size)},
	    .ring_size = ring_size,
	};
	enum bpf_tap_result result = read_layout(&plan.config.layout, error);
	int failure;

	if (result != BPF_TAP_OK)
		return result;
	find_pages(&plan.config);
	tap->reads_all = plan.config.vmemmap_base && plan.config.page_offset_base;
	result = attach_tap(tap, &plan, error);
	if (result != BPF_TAP_OK)
		return result;
	failure = open_ring(tap);
	if (!failure)
		return BPF_TAP_OK;
	snprintf(error, BPF_TAP_ERROR_MAX, "cannot read from the BPF program: %s",
		 strerror(failure));
	return BPF_TAP_ERROR;
}

struct bpf_tap *bpf_tap_open(const struct bpf_tap_options *options, enum bpf_tap_result *result,
			     char error[static BPF_TAP_ERROR_MAX])
{
	struct bpf_tap *tap = calloc(1, sizeof(*tap));

	*error = '\0';
	*result = BPF_TAP_ERROR;
	if (!tap) {
		snprintf(error, BPF_TAP_ERROR_MAX, "not enough memory");
		return NULL;
	}
	*result = open_tap(tap, options, error);
	if (*result == BPF_TAP_OK)
		return tap;
	bpf_tap_close(tap);
	return NULL;
}

void bpf_tap_close(struct bpf_tap *tap)
{
	if (!tap)
		return;
	detach(&tap->attachment);
	tap_ring_close(&tap->ring);
	attach_unshare(tap->shared, sizeof(*tap->shared));
	free(tap);
}

const char *bpf_tap_way(const struct bpf_tap *tap)
{
	return tap->attachment.way;
}

bool bpf_tap_reads_all(const struct bpf_tap *tap)
{
	return tap->reads_all;
}

int bpf_tap_read(struct bpf_tap *tap, bool (*take)(void *context, const struct bpf_tap_frame *),
		 void *context)
{
	tap->take = take;
	tap->context = context;
	tap->count = 0;
	tap_ring_read(&tap->ring);
	return tap->count;
}

int bpf_tap_fd(const struct bpf_tap *tap)
{
	return tap->ring.fd;
}

bool bpf_tap_sleep(struct bpf_tap *tap)
{
	return tap_ring_sleep(&tap->ring);
}

struct bpf_tap_counters bpf_tap_counters(const struct bpf_tap *tap)
{
	return (struct bpf_tap_counters){
	    .seen = __atomic_load_n(&tap->shared->seen, __ATOMIC_RELAXED),
	    .dropped = __atomic_load_n(&tap->shared->lost, __ATOMIC_RELAXED),
	    .cut = __atomic_load_n(&tap->shared->cut, __ATOMIC_RELAXED),
	};
}

uint64_t bpf_tap_missed(const struct bpf_tap *tap)
{
	return attachment_misses(&tap->attachment, 0, ATTACH_POINTS_MAX);
}
