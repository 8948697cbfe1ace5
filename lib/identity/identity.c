/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A process is looked at in two steps. The command line is cheap to read, and of most processes it
 * says that they are no VMM. Only of the others are the open files read.
 *
 * crosvm forks a process for each device, which keeps the command line. So processes with the same
 * command line, CID and network namespace are one machine: the kernel allows no second one.
 */
#include "lib/identity/identity.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/common/process-folder.h"
#include "lib/identity/machine-file.h"

#define PATH_ROOM    512
#define TEXT_ROOM    ((size_t)128 * 1024)
#define MACHINES_ONE 64 /* of one process */

struct scan {
	struct vm_list *list;
	const char *root;
	char *text; /* TEXT_ROOM bytes for the file that is read */

	/* The machines of the present process. */
	struct vm_command commands[MACHINES_ONE];
	size_t count;
	uint64_t fingerprint;
	bool has_device;
};

/* Reads a regular file, and closes fd. Returns its length; the text ends with a null byte. */
static size_t read_text(int fd, char *text)
{
	size_t length = 0;
	struct stat status;
	ssize_t n = 1;

	if (fd < 0)
		return 0;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		while (length < TEXT_ROOM - 1 && n > 0) {
			n = read(fd, text + length, TEXT_ROOM - 1 - length);
			length += n > 0 ? (size_t)n : 0;
		}
	close(fd);
	text[length] = '\0';
	return length;
}

static size_t read_file(char *text, const char *folder, const char *name)
{
	char path[PATH_ROOM * 2];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return read_text(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), text);
}

