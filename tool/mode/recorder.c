/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/recorder.h"

static uint8_t *place_of(struct recorder *recorder, uint64_t flow)
{
	return &recorder->places[flow % RECORDER_PLACES];
}

struct record *recorder_find(struct recorder *recorder, uint64_t flow)
{
	uint8_t place = *place_of(recorder, flow);
	struct record *record = place ? &recorder->records[place - 1] : NULL;

	return record && record->used && record->flow == flow ? record : NULL;
}

/* Whether `a` gives up its place rather than `b`. */
static bool goes_first(const struct record *a, const struct record *b)
{
	if (a->used != b->used)
		return !a->used;
	if (a->ended != b->ended)
		return a->ended;
	return a->last_ts < b->last_ts;
}

static struct record *free_place(struct recorder *recorder)
{
	struct record *best = NULL;

	for (unsigned i = 0; i < RECORDS_MAX; i++) {
		struct record *record = &recorder->records[i];

		if (!record->kept && !record->watched && (!best || goes_first(record, best)))
			best = record;
	}
	return best;
}

/* The memory of the rows is used again. */
static void clear(struct record *record)
{
	struct ladder ladder = {
	    .rows = record->ladder.rows,
	    .capacity = record->ladder.capacity,
	    .findings = record->ladder.findings,
	    .most = RECORD_ROWS,
	};

	record->ladder = ladder;
	record->used = record->ended = record->watched = record->late = false;
	record->lines[0].count = record->lines[1].count = 0;
}

static struct record *begin_record(struct recorder *recorder, uint64_t flow)
{
	uint8_t *place = place_of(recorder, flow);
	struct record *record;

	/* Two flows whose numbers share a place: the older one stays if it is kept. */
	if (*place && (recorder->records[*place - 1].kept || recorder->records[*place - 1].watched))
		return NULL;
	record = *place ? &recorder->records[*place - 1] : free_place(recorder);
	if (!record)
		return NULL;
	if (record->used)
		*place_of(recorder, record->flow) = 0;
	clear(record);
	record->used = true;
	record->flow = flow;
	*place = (uint8_t)(record - recorder->records + 1);
	return record;
}

static void halve(struct record_line *line)
{
	for (uint32_t i = 0; i < RECORD_POINTS / 2; i++) {
		const struct record_point *first = &line->points[(size_t)2 * i];
		const struct record_point *second = first + 1;

		line->points[i] = second->in_flight > first->in_flight ? *second : *first;
	}
	line->count = RECORD_POINTS / 2;
	line->step *= 2;
	line->in_last = line->step;
}

static void add_point(struct record_line *line, const struct record_point *point)
{
	struct record_point *last;

	if (line->count == 0) {
		line->step = 1;
		line->in_last = 1;
	}
	if (line->count > 0 && line->in_last < line->step) {
		last = &line->points[line->count - 1];
		line->in_last++;
		if (point->in_flight > last->in_flight)
			*last = *point;
		return;
	}
	if (line->count == RECORD_POINTS)
		halve(line);
	line->points[line->count++] = *point;
	line->in_last = 1;
}

static void add_points(struct record *record, const struct seen *seen)
{
	const struct vsock_flow *flow = seen->event.flow;

	if (flow->bare || seen->event.moment.timeless)
		return;
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		const struct vsock_flow_side *peer = &flow->side[vsock_peer((enum vsock_side)side)];
		int32_t in_flight = flow->side[side].in_flight;

		if (!(peer->marks & VSOCK_SIDE_CREDIT_KNOWN) || flow->side[side].bytes == 0)
			continue;
		add_point(&record->lines[side],
			  &(struct record_point){
			      .ts = seen->event.moment.ts,
			      .in_flight = in_flight > 0 ? (uint32_t)in_flight : 0,
			      .buffer = peer->buf_alloc,
			  });
	}
}

static void keep(struct recorder *recorder, struct record *record,
		 const struct vsock_finding *finding)
{
	if (record->kept || finding->update || recorder->kept == RECORDS_KEPT ||
	    finding->code >= VSOCK_FINDING_CODES ||
	    recorder->of_code[finding->code] == RECORDS_OF_CODE)
		return;
	recorder->of_code[finding->code]++;
	recorder->kept++;
	record->kept = true;
}

void recorder_packet(struct recorder *recorder, struct session *session, const struct seen *seen)
{
	const struct vsock_flow *flow = seen->event.flow;
	struct record *record;

	if (!flow)
		return;
	record = recorder_find(recorder, flow->number);
	/* A flow whose start was not recorded gets no place later. */
	if (!record && seen->event.facts & VSOCK_FACT_OPENED)
		record = begin_record(recorder, flow->number);
	if (!record)
		return;
	record->last_ts = seen->event.moment.ts;
	record->ended = vsock_flow_state_ended(flow->state);
	ladder_take_packet(session, &record->ladder, seen);
	add_points(record, seen);
	for (size_t i = 0; i < seen->finding_count; i++)
		if (seen->findings[i].flow == flow->number)
			keep(recorder, record, &seen->findings[i]);
}

void recorder_finding(struct recorder *recorder, struct session *session,
		      const struct vsock_finding *finding)
{
	struct record *record =
	    finding->flow != VSOCK_NO_FLOW ? recorder_find(recorder, finding->flow) : NULL;

	if (!record)
		return;
	ladder_take_finding(session, &record->ladder, finding);
	keep(recorder, record, finding);
}

void recorder_flow(struct recorder *recorder, const struct vsock_flow *flow)
{
	struct record *record = recorder_find(recorder, flow->number);

	if (record)
		record->ladder.flow = *flow;
}

struct record *recorder_watch(struct recorder *recorder, const struct vsock_flow *flow)
{
	struct record *record = recorder_find(recorder, flow->number);

	for (unsigned i = 0; i < RECORDS_MAX; i++)
		recorder->records[i].watched = false;
	if (!record) {
		record = begin_record(recorder, flow->number);
		if (!record)
			return NULL;
		record->late = true;
		record->last_ts = flow->last_ts;
	}
	record->watched = true;
	record->ladder.flow = *flow;
	return record;
}

void recorder_free(struct recorder *recorder)
{
	for (unsigned i = 0; i < RECORDS_MAX; i++)
		ladder_free(&recorder->records[i].ladder);
}
