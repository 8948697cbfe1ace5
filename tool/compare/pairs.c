/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/compare/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "core/time-units.h"
#include "tool/compare/fetch.h"

/* Buckets of flows that wait. */
#define BUCKETS (UINT32_C(1) << 16)

/* A flow and its partner begin within this time. */
#define PAIR_TIME (INT64_C(2) * 1000000000)

/* Bytes that are compared to find a partner by its content. */
#define BEGIN_BYTES 4096

/* After a flow ended in both files, packets on their way may follow. */
#define ENDING_TIME (3 * NANOSECONDS_PER_SECOND)

/* Captures do not begin and end at once: this much of the time in common is not sure. */
#define EDGE_TIME (10 * NANOSECONDS_PER_MILLISECOND)

enum compare_file pairs_sender(const struct clock_estimate *clock, enum clock_class class)
{
	/* If nothing is known, A is taken for the sender's end. */
	if (!clock->directed)
		return FILE_A;
	return (class == CLOCK_FROM_LOWER) == clock->first_is_a ? FILE_A : FILE_B;
}

static uint64_t shift(uint64_t ts, int64_t by)
{
	if (by < 0)
		return ts > (uint64_t)-by ? ts - (uint64_t)-by : 0;
	return ts < UINT64_MAX - (uint64_t)by ? ts + (uint64_t)by : UINT64_MAX;
}

/* The time of a packet by A's clock. */
static uint64_t time_in_a(const struct pairs *pairs, enum compare_file file, uint64_t ts)
{
	return file == FILE_A ? ts : shift(ts, -pairs->world.offset);
}

/* The time that both files have, by the clock of each. */
static void set_window(struct pairs *pairs)
{
	const struct scan_file *a = &pairs->scan->files[FILE_A];
	const struct scan_file *b = &pairs->scan->files[FILE_B];
	const struct clock_estimate *clock = &pairs->scan->clock;
	const struct clock_part *last = &clock->parts[clock->count ? clock->count - 1 : 0];
	int64_t offset = clock_offset_at(clock, a->first_ts);
	int64_t later = clock_offset_at(clock, a->last_ts);
	int64_t edge = (int64_t)EDGE_TIME;

	if (clock->count && !last->below && !last->above && last->most > last->least)
		edge += (last->most - last->least) / 2;
	pairs->world.since[FILE_A] = shift(shift(b->first_ts, -offset), edge);
	pairs->world.since[FILE_B] = shift(shift(a->first_ts, offset), edge);
	pairs->world.until[FILE_A] = shift(shift(b->last_ts, -later), -edge);
	pairs->world.until[FILE_B] = shift(shift(a->last_ts, later), -edge);
	/* A file that begins with what the other one begins with lacks nothing before it. */
	for (int file = FILE_A; file <= FILE_B; file++)
		if (pairs->world.since[file] <
		    pairs->scan->files[file].first_ts + (uint64_t)edge * 2)
			pairs->world.since[file] = 0;
}

bool pairs_open(struct pairs *pairs, const struct scan *scan, const struct flow_settings *settings)
{
	pairs->scan = scan;
	pairs->settings = settings;
	pairs->waiting = calloc(BUCKETS, sizeof(struct pair *));
	set_window(pairs);
	return pairs->waiting;
}

/* In the place of a flow that is not compared. */
static struct pair not_compared;

static bool make_places(struct pairs *pairs, enum compare_file file, uint32_t slot)
{
	uint32_t *count = &pairs->place_count[file];
	uint32_t wanted = slot < 512 ? 1024 : slot * 2;
	struct pair **places = realloc(pairs->places[file], wanted * sizeof(struct pair *));

	if (!places)
		return false;
	memset(places + *count, 0, (wanted - *count) * sizeof(struct pair *));
	pairs->places[file] = places;
	*count = wanted;
	return true;
}

static inline struct pair **place_of(struct pairs *pairs, enum compare_file file, uint32_t slot)
{
	if (slot >= pairs->place_count[file] && !make_places(pairs, file, slot))
		return NULL;
	return &pairs->places[file][slot];
}

static void clear_place(struct pairs *pairs, const struct pair *pair, enum compare_file file)
{
	struct pair **place;

	if (!pair->flow.in[file] || pair->slot[file] >= pairs->place_count[file])
		return;
	place = &pairs->places[file][pair->slot[file]];
	if (*place == pair)
		*place = &not_compared;
}

