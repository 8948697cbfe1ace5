/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/cause.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 16

void diagnosis_free(struct diagnosis *diagnosis)
{
	for (uint32_t i = 0; i < diagnosis->count; i++)
		free(diagnosis->sorted[i]);
	free(diagnosis->sorted);
	endpoints_free(&diagnosis->endpoints);
	*diagnosis = (struct diagnosis){0};
}

/* What is not named here is how a device behaves. */
static enum group_scope scope_of(enum vsock_finding_code code)
{
	switch (code) {
	case VSOCK_FINDING_REFUSED:
	case VSOCK_FINDING_CONNECT_TIMEOUT:
	case VSOCK_FINDING_SLOW_HANDSHAKE:
	case VSOCK_FINDING_SENDER_SILENT:
	case VSOCK_FINDING_CREDIT_STALL:
	case VSOCK_FINDING_BUFFER_SHRANK:
	case VSOCK_FINDING_BUFFER_ZERO:
	case VSOCK_FINDING_MESSAGE_TOO_BIG:
	case VSOCK_FINDING_RESET:
	case VSOCK_FINDING_OVERFLOW_RESET:
	case VSOCK_FINDING_UNREAD_DATA:
	case VSOCK_FINDING_FORCED_CLOSE:
	case VSOCK_FINDING_CLOSE_UNANSWERED:
	case VSOCK_FINDING_DATA_AFTER_PEER_SHUTDOWN:
	case VSOCK_FINDING_DATA_AFTER_END:
	case VSOCK_FINDING_MESSAGE_CUT:
		return SCOPE_SERVICE;
	case VSOCK_FINDING_CAPTURE_LOSS:
	case VSOCK_FINDING_PAYLOAD_MISSING:
		return SCOPE_CAPTURE;
	default:
		return SCOPE_DEVICE;
	}
}

/* The device to blame: that of whom the finding is about, or of who does not answer it. */
static uint32_t device_of(const struct vsock_finding *f)
{
	bool client = f->about == VSOCK_CLIENT;

	if (f->code == VSOCK_FINDING_CREDIT_REQUEST_UNANSWERED)
		client = !client;
	return client ? f->client_cid : f->server_cid;
}

/* What the finding has in common with others of its group. */
static struct diagnosis_group key_of(const struct vsock_finding *f)
{
	struct diagnosis_group key = {
	    .scope = scope_of((enum vsock_finding_code)f->code),
	    .code = (enum vsock_finding_code)f->code,
	    .class = (enum vsock_class)f->class,
	};

