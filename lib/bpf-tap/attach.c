/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/bpf-tap/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#define NAME_MAX_BYTES 64

/* What /proc says of a program takes some hundred bytes. */
#define FACTS_MAX_BYTES 1024

static struct bpf_link *attach_multi(const struct bpf_program *program,
				     const struct attach_point *point)
{
	const struct bpf_kprobe_multi_opts options = {
	    .sz = sizeof(options),
	    .syms = (const char **)&point->function,
	    .cnt = 1,
	    .retprobe = point->at_return,
	};

	/* By name the kernel looks for the address: a process may not see it in /proc/kallsyms. */
	return bpf_program__attach_kprobe_multi_opts(program, NULL, &options);
}

static struct bpf_link *attach_kprobe(const struct bpf_program *program,
				      const struct attach_point *point)
{
	return bpf_program__attach_kprobe(program, point->at_return, point->function);
}

static struct bpf_link *attach_fentry(const struct bpf_program *program,
				      const struct attach_point *point)
{
	(void)point;
	return bpf_program__attach_trace(program);
}

static const struct way {
	const char *name;
	const char *ending; /* of the names of its programs */
	struct bpf_link *(*attach)(const struct bpf_program *program,
				   const struct attach_point *point);
} ways[] = {
    {"kprobe.multi", "_kprobe_multi", attach_multi},
    {"kprobe", "_kprobe", attach_kprobe},
    {"fentry", "_fentry", attach_fentry}, /* last: see attach_plan.with_fentry */
};

#define WAYS (sizeof(ways) / sizeof(ways[0]))

/* Whether it is the program of a point in this way. */
static bool is_planned(const char *program, const struct way *way, const struct attach_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const size_t length = strlen(plan->points[i].name);

		if (strncmp(program, plan->points[i].name, length) == 0 &&
		    strcmp(program + length, way->ending) == 0)
			return true;
	}
	return false;
}

/* Only the programs of this way are loaded. */
static int choose_programs(struct bpf_object *object, const struct way *way,
			   const struct attach_plan *plan)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		const bool chosen = is_planned(bpf_program__name(program), way, plan);
		const int error = bpf_program__set_autoload(program, chosen);

		if (error)
			return -error;
	}
	return 0;
}

int attach_set_entries(struct bpf_object *object, const char *map, uint32_t entries)
{
	return -bpf_map__set_max_entries(bpf_object__find_map_by_name(object, map), entries);
}

int attach_set_constants(struct bpf_object *object, const void *constants, size_t size)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata.config");

	return -bpf_map__set_initial_value(map, constants, size);
}

/* Without this file, the number of misses is not known: that is no reason to fail. */
static int open_facts(const struct bpf_program *program)
{
	char path[NAME_MAX_BYTES];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", bpf_program__fd(program));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? 0 : fd;
}

/* A line of the file is "recursion_misses:\t3". */
static uint64_t read_misses(int facts)
{
	static const char key[] = "recursion_misses:";
	char text[FACTS_MAX_BYTES];
	const ssize_t size = pread(facts, text, sizeof(text) - 1, 0);
	const char *at;

	if (size <= 0)
		return 0;
	text[size] = '\0';
	at = strstr(text, key);
	return at ? strtoull(at + sizeof(key) - 1, NULL, 10) : 0;
}

uint64_t attachment_misses(const struct attachment *attachment, size_t first, size_t count)
{
	uint64_t misses = 0;

	for (size_t i = first; i < first + count; i++)
		if (attachment->facts[i] > 0)
			misses += read_misses(attachment->facts[i]);
	return misses;
}

/* Returns 0 or errno. */
static int attach_points(struct attachment *attachment, const struct way *way,
			 const struct attach_plan *plan)
{
	const struct bpf_program *program;
	char name[NAME_MAX_BYTES];

	for (size_t i = 0; i < plan->count; i++) {
		const struct attach_point *point = &plan->points[i];

		snprintf(name, sizeof(name), "%s%s", point->name, way->ending);
		program = bpf_object__find_program_by_name(attachment->object, name);
		attachment->links[i] = way->attach(program, point);
		if (!attachment->links[i])
			return errno;
		if (way->attach == attach_fentry)
			attachment->facts[i] = open_facts(program);
	}
	return 0;
}

