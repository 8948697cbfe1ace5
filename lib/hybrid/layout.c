/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/hybrid/layout.h"

#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#include "lib/bpf-tap/btf-lookup.h"

/* Links of a process in lists for each kind of process id, in the order of enum pid_type. */
#define PID_KIND_PROCESS 1 /* PIDTYPE_TGID */
#define LIST_HEAD_SIZE   8
#define LIST_LINK_SIZE   16

#define NOTHING UINT32_MAX

/* A value of enum iter_type. No iterator has the kind NOTHING, which is returned without it. */
static uint32_t iterator_kind(const struct btf *btf, const char *name)
{
	const int id = btf__find_by_name_kind(btf, "iter_type", BTF_KIND_ENUM);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;

	for (uint32_t i = 0; type && i < btf_vlen(type); i++)
		if (strcmp(btf__name_by_offset(btf, btf_enum(type)[i].name_off), name) == 0)
			return (uint32_t)btf_enum(type)[i].val;
	return NOTHING;
}

static void read_sockets(struct hybrid_layout *layout, const struct btf *btf, char *missing)
{
	struct btf_lookup socket = btf_lookup_type(btf, "socket", BTF_KIND_STRUCT, missing);
	struct btf_lookup sock = btf_lookup_type(btf, "sock", BTF_KIND_STRUCT, missing);
	struct btf_lookup common = btf_lookup_type(btf, "sock_common", BTF_KIND_STRUCT, missing);
	struct btf_lookup unix_sock = btf_lookup_type(btf, "unix_sock", BTF_KIND_STRUCT, missing);
	struct btf_lookup address = btf_lookup_type(btf, "unix_address", BTF_KIND_STRUCT, missing);
	struct btf_lookup path = btf_lookup_type(btf, "path", BTF_KIND_STRUCT, missing);
	struct btf_lookup skb = btf_lookup_type(btf, "sk_buff", BTF_KIND_STRUCT, missing);

	layout->socket_sock = btf_lookup_member(&socket, "sk", NULL);
	layout->family = btf_lookup_member(&sock, "__sk_common", NULL) +
			 btf_lookup_member(&common, "skc_family", NULL);
	layout->type = btf_lookup_member(&sock, "sk_type", NULL);
	layout->shutdown = btf_lookup_member(&sock, "sk_shutdown", NULL);
	layout->peer_pid = btf_lookup_member(&sock, "sk_peer_pid", NULL);
	layout->address = btf_lookup_member(&unix_sock, "addr", NULL);
	layout->dentry =
	    btf_lookup_member(&unix_sock, "path", NULL) + btf_lookup_member(&path, "dentry", NULL);
	layout->peer = btf_lookup_member(&unix_sock, "peer", NULL);
	layout->address_length = btf_lookup_member(&address, "len", NULL);
	layout->address_name = btf_lookup_member(&address, "name", NULL);
	layout->skb_sock = btf_lookup_member(&skb, "sk", NULL);
}

static void read_files(struct hybrid_layout *layout, const struct btf *btf, char *missing)
{
	struct btf_lookup dentry = btf_lookup_type(btf, "dentry", BTF_KIND_STRUCT, missing);
	struct btf_lookup name = btf_lookup_type(btf, "qstr", BTF_KIND_STRUCT, missing);
	struct btf_lookup inode = btf_lookup_type(btf, "inode", BTF_KIND_STRUCT, missing);
	struct btf_lookup block = btf_lookup_type(btf, "super_block", BTF_KIND_STRUCT, missing);

	layout->dentry_name =
	    btf_lookup_member(&dentry, "d_name", NULL) + btf_lookup_member(&name, "name", NULL);
	layout->dentry_parent = btf_lookup_member(&dentry, "d_parent", NULL);
	layout->dentry_inode = btf_lookup_member(&dentry, "d_inode", NULL);
	layout->inode_number = btf_lookup_member(&inode, "i_ino", NULL);
	layout->inode_block = btf_lookup_member(&inode, "i_sb", NULL);
	layout->block_device = btf_lookup_member(&block, "s_dev", NULL);
}

static void read_processes(struct hybrid_layout *layout, const struct btf *btf, char *missing)
{
	struct btf_lookup pid = btf_lookup_type(btf, "pid", BTF_KIND_STRUCT, missing);
	struct btf_lookup task = btf_lookup_type(btf, "task_struct", BTF_KIND_STRUCT, missing);

	layout->pid_number = btf_lookup_member(&pid, "numbers", NULL);
	layout->pid_task =
	    btf_lookup_member(&pid, "tasks", NULL) + PID_KIND_PROCESS * LIST_HEAD_SIZE;
	layout->task_link =
	    btf_lookup_member(&task, "pid_links", NULL) + PID_KIND_PROCESS * LIST_LINK_SIZE;
	layout->leader = btf_lookup_member(&task, "group_leader", NULL);
	layout->command = btf_lookup_member(&task, "comm", NULL);
}

static void read_iterators(struct hybrid_layout *layout, const struct btf *btf, char *missing)
{
	struct btf_lookup iterator = btf_lookup_type(btf, "iov_iter", BTF_KIND_STRUCT, missing);

	layout->iterator_kind = btf_lookup_member(&iterator, "iter_type", NULL);
	layout->iterator_offset = btf_lookup_member(&iterator, "iov_offset", NULL);
	layout->iterator_pieces = btf_lookup_member(&iterator, "__iov", "iov");
	layout->iterator_buffer = btf_lookup_member(&iterator, "ubuf", NULL);
	layout->kind_buffer = iterator_kind(btf, "ITER_UBUF");
	layout->kind_pieces = iterator_kind(btf, "ITER_IOVEC");
	layout->kind_kernel_pieces = iterator_kind(btf, "ITER_KVEC");
	if (layout->kind_pieces == NOTHING && !*missing)
		snprintf(missing, BPF_TAP_ERROR_MAX, "iter_type.ITER_IOVEC");
}

static bool has_function(const struct btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

static void check_functions(const struct btf *btf, char *missing)
{
	static const char *const functions[] = {
	    "security_unix_stream_connect",
	    "unix_stream_connect",
	    "skb_copy_datagram_from_iter",
	    "unix_shutdown",
	    "unix_release",
	    "unix_sock_destructor",
	};

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (!*missing && !has_function(btf, functions[i]))
			snprintf(missing, BPF_TAP_ERROR_MAX, "function %s", functions[i]);
}

enum bpf_tap_result hybrid_layout_read(struct hybrid_layout *layout,
				       struct hybrid_functions *functions, const char *folder,
				       char error[static BPF_TAP_ERROR_MAX])
{
	char missing[BPF_TAP_ERROR_MAX] = "";
	struct btf *kernel = btf_lookup_kernel(folder, error);

	if (!kernel)
		return BPF_TAP_NO_KERNEL;
	*layout = (struct hybrid_layout){0};
	check_functions(kernel, missing);
	read_sockets(layout, kernel, missing);
	read_files(layout, kernel, missing);
	read_processes(layout, kernel, missing);
	read_iterators(layout, kernel, missing);
	functions->splice = has_function(kernel, HYBRID_FUNCTION_SPLICE);
	functions->page = has_function(kernel, HYBRID_FUNCTION_PAGE);
	btf__free(kernel);
	if (!*missing)
		return BPF_TAP_OK;
	snprintf(error, BPF_TAP_ERROR_MAX,
		 "UNIX sockets cannot be watched on this kernel: it has no %.128s", missing);
	return BPF_TAP_NO_KERNEL;
}
