/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/bpf-tap/attach.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "lib/bpf-tap/kernel-layout.h"
#include "lib/bpf-tap/program.h"

static struct bpf_link *attach_multi(const struct bpf_program *program)
{
	const char *symbol = TAP_FUNCTION;
	const struct bpf_kprobe_multi_opts options = {
	    .sz = sizeof(options), .syms = &symbol, .cnt = 1};

	/* By name the kernel looks for the address: a process may not see it in /proc/kallsyms. */
	return bpf_program__attach_kprobe_multi_opts(program, NULL, &options);
}

static struct bpf_link *attach_kprobe(const struct bpf_program *program)
{
	return bpf_program__attach_kprobe(program, false, TAP_FUNCTION);
}

static struct bpf_link *attach_fentry(const struct bpf_program *program)
{
	return bpf_program__attach_trace(program);
}

static const struct way {
	const char *name;
	const char *program;
	struct bpf_link *(*attach)(const struct bpf_program *program);
} ways[] = {
    {"kprobe.multi", "tap_kprobe_multi", attach_multi},
    {"kprobe", "tap_kprobe", attach_kprobe},
    {"fentry", "tap_fentry", attach_fentry},
};

#define WAYS (sizeof(ways) / sizeof(ways[0]))

/* Only the program of this way is loaded. */
static int choose_program(struct bpf_object *object, const struct way *way)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		const bool chosen = strcmp(bpf_program__name(program), way->program) == 0;
		const int error = bpf_program__set_autoload(program, chosen);

		if (error)
			return -error;
	}
	return 0;
}

static int set_entries(struct bpf_object *object, const char *map, uint32_t entries)
{
	return -bpf_map__set_max_entries(bpf_object__find_map_by_name(object, map), entries);
}

static int configure(struct bpf_object *object, const struct tap_config *config, uint32_t ring_size)
{
	const int processors = libbpf_num_possible_cpus();
	struct bpf_map *constants = bpf_object__find_map_by_name(object, ".rodata.config");
	int error;

	if (processors < 0)
		return -processors;
	error = set_entries(object, "tap_frames", (uint32_t)processors);
	if (!error)
		error = set_entries(object, "tap_ring", ring_size);
	if (!error)
		error = -bpf_map__set_initial_value(constants, config, sizeof(*config));
	return error;
}

/* Returns 0 or errno. */
static int try_way(struct attachment *attachment, const struct way *way,
		   const struct tap_config *config, uint32_t ring_size)
{
	struct bpf_object *object = bpf_object__open_mem(tap_program, tap_program_size, NULL);
	int error;

	attachment->object = object;
	if (!object)
		return errno;
	error = choose_program(object, way);
	if (!error)
		error = configure(object, config, ring_size);
	if (!error)
		error = -bpf_object__load(object);
	if (error)
		return error;
	attachment->link = way->attach(bpf_object__find_program_by_name(object, way->program));
	if (!attachment->link)
		return errno;
	attachment->way = way->name;
	return 0;
}

/* Whoever has this lacks nothing: the kernel refuses for another reason. */
static bool has_sys_admin(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	return syscall(SYS_capget, &header, data) == 0 &&
	       (data[0].effective & CAP_TO_MASK(CAP_SYS_ADMIN)) != 0;
}

static enum bpf_tap_result report(const int errors[static WAYS],
				  char error[static BPF_TAP_ERROR_MAX])
{
	bool refused = false;
	bool permission;
	int length;

	for (size_t i = 0; i < WAYS; i++)
		refused |= errors[i] == EPERM || errors[i] == EACCES;
	permission = refused && !has_sys_admin();
	length =
	    snprintf(error, BPF_TAP_ERROR_MAX, "cannot attach a BPF program to the kernel%s (",
		     permission ? ": this takes CAP_SYS_ADMIN, or CAP_BPF and CAP_PERFMON" : "");
	for (size_t i = 0; i < WAYS; i++)
		length += snprintf(error + length, BPF_TAP_ERROR_MAX - (size_t)length, "%s%s: %s",
				   i ? "; " : "", ways[i].name, strerror(errors[i]));
	snprintf(error + length, BPF_TAP_ERROR_MAX - (size_t)length, ")");
	if (permission)
		return BPF_TAP_NO_PERMISSION;
	return refused ? BPF_TAP_NO_KERNEL : BPF_TAP_ERROR;
}

enum bpf_tap_result attach(struct attachment *attachment, const struct tap_config *config,
			   uint32_t ring_size, char error[static BPF_TAP_ERROR_MAX])
{
	/* The failure of one way is no news. */
	const libbpf_print_fn_t printer = libbpf_set_print(NULL);
	int errors[WAYS];
	size_t i;

	*attachment = (struct attachment){0};
	for (i = 0; i < WAYS; i++) {
		errors[i] = try_way(attachment, &ways[i], config, ring_size);
		if (!errors[i])
			break;
		detach(attachment);
	}
	libbpf_set_print(printer);
	return i < WAYS ? BPF_TAP_OK : report(errors, error);
}

void detach(struct attachment *attachment)
{
	bpf_link__destroy(attachment->link);
	bpf_object__close(attachment->object);
	*attachment = (struct attachment){0};
}
