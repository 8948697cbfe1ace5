/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/compare/lane.h"

#include <string.h>

/* Whether the two may be compared: a file without packet headers has only bytes. */
static bool is_compared(const struct lane *lane, const struct item *item)
{
	return !lane->abandoned && (!lane->loose || item_is_data(item));
}

void lane_drop(struct lane *lane, struct lane_world *world, enum compare_file file)
{
	struct lane_end *end = &lane->ends[file];
	struct item *item = end->head;

	end->head = item->next;
	if (!end->head)
		end->tail = NULL;
	end->count--;
	end->bytes -= item->known;
	item_release(&world->store, item);
}

void lane_clear(struct lane *lane, struct lane_world *world)
{
	for (int file = FILE_A; file <= FILE_B; file++)
		while (lane->ends[file].head)
			lane_drop(lane, world, (enum compare_file)file);
}

/* Takes out the packets without data. */
static void keep_data(struct lane *lane, struct lane_world *world, enum compare_file file)
{
	struct lane_end *end = &lane->ends[file];
	struct item *item = end->head;

	end->head = end->tail = NULL;
	while (item) {
		struct item *next = item->next;

		item->flags = item->type = 0;
		item->credit = false;
		item->next = NULL;
		if (!item_is_data(item)) {
			end->count--;
			item_release(&world->store, item);
		} else if (end->tail) {
			end->tail = end->tail->next = item;
		} else {
			end->head = end->tail = item;
		}
		item = next;
	}
}

void lane_make_loose(struct lane *lane, struct lane_world *world)
{
	lane->loose = true;
	keep_data(lane, world, FILE_A);
	keep_data(lane, world, FILE_B);
}

void lane_abandon(struct lane *lane, struct lane_world *world)
{
	lane_clear(lane, world);
	if (!lane->abandoned)
		world->abandoned++;
	lane->abandoned = true;
	lane->searching = false;
}

static void make_trace(struct trace *trace, const struct item *item)
{
	uint32_t n = item->known < TRACE_BYTES ? item->known : TRACE_BYTES;

	trace->length = item->length;
	trace->count = (uint8_t)n;
	if (n == 0)
		return;
	memcpy(trace->begin, item->data, n);
	memcpy(trace->end, item->data + item->known - n, n);
}

bool lane_repeats(const struct lane *lane, const struct item *item)
{
	struct trace own;

	make_trace(&own, item);
	for (int i = 0; own.count > 0 && i < LANE_TRACES; i++) {
		const struct trace *trace = &lane->traces[i];

		if (trace->length == own.length && trace->count == own.count &&
		    memcmp(trace->begin, own.begin, own.count) == 0 &&
		    memcmp(trace->end, own.end, own.count) == 0)
			return true;
	}
	return false;
}

struct difference lane_difference(const struct lane *lane, enum difference_form form,
				  const struct item *a, const struct item *b)
{
	const struct item *items[2] = {a, b};
	struct difference d = {
	    .form = form,
	    .flow = *lane->rest->flow,
	    .sender = lane->sender,
	    .class = lane->class,
	    .certain = true,
	};

	for (int file = FILE_A; file <= FILE_B; file++) {
		const struct lane_end *end = &lane->ends[file];

		d.offset[file] = end->head && item_is_data(end->head)
				     ? end->head->offset + end->head->taken
				     : end->total;
		if (!items[file])
			continue;
		d.packet[file] = items[file]->number;
		d.ts[file] = items[file]->ts;
		d.op = items[file]->op;
		if (item_is_data(items[file]))
			d.offset[file] = items[file]->offset + items[file]->taken;
	}
	return d;
}

void lane_report(struct lane *lane, struct lane_world *world, const struct difference *difference)
{
	struct difference *kept = difference_add(&world->differences, difference);

	lane->rest->found++;
	if (!kept)
		return;
	if (lane->rest->last)
		lane->rest->last->next_of_lane = kept;
	else
		lane->rest->first = kept;
	lane->rest->last = kept;
}