/* Returns 0 or errno. */
static int try_way(struct attachment *attachment, const struct way *way,
		   const struct attach_plan *plan)
{
	int error;

	attachment->object = bpf_object__open_mem(plan->program, plan->program_size, NULL);
	if (!attachment->object)
		return errno;
	error = choose_programs(attachment->object, way, plan);
	if (!error)
		error = plan->configure(attachment->object, plan->context);
	if (!error)
		error = -bpf_object__load(attachment->object);
	if (!error)
		error = attach_points(attachment, way, plan);
	attachment->way = way->name;
	return error;
}

/* Whoever has this lacks nothing: the kernel refuses for another reason. */
static bool has_sys_admin(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	return syscall(SYS_capget, &header, data) == 0 &&
	       (data[0].effective & CAP_TO_MASK(CAP_SYS_ADMIN)) != 0;
}

/* The errors of the ways from `first` to before `count`. */
static enum bpf_tap_result report(const int *errors, size_t first, size_t count,
				  char error[static BPF_TAP_ERROR_MAX])
{
	bool refused = false;
	bool permission;
	int length;

	for (size_t i = first; i < count; i++)
		refused |= errors[i] == EPERM || errors[i] == EACCES;
	permission = refused && !has_sys_admin();
	length =
	    snprintf(error, BPF_TAP_ERROR_MAX, "cannot attach a BPF program to the kernel%s (",
		     permission ? ": this takes CAP_SYS_ADMIN, or CAP_BPF and CAP_PERFMON" : "");
	for (size_t i = first; i < count; i++)
		length += snprintf(error + length, BPF_TAP_ERROR_MAX - (size_t)length, "%s%s: %s",
				   i > first ? "; " : "", ways[i].name, strerror(errors[i]));
	snprintf(error + length, BPF_TAP_ERROR_MAX - (size_t)length, ")");
	if (permission)
		return BPF_TAP_NO_PERMISSION;
	return refused ? BPF_TAP_NO_KERNEL : BPF_TAP_ERROR;
}

enum bpf_tap_result attach(struct attachment *attachment, const struct attach_plan *plan,
			   char error[static BPF_TAP_ERROR_MAX])
{
	/* The failure of one way is no news. */
	const libbpf_print_fn_t printer = libbpf_set_print(NULL);
	const size_t first = plan->only_fentry ? WAYS - 1 : 0;
	const size_t count = plan->with_fentry || plan->only_fentry ? WAYS : WAYS - 1;
	int errors[WAYS];
	size_t i;

	*attachment = (struct attachment){0};
	for (i = first; i < count; i++) {
		errors[i] = try_way(attachment, &ways[i], plan);
		if (!errors[i])
			break;
		detach(attachment);
	}
	libbpf_set_print(printer);
	return i < count ? BPF_TAP_OK : report(errors, first, count, error);
}

void detach(struct attachment *attachment)
{
	for (size_t i = 0; i < ATTACH_POINTS_MAX; i++) {
		if (attachment->facts[i] > 0)
			close(attachment->facts[i]);
		bpf_link__destroy(attachment->links[i]);
	}
	bpf_object__close(attachment->object);
	*attachment = (struct attachment){0};
}

static size_t whole_pages(size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

void *attach_share(const struct attachment *attachment, const char *map, size_t size)
{
	const int fd = bpf_object__find_map_fd_by_name(attachment->object, map);
	void *shared = mmap(NULL, whole_pages(size), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return shared == MAP_FAILED ? NULL : shared;
}

void attach_unshare(void *shared, size_t size)
{
	if (shared)
		munmap(shared, whole_pages(size));
}
