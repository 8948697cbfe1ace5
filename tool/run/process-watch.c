/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/process-watch.h"

#include <inttypes.h>
#include <stdlib.h>

#include "lib/common/process-folder.h"
#include "lib/common/time.h"
#include "lib/common/vsock-sockets.h"
#include "tool/message.h"

static void take_socket(void *context, const struct vsock_socket *socket)
{
	struct process_sockets *sockets = context;

	if (sockets->count == PROCESS_WATCH_SOCKETS) {
		sockets->more++;
		return;
	}
	sockets->list[sockets->count].addresses = (struct process_addresses){
	    socket->local_cid, socket->local_port, socket->remote_cid, socket->remote_port};
	sockets->list[sockets->count].pid = 0;
	sockets->list[sockets->count++].inode = socket->inode;
}

struct search {
	struct process_table *table;
	struct process_sockets *sockets;
	const char *root;
};

/* A parent and its child may have the same socket: the first process that has it counts. */
static void take_link(void *context, const struct process *process, const char *link)
{
	const struct search *search = context;
	struct process_sockets *sockets = search->sockets;
	uint32_t inode;

	if (!process_folder_socket(link, &inode))
		return;
	for (uint32_t i = 0; i < sockets->count; i++) {
		struct process_entry entry = {.addresses = sockets->list[i].addresses,
					      .source = PROCESS_FOUND,
					      .process = *process};

		if (sockets->list[i].inode != inode || sockets->list[i].pid)
			continue;
		sockets->list[i].pid = process->pid;
		process_folder_cgroup(search->root, &entry.process);
		process_table_add(search->table, &entry);
	}
}

void process_watch_find(struct process_table *table, struct process_sockets *sockets,
			const char *root)
{
	struct search search = {table, sockets, root};

	if (sockets->count > 0)
		process_folder_each(
		    root, &(struct process_folder_walk){.link = take_link, .context = &search});
}

static void find_existing(struct process_watch *watch)
{
	struct process_sockets *sockets = calloc(1, sizeof(*sockets));

	if (!sockets)
		return;
	vsock_sockets_list(VSOCK_SOCKET_ESTABLISHED, take_socket, sockets);
	process_watch_find(watch->table, sockets, "");
	if (sockets->more)
		notice("warning: --process: %" PRIu64 " of the connections that exist are left out",
		       sockets->more);
	free(sockets);
}

/* First the programs, then the list: otherwise nobody would see a connection in between. */
void process_watch_open(struct process_watch *watch, struct process_table *table)
{
	char error[BPF_TAP_ERROR_MAX];
	enum bpf_tap_result result;

	watch->table = table;
	watch->events = process_events_open(&result, error);
	if (!watch->events)
		print_error("warning: --process: only the processes of connections that exist "
			    "now are known: %s",
			    error);
	find_existing(watch);
}

void process_watch_close(struct process_watch *watch)
{
	process_events_close(watch->events);
	watch->events = NULL;
}

static void take_event(void *context, const struct process_event *event)
{
	struct process_watch *watch = context;
	const struct process_entry entry = {
	    .ts = event->ts,
	    .addresses = event->addresses,
	    .source = event->kind == PROCESS_EVENT_ACCEPT ? PROCESS_ACCEPTED : PROCESS_CONNECTED,
	    .error = event->error,
	    .process = event->process,
	};

	if (event->kind != PROCESS_EVENT_FAILED)
		process_table_add(watch->table, &entry);
	else if (watch->failed)
		watch->failed(watch->context, &entry);
}

void process_watch_read(struct process_watch *watch)
{
	if (!watch->events)
		return;
	watch->until = clock_now(CLOCK_REALTIME);
	process_events_read(watch->events, take_event, watch);
}

uint64_t process_watch_dropped(const struct process_watch *watch)
{
	return watch->events ? process_event_counters(watch->events).dropped : 0;
}
