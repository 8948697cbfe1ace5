/* SPDX-License-Identifier: BSD-3-Clause */
/* In place of all other files of this folder, in a build without libbpf: opening fails. */
#include "lib/bpf-tap/bpf-tap.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/bpf-tap/process-events.h"

const struct system_call bpf_tap_system_calls[] = {
    SYSTEM_CALLS_END,
};

struct bpf_tap *bpf_tap_open(const struct bpf_tap_options *options, enum bpf_tap_result *result,
			     char error[static BPF_TAP_ERROR_MAX])
{
	(void)options;
	*result = bpf_tap_check(error);
	return NULL;
}

enum bpf_tap_result bpf_tap_check(char error[static BPF_TAP_ERROR_MAX])
{
	snprintf(error, BPF_TAP_ERROR_MAX, "this program was built without the BPF tap");
	return BPF_TAP_NOT_BUILT;
}

bool bpf_tap_is_built(void)
{
	return false;
}

void bpf_tap_close(struct bpf_tap *tap)
{
	if (tap)
		abort(); /* nothing was opened */
}

const char *bpf_tap_way(const struct bpf_tap *tap)
{
	(void)tap;
	return "";
}

bool bpf_tap_reads_all(const struct bpf_tap *tap)
{
	(void)tap;
	return false;
}

int bpf_tap_read(struct bpf_tap *tap, bool (*take)(void *context, const struct bpf_tap_frame *),
		 void *context)
{
	(void)tap;
	(void)take;
	(void)context;
	return 0;
}

int bpf_tap_fd(const struct bpf_tap *tap)
{
	(void)tap;
	return -1;
}

bool bpf_tap_sleep(struct bpf_tap *tap)
{
	(void)tap;
	return true;
}

struct bpf_tap_counters bpf_tap_counters(const struct bpf_tap *tap)
{
	(void)tap;
	return (struct bpf_tap_counters){0};
}

uint64_t bpf_tap_missed(const struct bpf_tap *tap)
{
	(void)tap;
	return 0;
}

struct process_events *process_events_open(enum bpf_tap_result *result,
					   char error[static BPF_TAP_ERROR_MAX])
{
	*result = bpf_tap_check(error);
	return NULL;
}

void process_events_close(struct process_events *events)
{
	if (events)
		abort(); /* nothing was opened */
}

void process_events_read(struct process_events *events,
			 void (*take)(void *context, const struct process_event *event),
			 void *context)
{
	(void)events;
	(void)take;
	(void)context;
}

struct process_event_counters process_event_counters(const struct process_events *events)
{
	(void)events;
	return (struct process_event_counters){0};
}