/* FNV-1a: whoever makes two command lines equal in it only hides his own machine's name. */
static uint64_t fingerprint_of(const char *text, size_t length)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint8_t)text[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static void folder_of(char path[static PATH_ROOM], const struct scan *scan,
		      const struct process *process)
{
	snprintf(path, PATH_ROOM, "%.400s/proc/%u", scan->root, (unsigned)process->pid);
}

static uint64_t network_namespace_of(const struct scan *scan, const struct process *process)
{
	char folder[PATH_ROOM];
	char path[PATH_ROOM + 8];
	struct stat status;

	folder_of(folder, scan, process);
	snprintf(path, sizeof(path), "%s/ns/net", folder);
	return stat(path, &status) == 0 ? (uint64_t)status.st_ino : 0;
}

/*
 * Opens a file as the process sees it: it may be in a container. Links of the container do not lead
 * out of it.
 */
static int open_of_process(const struct scan *scan, const struct process *process, const char *path)
{
	struct open_how how = {
	    .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
	    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	char place[PATH_ROOM];
	char root[PATH_ROOM + 8];
	int folder;
	int fd;

	folder_of(place, scan, process);
	snprintf(root, sizeof(root), "%s/root", place);
	folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -1;
	fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
	close(folder);
	return fd;
}

/* Of a configuration file that cannot be read, nothing is known. */
static void read_config(struct scan *scan, const struct process *process, struct vm_command *vm)
{
	if (vm->cid_known || !*vm->config)
		return;
	if (read_text(open_of_process(scan, process, vm->config), scan->text) > 0)
		vm->cid_known = vm_config_read(scan->text, &vm->cid);
}

static bool is_same(const struct vm *one, const struct vm *two)
{
	return one->cid_known == two->cid_known && one->cid == two->cid &&
	       one->hybrid == two->hybrid && one->fingerprint == two->fingerprint &&
	       one->network_namespace == two->network_namespace && !one->hybrid;
}

/* Keeps the machine, unless another process of it was found. The first process is its parent. */
static void add(struct vm_list *list, const struct vm *vm)
{
	struct vm *vms;

	for (size_t i = 0; i < list->count; i++)
		if (is_same(&list->vms[i], vm)) {
			if (vm->pid < list->vms[i].pid)
				list->vms[i].pid = vm->pid;
			return;
		}
	/* The room grows at each power of two. */
	if ((list->count & (list->count - 1)) == 0) {
		size_t room = list->count ? list->count * 2 : 1;

		vms = room > VM_LIST_MAX ? NULL : realloc(list->vms, room * sizeof(*vms));
		if (!vms) {
			list->more = true;
			return;
		}
		list->vms = vms;
	}
	list->vms[list->count++] = *vm;
}

static void add_command(struct scan *scan, const struct process *process,
			const struct vm_command *command)
{
	struct vm vm = {
	    .vmm = command->vmm,
	    .pid = process->pid,
	    .hybrid = command->hybrid,
	    .cid_known = command->cid_known,
	    .cid = command->cid,
	    .network_namespace = network_namespace_of(scan, process),
	    .fingerprint = scan->fingerprint,
	};

	memcpy(vm.name, command->name, sizeof(vm.name));
	memcpy(vm.socket, command->socket, sizeof(vm.socket));
	add(scan->list, &vm);
}

/*
 * A hybrid VMM does not have the device, and nobody's packets get its name. `hidden`: not all files
 * of the process were seen.
 */
static bool is_machine(const struct scan *scan, const struct vm_command *command, bool hidden)
{
	if (command->hybrid)
		return command->known_program;
	return command->cid_known && (scan->has_device || (hidden && command->known_program));
}

/* Whether the files of the process matter. */
static bool read_process(void *context, const struct process *process)
{
	struct scan *scan = context;
	char folder[PATH_ROOM];
	size_t length;

	folder_of(folder, scan, process);
	length = read_file(scan->text, folder, "cmdline");
	/* A program may overwrite its arguments, and the last one then lacks its null byte. */
	if (length > 0 && scan->text[length - 1] != '\0')
		length++;
	scan->count =
	    vm_command_read(scan->commands, MACHINES_ONE, scan->text, length, process->command);
	scan->fingerprint = fingerprint_of(scan->text, length);
	scan->has_device = false;
	return scan->count > 0;
}

static void note_link(void *context, const struct process *process, const char *link)
{
	static const char device[] = "/vhost-vsock";
	struct scan *scan = context;
	const size_t length = strlen(link);

	(void)process;
	if (length >= strlen(device) && strcmp(link + length - strlen(device), device) == 0)
		scan->has_device = true;
}

static void add_machines(void *context, const struct process *process, bool hidden)
{
	struct scan *scan = context;

	for (size_t i = 0; i < scan->count; i++) {
		read_config(scan, process, &scan->commands[i]);
		if (is_machine(scan, &scan->commands[i], hidden))
			add_command(scan, process, &scan->commands[i]);
	}
}

static void read_processes(struct scan *scan)
{
	char path[PATH_ROOM];

	process_folder_each(scan->root, &(struct process_folder_walk){.process = read_process,
								      .link = note_link,
								      .end = add_machines,
								      .context = scan});
	/* Each user's list of processes has the first one, unless it is restricted. */
	snprintf(path, sizeof(path), "%s/proc", scan->root);
	scan->list->hidden = access(path, F_OK) == 0 && read_file(scan->text, path, "1/comm") == 0;
}

static void name_machine(struct vm_list *list, const struct machine_file *machine, const char *name)
{
	struct vm vm = {.vmm = "systemd machine",
			.pid = machine->leader,
			.cid = machine->cid,
			.cid_known = true};
	bool found = false;

	vm_name_clean(vm.name, name);
	for (size_t i = 0; i < list->count; i++) {
		struct vm *one = &list->vms[i];

		if (one->hybrid || !one->cid_known || one->cid != machine->cid)
			continue;
		found = true;
		if (!*one->name)
			memcpy(one->name, vm.name, sizeof(one->name));
	}
	if (!found)
		add(list, &vm);
}

static void read_machines(struct scan *scan)
{
	char path[PATH_ROOM];
	const struct dirent *entry;
	struct machine_file machine;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/run/systemd/machines", scan->root);
	folder = opendir(path);
	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		/* A link "unit:SCOPE" leads to the same file. */
		if (entry->d_name[0] == '.' || strchr(entry->d_name, ':'))
			continue;
		if (read_file(scan->text, path, entry->d_name) > 0 &&
		    machine_file_read(&machine, scan->text))
			name_machine(scan->list, &machine, entry->d_name);
	}
	closedir(folder);
}

/* A machine without a name still has a process. */
static void name_the_rest(struct vm_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct vm *vm = &list->vms[i];
		char name[VM_NAME_MAX * 2];

		if (*vm->name)
			continue;
		snprintf(name, sizeof(name), "%s-pid%u", vm->vmm, (unsigned)vm->pid);
		vm_name_clean(vm->name, name);
	}
}

void vm_list_read(struct vm_list *list, const char *root)
{
	struct scan scan = {.list = list, .root = root, .text = malloc(TEXT_ROOM)};

	*list = (struct vm_list){0};
	if (!scan.text) {
		list->more = true;
		return;
	}
	read_processes(&scan);
	read_machines(&scan);
	name_the_rest(list);
	free(scan.text);
}

void vm_list_free(struct vm_list *list)
{
	free(list->vms);
	*list = (struct vm_list){0};
}

const struct vm *vm_list_owner(const struct vm_list *list, uint32_t cid)
{
	const struct vm *owner = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct vm *vm = &list->vms[i];

		if (vm->hybrid || !vm->cid_known || vm->cid != cid)
			continue;
		if (owner)
			return NULL;
		owner = vm;
	}
	return owner;
}
