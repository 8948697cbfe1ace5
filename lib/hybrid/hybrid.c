/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/hybrid/hybrid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/bpf-tap/attach.h"
#include "lib/bpf-tap/ring.h"
#include "lib/hybrid/layout.h"
#include "lib/hybrid/program.h"
#include "lib/hybrid/record.h"

#define LAYOUT_FOLDER "/sys/kernel/btf"

/* The first points have two programs at one place: see hybrid.bpf.c. */
#define PAIR 2

/* The lines of the handshake are always copied. */
#define PAYLOAD_LEAST 128

struct hybrid {
	struct attachment attachment;
	struct hybrid_shared *shared;
	struct tap_ring ring;
	struct hybrid_connections *connections;
	uint64_t taken; /* records */
	/* During hybrid_read(). */
	const struct hybrid_output *output;
	bool stopped;
};

enum bpf_tap_result hybrid_check(char error[static BPF_TAP_ERROR_MAX])
{
	struct hybrid_layout layout;
	struct hybrid_functions functions;

	return hybrid_layout_read(&layout, &functions, LAYOUT_FOLDER, error);
}

/* The functions of libbpf return what the callback returns, if that is below 0. */
static int on_record(void *context, void *data, size_t size)
{
	struct hybrid *hybrid = context;
	const struct hybrid_record *record = data;

	hybrid->taken++;
	/* Our own programs write these, so this is for those that we will write. */
	if (size < sizeof(*record) || record->captured > size - sizeof(*record) ||
	    record->captured > HYBRID_PAYLOAD_MAX || record->captured > record->length)
		return 0;
	hybrid_connections_take(hybrid->connections, record, (const uint8_t *)(record + 1),
				kernel_clock_real(&hybrid->ring.clock, record->time),
				hybrid->output);
	return hybrid->stopped ? -1 : 0;
}

struct plan {
	struct hybrid_config config;
	uint32_t ring_size;
};

static int configure(struct bpf_object *object, const void *context)
{
	const struct plan *plan = context;
	const int processors = libbpf_num_possible_cpus();
	int error;

	if (processors < 0)
		return -processors;
	error = attach_set_entries(object, "hybrid_frames", 2 * (uint32_t)processors);
	if (!error)
		error = attach_set_entries(object, "hybrid_ring", plan->ring_size);
	if (!error)
		error = attach_set_constants(object, &plan->config, sizeof(plan->config));
	return error;
}

static enum bpf_tap_result attach_programs(struct hybrid *hybrid, const struct plan *plan,
					   const struct hybrid_functions *functions,
					   char error[static BPF_TAP_ERROR_MAX])
{
	struct attach_point points[ATTACH_POINTS_MAX] = {
	    {.name = "sent"},     {.name = "again"},   {.name = "connect"}, {.name = "failed"},
	    {.name = "shutdown"}, {.name = "release"}, {.name = "forget"},
	};
	struct attach_plan attaching = {
	    .program = hybrid_program,
	    .program_size = hybrid_program_size,
	    .points = points,
	    .count = 7,
	    .only_fentry = true,
	    .configure = configure,
	    .context = plan,
	};

	if (functions->splice)
		points[attaching.count++].name = "spliced";
	if (functions->page)
		points[attaching.count++].name = "page";
	return attach(&hybrid->attachment, &attaching, error);
}

/* Returns 0 or errno. */
static int add_name(int map, const struct hybrid_name *name, uint32_t number)
{
	return bpf_map_update_elem(map, name, &number, BPF_ANY) == 0 ? 0 : errno;
}

/* What a VMM, or anybody, passes to connect() for PATH_PORT. */
static int add_text(int map, const struct hybrid_target *target, uint32_t number)
{
	struct hybrid_name name = {.kind = HYBRID_NAME_TEXT, .folder = target->pid};

	/* Only one process means this socket by a path that does not begin at the root. */
	if (target->fixed || *target->path == '@' || (*target->path != '/' && !target->pid) ||
	    strlen(target->path) >= sizeof(name.name))
		return 0;
	memcpy(name.name, target->path, strlen(target->path) + 1);
	return add_name(map, &name, number);
}

static int add_names(const struct hybrid *hybrid, const struct hybrid_targets *targets)
{
	const int map = bpf_object__find_map_fd_by_name(hybrid->attachment.object, "hybrid_names");
	int error = 0;

	/* The first one of two with the same name counts: it is what the user wrote. */
	for (uint32_t i = (uint32_t)targets->count; i > 0 && !error; i--) {
		const struct hybrid_target *target = &targets->list[i - 1];

		if (target->found)
			error = add_name(map, &target->name, i - 1);
		if (!error)
			error = add_text(map, target, i - 1);
	}
	return error;
}

