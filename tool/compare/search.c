/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both packets at the front of a lane differ. This finds how many packets of each file must be left
 * out so that the next ones are equal again, with the fewest left out. One file without packets of
 * the other is a gap. As many of both are packets that changed, or changed places.
 */
#include <stdlib.h>
#include <string.h>

#include "tool/compare/lane.h"

/* So many equal packets in a row are no accident. */
#define RUN 3

/* Packets that wait before the first search. */
#define SEARCH_FIRST 8

/* Packets that are looked at in both files ... */
#define NEAR 64
/* ... and for a long gap, in one. */
#define FAR_OTHER 8

/* Bytes at both ends of a packet that are equal by chance, though all of it was copied wrongly. */
#define EDGE 8

/* Bytes of streams that are compared where packets do not help. */
#define STREAM_BYTES (UINT32_C(512) << 10)

struct view {
	struct item *items[LANE_ITEMS_MAX];
	uint32_t count;
};

struct search {
	struct view views[2];
	bool complete;
};

static void look(struct view *view, const struct lane_end *end)
{
	view->count = 0;
	for (struct item *item = end->head; item && view->count < LANE_ITEMS_MAX; item = item->next)
		view->items[view->count++] = item;
}

/* Whether both are equal from these places on, far enough. */
static bool continues(const struct search *search, uint32_t i, uint32_t j)
{
	const struct view *a = &search->views[FILE_A];
	const struct view *b = &search->views[FILE_B];
	uint32_t run = 0;

	while (run < RUN && i < a->count && j < b->count && items_same(a->items[i], b->items[j])) {
		run++;
		i++;
		j++;
	}
	return run == RUN || (search->complete && run > 0 && i == a->count && j == b->count);
}

/* The places near the front, those first that leave out the fewest packets. */
static bool find_near(const struct search *search, uint32_t *i, uint32_t *j)
{
	for (uint32_t sum = 0; sum <= 2 * NEAR; sum++) {
		for (uint32_t step = 0; step <= sum + 1; step++) {
			/* The most equal numbers first, then those that differ by more. */
			uint32_t half = sum / 2 - (step / 2 <= sum / 2 ? step / 2 : sum / 2);
			uint32_t x = step % 2 ? sum - half : half;

			if (x > NEAR || sum - x > NEAR)
				continue;
			if (continues(search, x, sum - x)) {
				*i = x;
				*j = sum - x;
				return true;
			}
		}
	}
	return false;
}

/* A long gap in one file. */
static bool find_far(const struct search *search, uint32_t *i, uint32_t *j)
{
	for (uint32_t near = 0; near < FAR_OTHER; near++)
		for (uint32_t far = NEAR; far < LANE_ITEMS_MAX; far++) {
			if (far >= search->views[FILE_A].count &&
			    far >= search->views[FILE_B].count)
				break;
			if (continues(search, far, near)) {
				*i = far;
				*j = near;
				return true;
			}
			if (continues(search, near, far)) {
				*i = near;
				*j = far;
				return true;
			}
		}
	return false;
}

/* Never 0. */
static uint64_t signature_of(const struct item *item)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ item->op ^ (uint64_t)item->length << 16;

	for (uint32_t i = 0; i < item->known; i++)
		hash = (hash ^ item->data[i]) * UINT64_C(1099511628211);
	return hash | 1;
}

static void take_samples(struct difference *d, const struct item *a, const struct item *b)
{
	const struct item *items[2] = {a, b};
	size_t at = d->change[FILE_A].at;

	d->sampled = COMPARE_SHOWN_BYTES;
	for (int file = FILE_A; file <= FILE_B; file++) {
		size_t left = item_known(items[file]) > at ? item_known(items[file]) - at : 0;

		if (left < d->sampled)
			d->sampled = (uint8_t)left;
	}
	if (d->change[FILE_A].length < d->sampled && a->length == b->length)
		d->sampled = (uint8_t)d->change[FILE_A].length;
	for (int file = FILE_A; file <= FILE_B; file++)
		memcpy(d->sample[file], items[file]->data + items[file]->taken + at, d->sampled);
}

/*
 * A kernel that copies some payload wrongly does so with whole packets, and nothing else shows it.
 * A change that leaves most of the packet as it was has another cause.
 */
