/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/bpf-tap/kernel-layout.c.
 *
 * Descriptions of kernels that do not exist here: old ones, whose function gets another structure,
 * and those with other names, with the function in the kernel itself, and with missing types.
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

/* What differs between the kernels. */
struct kernel {
	const char *argument; /* a structure; NULL: the function does not exist */
	bool by_value;        /* the structure itself, and not a pointer */
	bool built_in;        /* no module */
	bool bio;             /* a fragment has the names of before Linux 6.10 */
	bool no_offset;
	const char *without; /* a type, or a member */
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

static void field(struct btf *btf, const struct kernel *kernel, const char *name, int type,
		  uint32_t offset)
{
	if (!kernel->without || strcmp(kernel->without, name) != 0)
		assert_int_equal(btf__add_field(btf, name, type, offset * 8, 0), 0);
}

/* A structure, unless the kernel lacks it. */
static int structure(struct btf *btf, const struct kernel *kernel, const char *name, uint32_t size)
{
	const bool missing = kernel->without && strcmp(kernel->without, name) == 0;

	return btf__add_struct(btf, missing ? "another" : name, size);
}

static void add_function(struct btf *btf, const struct kernel *kernel)
{
	int type, prototype;

	if (!kernel->argument)
		return;
	type = btf__find_by_name_kind(btf, kernel->argument, BTF_KIND_STRUCT);
	if (type < 0)
		type = btf__add_struct(btf, kernel->argument, 8);
	if (!kernel->by_value)
		type = btf__add_ptr(btf, btf__add_const(btf, type));
	prototype = btf__add_func_proto(btf, 0);
	assert_int_equal(btf__add_func_param(btf, "skb", type), 0);
	assert_true(btf__add_func(btf, TAP_FUNCTION, BTF_FUNC_GLOBAL, prototype) > 0);
}

/* The types that only the module has. */
static void add_module_types(struct btf *btf, const struct kernel *kernel, int u32, int byte)
{
	assert_true(structure(btf, kernel, "virtio_vsock_skb_cb", 8) > 0);
	field(btf, kernel, "reply", byte, 0);
	field(btf, kernel, "tap_delivered", byte, 1);
	if (!kernel->no_offset)
		field(btf, kernel, "offset", u32, 4);
	add_function(btf, kernel);
}

static void add_kernel_types(struct btf *btf, const struct kernel *kernel, int u32, int u64,
			     int byte)
{
	int inner, outer, bytes, fragment;

	bytes = btf__add_array(btf, u32, byte, 48);
	/* A structure in a union, both without a name. */
	inner = btf__add_struct(btf, NULL, 16);
	field(btf, kernel, "len", u32, 4);
	field(btf, kernel, "data_len", u32, 8);
	outer = btf__add_union(btf, NULL, 16);
	assert_int_equal(btf__add_field(btf, NULL, inner, 0, 0), 0);
	assert_true(structure(btf, kernel, "sk_buff", 232) > 0);
	field(btf, kernel, "cb", bytes, 40);
	assert_int_equal(btf__add_field(btf, NULL, outer, 100 * 8, 0), 0);
	field(btf, kernel, "end", u32, 188);
	field(btf, kernel, "head", u64, 192);
	field(btf, kernel, "data", u64, 200);

	fragment = btf__add_struct(btf, kernel->bio ? "bio_vec" : "skb_frag", 16);
	field(btf, kernel, kernel->bio ? "bv_page" : "netmem", u64, 0);
	field(btf, kernel, kernel->bio ? "bv_len" : "len", u32, 8);
	field(btf, kernel, kernel->bio ? "bv_offset" : "offset", u32, 12);
	fragment = btf__add_typedef(btf, "skb_frag_t", fragment);
	bytes = btf__add_array(btf, u32, fragment, 17);
	assert_true(structure(btf, kernel, "skb_shared_info", 320) > 0);
	field(btf, kernel, "nr_frags", byte, 2);
	field(btf, kernel, "frags", bytes, 48);
	assert_true(structure(btf, kernel, "page", 64) > 0);
}

static enum bpf_tap_result read_kernel(const struct kernel *kernel, struct tap_layout *layout,
				       char error[static BPF_TAP_ERROR_MAX])
{
	struct btf *base = btf__new_empty();
	int u32 = btf__add_int(base, "unsigned int", 4, 0);
	int u64 = btf__add_int(base, "unsigned long", 8, 0);
	int byte = btf__add_int(base, "bool", 1, BTF_INT_BOOL);
	enum bpf_tap_result result;
	struct btf *module;
	char path[128];

	assert_non_null(mkdtemp(strcpy(folder, "/tmp/vsockdump-layout.XXXXXX")));
	add_kernel_types(base, kernel, u32, u64, byte);
	if (kernel->built_in)
		add_module_types(base, kernel, u32, byte);
	write_btf(base, "vmlinux");
	if (!kernel->built_in) {
		module = btf__new_empty_split(base);
		add_module_types(module, kernel, u32, byte);
		write_btf(module, TAP_MODULE);
		btf__free(module);
	}
	btf__free(base);
	*error = '\0';
	result = kernel_layout_read(layout, folder, error);
	snprintf(path, sizeof(path), "%s/vmlinux", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/" TAP_MODULE, folder);
	unlink(path);
	assert_int_equal(rmdir(folder), 0);
	return result;
}

static void reads_the_layout(void **state)
{
	static const struct kernel kernels[] = {
	    {.argument = "sk_buff"},
	    {.argument = "sk_buff", .built_in = true},
	    {.argument = "sk_buff", .bio = true},
	    {.argument = "sk_buff", .no_offset = true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		char error[BPF_TAP_ERROR_MAX];
		struct tap_layout layout;

		assert_int_equal(read_kernel(&kernels[i], &layout, error), BPF_TAP_OK);
		assert_int_equal(layout.head, 192);
		assert_int_equal(layout.data, 200);
		assert_int_equal(layout.length, 104);
		assert_int_equal(layout.data_length, 108);
		assert_int_equal(layout.end, 188);
		assert_int_equal(layout.delivered, 41);
		assert_int_equal(layout.offset, kernels[i].no_offset ? 0 : 44);
		assert_int_equal(layout.fragment_count, 2);
		assert_int_equal(layout.fragments, 48);
		assert_int_equal(layout.fragment_size, 16);
		assert_int_equal(layout.fragment_page, 0);
		assert_int_equal(layout.fragment_length, 8);
		assert_int_equal(layout.fragment_offset, 12);
		assert_int_equal(layout.page_size, 64);
	}
}

static void refuses_what_it_does_not_know(void **state)
{
	static const struct {
		struct kernel kernel;
		enum bpf_tap_result result;
		const char *words;
	} rows[] = {
	    {{.argument = "virtio_vsock_pkt"}, BPF_TAP_NO_KERNEL, "gets struct virtio_vsock_pkt"},
	    {{.argument = "virtio_vsock_pkt"}, BPF_TAP_NO_KERNEL, "too old"},
	    {{.argument = "sk_buff", .by_value = true}, BPF_TAP_NO_KERNEL, "something else"},
	    {{.argument = NULL}, BPF_TAP_NO_TRANSPORT, "no module is loaded"},
	    {{.argument = NULL, .built_in = true}, BPF_TAP_NO_TRANSPORT, "no module is loaded"},
	    {{.argument = "sk_buff", .without = "head"}, BPF_TAP_NO_KERNEL, "no sk_buff.head"},
	    {{.argument = "sk_buff", .without = "data_len"},
	     BPF_TAP_NO_KERNEL,
	     "no sk_buff.data_len"},
	    {{.argument = "sk_buff", .without = "tap_delivered"},
	     BPF_TAP_NO_KERNEL,
	     "no virtio_vsock_skb_cb.tap_delivered"},
	    {{.argument = "sk_buff", .without = "skb_shared_info"},
	     BPF_TAP_NO_KERNEL,
	     "no skb_shared_info"},
	    {{.argument = "sk_buff", .without = "netmem"},
	     BPF_TAP_NO_KERNEL,
	     "no skb_frag_t.netmem"},
	    {{.argument = "sk_buff", .without = "page"}, BPF_TAP_NO_KERNEL, "no page"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char error[BPF_TAP_ERROR_MAX];
		struct tap_layout layout;

		assert_int_equal(read_kernel(&rows[i].kernel, &layout, error), rows[i].result);
		if (!strstr(error, rows[i].words))
			fail_msg("'%s' is not in '%s'", rows[i].words, error);
	}
}

static void a_kernel_without_a_description(void **state)
{
	char error[BPF_TAP_ERROR_MAX];
	struct tap_layout layout;

	(void)state;
	assert_int_equal(kernel_layout_read(&layout, "/nonexistent", error), BPF_TAP_NO_KERNEL);
	assert_non_null(strstr(error, "CONFIG_DEBUG_INFO_BTF"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_the_layout),
	    cmocka_unit_test(refuses_what_it_does_not_know),
	    cmocka_unit_test(a_kernel_without_a_description),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
