/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/bpf-tap/process-layout.h"

#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#include "lib/bpf-tap/btf-lookup.h"
#include "lib/bpf-tap/kernel-layout.h"

#define SOCKET_MODULE "vsock"

static void read_layout(struct process_layout *layout, const struct btf *kernel,
			const struct btf *sockets, char *missing)
{
	struct btf_lookup socket = btf_lookup_type(kernel, "socket", BTF_KIND_STRUCT, missing);
	struct btf_lookup sock = btf_lookup_type(kernel, "sock", BTF_KIND_STRUCT, missing);
	struct btf_lookup common = btf_lookup_type(kernel, "sock_common", BTF_KIND_STRUCT, missing);
	struct btf_lookup vsock = btf_lookup_type(sockets, "vsock_sock", BTF_KIND_STRUCT, missing);
	struct btf_lookup task = btf_lookup_type(kernel, "task_struct", BTF_KIND_STRUCT, missing);
	struct btf_lookup set = btf_lookup_type(kernel, "css_set", BTF_KIND_STRUCT, missing);
	struct btf_lookup group = btf_lookup_type(kernel, "cgroup", BTF_KIND_STRUCT, missing);
	struct btf_lookup node = btf_lookup_type(kernel, "kernfs_node", BTF_KIND_STRUCT, missing);

	*layout = (struct process_layout){
	    .socket_sock = btf_lookup_member(&socket, "sk", NULL),
	    .family = btf_lookup_member(&sock, "__sk_common", NULL) +
		      btf_lookup_member(&common, "skc_family", NULL),
	    .local = btf_lookup_member(&vsock, "local_addr", NULL),
	    .remote = btf_lookup_member(&vsock, "remote_addr", NULL),
	    .leader = btf_lookup_member(&task, "group_leader", NULL),
	    .command = btf_lookup_member(&task, "comm", NULL),
	    .groups = btf_lookup_member(&task, "cgroups", NULL),
	    .group = btf_lookup_member(&set, "dfl_cgrp", NULL),
	    .group_node = btf_lookup_member(&group, "kn", NULL),
	    .node_name = btf_lookup_member(&node, "name", NULL),
	    .node_parent = btf_lookup_member(&node, "__parent", "parent"),
	};
}

/* A function and the structure that it must get. Otherwise the result is `missing`, with a hint. */
struct expected {
	const struct btf *btf;
	const char *function;
	const char *argument;
	enum bpf_tap_result missing;
	const char *hint;
};

static enum bpf_tap_result check_function(const struct expected *expected, char *error)
{
	const int id = btf__find_by_name_kind(expected->btf, expected->function, BTF_KIND_FUNC);
	const char *argument;

	if (id < 0) {
		snprintf(error, BPF_TAP_ERROR_MAX, "the kernel has no function %s: %s",
			 expected->function, expected->hint);
		return expected->missing;
	}
	argument = btf_lookup_argument(expected->btf, btf__type_by_id(expected->btf, (uint32_t)id));
	if (strcmp(argument, expected->argument) == 0)
		return BPF_TAP_OK;
	snprintf(error, BPF_TAP_ERROR_MAX,
		 "process names are not known on this kernel: %s() gets %s%.64s, not struct %s",
		 expected->function, *argument ? "struct " : "something else", argument,
		 expected->argument);
	return BPF_TAP_NO_KERNEL;
}

/* What the kernel has is in `kernel`, if a module of that name does not exist. */
struct descriptions {
	struct btf *kernel;
	struct btf *sockets;
	struct btf *transport;
};

static const struct btf *or_kernel(const struct descriptions *all, const struct btf *module)
{
	return module ? module : all->kernel;
}

static enum bpf_tap_result check_functions(const struct descriptions *all, char *error)
{
	static const char no_transport[] = "no module is loaded that carries vsock packets";
	const struct expected functions[] = {
	    {or_kernel(all, all->sockets), PROCESS_FUNCTION_CALL, "socket", BPF_TAP_NO_TRANSPORT,
	     no_transport},
	    {or_kernel(all, all->transport), PROCESS_FUNCTION_CONNECT, "vsock_sock",
	     BPF_TAP_NO_TRANSPORT, no_transport},
	    {all->kernel, PROCESS_FUNCTION_ACCEPT, "sock", BPF_TAP_NO_KERNEL,
	     "it was built without CONFIG_SECURITY_NETWORK"},
	};
	enum bpf_tap_result result = BPF_TAP_OK;

	for (size_t i = 0; result == BPF_TAP_OK && i < sizeof(functions) / sizeof(functions[0]);
	     i++)
		result = check_function(&functions[i], error);
	return result;
}

static enum bpf_tap_result read_all(struct process_layout *layout, const struct descriptions *all,
				    char *error)
{
	char missing[BPF_TAP_ERROR_MAX] = "";
	const enum bpf_tap_result result = check_functions(all, error);

	if (result != BPF_TAP_OK)
		return result;
	read_layout(layout, all->kernel, or_kernel(all, all->sockets), missing);
	if (!*missing)
		return BPF_TAP_OK;
	snprintf(error, BPF_TAP_ERROR_MAX,
		 "process names are not known on this kernel: it has no %.128s", missing);
	return BPF_TAP_NO_KERNEL;
}

enum bpf_tap_result process_layout_read(struct process_layout *layout, const char *folder,
					char error[static BPF_TAP_ERROR_MAX])
{
	struct descriptions all = {.kernel = btf_lookup_kernel(folder, error)};
	enum bpf_tap_result result;

	if (!all.kernel)
		return BPF_TAP_NO_KERNEL;
	all.sockets = btf_lookup_load(folder, SOCKET_MODULE, all.kernel);
	all.transport = btf_lookup_load(folder, TAP_MODULE, all.kernel);
	result = read_all(layout, &all, error);
	btf__free(all.transport);
	btf__free(all.sockets);
	btf__free(all.kernel);
	return result;
}