static struct compared_flow describe(const struct pairs *pairs, enum compare_file file,
				     const struct vsock_flow *flow)
{
	struct compared_flow out = {
	    .client_cid = scan_map(pairs->settings, file, flow->client_cid),
	    .client_port = flow->client_port,
	    .server_cid = scan_map(pairs->settings, file, flow->server_cid),
	    .server_port = flow->server_port,
	    .made_up = flow->made_up,
	};

	out.number[file] = flow->number;
	out.in[file] = true;
	return out;
}

/* The same for both directions. If ports are made up, only the server's is known. */
static uint32_t hash_flow(const struct pairs *pairs, const struct compared_flow *flow)
{
	uint32_t client_port = pairs->scan->made_up ? 0 : flow->client_port;
	uint64_t hash =
	    (client_port ^ flow->server_port) + ((uint64_t)(client_port + flow->server_port) << 32);

	hash *= UINT64_C(0x9e3779b97f4a7c15);
	hash ^= (hash >> 29) + (flow->client_cid ^ flow->server_cid) +
		((uint64_t)(flow->client_cid + flow->server_cid) << 32);
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(hash >> 40) % BUCKETS;
}

/* The same ends, the same way round, or the other way round. */
static bool same_ends(const struct compared_flow *a, const struct compared_flow *b, bool *swapped)
{
	*swapped = false;
	if (a->client_cid == b->client_cid && a->client_port == b->client_port &&
	    a->server_cid == b->server_cid && a->server_port == b->server_port)
		return true;
	*swapped = true;
	return a->client_cid == b->server_cid && a->client_port == b->server_port &&
	       a->server_cid == b->client_cid && a->server_port == b->client_port;
}

/* The same, with a client whose port one of the files made up. */
static bool same_server(const struct compared_flow *a, const struct compared_flow *b)
{
	return (a->made_up | b->made_up) == 1u << VSOCK_CLIENT && a->client_cid == b->client_cid &&
	       a->server_cid == b->server_cid && a->server_port == b->server_port;
}

static void unlink_waiting(struct pairs *pairs, struct pair *pair)
{
	if (!pair->is_waiting)
		return;
	if (pair->waiting_before)
		pair->waiting_before->waiting_after = pair->waiting_after;
	else
		pairs->waiting[pair->hash] = pair->waiting_after;
	if (pair->waiting_after)
		pair->waiting_after->waiting_before = pair->waiting_before;
	pair->waiting_before = pair->waiting_after = NULL;
	pair->is_waiting = false;
}

/* At the end of its bucket, unless that is far away: the oldest flow is found first. */
static void link_waiting(struct pairs *pairs, struct pair *pair)
{
	struct pair *before = pairs->waiting[pair->hash];

	for (int looks = 0; before && before->waiting_after && looks < PAIR_LOOKS; looks++)
		before = before->waiting_after;
	pair->waiting_before = before;
	pair->waiting_after = before ? before->waiting_after : NULL;
	if (pair->waiting_after)
		pair->waiting_after->waiting_before = pair;
	if (before)
		before->waiting_after = pair;
	else
		pairs->waiting[pair->hash] = pair;
	pair->is_waiting = true;
}

static bool began_together(const struct pairs *pairs, const struct pair *pair,
			   enum compare_file file, uint64_t ts)
{
	enum compare_file other = other_file(file);
	int64_t apart =
	    (int64_t)(time_in_a(pairs, file, ts) - time_in_a(pairs, other, pair->first_ts[other]));

	return !pairs->scan->clock.known || (apart <= PAIR_TIME && apart >= -PAIR_TIME);
}

/* A flow that waits in the other file and is the partner of this one; or NULL. */
static struct pair *find_partner(struct pairs *pairs, enum compare_file file,
				 const struct compared_flow *flow, uint32_t hash, bool whole,
				 uint64_t ts, bool *swapped)
{
	struct pair *pair = pairs->waiting[hash];

	for (int looks = 0; pair && looks < PAIR_LOOKS; looks++, pair = pair->waiting_after) {
		if (pair->flow.in[file] || !same_ends(&pair->flow, flow, swapped))
			continue;
		if (whole && pair->whole[other_file(file)] &&
		    !began_together(pairs, pair, file, ts))
			continue;
		/* A flow that began in both files has a REQUEST in both, or ended before this. */
		if (!pair->ended[other_file(file)] || whole)
			return pair;
	}
	return NULL;
}

