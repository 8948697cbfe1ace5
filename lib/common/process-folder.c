/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/common/process-folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/common/number.h"

#define PATH_MAX_BYTES 512
#define LINK_MAX_BYTES 64

/* The longest path of a control group that is read. */
#define LINE_MAX_BYTES 4096

static void write_path(char path[static PATH_MAX_BYTES], const char *root, uint32_t pid,
		       const char *name)
{
	snprintf(path, PATH_MAX_BYTES, "%s/proc/%u/%s", root, (unsigned)pid, name);
}

static void read_command(const char *root, struct process *process)
{
	char path[PATH_MAX_BYTES];
	FILE *file;

	write_path(path, root, process->pid, "comm");
	file = fopen(path, "re");
	if (!file)
		return;
	process->command[fread(process->command, 1, PROCESS_COMMAND_MAX - 1, file)] = '\0';
	process->command[strcspn(process->command, "\n")] = '\0';
	fclose(file);
}

/* Returns whether the kernel showed all of them. */
static bool read_descriptors(const char *root, const struct process_folder_walk *walk,
			     const struct process *process)
{
	char path[PATH_MAX_BYTES];
	char link[LINK_MAX_BYTES];
	const struct dirent *entry;
	ssize_t length;
	bool all = true;
	DIR *folder;

	write_path(path, root, process->pid, "fd");
	folder = opendir(path);
	if (!folder)
		return false;
	while ((entry = readdir(folder))) {
		length = readlinkat(dirfd(folder), entry->d_name, link, sizeof(link) - 1);
		if (length < 0 && (errno == EACCES || errno == EPERM))
			all = false;
		if (length <= 0)
			continue;
		link[length] = '\0';
		walk->link(walk->context, process, link);
	}
	closedir(folder);
	return all;
}

void process_folder_each(const char *root, const struct process_folder_walk *walk)
{
	char path[PATH_MAX_BYTES];
	const struct dirent *entry;
	uint64_t pid;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/proc", root);
	folder = opendir(path);
	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		struct process process = {0};
		bool all;

		if (!parse_number(entry->d_name, 1, UINT32_MAX, &pid))
			continue;
		process.pid = (uint32_t)pid;
		read_command(root, &process);
		if (walk->process && !walk->process(walk->context, &process))
			continue;
		all = read_descriptors(root, walk, &process);
		if (walk->end)
			walk->end(walk->context, &process, !all);
	}
	closedir(folder);
}

/* The line of version 2 is "0::/path". */
void process_folder_cgroup(const char *root, struct process *process)
{
	char path[PATH_MAX_BYTES];
	char line[LINE_MAX_BYTES];
	FILE *file;

	process->cgroup[0] = '\0';
	write_path(path, root, process->pid, "cgroup");
	file = fopen(path, "re");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) == 0)
			process_set_cgroup(process, line + 3);
	}
	fclose(file);
}

bool process_folder_socket(const char *link, uint32_t *inode)
{
	char digits[16];
	uint64_t number;

	if (sscanf(link, "socket:[%15[0-9]]", digits) != 1 ||
	    !parse_number(digits, 1, UINT32_MAX, &number))
		return false;
	*inode = (uint32_t)number;
	return true;
}