/* Returns 0 or errno. */
static int open_ring(struct hybrid *hybrid, const struct hybrid_targets *targets)
{
	hybrid->shared =
	    attach_share(&hybrid->attachment, "hybrid_counters", sizeof(*hybrid->shared));
	if (!hybrid->shared)
		return errno;
	hybrid->ring.sleeps = &hybrid->shared->sleeps;
	hybrid->connections = hybrid_connections_new(targets);
	if (!hybrid->connections)
		return ENOMEM;
	return tap_ring_open(&hybrid->ring, &hybrid->attachment, "hybrid_ring", on_record, hybrid);
}

static uint32_t choose_payload_max(uint32_t snaplen)
{
	if (snaplen == 0 || snaplen > HYBRID_HEADER_SIZE + HYBRID_PAYLOAD_MAX)
		return HYBRID_PAYLOAD_MAX;
	return snaplen > HYBRID_HEADER_SIZE + PAYLOAD_LEAST ? snaplen - HYBRID_HEADER_SIZE
							    : PAYLOAD_LEAST;
}

static enum bpf_tap_result open_hybrid(struct hybrid *hybrid, const struct hybrid_options *options,
				       char error[static BPF_TAP_ERROR_MAX])
{
	const uint32_t ring_size = tap_ring_size(options->buffer_size);
	struct plan plan = {
	    .config = {.payload_max = choose_payload_max(options->snaplen),
		       .wake_at = tap_ring_wake_at(ring_size)},
	    .ring_size = ring_size,
	};
	struct hybrid_functions functions;
	enum bpf_tap_result result =
	    hybrid_layout_read(&plan.config.layout, &functions, LAYOUT_FOLDER, error);
	int failure;

	if (result == BPF_TAP_OK)
		result = attach_programs(hybrid, &plan, &functions, error);
	if (result != BPF_TAP_OK)
		return result;
	failure = open_ring(hybrid, options->targets);
	if (!failure)
		failure = add_names(hybrid, options->targets);
	if (!failure)
		return BPF_TAP_OK;
	snprintf(error, BPF_TAP_ERROR_MAX, "cannot use the BPF programs for UNIX sockets: %s",
		 strerror(failure));
	return BPF_TAP_ERROR;
}

struct hybrid *hybrid_open(const struct hybrid_options *options, enum bpf_tap_result *result,
			   char error[static BPF_TAP_ERROR_MAX])
{
	struct hybrid *hybrid = calloc(1, sizeof(*hybrid));

	*error = '\0';
	*result = BPF_TAP_ERROR;
	if (!hybrid) {
		snprintf(error, BPF_TAP_ERROR_MAX, "not enough memory");
		return NULL;
	}
	*result = open_hybrid(hybrid, options, error);
	if (*result == BPF_TAP_OK)
		return hybrid;
	hybrid_close(hybrid);
	return NULL;
}

void hybrid_close(struct hybrid *hybrid)
{
	if (!hybrid)
		return;
	detach(&hybrid->attachment);
	tap_ring_close(&hybrid->ring);
	attach_unshare(hybrid->shared, sizeof(*hybrid->shared));
	hybrid_connections_free(hybrid->connections);
	free(hybrid);
}

int hybrid_read(struct hybrid *hybrid, const struct hybrid_output *output)
{
	const uint64_t before = hybrid_connections_counters(hybrid->connections).frames;

	hybrid->output = output;
	hybrid->stopped = false;
	tap_ring_read(&hybrid->ring);
	return (int)(hybrid_connections_counters(hybrid->connections).frames - before);
}

void hybrid_stop(struct hybrid *hybrid)
{
	hybrid->stopped = true;
}

int hybrid_fd(const struct hybrid *hybrid)
{
	return hybrid->ring.fd;
}

bool hybrid_sleep(struct hybrid *hybrid)
{
	return tap_ring_sleep(&hybrid->ring);
}

struct hybrid_totals hybrid_totals(const struct hybrid *hybrid)
{
	const uint64_t lost = __atomic_load_n(&hybrid->shared->lost, __ATOMIC_RELAXED);
	const uint64_t seen = __atomic_load_n(&hybrid->shared->seen, __ATOMIC_RELAXED);

	return (struct hybrid_totals){
	    .frames = hybrid_connections_counters(hybrid->connections),
	    .waiting = seen > lost + hybrid->taken ? seen - lost - hybrid->taken : 0,
	    .dropped = lost,
	    .cut = __atomic_load_n(&hybrid->shared->cut, __ATOMIC_RELAXED),
	    .not_followed = __atomic_load_n(&hybrid->shared->full, __ATOMIC_RELAXED),
	};
}

uint64_t hybrid_missed(const struct hybrid *hybrid)
{
	const uint64_t alone = __atomic_load_n(&hybrid->shared->alone, __ATOMIC_RELAXED);
	const uint64_t pair = attachment_misses(&hybrid->attachment, 0, PAIR);
	const uint64_t others =
	    attachment_misses(&hybrid->attachment, PAIR, ATTACH_POINTS_MAX - PAIR);

	/* What one program was not called for, the other one was, or both count it. */
	return others + (pair > alone ? (pair - alone) / 2 : 0);
}
