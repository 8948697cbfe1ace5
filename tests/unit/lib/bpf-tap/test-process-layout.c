/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/bpf-tap/process-layout.c.
 *
 * Descriptions of kernels that do not exist here: with other names, with vsock in the kernel
 * itself, and without what is needed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/btf.h>

#include "lib/bpf-tap/kernel-layout.h"
#include "lib/bpf-tap/process-layout.h"

/* What differs between the kernels. */
struct kernel {
	bool built_in;       /* no modules */
	bool old;            /* the name of a member before Linux 6.15 */
	const char *without; /* a function, a type, or a member */
	const char *other;   /* a function that gets something else */
};

static char folder[] = "/tmp/vsockdump-layout.XXXXXX";

static void write_btf(const struct btf *btf, const char *name)
{
	char path[128];
	uint32_t size;
	const void *bytes = btf__raw_data(btf, &size);
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

static bool lacks(const struct kernel *kernel, const char *name)
{
	return kernel->without && strcmp(kernel->without, name) == 0;
}

static void structure(struct btf *btf, const struct kernel *kernel, const char *name)
{
	assert_true(btf__add_struct(btf, lacks(kernel, name) ? "another" : name, 1024) > 0);
}

static void field(struct btf *btf, const struct kernel *kernel, const char *name, int type,
		  uint32_t offset)
{
	if (!lacks(kernel, name))
		assert_int_equal(btf__add_field(btf, name, type, offset * 8, 0), 0);
}

static void function(struct btf *btf, const struct kernel *kernel, const char *name,
		     const char *argument)
{
	const bool other = kernel->other && strcmp(kernel->other, name) == 0;
	int type = btf__find_by_name_kind(btf, argument, BTF_KIND_STRUCT);
	int prototype;

	if (lacks(kernel, name))
		return;
	if (type < 0)
		type = btf__add_struct(btf, argument, 8);
	if (!other)
		type = btf__add_ptr(btf, type);
	prototype = btf__add_func_proto(btf, 0);
	assert_int_equal(btf__add_func_param(btf, "argument", type), 0);
	assert_true(btf__add_func(btf, name, BTF_FUNC_GLOBAL, prototype) > 0);
}

static void add_sockets(struct btf *btf, const struct kernel *kernel, int number)
{
	structure(btf, kernel, "vsock_sock");
	field(btf, kernel, "local_addr", number, 800);
	field(btf, kernel, "remote_addr", number, 816);
	function(btf, kernel, "vsock_connect", "socket");
}

static void add_transport(struct btf *btf, const struct kernel *kernel)
{
	function(btf, kernel, "virtio_transport_connect", "vsock_sock");
}

static void add_kernel(struct btf *btf, const struct kernel *kernel, int number)
{
	structure(btf, kernel, "socket");
	field(btf, kernel, "sk", number, 24);
	structure(btf, kernel, "sock_common");
	field(btf, kernel, "skc_family", number, 16);
	structure(btf, kernel, "sock");
	field(btf, kernel, "__sk_common", number, 8);
	structure(btf, kernel, "task_struct");
	field(btf, kernel, "group_leader", number, 100);
	field(btf, kernel, "comm", number, 200);
	field(btf, kernel, "cgroups", number, 300);
	structure(btf, kernel, "css_set");
	field(btf, kernel, "dfl_cgrp", number, 48);
	structure(btf, kernel, "cgroup");
	field(btf, kernel, "kn", number, 56);
	structure(btf, kernel, "kernfs_node");
	field(btf, kernel, kernel->old ? "parent" : "__parent", number, 8);
	field(btf, kernel, "name", number, 16);
	function(btf, kernel, "security_sock_graft", "sock");
}

static void remove_btf(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

static enum bpf_tap_result read_kernel(const struct kernel *kernel, struct process_layout *layout,
				       char error[static BPF_TAP_ERROR_MAX])
{
	struct btf *base = btf__new_empty();
	int number = btf__add_int(base, "unsigned int", 4, 0);
	enum bpf_tap_result result;
	struct btf *module;

	assert_non_null(mkdtemp(strcpy(folder, "/tmp/vsockdump-layout.XXXXXX")));
	add_kernel(base, kernel, number);
	if (kernel->built_in) {
		add_sockets(base, kernel, number);
		add_transport(base, kernel);
	}
	write_btf(base, "vmlinux");
	if (!kernel->built_in) {
		module = btf__new_empty_split(base);
		add_sockets(module, kernel, number);
		write_btf(module, "vsock");
		btf__free(module);
		module = btf__new_empty_split(base);
		add_transport(module, kernel);
		write_btf(module, TAP_MODULE);
		btf__free(module);
	}
	btf__free(base);
	*error = '\0';
	result = process_layout_read(layout, folder, error);
	remove_btf("vmlinux");
	remove_btf("vsock");
	remove_btf(TAP_MODULE);
	assert_int_equal(rmdir(folder), 0);
	return result;
}

static void reads_the_layout(void **state)
{
	static const struct kernel kernels[] = {{0}, {.built_in = true}, {.old = true}};

	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		char error[BPF_TAP_ERROR_MAX];
		struct process_layout layout;

		assert_int_equal(read_kernel(&kernels[i], &layout, error), BPF_TAP_OK);
		assert_int_equal(layout.socket_sock, 24);
		assert_int_equal(layout.family, 24);
		assert_int_equal(layout.local, 800);
		assert_int_equal(layout.remote, 816);
		assert_int_equal(layout.leader, 100);
		assert_int_equal(layout.command, 200);
		assert_int_equal(layout.groups, 300);
		assert_int_equal(layout.group, 48);
		assert_int_equal(layout.group_node, 56);
		assert_int_equal(layout.node_parent, 8);
		assert_int_equal(layout.node_name, 16);
	}
}

static void refuses_what_it_does_not_know(void **state)
{
	static const struct {
		struct kernel kernel;
		enum bpf_tap_result result;
		const char *words;
	} rows[] = {
	    {{.without = "vsock_connect"}, BPF_TAP_NO_TRANSPORT, "no function vsock_connect"},
	    {{.without = "virtio_transport_connect"},
	     BPF_TAP_NO_TRANSPORT,
	     "no function virtio_transport_connect"},
	    {{.without = "security_sock_graft"}, BPF_TAP_NO_KERNEL, "CONFIG_SECURITY_NETWORK"},
	    {{.other = "vsock_connect"},
	     BPF_TAP_NO_KERNEL,
	     "gets something else, not struct socket"},
	    {{.other = "security_sock_graft"},
	     BPF_TAP_NO_KERNEL,
	     "gets something else, not struct sock"},
	    {{.without = "remote_addr"}, BPF_TAP_NO_KERNEL, "no vsock_sock.remote_addr"},
	    {{.without = "css_set"}, BPF_TAP_NO_KERNEL, "no css_set"},
	    {{.without = "__parent"}, BPF_TAP_NO_KERNEL, "no kernfs_node.__parent"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char error[BPF_TAP_ERROR_MAX];
		struct process_layout layout;

		assert_int_equal(read_kernel(&rows[i].kernel, &layout, error), rows[i].result);
		if (!strstr(error, rows[i].words))
			fail_msg("'%s' is not in '%s'", rows[i].words, error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_the_layout),
	    cmocka_unit_test(refuses_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
