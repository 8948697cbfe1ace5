/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Loads programs and attaches them to functions of the kernel, in the first way that works for all
 * of them:
 *
 * 1. kprobe.multi takes the fewest rights, but older kernels lack it.
 * 2. kprobe needs more rights on systems that restrict perf events.
 * 3. fentry needs CAP_SYS_ADMIN for a function of a module, since libbpf then looks into the types
 *    of all modules. On a kernel that may interrupt itself it can miss a call, which the others
 *    cannot, and attachment_misses() counts that.
 *
 * Programs that need both the arguments and the result of a function only work with fentry. For
 * functions of the kernel itself it takes no more rights than kprobe.multi.
 */
#ifndef VSOCK_LIB_BPF_TAP_ATTACH_H
#define VSOCK_LIB_BPF_TAP_ATTACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bpf-tap/bpf-tap.h"

struct bpf_link;
struct bpf_object;

/* The object file has NAME_kprobe_multi, NAME_kprobe, and NAME_fentry if that is tried. */
struct attach_point {
	const char *name;
	const char *function;
	bool at_return;
};

#define ATTACH_POINTS_MAX 8

struct attach_plan {
	const unsigned char *program; /* an object file */
	size_t program_size;
	const struct attach_point *points;
	size_t count;
	bool with_fentry; /* no point is at the return of a function */
	bool only_fentry; /* the programs say what they are attached to */
	/* Sets constants and sizes before the programs are loaded. Returns 0 or errno. */
	int (*configure)(struct bpf_object *object, const void *context);
	const void *context;
};

struct attachment {
	const char *way;
	struct bpf_object *object;
	struct bpf_link *links[ATTACH_POINTS_MAX];
	int facts[ATTACH_POINTS_MAX]; /* what the kernel says of the programs; 0: not open */
};

/* On failure returns the reason, with a message in `error`. Detach in any case. */
enum bpf_tap_result attach(struct attachment *attachment, const struct attach_plan *plan,
			   char error[static BPF_TAP_ERROR_MAX]);
void detach(struct attachment *attachment);

/*
 * How often the kernel did not call the programs of these points, because it had interrupted the
 * same program on the same processor. It happens only with fentry. Takes no rights, and reads a
 * file that is open already.
 */
uint64_t attachment_misses(const struct attachment *attachment, size_t first, size_t count);

/* The number of entries of a map, before the programs are loaded. Returns 0 or errno. */
int attach_set_entries(struct bpf_object *object, const char *map, uint32_t entries);

/* The constants of the program, which are in the section ".rodata.config". Returns 0 or errno. */
int attach_set_constants(struct bpf_object *object, const void *constants, size_t size);

/* Memory that the program and the process share: a map of one entry. NULL with errno. */
void *attach_share(const struct attachment *attachment, const char *map, size_t size);
void attach_unshare(void *shared, size_t size);

#endif