static bool may_be_copied_wrongly(const struct lane_world *world, const struct change *change,
				  uint32_t n)
{
	return (world->kernel_doubtful[FILE_A] || world->kernel_doubtful[FILE_B]) &&
	       change->at < EDGE && change->at + change->length + EDGE > n;
}

/* The payload of two packets differs. */
static void report_bytes(struct lane *lane, struct lane_world *world, struct item *a,
			 struct item *b)
{
	uint32_t a_n = item_known(a);
	uint32_t b_n = item_known(b);
	struct difference d = lane_difference(lane, FORM_CHANGE, a, b);

	if (item_left(a) == item_left(b)) {
		if (b_n < a_n)
			a_n = b_n;
		b_n = a_n;
	}
	d.change[FILE_A] = change_of_length(a->data + a->taken, a_n, b->data + b->taken, b_n);
	d.change[FILE_B] = change_of_length(b->data + b->taken, b_n, a->data + a->taken, a_n);
	if (d.change[FILE_A].kind == CHANGE_NONE)
		return;
	d.certain = a_n != b_n || !may_be_copied_wrongly(world, &d.change[FILE_A], a_n);
	if (!d.certain && d.change[FILE_A].kind != CHANGE_SHIFTED &&
	    d.change[FILE_B].kind != CHANGE_SHIFTED) {
		world->doubtful += a_n;
		return;
	}
	for (int file = FILE_A; file <= FILE_B; file++)
		d.offset[file] += d.change[file].at;
	take_samples(&d, a, b);
	lane_report(lane, world, &d);
}

/* These packets have each other's place. */
static void report_pair(struct lane *lane, struct lane_world *world, struct item *a, struct item *b)
{
	enum header_field field = items_differ(a, b);
	bool known = a->known == a->length && b->known == b->length;
	bool bytes = item_is_data(a) && item_is_data(b);

	if (field != HEADER_SAME && !(field == HEADER_LENGTH && bytes && known)) {
		struct difference d = lane_difference(lane, FORM_HEADER, a, b);

		d.field = field;
		d.value[FILE_A] = header_field_value(field, a);
		d.value[FILE_B] = header_field_value(field, b);
		lane_report(lane, world, &d);
	}
	if (bytes && (known || a->length == b->length) && a->known && b->known)
		report_bytes(lane, world, a, b);
}

static bool ends_connection(const struct item *item)
{
	return item->op == VSOCK_OP_RST || item->op == VSOCK_OP_SHUTDOWN;
}

/* The packet was missing in one file, and comes later in the other: it only changed its place. */
static bool came_elsewhere(struct lane *lane, const struct difference *d)
{
	for (struct difference *old = lane->rest->first; d->signature && old;
	     old = old->next_of_lane) {
		if (old->form != FORM_GAP || old->signature != d->signature ||
		    old->lacking == d->lacking)
			continue;
		old->form = FORM_ORDER;
		old->packet[old->lacking] = d->packet[old->lacking];
		old->ts[old->lacking] = d->ts[old->lacking];
		if (old->whole) {
			lane->rest->missing[old->lacking] -= old->length;
			lane->rest->missing[d->lacking] -= d->length;
		}
		return true;
	}
	return false;
}

/* A file lacks the first `n` packets of the other file. */
static void report_gap(struct lane *lane, struct lane_world *world, enum compare_file lacking,
		       const struct view *view, uint32_t n)
{
	struct difference d = {0};
	bool begun = false;

	for (uint32_t i = 0; i < n; i++) {
		const struct item *item = view->items[i];
		const struct item *a = lacking == FILE_A ? NULL : item;

		if (!item_is_data(item) && !ends_connection(item)) {
			world->control_lost[lacking]++;
			continue;
		}
		if (!item_is_data(item)) {
			struct difference end =
			    lane_difference(lane, FORM_END, a, lacking == FILE_A ? item : NULL);

			end.lacking = lacking;
			lane_report(lane, world, &end);
			continue;
		}
		if (!begun) {
			d = lane_difference(lane, FORM_GAP, a, lacking == FILE_A ? item : NULL);
			d.lacking = lacking;
			d.whole = d.repeats = true;
			d.signature = signature_of(item);
			begun = true;
		}
		d.whole = d.whole && item->taken == 0;
		d.repeats = d.repeats && lane_repeats(lane, item);
		d.packets++;
		d.length += item_left(item);
	}
	if (!begun)
		return;
	if (d.packets > 1 || !d.whole)
		d.signature = 0;
	if (d.whole)
		lane->rest->missing[lacking] += d.length;
	if (!came_elsewhere(lane, &d))
		lane_report(lane, world, &d);
}

