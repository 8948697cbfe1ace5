/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/hybrid/targets.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lib/common/number.h"
#include "lib/common/process-folder.h"

#define PLACE_MAX 512

/* A line of /proc/net/unix is shorter. */
#define LINE_SIZE 512

/* Listening sockets of one process that are looked at. */
#define LISTENERS_MAX 64

/* Of the flags and types in /proc/net/unix. */
#define FLAG_LISTENS   0x10000
#define TYPE_STREAM    1
#define TYPE_SEQUENCED 5

static struct hybrid_target *new_target(struct hybrid_targets *targets)
{
	struct hybrid_target *list = targets->list;

	/* The room grows at each power of two. */
	if ((targets->count & (targets->count - 1)) == 0) {
		size_t room = targets->count ? targets->count * 2 : 1;

		list = room > HYBRID_TARGETS_MAX ? NULL : realloc(list, room * sizeof(*list));
		if (list)
			targets->list = list;
	}
	if (!list) {
		targets->left_out++;
		return NULL;
	}
	list[targets->count] = (struct hybrid_target){.cid = HYBRID_CID_UNKNOWN};
	return &list[targets->count++];
}

/*
 * btrfs and overlayfs tell programs another device than the kernel's own. There the inode's number
 * and the name have to do.
 */
static uint32_t device_of(int folder, const struct stat *status)
{
	struct statfs system;

	if (fstatfs(folder, &system) != 0 || system.f_type == BTRFS_SUPER_MAGIC ||
	    system.f_type == OVERLAYFS_SUPER_MAGIC)
		return 0;
	/* As in the kernel: MKDEV(). */
	return (uint32_t)(major(status->st_dev) << 20 | minor(status->st_dev));
}

static bool copy_name(struct hybrid_name *name, const char *text)
{
	const size_t length = strlen(text);

	if (length == 0 || length >= sizeof(name->name))
		return false;
	memcpy(name->name, text, length + 1);
	return true;
}

/* Opens the folder of a path as a process sees it; `process` is its folder in /proc, or NULL. */
static int open_folder(const char *process, const char *path)
{
	/* What the process calls "/" is its root, and links do not lead out of it. */
	struct open_how how = {
	    .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
	    .resolve = process && *path == '/' ? RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS : 0,
	};
	char place[PLACE_MAX + 8];
	int start = AT_FDCWD;
	int folder;

	if (process) {
		snprintf(place, sizeof(place), "%.500s/%s", process, *path == '/' ? "root" : "cwd");
		start = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (start < 0)
			return -1;
	}
	folder = (int)syscall(SYS_openat2, start, path, &how, sizeof(how));
	if (process)
		close(start);
	return folder;
}

/* Finds what the kernel knows the socket by. False if its folder does not exist. */
static bool find_file(struct hybrid_target *target, const char *process)
{
	char folder_path[VM_PATH_MAX + 2];
	const char *slash = strrchr(target->path, '/');
	const size_t length = slash ? (size_t)(slash - target->path) : 0;
	struct stat status;
	bool found;
	int folder;

	if (!copy_name(&target->name, slash ? slash + 1 : target->path))
		return false;
	snprintf(folder_path, sizeof(folder_path), "%.*s%s", (int)length, target->path,
		 !slash        ? "."
		 : length == 0 ? "/"
			       : "");
	folder = open_folder(process, folder_path);
	if (folder < 0)
		return false;
	found = fstat(folder, &status) == 0;
	if (found) {
		target->name.kind = HYBRID_NAME_FILE;
		target->name.folder = (uint64_t)status.st_ino;
		target->name.device = device_of(folder, &status);
	}
	close(folder);
	return found;
}

static void find(struct hybrid_target *target, const char *process)
{
	if (*target->path != '@') {
		target->found = find_file(target, process);
		return;
	}
	target->name.kind = HYBRID_NAME_ABSTRACT;
	target->found = copy_name(&target->name, target->path + 1);
}

static void process_folder_of(char folder[static PLACE_MAX], const char *root, uint32_t pid)
{
	snprintf(folder, PLACE_MAX, "%.400s/proc/%u", root, (unsigned)pid);
}

static void add_path(struct hybrid_targets *targets, const struct vm *vm, const char *root,
		     const char *path)
{
	struct hybrid_target *target = new_target(targets);
	char process[PLACE_MAX];

	if (!target)
		return;
	snprintf(target->path, sizeof(target->path), "%s", path);
	if (vm->cid_known)
		target->cid = vm->cid;
	target->pid = vm->pid;
	process_folder_of(process, root, vm->pid);
	find(target, process);
}

/* The listening sockets of a VMM whose command line names none: one of them is for vsock. */
struct search {
	uint32_t pid;
	uint32_t inodes[LISTENERS_MAX];
	size_t count;
};

static bool is_process(void *context, const struct process *process)
{
	const struct search *search = context;

	return process->pid == search->pid;
}

static void take_link(void *context, const struct process *process, const char *link)
{
	struct search *search = context;
	uint32_t inode;

	(void)process;
	if (search->count < LISTENERS_MAX && process_folder_socket(link, &inode))
		search->inodes[search->count++] = inode;
}

