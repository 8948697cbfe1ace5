/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/bpf-tap/btf-lookup.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#define PATH_MAX_BYTES 256

struct btf *btf_lookup_load(const char *folder, const char *name, struct btf *base)
{
	char path[PATH_MAX_BYTES];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return base ? btf__parse_raw_split(path, base) : btf__parse_raw(path);
}

struct btf *btf_lookup_kernel(const char *folder, char error[static BPF_TAP_ERROR_MAX])
{
	struct btf *kernel = btf_lookup_load(folder, "vmlinux", NULL);

	if (!kernel)
		snprintf(error, BPF_TAP_ERROR_MAX,
			 "cannot read %.128s/vmlinux: %s. The BPF tap needs a kernel that "
			 "describes its types (CONFIG_DEBUG_INFO_BTF)",
			 folder, strerror(errno));
	return kernel;
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

static void note_missing(struct btf_lookup *lookup, const char *member)
{
	if (!*lookup->missing)
		snprintf(lookup->missing, BPF_TAP_ERROR_MAX, "%s%s%s", lookup->name,
			 *member ? "." : "", member);
}

struct btf_lookup btf_lookup_type(const struct btf *btf, const char *name, uint32_t kind,
				  char *missing)
{
	const int id = btf__find_by_name_kind(btf, name, kind);
	struct btf_lookup lookup = {.btf = btf, .name = name, .missing = missing};

	if (id > 0)
		lookup.type = resolve(btf, (uint32_t)id);
	if (!lookup.type)
		note_missing(&lookup, "");
	return lookup;
}

uint32_t btf_lookup_member(struct btf_lookup *lookup, const char *now, const char *before)
{
	uint32_t offset = 0;

	if (lookup->type &&
	    !find_member(lookup->btf, lookup->type, (struct names){now, before}, &offset, 0))
		note_missing(lookup, now);
	return offset;
}

uint32_t btf_lookup_optional(const struct btf_lookup *lookup, const char *name, uint32_t base)
{
	uint32_t offset;

	if (!lookup->type ||
	    !find_member(lookup->btf, lookup->type, (struct names){name, NULL}, &offset, 0))
		return 0;
	return base + offset;
}

const char *btf_lookup_argument(const struct btf *btf, const struct btf_type *function)
{
	const struct btf_type *prototype = btf__type_by_id(btf, function->type);
	const struct btf_type *type = NULL;

	if (prototype && btf_is_func_proto(prototype) && btf_vlen(prototype) > 0)
		type = resolve(btf, btf_params(prototype)[0].type);
	type = type && btf_is_ptr(type) ? resolve(btf, type->type) : NULL;
	return type && btf_is_struct(type) ? btf__name_by_offset(btf, type->name_off) : "";
}
