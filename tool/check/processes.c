/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/processes.h"

#include <string.h>

#include "lib/common/process-folder.h"

_Static_assert(COMMAND_MAX == PROCESS_COMMAND_MAX, "a command is copied whole");

struct search {
	struct check_facts *facts;
	uint32_t vhost_pid; /* the last process that has /dev/vhost-vsock */
};

static void note_socket(struct listeners *listeners, const struct process *process, uint32_t inode)
{
	for (size_t i = 0; i < listeners->count; i++) {
		struct listener *listener = &listeners->list[i];

		if (listener->inode != inode || (listener->pid && listener->pid < process->pid))
			continue;
		listener->pid = process->pid;
		memcpy(listener->command, process->command, COMMAND_MAX);
	}
}

static void note_link(void *context, const struct process *process, const char *link)
{
	struct search *search = context;
	uint32_t inode;

	if (strcmp(link, "/dev/vhost-vsock") == 0) {
		search->facts->vhost_users += search->vhost_pid != process->pid;
		search->vhost_pid = process->pid;
	} else if (process_folder_socket(link, &inode)) {
		note_socket(&search->facts->listeners, process, inode);
	}
}

void processes_read(struct check_facts *facts, const char *root)
{
	struct search search = {.facts = facts};

	process_folder_each(root,
			    &(struct process_folder_walk){.link = note_link, .context = &search});
}