static enum clock_class class_of(const struct compared_flow *flow, enum vsock_side sender)
{
	bool client_is_lower = flow->client_cid != flow->server_cid
				   ? flow->client_cid < flow->server_cid
				   : flow->client_port < flow->server_port;

	return client_is_lower == (sender == VSOCK_CLIENT) ? CLOCK_FROM_LOWER : CLOCK_FROM_HIGHER;
}

static struct pair *new_pair(struct pairs *pairs, const struct compared_flow *flow)
{
	struct pair *pair;

	pair = pair_pool_take(&pairs->pool);
	if (!pair) {
		pairs->too_many++;
		return NULL;
	}
	pair->flow = *flow;
	pair->loopback = flow->client_cid == VSOCK_CID_LOCAL || flow->server_cid == VSOCK_CID_LOCAL;
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		pair->rests[side].flow = &pair->flow;
		pair->lanes[side].rest = &pair->rests[side];
		pair->lanes[side].sender = (uint8_t)side;
		pair->lanes[side].class = (uint8_t)class_of(flow, (enum vsock_side)side);
	}
	pair->older = pairs->newest;
	if (pairs->newest)
		pairs->newest->newer = pair;
	pairs->newest = pair;
	return pair;
}

static void forget(struct pairs *pairs, struct pair *pair)
{
	if (pair->older)
		pair->older->newer = pair->newer;
	if (pair->newer)
		pair->newer->older = pair->older;
	else
		pairs->newest = pair->older;
	pair_pool_return(&pairs->pool, pair);
}

static void unlink_ending(struct pairs *pairs, struct pair *pair)
{
	if (!pair->is_ending)
		return;
	if (pair->ending_before)
		pair->ending_before->ending_after = pair->ending_after;
	else
		pairs->ending = pair->ending_after;
	if (pair->ending_after)
		pair->ending_after->ending_before = pair->ending_before;
	else
		pairs->ending_last = pair->ending_before;
	pair->ending_before = pair->ending_after = NULL;
	pair->is_ending = false;
}

/* The flow is in this file. */
static void enter(struct pair *pair, enum compare_file file, const struct vsock_flow *flow,
		  uint64_t ts, bool swapped)
{
	pair->flow.number[file] = flow->number;
	pair->flow.in[file] = true;
	pair->slot[file] = flow->slot;
	pair->swapped[file] = swapped;
	pair->whole[file] = !(flow->marks & VSOCK_FLOW_MIDSTREAM);
	pair->bare[file] = flow->bare;
	pair->first_ts[file] = ts;
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		struct lane *lane = &pair->lanes[side];

		lane->ends[file].present = true;
		lane->ends[file].whole = pair->whole[file];
	}
}

/* Now both files have the flow. */
static void join(struct pairs *pairs, struct pair *pair)
{
	unlink_waiting(pairs, pair);
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		struct lane *lane = &pair->lanes[side];

		lane->aligned = lane->ends[FILE_A].whole && lane->ends[FILE_B].whole &&
				!lane->ends[FILE_A].trimmed && !lane->ends[FILE_B].trimmed;
		if (pair->bare[FILE_A] != pair->bare[FILE_B])
			lane_make_loose(lane, &pairs->world);
	}
}

/* The first packet with data in a list. */
static const struct item *data_from(const struct item *item)
{
	while (item && !item_is_data(item))
		item = item->next;
	return item;
}

/* How many of the first bytes of both are equal, at most BEGIN_BYTES. False: some differ. */
static bool lists_equal(const struct item *a, const struct item *b, uint64_t *bytes)
{
	uint32_t a_done = 0;
	uint32_t b_done = 0;
	uint64_t begun = *bytes;

	a = data_from(a);
	b = data_from(b);
	while (a && b && *bytes - begun < BEGIN_BYTES) {
		uint32_t n =
		    a->known - a_done < b->known - b_done ? a->known - a_done : b->known - b_done;

		if (n > 0 && memcmp(a->data + a_done, b->data + b_done, n) != 0)
			return false;
		a_done += n;
		b_done += n;
		*bytes += n;
		/* After bytes that are not known, nothing can be compared. */
		if ((a_done == a->known && a->known < a->length) ||
		    (b_done == b->known && b->known < b->length))
			return true;
		if (a_done == a->known) {
			a = data_from(a->next);
			a_done = 0;
		}
		if (b_done == b->known) {
			b = data_from(b->next);
			b_done = 0;
		}
	}
	return true;
}

/*
 * Whether what both sides sent first is equal, in two flows that each file has one of. `bytes` is
 * how many are.
 */
