/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings are in one array, which grows. An index by flow number chains those that share a bucket,
 * in the order of arrival. Links are slots plus 1, so that 0 is no link.
 */
#include "tool/mode/finding-store.h"

#include <stdbool.h>
#include <stdlib.h>

#define FIRST_CAPACITY 64

struct kept_finding {
	struct vsock_finding finding; /* code 0: the slot is free */
	uint32_t next;
};

void finding_store_free(struct finding_store *store)
{
	free(store->kept);
	free(store->index);
	*store = (struct finding_store){0};
}

uint32_t finding_store_count(const struct finding_store *store)
{
	uint32_t count = 0;

	for (int i = 0; i < VSOCK_CLASSES; i++)
		count += store->count[i];
	return count;
}

static uint32_t *bucket(const struct finding_store *store, uint64_t flow)
{
	return &store->index[flow & (store->capacity - 1)];
}

/* Findings without a flow are in no chain: nobody looks for them, and there could be many. */
static void chain(struct finding_store *store, uint32_t slot)
{
	struct kept_finding *kept = &store->kept[slot];
	uint32_t *link;

	kept->next = 0;
	if (kept->finding.flow == VSOCK_NO_FLOW)
		return;
	for (link = bucket(store, kept->finding.flow); *link; link = &store->kept[*link - 1].next)
		;
	*link = slot + 1;
}

/* Moves the findings of a smaller index to new chains, in their order. */
static void chain_all(struct finding_store *store, const uint32_t *index, uint32_t buckets)
{
	for (uint32_t i = 0; i < buckets; i++) {
		uint32_t link = index[i];

		while (link) {
			uint32_t slot = link - 1;

			link = store->kept[slot].next;
			chain(store, slot);
		}
	}
}

static bool grow(struct finding_store *store)
{
	uint32_t before = store->capacity;
	uint32_t capacity = before ? before * 2 : FIRST_CAPACITY;
	uint32_t *old = store->index;
	uint32_t *index = calloc(capacity, sizeof(*index));
	struct kept_finding *kept = realloc(store->kept, capacity * sizeof(*kept));

	if (kept)
		store->kept = kept;
	if (!index || !kept) {
		free(index);
		return false;
	}
	store->index = index;
	store->capacity = capacity;
	chain_all(store, old, before);
	free(old);
	return true;
}

/* The kept finding of this flow and code, or NULL. */
static struct vsock_finding *find_kept(const struct finding_store *store,
				       const struct vsock_finding *finding)
{
	const struct vsock_finding *kept = NULL;

	while ((kept = finding_store_next(store, finding->flow, kept)))
		if (kept->code == finding->code)
			return (struct vsock_finding *)(uintptr_t)kept;
	return NULL;
}

void finding_store_add(struct finding_store *store, const struct vsock_finding *finding)
{
	uint32_t *count = &store->count[finding->severity];
	uint32_t slot = store->free;

	if (finding->update) {
		struct vsock_finding *kept = find_kept(store, finding);

		if (kept)
			kept->amount = finding->amount;
		return;
	}
	if (*count == FINDING_STORE_CLASS_MAX ||
	    (!slot && store->used == store->capacity && !grow(store))) {
		store->dropped++;
		return;
	}
	if (slot)
		store->free = store->kept[--slot].next;
	else
		slot = store->used++;
	store->kept[slot].finding = *finding;
	chain(store, slot);
	(*count)++;
}

/* The finding is a kept one's first member. */
static const struct kept_finding *kept_of(const struct vsock_finding *finding)
{
	return (const struct kept_finding *)finding;
}

const struct vsock_finding *finding_store_next(const struct finding_store *store, uint64_t flow,
					       const struct vsock_finding *after)
{
	uint32_t link = 0;

	if (after)
		link = kept_of(after)->next;
	else if (flow != VSOCK_NO_FLOW && store->capacity)
		link = *bucket(store, flow);
	while (link && store->kept[link - 1].finding.flow != flow)
		link = store->kept[link - 1].next;
	return link ? &store->kept[link - 1].finding : NULL;
}

void finding_store_forget(struct finding_store *store, uint64_t flow)
{
	uint32_t *link;

	if (flow == VSOCK_NO_FLOW || !store->capacity)
		return;
	link = bucket(store, flow);
	while (*link) {
		uint32_t slot = *link - 1;
		struct kept_finding *kept = &store->kept[slot];

		if (kept->finding.flow != flow) {
			link = &kept->next;
			continue;
		}
		*link = kept->next;
		store->count[kept->finding.severity]--;
		kept->finding.code = 0;
		kept->next = store->free;
		store->free = slot + 1;
	}
}

/* VSOCK_NO_FLOW is the highest number, so it comes last. */
static int by_flow(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int worst_first(const void *a, const void *b)
{
	const struct vsock_finding *x = *(const struct vsock_finding *const *)a;
	const struct vsock_finding *y = *(const struct vsock_finding *const *)b;

	if (x->severity != y->severity)
		return y->severity - x->severity;
	if (x->flow != y->flow)
		return by_flow(x->flow, y->flow);
	if (x->ts != y->ts)
		return x->ts > y->ts ? 1 : -1;
	return (int)x->code - (int)y->code;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Compares what the findings say, and about which server, but not about which flow. */
static int compare_kind(const struct vsock_finding *x, const struct vsock_finding *y)
{
	if (x->severity != y->severity)
		return y->severity - x->severity;
	if (x->code != y->code)
		return (int)x->code - (int)y->code;
	if (x->detail != y->detail)
		return (int)x->detail - (int)y->detail;
	if (x->about != y->about)
		return (int)x->about - (int)y->about;
	if ((x->flow == VSOCK_NO_FLOW) != (y->flow == VSOCK_NO_FLOW))
		return x->flow == VSOCK_NO_FLOW ? 1 : -1;
	if (x->server_cid != y->server_cid)
		return compare_numbers(x->server_cid, y->server_cid);
	return compare_numbers(x->server_port, y->server_port);
}

static int alike_together(const void *a, const void *b)
{
	int order = compare_kind(*(const struct vsock_finding *const *)a,
				 *(const struct vsock_finding *const *)b);

	return order ? order : worst_first(a, b);
}

uint32_t findings_alike(const struct vsock_finding *const *all, uint32_t count)
{
	uint32_t alike = 1;

	while (alike < count && compare_kind(all[0], all[alike]) == 0)
		alike++;
	return alike;
}

static const struct vsock_finding **sort_findings(const struct finding_store *store,
						  int (*compare)(const void *, const void *))
{
	uint32_t count = finding_store_count(store);
	const struct vsock_finding **all = calloc((size_t)count + 1, sizeof(*all));
	uint32_t n = 0;

	for (uint32_t slot = 0; all && slot < store->used; slot++)
		if (store->kept[slot].finding.code)
			all[n++] = &store->kept[slot].finding;
	if (all)
		qsort(all, n, sizeof(*all), compare);
	return all;
}

const struct vsock_finding **finding_store_worst_first(const struct finding_store *store)
{
	return sort_findings(store, worst_first);
}

const struct vsock_finding **finding_store_alike(const struct finding_store *store)
{
	return sort_findings(store, alike_together);
}