static void note_time(struct lane *lane, struct lane_world *world, const struct item *a,
		      const struct item *b)
{
	struct delays *delays = &world->delays[lane->class];
	struct delay delay = {
	    .difference = (int64_t)(b->ts - a->ts),
	    .a = a->ts,
	    .packet = {a->number, b->number},
	};

	if (a->ts == 0 || b->ts == 0)
		return;
	delay.estimated = (int64_t)((uint64_t)delay.difference - (uint64_t)world->offset);
	clock_add(&world->clock, (enum clock_class)lane->class, a->ts, b->ts);
	if (!delays_count(delays, delay.estimated))
		return;
	delay.flow[FILE_A] = lane->rest->flow->number[FILE_A];
	delay.flow[FILE_B] = lane->rest->flow->number[FILE_B];
	delays_keep(delays, &delay);
}

void lane_note_equal(struct lane *lane, struct lane_world *world, struct item *a, struct item *b,
		     uint32_t n)
{
	uint32_t known = item_known(a) < item_known(b) ? item_known(a) : item_known(b);
	bool whole = n == a->length && n == b->length;

	if (known > n)
		known = n;
	lane->matched = true;
	lane->equal += known;
	if (known < n)
		lane->rest->unknown += n - known;
	world->bytes += known;
	if (a->doubtful || b->doubtful)
		world->doubtful += n - known;
	else
		world->unknown += n - known;
	if (whole) {
		world->packets++;
		note_time(lane, world, a, b);
		if (n > 0)
			make_trace(&lane->traces[lane->traced++ % LANE_TRACES], a);
	} else {
		world->split += n;
	}
	a->taken += n;
	b->taken += n;
}

/* Compares two packets, as far as both reach. False: they differ. */
static bool pass(struct lane *lane, struct lane_world *world, struct item *a, struct item *b)
{
	uint32_t n;

	if (!lane->aligned)
		return false;
	if (items_same(a, b)) {
		lane_note_equal(lane, world, a, b, a->length);
		return true;
	}
	if (!lane->loose || !item_is_data(a) || !item_is_data(b))
		return false;
	n = item_left(a) < item_left(b) ? item_left(a) : item_left(b);
	if (!items_equal_bytes(a, b, n))
		return false;
	lane_note_equal(lane, world, a, b, n);
	return true;
}

static bool is_done(const struct item *item)
{
	return item->taken == item->length;
}

/* The most that waits for a flow which is in one file only: later packets count more. */
static void trim(struct lane *lane, struct lane_world *world, enum compare_file file)
{
	struct lane_end *end = &lane->ends[file];

	while (end->count > LANE_ITEMS_ALONE || (end->bytes > LANE_BYTES_ALONE && end->count > 1)) {
		lane_drop(lane, world, file);
		end->trimmed = true;
		lane->aligned = false;
	}
}

static void append(struct lane *lane, struct lane_world *world, enum compare_file file,
		   const struct item *item)
{
	struct lane_end *end = &lane->ends[file];
	struct item *kept = item_keep(&world->store, item);

	if (!kept) {
		lane_abandon(lane, world);
		return;
	}
	if (end->tail)
		end->tail->next = kept;
	else
		end->head = kept;
	end->tail = kept;
	end->count++;
	end->bytes += kept->known;
	if (!lane->ends[other_file(file)].present)
		trim(lane, world, file);
}

static bool is_full(const struct lane_end *end)
{
	return end->count >= LANE_ITEMS_MAX || end->bytes >= LANE_BYTES_MAX;
}

/* Compares what waits. */
static void run(struct lane *lane, struct lane_world *world, bool complete)
{
	struct lane_end *ends = lane->ends;

	while (ends[FILE_A].head && ends[FILE_B].head) {
		if (lane->searching || !pass(lane, world, ends[FILE_A].head, ends[FILE_B].head)) {
			lane->searching = true;
			if (!lane_search(lane, world, complete))
				break;
			continue;
		}
		for (int file = FILE_A; file <= FILE_B; file++)
			if (is_done(ends[file].head))
				lane_drop(lane, world, (enum compare_file)file);
	}
	if (is_full(&ends[FILE_A]) || is_full(&ends[FILE_B]))
		lane_abandon(lane, world);
}

void lane_run(struct lane *lane, struct lane_world *world)
{
	if (!lane->abandoned)
		run(lane, world, false);
}

/* Compares a packet with those that wait, without a copy of it. True: nothing of it is left. */
static bool pass_at_once(struct lane *lane, struct lane_world *world, enum compare_file file,
			 struct item *item)
{
	struct lane_end *other = &lane->ends[other_file(file)];

