/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/processes.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/common/number.h"

#define PATH_MAX_BYTES 512
#define LINK_MAX_BYTES 64

/* Their host end is a UNIX socket, so no packet of their guests passes the kernel of the host. */
static const char *const hybrid_commands[] = {
    "firecracker",
    "cloud-hyperviso",
    "vhost-device-vs",
    "libkrun VM",
};

struct process {
	const char *folder;
	uint32_t pid;
	char command[COMMAND_MAX];
	bool has_vhost;
};

static void read_command(struct process *process)
{
	char path[PATH_MAX_BYTES];
	FILE *file;

	process->command[0] = '\0';
	snprintf(path, sizeof(path), "%s/comm", process->folder);
	file = fopen(path, "re");
	if (!file)
		return;
	process->command[fread(process->command, 1, COMMAND_MAX - 1, file)] = '\0';
	process->command[strcspn(process->command, "\n")] = '\0';
	fclose(file);
}

static void note_hybrid(struct check_facts *facts, const struct process *process)
{
	for (size_t i = 0; i < sizeof(hybrid_commands) / sizeof(hybrid_commands[0]); i++) {
		if (strcmp(process->command, hybrid_commands[i]) != 0)
			continue;
		if (facts->hybrids++ == 0)
			memcpy(facts->hybrid, process->command, COMMAND_MAX);
	}
}

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

/* What a descriptor of the process is: "socket:[1234]" or "/dev/vhost-vsock". */
static void note_link(struct check_facts *facts, struct process *process, const char *link)
{
	char number[16];
	uint64_t inode;

	if (strcmp(link, "/dev/vhost-vsock") == 0)
		process->has_vhost = true;
	else if (sscanf(link, "socket:[%15[0-9]]", number) == 1 &&
		 parse_number(number, 1, UINT32_MAX, &inode))
		note_socket(&facts->listeners, process, (uint32_t)inode);
}

static void read_descriptors(struct check_facts *facts, struct process *process)
{
	char path[PATH_MAX_BYTES];
	char link[LINK_MAX_BYTES];
	const struct dirent *entry;
	ssize_t length;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/fd", process->folder);
	folder = opendir(path);
	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		length = readlinkat(dirfd(folder), entry->d_name, link, sizeof(link) - 1);
		if (length <= 0)
			continue;
		link[length] = '\0';
		note_link(facts, process, link);
	}
	closedir(folder);
}

static void read_process(struct check_facts *facts, const char *root, uint32_t pid)
{
	char path[PATH_MAX_BYTES];
	struct process process = {.folder = path, .pid = pid};

	snprintf(path, sizeof(path), "%s/proc/%u", root, (unsigned)pid);
	read_command(&process);
	note_hybrid(facts, &process);
	read_descriptors(facts, &process);
	facts->vhost_users += process.has_vhost;
}

void processes_read(struct check_facts *facts, const char *root)
{
	char path[PATH_MAX_BYTES];
	const struct dirent *entry;
	uint64_t pid;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/proc", root);
	folder = opendir(path);
	if (!folder)
		return;
	while ((entry = readdir(folder)))
		if (parse_number(entry->d_name, 1, UINT32_MAX, &pid))
			read_process(facts, root, (uint32_t)pid);
	closedir(folder);
}
