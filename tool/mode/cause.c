/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/cause.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 16

void causes_free(struct causes *causes)
{
	for (uint32_t i = 0; i < causes->count; i++)
		free(causes->sorted[i]);
	free(causes->sorted);
	endpoints_free(&causes->endpoints);
	inside_free(causes->inside);
	*causes = (struct causes){0};
}

static bool is_device(enum vsock_scope scope)
{
	return scope == VSOCK_SCOPE_DEVICE || scope == VSOCK_SCOPE_PEER_DEVICE;
}

static uint32_t device_of(const struct vsock_finding *f, enum vsock_scope scope)
{
	bool client = f->about == VSOCK_CLIENT;

	if (scope == VSOCK_SCOPE_PEER_DEVICE)
		client = !client;
	return client ? f->client_cid : f->server_cid;
}

/* Gives what the finding has in common with others of its cause. */
static struct cause key_of(const struct vsock_finding *f)
{
	struct cause key = {
	    .scope = vsock_finding_scope((enum vsock_finding_code)f->code),
	    .code = (enum vsock_finding_code)f->code,
	    .severity = (enum vsock_class)f->severity,
	    .detail = f->detail,
	};

	if (is_device(key.scope))
		key.cid = device_of(f, key.scope);
	if (key.scope != VSOCK_SCOPE_SERVICE)
		return key;
	key.about = (enum vsock_side)f->about;
	/* A port may have a socket of one type only. */
	key.type = f->code == VSOCK_FINDING_REFUSED ? f->type : 0;
	key.cid = f->server_cid;
	key.port = f->server_port;
	return key;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_keys(const struct cause *a, const struct cause *b)
{
	const uint32_t x[] = {a->code, a->severity, a->about, a->detail, a->type, a->cid, a->port};
	const uint32_t y[] = {b->code, b->severity, b->about, b->detail, b->type, b->cid, b->port};
	int order = 0;

	for (size_t i = 0; i < sizeof(x) / sizeof(x[0]) && order == 0; i++)
		order = compare(x[i], y[i]);
	return order;
}

/* The place of the cause, even if it does not exist yet. */
static uint32_t place(const struct causes *causes, const struct cause *key)
{
	uint32_t low = 0;
	uint32_t high = causes->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare_keys(causes->sorted[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool make_room(struct causes *causes, enum vsock_class severity)
{
	uint32_t capacity = causes->capacity ? causes->capacity * 2 : FIRST_CAPACITY;
	struct cause **sorted;

	if (causes->class_count[severity] == CAUSES_OF_CLASS)
		return false;
	if (causes->count < causes->capacity)
		return true;
	sorted = realloc(causes->sorted, capacity * sizeof(struct cause *));
	if (!sorted)
		return false;
	causes->sorted = sorted;
	causes->capacity = capacity;
	return true;
}

/* Adds a cause. NULL if there is no room or memory. */
static struct cause *insert(struct causes *causes, uint32_t i, const struct cause *key,
			    const struct vsock_finding *finding)
{
	struct cause *cause;
	struct cause **slot;

	if (!make_room(causes, key->severity))
		return NULL;
	cause = malloc(sizeof(*cause));
	if (!cause)
		return NULL;
	*cause = *key;
	cause->example = *finding;
	cause->first_ts = finding->ts;
	slot = &causes->sorted[i];
	memmove(slot + 1, slot, (causes->count - i) * sizeof(struct cause *));
	*slot = cause;
	causes->count++;
	causes->class_count[key->severity]++;
	return cause;
}

static void add_client(struct cause *cause, uint32_t cid)
{
	for (uint32_t i = 0; i < cause->client_count; i++)
		if (cause->clients[i] == cid)
			return;
	if (cause->client_count == CAUSE_CLIENTS)
		cause->more_clients = true;
	else
		cause->clients[cause->client_count++] = cid;
}

static void note(struct cause *cause, const struct vsock_finding *finding)
{
	cause->count++;
	if (finding->flow != VSOCK_NO_FLOW) {
		if (cause->connections < CAUSE_FLOWS)
			cause->flows[cause->connections] = finding->flow;
		cause->connections++;
		add_client(cause, finding->client_cid);
	}
	if (finding->amount > cause->most)
		cause->most = finding->amount;
	if (finding->ts < cause->first_ts)
		cause->first_ts = finding->ts;
	if (finding->ts > cause->last_ts)
		cause->last_ts = finding->ts;
}

struct cause *causes_add(struct causes *causes, const struct vsock_finding *finding)
{
	struct cause key = key_of(finding);
	uint32_t i = place(causes, &key);
	struct cause *cause = NULL;

	if (i < causes->count && compare_keys(causes->sorted[i], &key) == 0)
		cause = causes->sorted[i];
	if (finding->update) {
		if (cause && finding->amount > cause->most)
			cause->most = finding->amount;
		return cause;
	}
	causes->findings[finding->severity]++;
	if (!cause)
		cause = insert(causes, i, &key, finding);
	if (cause)
		note(cause, finding);
	else
		causes->left_out++;
	return cause;
}

void causes_note_host_sent(struct causes *causes, uint32_t guest)
{
	causes->heard_host[guest % CAUSE_GUESTS] = guest;
}

bool causes_host_sent_to(const struct causes *causes, uint32_t guest)
{
	return guest && causes->heard_host[guest % CAUSE_GUESTS] == guest;
}

void connection_totals_add(struct connection_totals *totals, const struct vsock_flow *flow)
{
	enum vsock_verdict verdict = vsock_flow_verdict(flow);
	enum vsock_side who;

	totals->connections++;
	totals->verdicts[verdict]++;
	if (verdict == VSOCK_WAITING)
		totals->waiting[vsock_flow_waiting(flow, &who)][who]++;
	totals->one_sided += vsock_flow_one_sided(flow);
	totals->bare += flow->bare;
	totals->twice += (flow->marks & VSOCK_FLOW_TWICE) != 0;
	totals->bytes += flow->side[VSOCK_CLIENT].bytes + flow->side[VSOCK_SERVER].bytes;
}

bool causes_have(const struct causes *causes, enum vsock_class least)
{
	for (int severity = (int)least; severity < VSOCK_CLASSES; severity++)
		if (causes->findings[severity] > 0)
			return true;
	return false;
}

bool causes_all_is_well(const struct causes *causes, const struct connection_totals *totals)
{
	return causes->count == 0 && totals->connections > 0 &&
	       totals->verdicts[VSOCK_HEALTHY] == totals->connections;
}

static int worst_first(const void *a, const void *b)
{
	const struct cause *x = *(const struct cause *const *)a;
	const struct cause *y = *(const struct cause *const *)b;
	int order = compare(y->severity, x->severity);

	if (order == 0)
		order = compare(y->count, x->count);
	if (order == 0)
		order = compare(x->first_ts, y->first_ts);
	return order != 0 ? order : compare_keys(x, y);
}

const struct cause **causes_worst_first(const struct causes *causes)
{
	/*
	 * One more than needed, because NULL for an empty list would mean that there is no memory.
	 */
	const struct cause **all = calloc((size_t)causes->count + 1, sizeof(*all));

	for (uint32_t i = 0; all && i < causes->count; i++)
		all[i] = causes->sorted[i];
	if (all)
		qsort(all, causes->count, sizeof(*all), worst_first);
	return all;
}

unsigned causes_newest(const struct causes *causes, enum vsock_class least, unsigned most,
		       const struct cause *newest[])
{
	unsigned count = 0;

	for (uint32_t i = 0; i < causes->count; i++) {
		const struct cause *cause = causes->sorted[i];
		unsigned at = count;

		while (at > 0 && newest[at - 1]->last_ts < cause->last_ts)
			at--;
		if (cause->severity < least || at == most)
			continue;
		count += count < most;
		memmove(newest + at + 1, newest + at, (count - at - 1) * sizeof(*newest));
		newest[at] = cause;
	}
	return count;
}