static bool begins_equal(const struct pair *a, enum compare_file file, const struct pair *b,
			 uint64_t *bytes)
{
	*bytes = 0;
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		const struct lane_end *x = &a->lanes[side].ends[file];
		const struct lane_end *y = &b->lanes[side].ends[other_file(file)];

		if (!x->trimmed && !y->trimmed && !lists_equal(x->head, y->head, bytes))
			return false;
	}
	return true;
}

/* The only flow that fits by server, time and content; NULL if no flow fits, or several do. */
static struct pair *find_by_content(struct pairs *pairs, enum compare_file file,
				    const struct pair *pair)
{
	struct pair *found = NULL;
	struct pair *other = pairs->waiting[pair->hash];
	uint64_t bytes;

	for (int looks = 0; other && looks < PAIR_LOOKS; looks++, other = other->waiting_after) {
		if (other->flow.in[file] || !same_server(&pair->flow, &other->flow) ||
		    !began_together(pairs, other, file, pair->first_ts[file]) ||
		    !begins_equal(pair, file, other, &bytes) || bytes == 0)
			continue;
		if (found)
			return NULL;
		found = other;
	}
	return found;
}

/* Both are one connection. This frees `other`. */
static void merge(struct pairs *pairs, struct pair *pair, struct pair *other)
{
	enum compare_file file = other->flow.in[FILE_A] ? FILE_A : FILE_B;
	bool real = pair->flow.made_up;

	unlink_waiting(pairs, other);
	unlink_ending(pairs, other);
	if (real) { /* the address that is known */
		pair->flow.client_port = other->flow.client_port;
		pair->flow.made_up = 0;
	}
	pair->flow.number[file] = other->flow.number[file];
	pair->flow.in[file] = true;
	pair->slot[file] = other->slot[file];
	pair->whole[file] = other->whole[file];
	pair->bare[file] = other->bare[file];
	pair->ended[file] = other->ended[file];
	pair->first_ts[file] = other->first_ts[file];
	pairs->places[file][pair->slot[file]] = pair;
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		struct lane *lane = &pair->lanes[side];

		lane->ends[file] = other->lanes[side].ends[file];
		lane->rest->missing[file] = other->rests[side].missing[file];
		lane->abandoned |= other->lanes[side].abandoned;
	}
	forget(pairs, other);
	join(pairs, pair);
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++)
		lane_run(&pair->lanes[side], &pairs->world);
}

static struct pair *open_pair(struct pairs *pairs, enum compare_file file,
			      const struct vsock_flow *flow, uint64_t ts)
{
	const struct compared_flow own = describe(pairs, file, flow);
	const uint32_t hash = hash_flow(pairs, &own);
	bool swapped = false;
	struct pair *pair = find_partner(pairs, file, &own, hash,
					 !(flow->marks & VSOCK_FLOW_MIDSTREAM), ts, &swapped);

	if (pair) {
		enter(pair, file, flow, ts, swapped);
		join(pairs, pair);
		return pair;
	}
	if (!scan_has(pairs->scan, other_file(file), own.client_cid, own.server_cid)) {
		pairs->other_machines[file]++;
		return NULL;
	}
	pair = new_pair(pairs, &own);
	if (!pair)
		return NULL;
	pair->hash = hash;
	enter(pair, file, flow, ts, false);
	link_waiting(pairs, pair);
	return pair;
}

static void make_bare(struct item *item)
{
	item->flags = 0;
	item->type = 0;
	item->credit = false;
}

/* False: the packet is not compared. */
static bool make_item(struct item *item, const struct pair *pair, const struct vsock_packet *p,
		      const struct vsock_flow_event *event)
{
	const struct vsock_segment *segment = vsock_event_segment(event);
	const bool bare = event->flow->bare;

	*item = (struct item){
	    .number = event->moment.number,
	    .ts = event->moment.timeless ? 0 : event->moment.ts,
	    .op = p->op,
	    .type = p->type,
	    .flags = p->flags,
	    .buf_alloc = p->buf_alloc,
	    .fwd_cnt = p->fwd_cnt,
	    .credit = !bare && p->op != VSOCK_OP_RST,
	};
	if (bare && p->monitor_op != VSOCK_MONITOR_PAYLOAD)
		return false;
	if (bare)
		item->op = VSOCK_OP_RW;
	if (pair->lanes[0].loose || bare)
		make_bare(item);
	if (!item_is_data(item))
		return true;
	item->length = p->len;
	item->offset = event->flow->side[event->sender].bytes;
	if (segment) {
		item->length = segment->length;
		item->offset = segment->offset;
		item->known = vsock_segment_known(segment);
		item->data = item->known ? segment->data : NULL;
		item->doubtful = segment->unreliable;
	} else if (p->payload && p->captured && p->captured <= p->len) {
		item->known = p->captured;
		item->data = p->payload;
	}
	return true;
}

