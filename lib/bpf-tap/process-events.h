/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which process connects, and which accepts: from BPF programs at the kernel's functions for
 * connect() and accept() of vsock sockets. They work beside the BPF tap and beside vsockmon.
 *
 * - An event of a connection comes before its first packet, and names the caller of connect().
 * - An event of an accepted connection comes when accept() returns it. That may be after its first
 *   packets, and never if nobody accepts it.
 * - A connection that fails has another event, with errno. The kernel may miss it while more
 *   threads than it has processors wait in connect().
 *
 * Needs Linux 6.1 with its description of its types (BTF) and with CONFIG_SECURITY_NETWORK, and the
 * rights of bpf-tap.h, except CAP_SYSLOG. Control groups are those of version 2.
 *
 * In a build without libbpf, opening fails with BPF_TAP_NOT_BUILT.
 */
#ifndef VSOCK_LIB_BPF_TAP_PROCESS_EVENTS_H
#define VSOCK_LIB_BPF_TAP_PROCESS_EVENTS_H

#include <stdint.h>

#include "lib/bpf-tap/bpf-tap.h"
#include "lib/common/process.h"

enum process_event_kind {
	PROCESS_EVENT_CONNECT,
	PROCESS_EVENT_ACCEPT,
	PROCESS_EVENT_FAILED, /* see `error` */
};

struct process_event {
	enum process_event_kind kind;
	uint64_t ts; /* nanoseconds since 1970 */
	/*
	 * The local CID may be VMADDR_CID_ANY: then it is the one of the transport. So may the
	 * local port of a connection that failed early.
	 */
	struct process_addresses addresses;
	/* errno of a connection that failed. Waiting and interruptions are no failures. */
	uint32_t error;
	struct process process;
};

struct process_event_counters {
	uint64_t seen; /* all, also those that were dropped */
	uint64_t dropped;
};

struct process_events;

/* Like bpf_tap_open(). */
struct process_events *process_events_open(enum bpf_tap_result *result,
					   char error[static BPF_TAP_ERROR_MAX]);
void process_events_close(struct process_events *events);

/* Passes each event that waits to the function. Makes no system call except for the time. */
void process_events_read(struct process_events *events,
			 void (*take)(void *context, const struct process_event *event),
			 void *context);

struct process_event_counters process_event_counters(const struct process_events *events);

#endif
