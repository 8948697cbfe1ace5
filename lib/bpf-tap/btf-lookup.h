/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finds types and members in the kernel's description of its types (BTF). The first that is missing
 * is noted, so that a caller may look for all and then check once.
 */
#ifndef VSOCK_LIB_BPF_TAP_BTF_LOOKUP_H
#define VSOCK_LIB_BPF_TAP_BTF_LOOKUP_H

#include <stdint.h>

#include "lib/bpf-tap/bpf-tap.h"

struct btf;
struct btf_type;

/*
 * The file `name` of a folder such as /sys/kernel/btf: the kernel itself, or with `base` a module.
 * NULL with errno if it cannot be read.
 */
struct btf *btf_lookup_load(const char *folder, const char *name, struct btf *base);

/* The same for "vmlinux", with a message in `error` after a failure. */
struct btf *btf_lookup_kernel(const char *folder, char error[static BPF_TAP_ERROR_MAX]);

/* A structure of the kernel, and the place for what is not found in it. */
struct btf_lookup {
	const struct btf *btf;
	const struct btf_type *type; /* NULL: not found */
	const char *name;
	char *missing; /* BPF_TAP_ERROR_MAX bytes; "" while nothing is missing */
};

struct btf_lookup btf_lookup_type(const struct btf *btf, const char *name, uint32_t kind,
				  char *missing);

/*
 * The place of a member in bytes, also of one in structures and unions without a name. `before` is
 * an earlier name of it, or NULL.
 */
uint32_t btf_lookup_member(struct btf_lookup *lookup, const char *now, const char *before);

/* The same, but it may be missing: then 0, and otherwise `base` and its place. */
uint32_t btf_lookup_optional(const struct btf_lookup *lookup, const char *name, uint32_t base);

/* The structure that the function's first argument points to; "" for any other argument. */
const char *btf_lookup_argument(const struct btf *btf, const struct btf_type *function);

#endif