/* Whether n packets of both files are the same ones in another order. */
static bool is_reordered(const struct search *search, uint32_t n)
{
	bool used[NEAR] = {false};

	if (n < 2 || n > NEAR)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t j = 0;

		while (j < n && (used[j] || !items_same(search->views[FILE_A].items[i],
							search->views[FILE_B].items[j])))
			j++;
		if (j == n)
			return false;
		used[j] = true;
	}
	return true;
}

static void drop_first(struct lane *lane, struct lane_world *world, enum compare_file file,
		       uint32_t n)
{
	for (; n > 0 && lane->ends[file].head; n--)
		lane_drop(lane, world, file);
}

/* The known bytes at the front, until one is not known. */
static size_t gather(const struct lane_end *end, uint8_t *bytes)
{
	size_t n = 0;

	for (const struct item *item = end->head; item; item = item->next) {
		uint32_t known = item_known(item);

		if (!item_is_data(item))
			continue;
		if (known > STREAM_BYTES - n)
			known = (uint32_t)(STREAM_BYTES - n);
		if (known > 0)
			memcpy(bytes + n, item->data + item->taken, known);
		n += known;
		if (known < item_left(item))
			break;
	}
	return n;
}

/* Leaves out bytes at the front, and the packets without data before them. */
static void skip_bytes(struct lane *lane, struct lane_world *world, enum compare_file file,
		       uint64_t n)
{
	while (lane->ends[file].head) {
		struct item *item = lane->ends[file].head;

		if (item_is_data(item) && item_left(item) > n) {
			item->taken += (uint32_t)n;
			return;
		}
		if (!item_is_data(item) && n == 0)
			return;
		n -= item_left(item);
		lane_drop(lane, world, file);
	}
}

static void skip_change(struct lane *lane, struct lane_world *world, const struct change *change,
			bool resumes)
{
	bool extra = change->kind == CHANGE_EXTRA || change->kind == CHANGE_REPEATED;
	uint64_t in_a = extra ? 0 : change->length;
	uint64_t in_b = change->kind == CHANGE_MISSING ? 0 : change->length;

	lane->equal += change->at;
	world->bytes += change->at;
	skip_bytes(lane, world, FILE_A, change->at + in_a);
	skip_bytes(lane, world, FILE_B, change->at + in_b);
	if (!resumes)
		lane_abandon(lane, world);
}

/* Packets without data at the front cannot be placed when packets are cut differently. */
static bool skip_control(struct lane *lane, struct lane_world *world)
{
	bool any = false;

	for (int file = FILE_A; file <= FILE_B; file++)
		while (lane->ends[file].head && !item_is_data(lane->ends[file].head)) {
			lane_drop(lane, world, (enum compare_file)file);
			any = true;
		}
	return any;
}

/*
 * Compares the bytes of both files, whatever packets they came in. False: more are needed to see
 * where both are equal again. `last`: no more come, or there is no room for them.
 */
static bool compare_streams(struct lane *lane, struct lane_world *world, bool last)
{
	struct difference d;
	uint8_t *bytes[2];
	size_t n[2];
	bool resumes = true;

	lane->loose = true;
	if (skip_control(lane, world))
		return true;
	bytes[FILE_A] = malloc(STREAM_BYTES);
	bytes[FILE_B] = malloc(STREAM_BYTES);
	if (!bytes[FILE_A] || !bytes[FILE_B]) {
		free(bytes[FILE_A]);
		free(bytes[FILE_B]);
		lane_abandon(lane, world);
		return true;
	}
	for (int file = FILE_A; file <= FILE_B; file++)
		n[file] = gather(&lane->ends[file], bytes[file]);
	d = lane_difference(lane, FORM_CHANGE, lane->ends[FILE_A].head, lane->ends[FILE_B].head);
	d.change[FILE_B] =
	    change_of_streams(bytes[FILE_B], n[FILE_B], bytes[FILE_A], n[FILE_A], &resumes);
	d.change[FILE_A] =
	    change_of_streams(bytes[FILE_A], n[FILE_A], bytes[FILE_B], n[FILE_B], &resumes);
	free(bytes[FILE_A]);
	free(bytes[FILE_B]);
	if (d.change[FILE_A].kind == CHANGE_NONE)
		return true;
	if (!resumes && !last)
		return false;
	d.offset[FILE_A] += d.change[FILE_A].at;
	d.offset[FILE_B] += d.change[FILE_A].at;
	d.last = !resumes;
	lane_report(lane, world, &d);
	skip_change(lane, world, &d.change[FILE_A], resumes);
	return true;
}