	while (other->head && !lane->searching) {
		struct item *a = file == FILE_A ? item : other->head;
		struct item *b = file == FILE_A ? other->head : item;

		if (!pass(lane, world, a, b))
			return false;
		if (is_done(other->head))
			lane_drop(lane, world, other_file(file));
		if (is_done(item))
			return true;
	}
	return false;
}

void lane_take(struct lane *lane, struct lane_world *world, enum compare_file file,
	       struct item *item)
{
	if (item_is_data(item))
		lane->ends[file].total += item->length;
	if (!is_compared(lane, item))
		return;
	if (!lane->ends[file].head && pass_at_once(lane, world, file, item))
		return;
	append(lane, world, file, item);
	run(lane, world, false);
}

static bool is_inside(const struct lane_world *world, enum compare_file file,
		      const struct item *item)
{
	return item->ts >= world->since[file] && item->ts <= world->until[file];
}

/* A packet without data, at the end of one file. */
static void end_control(struct lane *lane, struct lane_world *world, enum compare_file file)
{
	const struct item *item = lane->ends[file].head;
	enum compare_file lacking = other_file(file);
	struct difference d = lane_difference(lane, FORM_END, file == FILE_A ? item : NULL,
					      file == FILE_B ? item : NULL);

	d.lacking = lacking;
	if ((item->op == VSOCK_OP_RST || item->op == VSOCK_OP_SHUTDOWN) &&
	    !lane->ends[lacking].ended)
		lane_report(lane, world, &d);
	else
		world->control_lost[lacking]++;
	lane_drop(lane, world, file);
}

/* Data at the end of one file. */
static void end_data(struct lane *lane, struct lane_world *world, enum compare_file file)
{
	struct lane_end *end = &lane->ends[file];
	const struct item *first = end->head;
	struct difference d = lane_difference(lane, FORM_GAP, file == FILE_A ? first : NULL,
					      file == FILE_B ? first : NULL);

	d.lacking = other_file(file);
	d.whole = first->taken == 0;
	d.repeats = lane_repeats(lane, first);
	while (end->head && item_is_data(end->head) && is_inside(world, file, end->head)) {
		d.packets++;
		d.length += item_left(end->head);
		lane_drop(lane, world, file);
	}
	if (d.whole)
		lane->rest->missing[d.lacking] += d.length;
	lane_report(lane, world, &d);
}

/* What waits in one file at the end: the other file lacks it. */
static void end_alone(struct lane *lane, struct lane_world *world, enum compare_file file)
{
	struct lane_end *end = &lane->ends[file];

	while (end->head) {
		if (!is_inside(world, file, end->head) || !lane->aligned) {
			world->outside++;
			lane_drop(lane, world, file);
		} else if (item_is_data(end->head)) {
			end_data(lane, world, file);
		} else {
			end_control(lane, world, file);
		}
	}
}

/*
 * Packets that one file lacks: did its capture lose them? The receiver says how many bytes it got.
 * If it got more than the file has, the capture lost them. If it got all that the file has and no
 * more, they never came.
 */
static void judge(struct lane *lane, struct lane_world *world, enum compare_file lacking)
{
	const struct lane_end *end = &lane->ends[lacking];
	const struct lane_end *other = &lane->ends[other_file(lacking)];
	uint64_t received = end->acknowledged;
	bool known = end->whole && other->whole;
	bool loss;

	if (other->acknowledged > received)
		received = other->acknowledged;
	loss = known && received >= end->total + lane->rest->missing[lacking];
	for (struct difference *d = lane->rest->first; d; d = d->next_of_lane) {
		if (d->form != FORM_GAP || !d->whole || d->lacking != lacking)
			continue;
		d->loss = loss;
		d->certain = loss || (known && received == end->total);
		d->dropped = world->drops[lacking];
		lane->rest->lost += loss;
	}
}

void lane_end(struct lane *lane, struct lane_world *world)
{
	run(lane, world, true);
	end_alone(lane, world, FILE_A);
	end_alone(lane, world, FILE_B);
	judge(lane, world, FILE_A);
	judge(lane, world, FILE_B);
	for (struct difference *d = lane->rest->first; d; d = d->next_of_lane)
		for (int file = FILE_A; file <= FILE_B; file++)
			d->total[file] = lane->ends[file].total;
}
