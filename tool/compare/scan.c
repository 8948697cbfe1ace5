/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/compare/scan.h"

#include <stdlib.h>
#include <string.h>

#include "core/packet.h"
#include "core/wire.h"
#include "lib/capture-file/reader.h"
#include "tool/compare/fetch.h"

#define HEADS ((size_t)SCAN_SIGNS_MAX * 2)

/* A time that is so far from those before and after it is that of another connection. */
#define OUTLIER INT64_C(500000000)

#define NONE UINT32_MAX

/* A REQUEST of any client. No op has this value. */
#define KIND_ASKS 0x8000
/* The most of them to one server. */
#define ASKS_MAX 4096

/* Signs that are taken at once, so that their memory can be fetched in time. */
#define BATCH 32

/* A packet that opens or closes a connection. */
struct sign {
	uint32_t src_cid;
	uint32_t dst_cid;
	uint32_t src_port;
	uint32_t dst_port;
	uint32_t kind;     /* op, and flags of a SHUTDOWN */
	uint32_t again;    /* how many equal ones came before it in its file */
	uint32_t next;     /* of its hash */
	uint32_t count[2]; /* equal ones in each file; in the first of them */
	uint64_t ts[2];
};

struct batch {
	enum compare_file file;
	uint32_t count;
	struct sign wanted[BATCH];
	uint64_t ts[BATCH];
};

uint32_t scan_map(const struct flow_settings *settings, enum compare_file file, uint32_t cid)
{
	for (size_t i = 0; file == FILE_A && i < settings->map_count; i++)
		if (settings->map[i].from == cid)
			return settings->map[i].to;
	return cid;
}

static bool same_sign(const struct sign *a, const struct sign *b)
{
	return a->src_cid == b->src_cid && a->dst_cid == b->dst_cid && a->src_port == b->src_port &&
	       a->dst_port == b->dst_port && a->kind == b->kind && a->again == b->again;
}

static uint32_t hash_sign(const struct sign *sign)
{
	uint64_t hash = sign->src_port + ((uint64_t)sign->dst_port << 32);

	hash = (hash ^ sign->kind ^ ((uint64_t)sign->again << 40)) * UINT64_C(0x9e3779b97f4a7c15);
	hash ^= sign->src_cid + ((uint64_t)sign->dst_cid << 32);
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)((hash >> 32) % HEADS);
}

/* The place of its hash, which is needed soon. */
static void fetch_head(const struct scan *scan, const struct sign *sign)
{
	fetch_line(&scan->heads[hash_sign(sign)]);
}

static void fetch_sign(const struct scan *scan, const struct sign *sign)
{
	uint32_t i = scan->heads[hash_sign(sign)];

	if (i != NONE)
		fetch_lines(&scan->signs[i], sizeof(*sign));
}

/* Finds or adds a sign. NULL if there is no room. Chains are short, or the search ends. */
static struct sign *find_sign(struct scan *scan, const struct sign *wanted)
{
	uint32_t *head = &scan->heads[hash_sign(wanted)];
	struct sign *sign;
	int looks = 0;

	for (uint32_t i = *head; i != NONE; i = scan->signs[i].next, looks++) {
		if (same_sign(&scan->signs[i], wanted))
			return &scan->signs[i];
		if (looks == 32)
			return NULL;
	}
	if (scan->sign_count == SCAN_SIGNS_MAX)
		return NULL;
	sign = &scan->signs[scan->sign_count];
	*sign = *wanted;
	sign->next = *head;
	*head = scan->sign_count++;
	return sign;
}

static void add_sign(struct scan *scan, enum compare_file file, struct sign *wanted, uint64_t ts)
{
	struct sign *sign = find_sign(scan, wanted);

	if (!sign)
		return;
	wanted->again = sign->count[file]++;
	if (wanted->kind == KIND_ASKS && wanted->again >= ASKS_MAX)
		return;
	if (wanted->again > 0)
		sign = find_sign(scan, wanted);
	if (sign)
		sign->ts[file] = ts;
}

/* With many connections, most of the time is a wait for memory: for a place, and then for a sign.
 */
static void add_batch(struct scan *scan, struct batch *batch)
{
	for (uint32_t i = 0; i < batch->count; i++)
		fetch_sign(scan, &batch->wanted[i]);
	for (uint32_t i = 0; i < batch->count; i++)
		add_sign(scan, batch->file, &batch->wanted[i], batch->ts[i]);
	batch->count = 0;
}

