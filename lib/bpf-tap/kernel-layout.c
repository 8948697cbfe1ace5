/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/bpf-tap/kernel-layout.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#define PATH_MAX_BYTES 256

static struct btf *load(const char *folder, const char *name, struct btf *base)
{
	char path[PATH_MAX_BYTES];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return base ? btf__parse_raw_split(path, base) : btf__parse_raw(path);
}

/* Names for a member that changed its name. */
struct names {
	const char *now;
	const char *before; /* or NULL */
};

static bool is_named(const struct btf *btf, const struct btf_member *member, struct names names)
{
	const char *name = btf__name_by_offset(btf, member->name_off);

	return strcmp(name, names.now) == 0 || (names.before && strcmp(name, names.before) == 0);
}

/* The type that a typedef or a const names in the end; NULL for void. */
static const struct btf_type *resolve(const struct btf *btf, uint32_t id)
{
	const int resolved = btf__resolve_type(btf, id);

	return resolved > 0 ? btf__type_by_id(btf, (uint32_t)resolved) : NULL;
}

/* Structures are not nested deeper than this where we look. */
#define DEPTH_MAX 6

/*
 * Looks for a member, also in structures and unions without a name, which have no depth for C. Sets
 * *offset to its place in bytes.
 */
static bool find_member(const struct btf *btf, const struct btf_type *type, struct names names,
			uint32_t *offset, int depth)
{
	const struct btf_member *members = btf_members(type);

	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		const uint32_t at = btf_member_bit_offset(type, i) / 8;
		const struct btf_type *inner;

		if (is_named(btf, &members[i], names)) {
			*offset = at;
			return true;
		}
		if (depth == DEPTH_MAX || *btf__name_by_offset(btf, members[i].name_off))
			continue;
		inner = resolve(btf, members[i].type);
		if (inner && btf_is_composite(inner) &&
		    find_member(btf, inner, names, offset, depth + 1)) {
			*offset += at;
			return true;
		}
	}
	return false;
}

/* A structure of the kernel, and the place for what is not found in it. */
struct lookup {
	const struct btf *btf;
	const struct btf_type *type; /* NULL: not found */
	const char *name;
	char *missing;
};

static void note_missing(struct lookup *lookup, const char *member)
{
	if (!*lookup->missing)
		snprintf(lookup->missing, BPF_TAP_ERROR_MAX, "%s%s%s", lookup->name,
			 *member ? "." : "", member);
}

static struct lookup find_type(const struct btf *btf, const char *name, uint32_t kind,
			       char *missing)
{
	const int id = btf__find_by_name_kind(btf, name, kind);
	struct lookup lookup = {.btf = btf, .name = name, .missing = missing};

	if (id > 0)
		lookup.type = resolve(btf, (uint32_t)id);
	if (!lookup.type)
		note_missing(&lookup, "");
	return lookup;
}

static uint32_t member(struct lookup *lookup, const char *now, const char *before)
{
	uint32_t offset = 0;

	if (lookup->type &&
	    !find_member(lookup->btf, lookup->type, (struct names){now, before}, &offset, 0))
		note_missing(lookup, now);
	return offset;
}

static uint32_t optional_member(const struct lookup *lookup, const char *name, uint32_t base)
{
	uint32_t offset;

	if (!lookup->type ||
	    !find_member(lookup->btf, lookup->type, (struct names){name, NULL}, &offset, 0))
		return 0;
	return base + offset;
}