	if (key.scope == SCOPE_DEVICE)
		key.cid = device_of(f);
	if (key.scope != SCOPE_SERVICE)
		return key;
	key.about = (enum vsock_side)f->about;
	key.detail = f->detail;
	/* A port may have a socket of one type and none of another. */
	key.type = f->code == VSOCK_FINDING_REFUSED ? f->type : 0;
	key.cid = f->server_cid;
	key.port = f->server_port;
	return key;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_keys(const struct diagnosis_group *a, const struct diagnosis_group *b)
{
	const uint32_t x[] = {a->code, a->class, a->about, a->detail, a->type, a->cid, a->port};
	const uint32_t y[] = {b->code, b->class, b->about, b->detail, b->type, b->cid, b->port};
	int order = 0;

	for (size_t i = 0; i < sizeof(x) / sizeof(x[0]) && order == 0; i++)
		order = compare(x[i], y[i]);
	return order;
}

/* Where the group is, or would be. */
static uint32_t place(const struct diagnosis *diagnosis, const struct diagnosis_group *key)
{
	uint32_t low = 0;
	uint32_t high = diagnosis->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare_keys(diagnosis->sorted[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool make_room(struct diagnosis *diagnosis, enum vsock_class class)
{
	uint32_t capacity = diagnosis->capacity ? diagnosis->capacity * 2 : FIRST_CAPACITY;
	struct diagnosis_group **sorted;

	if (diagnosis->class_count[class] == DIAGNOSIS_CLASS_GROUPS)
		return false;
	if (diagnosis->count < diagnosis->capacity)
		return true;
	sorted = realloc(diagnosis->sorted, capacity * sizeof(struct diagnosis_group *));
	if (!sorted)
		return false;
	diagnosis->sorted = sorted;
	diagnosis->capacity = capacity;
	return true;
}

/* A new group, or NULL. */
static struct diagnosis_group *insert(struct diagnosis *diagnosis, uint32_t i,
				      const struct diagnosis_group *key,
				      const struct vsock_finding *finding)
{
	struct diagnosis_group *group;
	struct diagnosis_group **slot;

	if (!make_room(diagnosis, key->class))
		return NULL;
	group = malloc(sizeof(*group));
	if (!group)
		return NULL;
	*group = *key;
	group->example = *finding;
	group->first_ts = finding->ts;
	slot = &diagnosis->sorted[i];
	memmove(slot + 1, slot, (diagnosis->count - i) * sizeof(struct diagnosis_group *));
	*slot = group;
	diagnosis->count++;
	diagnosis->class_count[key->class]++;
	return group;
}

static void add_client(struct diagnosis_group *group, uint32_t cid)
{
	for (uint32_t i = 0; i < group->client_count; i++)
		if (group->clients[i] == cid)
			return;
	if (group->client_count == GROUP_CLIENTS)
		group->more_clients = true;
	else
		group->clients[group->client_count++] = cid;
}

static void take(struct diagnosis_group *group, const struct vsock_finding *finding)
{
	group->count++;
	if (finding->flow) {
		if (group->connections < GROUP_FLOWS)
			group->flows[group->connections] = finding->flow;
		group->connections++;
		add_client(group, finding->client_cid);
	}
	if (finding->amount > group->most)
		group->most = finding->amount;
	if (finding->ts < group->first_ts)
		group->first_ts = finding->ts;
	if (finding->ts > group->last_ts)
		group->last_ts = finding->ts;
}

void diagnosis_add(struct diagnosis *diagnosis, const struct vsock_finding *finding)
{
	struct diagnosis_group key = key_of(finding);
	uint32_t i = place(diagnosis, &key);
	struct diagnosis_group *group = NULL;

	diagnosis->findings[finding->class]++;
	if (i < diagnosis->count && compare_keys(diagnosis->sorted[i], &key) == 0)
		group = diagnosis->sorted[i];
	else
		group = insert(diagnosis, i, &key, finding);
	if (group)
		take(group, finding);
	else
		diagnosis->left_out++;
}

void diagnosis_count(struct diagnosis_totals *totals, const struct vsock_flow *flow)
{
	totals->connections++;
	totals->healthy += flow->reported == 0;
	totals->bytes += flow->side[VSOCK_CLIENT].bytes + flow->side[VSOCK_SERVER].bytes;
}

bool diagnosis_unhealthy(const struct diagnosis *diagnosis)
{
	return diagnosis->findings[VSOCK_SUSPICIOUS] > 0 || diagnosis->findings[VSOCK_CERTAIN] > 0;
}

static int worst_first(const void *a, const void *b)
{
	const struct diagnosis_group *x = *(const struct diagnosis_group *const *)a;
	const struct diagnosis_group *y = *(const struct diagnosis_group *const *)b;
	int order = compare(y->class, x->class);

	if (order == 0)
		order = compare(y->count, x->count);
	if (order == 0)
		order = compare(x->first_ts, y->first_ts);
	return order != 0 ? order : compare_keys(x, y);
}

const struct diagnosis_group **diagnosis_worst_first(const struct diagnosis *diagnosis)
{
	/* One more than needed: an empty list is no lack of memory. */
	const struct diagnosis_group **all = calloc((size_t)diagnosis->count + 1, sizeof(*all));

	for (uint32_t i = 0; all && i < diagnosis->count; i++)
		all[i] = diagnosis->sorted[i];
	if (all)
		qsort(all, diagnosis->count, sizeof(*all), worst_first);
	return all;
}
