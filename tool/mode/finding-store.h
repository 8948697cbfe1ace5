/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings that are kept until their flow, or all of them, are shown.
 *
 * Bounded: each class has separate room, so that no flood of harmless findings keeps out the one
 * that matters. Findings that do not fit are counted.
 */
#ifndef VSOCKDUMP_MODE_FINDING_STORE_H
#define VSOCKDUMP_MODE_FINDING_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "core/finding.h"

/* Findings kept of each class; all of them take 7 MB. */
#define FINDING_STORE_CLASS_MAX 32768

struct kept_finding;

/* All zeroes: an empty store. */
struct finding_store {
	struct kept_finding *kept;
	uint32_t *index;   /* by flow, as many as kept has room for */
	uint32_t capacity; /* a power of two, or 0 */
	uint32_t used;     /* slots that were ever used */
	uint32_t free;     /* first slot free again, plus 1 */
	uint32_t count[VSOCK_CLASSES];
	uint64_t dropped; /* found no room */
};

void finding_store_free(struct finding_store *store);

/* A finding with `update` only corrects the amount of the one that is kept. */
void finding_store_add(struct finding_store *store, const struct vsock_finding *finding);

uint32_t finding_store_count(const struct finding_store *store);

/*
 * The findings of a flow, oldest first: NULL for `after` gives the first, NULL is returned behind
 * the last. VSOCK_NO_FLOW has no findings. Pointers are valid until the store changes.
 */
const struct vsock_finding *finding_store_next(const struct finding_store *store, uint64_t flow,
					       const struct vsock_finding *after);

/* The flow's findings are not needed any more. */
void finding_store_forget(struct finding_store *store, uint64_t flow);

/*
 * All of them, the worst class first, then by flow (those without one last), then as they came: an
 * array of finding_store_count() pointers, to be freed. NULL without memory.
 */
const struct vsock_finding **finding_store_worst_first(const struct finding_store *store);

/*
 * The same, but with those side by side that say the same of the same server; and how many of an
 * array, which is not empty, are like its first.
 */
const struct vsock_finding **finding_store_alike(const struct finding_store *store);
uint32_t findings_alike(const struct vsock_finding *const *all, uint32_t count);

#endif