/* What a packet says that its sender has received. */
static void note_credit(struct lane *peer, enum compare_file file, const struct item *item)
{
	struct lane_end *end = &peer->ends[file];
	uint32_t progress = item->fwd_cnt - end->fwd_cnt;

	if (!item->credit || progress > INT32_MAX)
		return;
	end->acknowledged += progress;
	end->fwd_cnt = item->fwd_cnt;
}

static void finish(struct pairs *pairs, struct pair *pair);

/* The flow ended in a file. A pair is finished some time after it ended in each of its files.
 */
static void note_end(struct pairs *pairs, struct pair *pair, enum compare_file file, uint64_t ts)
{
	pair->ended[file] = true;
	pair->lanes[VSOCK_CLIENT].ends[file].ended = true;
	pair->lanes[VSOCK_SERVER].ends[file].ended = true;
	if (pair->flow.in[other_file(file)] && !pair->ended[other_file(file)])
		return;
	unlink_ending(pairs, pair);
	pair->ending_ts = time_in_a(pairs, file, ts);
	pair->ending_before = pairs->ending_last;
	if (pairs->ending_last)
		pairs->ending_last->ending_after = pair;
	else
		pairs->ending = pair;
	pairs->ending_last = pair;
	pair->is_ending = true;
}

static void finish_ended(struct pairs *pairs, uint64_t now)
{
	while (pairs->ending && now > pairs->ending->ending_ts &&
	       now - pairs->ending->ending_ts > ENDING_TIME) {
		struct pair *pair = pairs->ending;

		unlink_ending(pairs, pair);
		/* A partner may have come, whose flow has not ended. */
		if ((!pair->flow.in[FILE_A] || pair->ended[FILE_A]) &&
		    (!pair->flow.in[FILE_B] || pair->ended[FILE_B]))
			finish(pairs, pair);
	}
}

static struct pair *in_place(struct pair **place)
{
	return place && *place != &not_compared ? *place : NULL;
}

void pairs_expect_soon(const struct pairs *pairs, enum compare_file file, uint32_t slot)
{
	if (slot < pairs->place_count[file])
		fetch_line(&pairs->places[file][slot]);
}

void pairs_expect_next(const struct pairs *pairs, enum compare_file file, uint32_t slot)
{
	const struct pair *pair =
	    slot < pairs->place_count[file] ? pairs->places[file][slot] : NULL;

	if (pair)
		fetch_lines(pair, PAIR_HOT);
}

/* Looks at the flow's number only if the flow is new: that would be one more line of memory. */
static struct pair *find_pair(struct pairs *pairs, enum compare_file file,
			      const struct vsock_flow_event *event)
{
	struct pair **place = place_of(pairs, file, event->flow->slot);
	struct pair *pair;

	if (!place) {
		pairs->failed = true;
		return NULL;
	}
	if (*place && !(event->facts & VSOCK_FACT_OPENED))
		return in_place(place);
	pair = open_pair(pairs, file, event->flow, event->moment.ts);
	*place = pair ? pair : &not_compared;
	return pair;
}

static void take(struct pairs *pairs, struct pair *pair, enum compare_file file,
		 const struct vsock_packet *p, const struct vsock_flow_event *event)
{
	enum vsock_side side = pair->swapped[file] ? vsock_peer(event->sender) : event->sender;
	uint64_t ts = event->moment.ts;
	struct item item;

	pair->inside += ts >= pairs->world.since[file] && ts <= pairs->world.until[file];
	if (!make_item(&item, pair, p, event))
		return;
	note_credit(&pair->lanes[vsock_peer(side)], file, &item);
	lane_take(&pair->lanes[side], &pairs->world, file, &item);
	if (pairs->scan->made_up && pair->is_waiting && item_is_data(&item)) {
		struct pair *other = find_by_content(pairs, file, pair);

		if (other)
			merge(pairs, pair, other);
	}
}

