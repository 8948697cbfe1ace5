/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps findings until their flow, or all of them, are shown.
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

/* All zeros: an empty store. */
struct finding_store {
	struct kept_finding *kept;
	uint32_t *index;   /* by flow; as many entries as `kept` has room for */
	uint32_t capacity; /* a power of two, or 0 */
	uint32_t used;     /* slots that were ever used */
	uint32_t free;     /* first slot that is free again, plus 1 */
	uint32_t count[VSOCK_CLASSES];
	uint64_t dropped; /* not kept, for lack of room */
};

void finding_store_free(struct finding_store *store);

/* Adds a finding. With `update`, it only corrects the amount of the one that is kept. */
void finding_store_add(struct finding_store *store, const struct vsock_finding *finding);

uint32_t finding_store_count(const struct finding_store *store);

/*
 * The findings of a flow, oldest first: NULL for `after` gives the first, NULL is returned behind
 * the last. VSOCK_NO_FLOW has no findings. Pointers are valid until the store changes.
 */
const struct vsock_finding *finding_store_next(const struct finding_store *store, uint64_t flow,
					       const struct vsock_finding *after);

/* Removes the flow's findings. */
void finding_store_forget(struct finding_store *store, uint64_t flow);

/*
 * All findings, sorted: the worst class first, then by flow (no flow comes last), then by arrival.
 * The result is an array of finding_store_count() pointers, which the caller frees. NULL without
 * memory.
 */
const struct vsock_finding **finding_store_worst_first(const struct finding_store *store);

/*
 * The first function does the same, but puts findings together that say the same about the same
 * server. The second counts how many at the start of an array are like its first. The array is not
 * empty.
 */
const struct vsock_finding **finding_store_alike(const struct finding_store *store);
uint32_t findings_alike(const struct vsock_finding *const *all, uint32_t count);

#endif