static bool has_inode(const struct search *search, unsigned long inode)
{
	for (size_t i = 0; i < search->count; i++)
		if (search->inodes[i] == inode)
			return true;
	return false;
}

/* "ADDRESS: REFERENCES PROTOCOL FLAGS TYPE STATE INODE PATH", in hexadecimal except INODE. */
static bool read_line(const char *line, const struct search *search, char path[static VM_PATH_MAX])
{
	unsigned flags, type;
	unsigned long inode;

	return sscanf(line, "%*x: %*x %*x %x %x %*x %lu %107[^\n]", &flags, &type, &inode, path) ==
		   4 &&
	       flags & FLAG_LISTENS && (type == TYPE_STREAM || type == TYPE_SEQUENCED) &&
	       has_inode(search, inode);
}

static size_t add_listeners(struct hybrid_targets *targets, const struct vm *vm, const char *root)
{
	struct search search = {.pid = vm->pid};
	char folder[PLACE_MAX];
	char place[PLACE_MAX + 16];
	char line[LINE_SIZE];
	char path[VM_PATH_MAX];
	size_t count = 0;
	FILE *file;

	process_folder_each(root, &(struct process_folder_walk){.process = is_process,
								.link = take_link,
								.context = &search});
	process_folder_of(folder, root, vm->pid);
	snprintf(place, sizeof(place), "%s/net/unix", folder);
	file = fopen(place, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (read_line(line, &search, path)) {
			add_path(targets, vm, root, path);
			count++;
		}
	fclose(file);
	return count;
}

/* Each port of libkrun has its own socket without a handshake: only the user knows the ports. */
static bool has_handshake(const struct vm *vm)
{
	return strcmp(vm->vmm, "libkrun") != 0;
}

void hybrid_targets_add_machines(struct hybrid_targets *targets, const struct vm_list *vms,
				 const char *root)
{
	for (size_t i = 0; i < vms->count; i++) {
		const struct vm *vm = &vms->vms[i];

		if (!vm->hybrid)
			continue;
		if (*vm->socket)
			add_path(targets, vm, root, vm->socket);
		else if (!has_handshake(vm) || add_listeners(targets, vm, root) == 0)
			targets->no_path++;
	}
}

/* "1024:/run/port.sock": takes the port off. */
static const char *take_port(struct hybrid_target *target, const char *text)
{
	const char *colon = text + strspn(text, "0123456789");
	char digits[16];
	uint64_t port;

	if (colon == text || *colon != ':' || (size_t)(colon - text) >= sizeof(digits))
		return text;
	snprintf(digits, sizeof(digits), "%.*s", (int)(colon - text), text);
	if (!parse_number(digits, 0, UINT32_MAX, &port))
		return text;
	target->fixed = true;
	target->port = (uint32_t)port;
	return colon + 1;
}

static bool is_same_name(const struct hybrid_name *one, const struct hybrid_name *two)
{
	return one->kind == two->kind && one->folder == two->folder && one->device == two->device &&
	       strcmp(one->name, two->name) == 0;
}

/* A machine with this socket: its CID and its process. */
static void learn(struct hybrid_target *target, const struct vm_list *vms, const char *root)
{
	for (size_t i = 0; i < vms->count; i++) {
		const struct vm *vm = &vms->vms[i];
		struct hybrid_target other = {0};
		char process[PLACE_MAX];

		if (!vm->hybrid || !*vm->socket)
			continue;
		process_folder_of(process, root, vm->pid);
		memcpy(other.path, vm->socket, sizeof(other.path));
		find(&other, process);
		if (!other.found || !is_same_name(&other.name, &target->name))
			continue;
		memcpy(target->path, vm->socket, sizeof(target->path));
		target->pid = vm->pid;
		if (vm->cid_known)
			target->cid = vm->cid;
		return;
	}
}

/* A path from the root, as a VMM would write it. If it gets too long it stays as it is. */
static void make_absolute(struct hybrid_target *target)
{
	char folder[VM_PATH_MAX];
	char path[2 * VM_PATH_MAX];

	if (*target->path == '/' || *target->path == '@' || !getcwd(folder, sizeof(folder)))
		return;
	snprintf(path, sizeof(path), "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, target->path);
	if (strlen(path) < sizeof(target->path))
		memcpy(target->path, path, strlen(path) + 1);
}

bool hybrid_targets_add(struct hybrid_targets *targets, const char *text, const struct vm_list *vms,
			const char *root)
{
	struct hybrid_target target = {.cid = HYBRID_CID_UNKNOWN};
	const char *path = take_port(&target, text);
	struct hybrid_target *place;
	const size_t length = strlen(path);

	if (length == 0 || length >= HYBRID_PATH_MAX || path[length - 1] == '/' ||
	    strcmp(path, "@") == 0)
		return false;
	memcpy(target.path, path, length + 1);
	find(&target, NULL);
	make_absolute(&target);
	if (target.found && !target.fixed)
		learn(&target, vms, root);
	place = new_target(targets);
	if (place)
		*place = target;
	return true;
}

void hybrid_targets_free(struct hybrid_targets *targets)
{
	free(targets->list);
	*targets = (struct hybrid_targets){0};
}