void pairs_packet(struct pairs *pairs, enum compare_file file, const struct vsock_packet *packet,
		  const struct vsock_flow_event *event)
{
	struct vsock_flow *flow = event->flow;
	uint64_t ts = event->moment.ts;
	struct pair *pair;

	finish_ended(pairs, time_in_a(pairs, file, ts));
	if (!flow)
		return;
	if (flow->marks & (VSOCK_FLOW_COPY | VSOCK_FLOW_TWICE)) {
		pairs->copies++;
		return;
	}
	if (packet->type == VSOCK_TYPE_DGRAM) {
		pairs->datagrams++;
		return;
	}
	if (event->facts & VSOCK_FACT_SUPERSEDES && event->old) {
		struct pair **place = place_of(pairs, file, event->old->slot);
		struct pair *old = in_place(place);

		if (old && !old->ended[file])
			note_end(pairs, old, file, ts);
	}
	pair = find_pair(pairs, file, event);
	if (!pair)
		return;
	take(pairs, pair, file, packet, event);
	if (vsock_flow_state_ended((enum vsock_flow_state)flow->state) && !pair->ended[file])
		note_end(pairs, pair, file, ts);
}

/* A flow that is in one file only. */
static void finish_alone(struct pairs *pairs, struct pair *pair, enum compare_file file)
{
	struct difference d = {
	    .form = FORM_ONLY,
	    .flow = pair->flow,
	    .lacking = other_file(file),
	    .packets = pair->inside,
	    .certain =
		pair->inside > 2 && !pairs->world.drops[other_file(file)] && !pairs->scan->made_up,
	};

	d.ts[file] = pair->first_ts[file];
	d.dropped = pairs->world.drops[other_file(file)];
	if (pair->loopback && !pairs->scan->same_machine) {
		pairs->other_machines[file]++;
	} else if (pair->inside == 0) {
		pairs->outside[file]++;
	} else if (pairs->scan->made_up) {
		/* Its partner may be there: without data, or with the same data as another flow. */
		pairs->unsure[file]++;
	} else {
		pairs->only[file]++;
		difference_add(&pairs->world.differences, &d);
	}
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++)
		lane_clear(&pair->lanes[side], &pairs->world);
}

static void finish_both(struct pairs *pairs, struct pair *pair)
{
	const struct lane *client = &pair->lanes[VSOCK_CLIENT];
	const struct lane *server = &pair->lanes[VSOCK_SERVER];
	bool differs = false;

	pairs->in_both++;
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		lane_end(&pair->lanes[side], &pairs->world);
		differs |= pair->rests[side].found > pair->rests[side].lost;
	}
	pairs->differ += differs;
	pairs->incomplete += !differs && (client->abandoned || server->abandoned ||
					  (!client->matched && !server->matched));
	if (pairs->on_pair)
		pairs->on_pair(pairs->context, pair);
}

static void finish(struct pairs *pairs, struct pair *pair)
{
	unlink_waiting(pairs, pair);
	unlink_ending(pairs, pair);
	if (pair->flow.in[FILE_A] && pair->flow.in[FILE_B])
		finish_both(pairs, pair);
	else
		finish_alone(pairs, pair, pair->flow.in[FILE_A] ? FILE_A : FILE_B);
	clear_place(pairs, pair, FILE_A);
	clear_place(pairs, pair, FILE_B);
	forget(pairs, pair);
}

void pairs_flow_left(struct pairs *pairs, enum compare_file file, const struct vsock_flow *flow)
{
	struct pair **place = place_of(pairs, file, flow->slot);
	struct pair *pair = in_place(place);

	if (place)
		*place = NULL;
	if (!pair)
		return;
	pair->left[file] = true;
	/* What waits longer than a flow is kept will not come. */
	if (!pair->flow.in[other_file(file)] || pair->left[other_file(file)])
		finish(pairs, pair);
}

void pairs_end_at(struct pairs *pairs, uint64_t ts)
{
	uint64_t until = shift(shift(ts, pairs->world.offset), -(int64_t)EDGE_TIME);

	if (until < pairs->world.until[FILE_B])
		pairs->world.until[FILE_B] = until;
}

void pairs_end(struct pairs *pairs)
{
	while (pairs->newest)
		finish(pairs, pairs->newest);
}

void pairs_free(struct pairs *pairs)
{
	pairs->on_pair = NULL;
	pairs_end(pairs);
	item_store_free(&pairs->world.store);
	difference_list_free(&pairs->world.differences);
	pair_pool_free(&pairs->pool);
	free(pairs->places[FILE_A]);
	free(pairs->places[FILE_B]);
	free(pairs->waiting);
}