/* Reports what the packets before the places are, and drops them. */
static void resolve(struct lane *lane, struct lane_world *world, struct search *search, uint32_t i,
		    uint32_t j)
{
	const struct view *views = search->views;

	/* No place is beyond the packets. */
	if (i > views[FILE_A].count || j > views[FILE_B].count) {
		lane_abandon(lane, world);
		return;
	}
	/* Before the first packet in common, one capture had not begun, or packets were dropped. */
	if (!lane->aligned) {
		world->outside += i + j;
	} else if (j == 0) {
		report_gap(lane, world, FILE_B, &views[FILE_A], i);
	} else if (i == 0) {
		report_gap(lane, world, FILE_A, &views[FILE_B], j);
	} else if (i == j && is_reordered(search, i)) {
		struct difference d = lane_difference(lane, FORM_ORDER, views[FILE_A].items[0],
						      views[FILE_B].items[0]);

		d.packets = i;
		lane_report(lane, world, &d);
	} else if (i == j) {
		for (uint32_t k = 0; k < i; k++)
			report_pair(lane, world, views[FILE_A].items[k], views[FILE_B].items[k]);
	} else {
		compare_streams(lane, world, true);
		return;
	}
	lane->aligned = true;
	drop_first(lane, world, FILE_A, i);
	drop_first(lane, world, FILE_B, j);
}

static bool find(const struct search *search, uint32_t *i, uint32_t *j)
{
	return find_near(search, i, j) || find_far(search, i, j);
}

/* Whether so much waits that it must be looked at now. */
static bool is_nearly_full(const struct lane_end *end)
{
	return end->bytes > LANE_BYTES_MAX / 2 || end->count > LANE_ITEMS_MAX / 2;
}

static bool search_now(struct lane *lane, struct lane_world *world, struct search *search)
{
	uint32_t i;
	uint32_t j;
	bool full;

	look(&search->views[FILE_A], &lane->ends[FILE_A]);
	look(&search->views[FILE_B], &lane->ends[FILE_B]);
	if (find(search, &i, &j)) {
		resolve(lane, world, search, i, j);
		return true;
	}
	if (search->complete && lane->aligned && !lane->loose &&
	    search->views[FILE_A].count == search->views[FILE_B].count &&
	    search->views[FILE_A].count <= NEAR) {
		resolve(lane, world, search, search->views[FILE_A].count,
			search->views[FILE_B].count);
		return true;
	}
	full = is_nearly_full(&lane->ends[FILE_A]) || is_nearly_full(&lane->ends[FILE_B]);
	if (!search->complete && !full && !lane->loose)
		return false;
	if (!lane->aligned) {
		lane_abandon(lane, world);
		return true;
	}
	return compare_streams(lane, world, search->complete || full);
}

/* The fewest packets that wait in one of the files. */
static uint32_t waiting(const struct lane *lane)
{
	uint32_t a = lane->ends[FILE_A].count;
	uint32_t b = lane->ends[FILE_B].count;

	return a < b ? a : b;
}

bool lane_search(struct lane *lane, struct lane_world *world, bool complete)
{
	uint32_t least = waiting(lane);
	struct search *search;
	bool done;

	if (lane->rest->found >= LANE_DIFFERENCES_MAX) {
		lane_abandon(lane, world);
		return true;
	}
	if (!complete && least < (lane->rest->search_at ? lane->rest->search_at : SEARCH_FIRST) &&
	    !is_nearly_full(&lane->ends[FILE_A]) && !is_nearly_full(&lane->ends[FILE_B]))
		return false;
	search = malloc(sizeof(*search));
	if (!search) {
		lane_abandon(lane, world);
		return true;
	}
	search->complete = complete;
	done = search_now(lane, world, search);
	free(search);
	lane->searching = !done;
	lane->rest->search_at = done ? 0 : 2 * least;
	return done;
}
