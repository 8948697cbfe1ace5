/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Opening and reading. Nobody is woken for an event: the reader looks before it handles packets,
 * and at regular times.
 */
#include "lib/bpf-tap/process-events.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "lib/bpf-tap/attach.h"
#include "lib/bpf-tap/kernel-clock.h"
#include "lib/bpf-tap/process-layout.h"
#include "lib/bpf-tap/process-record.h"
#include "lib/bpf-tap/program.h"

#define LAYOUT_FOLDER "/sys/kernel/btf"

/* Room for three thousand events. */
#define PROCESS_RING_SIZE (UINT32_C(4) * 1024 * 1024)

/* The kernel's own numbers for calls that a signal interrupted. */
#define KERNEL_ERROR_FIRST 512

struct process_events {
	struct attachment attachment;
	struct process_shared *shared;
	struct ring_buffer *ring;
	struct kernel_clock clock;
	/* During process_events_read(). */
	void (*take)(void *context, const struct process_event *event);
	void *context;
};

_Static_assert(PROCESS_RECORD_COMMAND == PROCESS_COMMAND_MAX, "a command is copied whole");

/* The socket waits, or is connected, or a signal came: connect() has not failed. */
static bool is_failure(uint32_t error)
{
	return error != EINPROGRESS && error != EALREADY && error != EISCONN && error != EINTR &&
	       error < KERNEL_ERROR_FIRST;
}

/* "/system.slice/a.service"; without the first "/" if the beginning is missing. */
static void write_group(struct process *process, const struct process_record *record)
{
	const uint32_t count = record->group_count < PROCESS_RECORD_GROUPS ? record->group_count
									   : PROCESS_RECORD_GROUPS;
	char path[PROCESS_RECORD_GROUPS * (PROCESS_RECORD_GROUP_NAME + 1) + 1] = "/";
	size_t length = 0;

	for (uint32_t i = count; i > 0; i--)
		length += (size_t)snprintf(path + length, sizeof(path) - length, "%s%.*s",
					   length == 0 && record->more_groups ? "" : "/",
					   PROCESS_RECORD_GROUP_NAME - 1, record->groups[i - 1]);
	process_set_cgroup(process, path);
}

/* Our own programs write the records. The names in them are those of strangers. */
static int on_record(void *context, void *data, size_t size)
{
	struct process_events *events = context;
	const struct process_record *record = data;
	struct process_event event;

	if (size < sizeof(*record) ||
	    (record->kind == PROCESS_RECORD_FAILED && !is_failure(record->error)))
		return 0;
	event = (struct process_event){
	    .kind = record->kind == PROCESS_RECORD_CONNECT  ? PROCESS_EVENT_CONNECT
		    : record->kind == PROCESS_RECORD_ACCEPT ? PROCESS_EVENT_ACCEPT
							    : PROCESS_EVENT_FAILED,
	    .ts = kernel_clock_real(&events->clock, record->time),
	    .addresses = {record->local_cid, record->local_port, record->remote_cid,
			  record->remote_port},
	    .error = record->error,
	    .process = {.pid = record->pid, .tid = record->tid},
	};
	memcpy(event.process.command, record->command, PROCESS_COMMAND_MAX - 1);
	write_group(&event.process, record);
	events->take(events->context, &event);
	return 0;
}

/* As for the tap: a socket of vsock loads the modules that the functions are in. */
static enum bpf_tap_result read_layout(struct process_layout *layout,
				       char error[static BPF_TAP_ERROR_MAX])
{
	enum bpf_tap_result result = process_layout_read(layout, LAYOUT_FOLDER, error);
	int fd;

	if (result != BPF_TAP_NO_TRANSPORT)
		return result;
	fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		close(fd);
	return process_layout_read(layout, LAYOUT_FOLDER, error);
}

static int configure(struct bpf_object *object, const void *context)
{
	const int error = attach_set_entries(object, "process_ring", PROCESS_RING_SIZE);

	return error ? error : attach_set_constants(object, context, sizeof(struct process_layout));
}

static enum bpf_tap_result attach_programs(struct process_events *events,
					   const struct process_layout *layout,
					   char error[static BPF_TAP_ERROR_MAX])
{
	static const struct attach_point points[] = {
	    {.name = "connect", .function = PROCESS_FUNCTION_CONNECT},
	    {.name = "accept", .function = PROCESS_FUNCTION_ACCEPT},
	    {.name = "begin", .function = PROCESS_FUNCTION_CALL},
	    {.name = "end", .function = PROCESS_FUNCTION_CALL, .at_return = true},
	};
	const struct attach_plan plan = {
	    .program = processes_program,
	    .program_size = processes_program_size,
	    .points = points,
	    .count = sizeof(points) / sizeof(points[0]),
	    .configure = configure,
	    .context = layout,
	};

	return attach(&events->attachment, &plan, error);
}

/* Returns 0 or errno. */
static int open_ring(struct process_events *events)
{
	const int ring = bpf_object__find_map_fd_by_name(events->attachment.object, "process_ring");

	events->shared =
	    attach_share(&events->attachment, "process_counters", sizeof(*events->shared));
	if (!events->shared)
		return errno;
	events->ring = ring_buffer__new(ring, on_record, events, NULL);
	if (!events->ring)
		return errno;
	kernel_clock_start(&events->clock);
	return 0;
}

static enum bpf_tap_result open_events(struct process_events *events,
				       char error[static BPF_TAP_ERROR_MAX])
{
	struct process_layout layout;
	enum bpf_tap_result result = read_layout(&layout, error);
	int failure;

	if (result == BPF_TAP_OK)
		result = attach_programs(events, &layout, error);
	if (result != BPF_TAP_OK)
		return result;
	failure = open_ring(events);
	if (!failure)
		return BPF_TAP_OK;
	snprintf(error, BPF_TAP_ERROR_MAX, "cannot read from the BPF programs: %s",
		 strerror(failure));
	return BPF_TAP_ERROR;
}

struct process_events *process_events_open(enum bpf_tap_result *result,
					   char error[static BPF_TAP_ERROR_MAX])
{
	struct process_events *events = calloc(1, sizeof(*events));

	*error = '\0';
	*result = BPF_TAP_ERROR;
	if (!events) {
		snprintf(error, BPF_TAP_ERROR_MAX, "not enough memory");
		return NULL;
	}
	*result = open_events(events, error);
	if (*result == BPF_TAP_OK)
		return events;
	process_events_close(events);
	return NULL;
}

void process_events_close(struct process_events *events)
{
	if (!events)
		return;
	detach(&events->attachment);
	ring_buffer__free(events->ring);
	attach_unshare(events->shared, sizeof(*events->shared));
	free(events);
}

void process_events_read(struct process_events *events,
			 void (*take)(void *context, const struct process_event *event),
			 void *context)
{
	kernel_clock_follow(&events->clock);
	events->take = take;
	events->context = context;
	(void)ring_buffer__consume(events->ring);
}

struct process_event_counters process_event_counters(const struct process_events *events)
{
	return (struct process_event_counters){
	    .seen = __atomic_load_n(&events->shared->seen, __ATOMIC_RELAXED),
	    .dropped = __atomic_load_n(&events->shared->lost, __ATOMIC_RELAXED),
	};
}