/* `btf`: of the module, with all types of the kernel. */
static void read_layout(struct tap_layout *layout, const struct btf *btf, char *missing)
{
	struct lookup skb = find_type(btf, "sk_buff", BTF_KIND_STRUCT, missing);
	struct lookup mark = find_type(btf, "virtio_vsock_skb_cb", BTF_KIND_STRUCT, missing);
	struct lookup shared = find_type(btf, "skb_shared_info", BTF_KIND_STRUCT, missing);
	struct lookup fragment = find_type(btf, "skb_frag_t", BTF_KIND_TYPEDEF, missing);
	struct lookup page = find_type(btf, "page", BTF_KIND_STRUCT, missing);
	const uint32_t marks = member(&skb, "cb", NULL);

	*layout = (struct tap_layout){
	    .head = member(&skb, "head", NULL),
	    .data = member(&skb, "data", NULL),
	    .length = member(&skb, "len", NULL),
	    .data_length = member(&skb, "data_len", NULL),
	    .end = member(&skb, "end", NULL),
	    .delivered = marks + member(&mark, "tap_delivered", NULL),
	    .offset = optional_member(&mark, "offset", marks),
	    .fragment_count = member(&shared, "nr_frags", NULL),
	    .fragments = member(&shared, "frags", NULL),
	    .fragment_size = fragment.type ? fragment.type->size : 0,
	    .fragment_page = member(&fragment, "netmem", "bv_page"),
	    .fragment_length = member(&fragment, "len", "bv_len"),
	    .fragment_offset = member(&fragment, "offset", "bv_offset"),
	    .page_size = page.type ? page.type->size : 0,
	};
}

/* The structure that the first argument points to; "" for any other argument. */
static const char *argument_name(const struct btf *btf, const struct btf_type *function)
{
	const struct btf_type *prototype = btf__type_by_id(btf, function->type);
	const struct btf_type *type = NULL;

	if (prototype && btf_is_func_proto(prototype) && btf_vlen(prototype) > 0)
		type = resolve(btf, btf_params(prototype)[0].type);
	type = type && btf_is_ptr(type) ? resolve(btf, type->type) : NULL;
	return type && btf_is_struct(type) ? btf__name_by_offset(btf, type->name_off) : "";
}

static enum bpf_tap_result check_function(const struct btf *btf, char *error)
{
	const int id = btf__find_by_name_kind(btf, TAP_FUNCTION, BTF_KIND_FUNC);
	const char *argument;

	if (id < 0) {
		snprintf(error, BPF_TAP_ERROR_MAX,
			 "no module is loaded that carries vsock packets");
		return BPF_TAP_NO_TRANSPORT;
	}
	argument = argument_name(btf, btf__type_by_id(btf, (uint32_t)id));
	if (strcmp(argument, "sk_buff") == 0)
		return BPF_TAP_OK;
	snprintf(error, BPF_TAP_ERROR_MAX,
		 "this kernel is too old for the BPF tap: " TAP_FUNCTION "() gets %s%.64s. "
		 "Linux 6.3 and 6.1.63 changed it to struct sk_buff",
		 *argument ? "struct " : "something else", argument);
	return BPF_TAP_NO_KERNEL;
}

enum bpf_tap_result kernel_layout_read(struct tap_layout *layout, const char *folder,
				       char error[static BPF_TAP_ERROR_MAX])
{
	char missing[BPF_TAP_ERROR_MAX] = "";
	struct btf *kernel = load(folder, "vmlinux", NULL);
	struct btf *module;
	enum bpf_tap_result result;

	if (!kernel) {
		snprintf(error, BPF_TAP_ERROR_MAX,
			 "cannot read %.128s/vmlinux: %s. The BPF tap needs a kernel that "
			 "describes its types (CONFIG_DEBUG_INFO_BTF)",
			 folder, strerror(errno));
		return BPF_TAP_NO_KERNEL;
	}
	/* If the kernel has the function itself, there is no such file. */
	module = load(folder, TAP_MODULE, kernel);
	result = check_function(module ? module : kernel, error);
	if (result == BPF_TAP_OK) {
		read_layout(layout, module ? module : kernel, missing);
		if (*missing) {
			snprintf(error, BPF_TAP_ERROR_MAX,
				 "the BPF tap does not know this kernel: it has no %.128s",
				 missing);
			result = BPF_TAP_NO_KERNEL;
		}
	}
	btf__free(module);
	btf__free(kernel);
	return result;
}