static void put_sign(struct scan *scan, struct batch *batch, const struct sign *sign, uint64_t ts)
{
	fetch_head(scan, sign);
	batch->wanted[batch->count] = *sign;
	batch->ts[batch->count++] = ts;
	if (batch->count == BATCH)
		add_batch(scan, batch);
}

/* Only the client of a bare connection asks for a port that is known. */
static bool is_bare_request(const struct vsock_packet *p)
{
	return vsock_is_bare(p) && p->monitor_op == VSOCK_MONITOR_CONNECT &&
	       (p->hints & (VSOCK_HINT_SRC_PORT_MADE_UP | VSOCK_HINT_DST_PORT_MADE_UP |
			    VSOCK_HINT_OLDER)) == VSOCK_HINT_SRC_PORT_MADE_UP;
}

static void note_sign(struct scan *scan, struct batch *batch, const struct capture_record *record)
{
	const enum compare_file file = batch->file;
	struct vsock_packet p;
	struct sign wanted;

	vsock_decode(&p, record->data, record->captured, record->on_wire);
	if (p.src_cid > UINT32_MAX || p.dst_cid > UINT32_MAX)
		return;
	scan->made_up |= vsock_is_bare(&p) && p.hints;
	wanted = (struct sign){
	    .src_cid = scan_map(scan->settings, file, (uint32_t)p.src_cid),
	    .dst_cid = scan_map(scan->settings, file, (uint32_t)p.dst_cid),
	    .dst_port = p.dst_port,
	    .kind = KIND_ASKS,
	};
	/* If a port is made up, a connection is known by its place among those of its server. */
	if (is_bare_request(&p) || (vsock_has_virtio(&p) && p.op == VSOCK_OP_REQUEST))
		put_sign(scan, batch, &wanted, record->ts);
	if (!vsock_has_virtio(&p))
		return;
	wanted.src_port = p.src_port;
	wanted.kind = p.op | (p.op == VSOCK_OP_SHUTDOWN ? p.flags << 16 : 0);
	put_sign(scan, batch, &wanted, record->ts);
}

static size_t machines_hash(uint32_t lower, uint32_t higher)
{
	uint32_t hash = lower * UINT32_C(2654435761) ^ higher * UINT32_C(2246822519);

	return hash % MACHINES_ROOM;
}

static void note_machines(struct machines *machines, uint32_t a, uint32_t b)
{
	uint32_t lower = a < b ? a : b;
	uint32_t higher = a < b ? b : a;
	size_t i = machines_hash(lower, higher);

	while (machines->of[i].used) {
		if (machines->of[i].lower == lower && machines->of[i].higher == higher)
			return;
		i = (i + 1) % MACHINES_ROOM;
	}
	if (machines->count == SCAN_MACHINES_MAX) {
		machines->full = true;
		return;
	}
	machines->count++;
	machines->of[i].lower = lower;
	machines->of[i].higher = higher;
	machines->of[i].used = true;
}

bool scan_has(const struct scan *scan, enum compare_file file, uint32_t cid, uint32_t other)
{
	const struct machines *machines = &scan->files[file].machines;
	uint32_t lower = cid < other ? cid : other;
	uint32_t higher = cid < other ? other : cid;
	size_t i = machines_hash(lower, higher);

	if (machines->full)
		return true;
	for (; machines->of[i].used; i = (i + 1) % MACHINES_ROOM)
		if (machines->of[i].lower == lower && machines->of[i].higher == higher)
			return true;
	return false;
}

static void note_record(struct scan *scan, struct batch *batch, const struct capture_record *record,
			uint64_t last[2])
{
	const enum compare_file file = batch->file;
	struct scan_file *own = &scan->files[file];
	uint64_t src;
	uint64_t dst;

	if (own->packets++ == 0)
		own->first_ts = own->last_ts = record->ts;
	if (record->ts > own->last_ts)
		own->last_ts = record->ts;
	if (record->ts < own->first_ts)
		own->first_ts = record->ts;
	if (record->captured < VSOCK_MON_SIZE)
		return;
	src = vsock_get_le64(record->data + VSOCK_MON_SRC_CID);
	dst = vsock_get_le64(record->data + VSOCK_MON_DST_CID);
	if ((src != last[0] || dst != last[1]) && (src != last[1] || dst != last[0])) {
		last[0] = src;
		last[1] = dst;
		if (src <= UINT32_MAX && dst <= UINT32_MAX)
			note_machines(&own->machines, scan_map(scan->settings, file, (uint32_t)src),
				      scan_map(scan->settings, file, (uint32_t)dst));
	}
	if (vsock_get_le16(record->data + VSOCK_MON_OP) <= VSOCK_MONITOR_DISCONNECT &&
	    record->clock == 0)
		note_sign(scan, batch, record);
}

static bool make_room(struct scan *scan)
{
	if (scan->signs)
		return true;
	scan->signs = malloc(SCAN_SIGNS_MAX * sizeof(*scan->signs));
	scan->heads = malloc(HEADS * sizeof(*scan->heads));
	if (!scan->signs || !scan->heads)
		return false;
	memset(scan->heads, 0xff, HEADS * sizeof(*scan->heads));
	return true;
}

bool scan_read(struct scan *scan, enum compare_file file, struct capture_reader *reader,
	       bool (*stop)(void))
{
	uint64_t last[2] = {UINT64_MAX, UINT64_MAX};
	struct batch batch = {.file = file};
	struct capture_record record;
	enum capture_read result;

	if (!make_room(scan))
		return false;
	while ((result = capture_reader_next(reader, &record)) == CAPTURE_READ_RECORD) {
		note_record(scan, &batch, &record, last);
		if (scan->files[file].packets % 65536 == 0 && stop())
			break;
	}
	add_batch(scan, &batch);
	scan->files[file].failed = result == CAPTURE_READ_CUT || result == CAPTURE_READ_ERROR;
	return true;
}

/* How often equal packets of the first of its kind came in each file. */
static const struct sign *first_of(struct scan *scan, const struct sign *sign)
{
	struct sign wanted = *sign;

	wanted.again = 0;
	return find_sign(scan, &wanted);
}

static int64_t ahead(const struct sign *sign)
{
	return (int64_t)(sign->ts[FILE_B] - sign->ts[FILE_A]);
}

static int64_t distance(int64_t a, int64_t b)
{
	uint64_t d = a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;

	return d > INT64_MAX ? INT64_MAX : (int64_t)d;
}

/* Neither its neighbors agree with it, and they agree with each other. */
static bool is_outlier(const struct sign *before, const struct sign *sign, const struct sign *after)
{
	return before && after && distance(ahead(before), ahead(sign)) > OUTLIER &&
	       distance(ahead(after), ahead(sign)) > OUTLIER &&
	       distance(ahead(before), ahead(after)) <= OUTLIER;
}

static enum clock_class class_of(const struct sign *sign)
{
	if (sign->src_cid != sign->dst_cid)
		return sign->src_cid < sign->dst_cid ? CLOCK_FROM_LOWER : CLOCK_FROM_HIGHER;
	return sign->src_port < sign->dst_port ? CLOCK_FROM_LOWER : CLOCK_FROM_HIGHER;
}

/* Whether both files contain it, and the n-th of one is the n-th of the other. */
static bool is_common(struct scan *scan, const struct sign *sign)
{
	const struct sign *first;

	if (!sign->ts[FILE_A] || !sign->ts[FILE_B] || (sign->kind == KIND_ASKS) != scan->made_up)
		return false;
	first = sign->again ? first_of(scan, sign) : sign;
	return first && first->count[FILE_A] == first->count[FILE_B];
}

void scan_end(struct scan *scan)
{
	const struct sign *before = NULL;
	const struct sign *sign = NULL;

	/* A was read first, so they are in the order of its time. */
	for (uint32_t i = 0; i < scan->sign_count; i++) {
		const struct sign *after = &scan->signs[i];

		if (!is_common(scan, after))
			continue;
		if (sign && !is_outlier(before, sign, after)) {
			clock_add(&scan->samples, class_of(sign), sign->ts[FILE_A],
				  sign->ts[FILE_B]);
			before = sign;
		}
		sign = after;
	}
	if (sign)
		clock_add(&scan->samples, class_of(sign), sign->ts[FILE_A], sign->ts[FILE_B]);
	clock_estimate(&scan->samples, &scan->clock);
	free(scan->signs);
	free(scan->heads);
	scan->signs = NULL;
	scan->heads = NULL;
}

void scan_free(struct scan *scan)
{
	free(scan->signs);
	free(scan->heads);
}
