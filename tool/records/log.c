/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/records/log.h"

#include <string.h>

#include "core/time-units.h"
#include "tool/message.h"
#include "tool/mode/flow-list.h"

/* Ages of a flow, in seconds, at its first records. */
#define FIRST_AGE 60
#define EACH_AGE  300

static const struct record_settings *record_settings(const struct flow_log *log)
{
	return &log->run.session->settings->records;
}

/* NULL: the record is lost. Its number is used up, so that a reader sees the gap. */
static char *begin_record(struct flow_log *log, struct output *out, enum record_kind kind)
{
	char *room;

	if (!log->writer)
		return NULL;
	room = writer_room(log->writer, RECORD_SIZE_MAX);
	log->run.number++;
	log->records[kind]++;
	if (room)
		output_memory(out, room, RECORD_SIZE_MAX);
	else
		writer_lose(log->writer);
	return room;
}

static void end_record(struct flow_log *log, const struct output *out, uint64_t ts)
{
	if (output_error(out))
		writer_lose(log->writer);
	else
		writer_put(log->writer, out->length, ts);
}

static void write_flow(struct flow_log *log, const struct record_flow *record)
{
	struct output out;

	if (!begin_record(log, &out, record->kind))
		return;
	record_print_flow(&out, &log->run, record);
	end_record(log, &out, record->now);
}

/* A finding that stands for several is about no flow: those flows may be gone. */
static void write_finding(struct flow_log *log, const struct vsock_finding *finding, uint32_t count)
{
	const bool loose = finding->flow == VSOCK_NO_FLOW;
	struct flow_note *note = loose ? NULL : flow_notes_add(&log->notes, finding->flow);
	struct vsock_finding alone = *finding;
	uint32_t *seq = note ? &note->findings : &log->loose;
	struct output out;

	if (!note)
		alone.flow = VSOCK_NO_FLOW;
	if (begin_record(log, &out, RECORD_FINDING)) {
		record_print_finding(&out, &log->run, &alone, *seq, count);
		end_record(log, &out, finding->ts);
	}
	++*seq;
}

static void write_capture(struct flow_log *log, const char *reason, uint64_t now)
{
	struct output out;

	if (!begin_record(log, &out, RECORD_CAPTURE))
		return;
	record_print_capture(&out, &log->run,
			     &(struct record_capture){
				 .reason = reason,
				 .seq = log->captures++,
				 .now = now,
				 .period_ns = now > log->reported ? now - log->reported : 0,
				 .records = log->records,
				 .lost = writer_lost(log->writer),
			     });
	end_record(log, &out, now);
}

static void write_rest(struct flow_log *log, uint64_t now)
{
	struct output out;

	if (log->rest.flows == 0)
		return;
	if (begin_record(log, &out, RECORD_REST)) {
		record_print_rest(&out, &log->run, &log->rest, log->rests, now,
				  now > log->reported ? now - log->reported : 0);
		end_record(log, &out, now);
	}
	log->rests++;
	log->rest = (struct record_rest){0};
}

void log_begin(struct flow_log *log, struct session *session, struct writer *writer,
	       struct metrics *metrics)
{
	log->writer = writer;
	log->metrics = metrics;
	log->run.session = session;
}

void log_first(struct flow_log *log, uint64_t ts, uint64_t salt)
{
	struct vsock_siphash_key key;

	if (json_point_key(&log->run.session->json, 0, &key))
		uid_of_run(log->run.uid, &key, ts, salt);
	log->reported = ts;
	if (log->writer)
		write_capture(log, "start", ts);
}

/* Failures ------------------------------------------------------------------------------------- */

static uint32_t word_of(const char *error)
{
	uint32_t word = 0;

	memcpy(&word, error, 4); /* all of these words are longer, and differ there */
	return word;
}

static void write_folded_failures(struct flow_log *log, uint32_t place, uint64_t now)
{
	const struct vsock_flow *flow = &log->failed[place];
	const char *error = record_failure(flow, now);

	write_flow(log, &(struct record_flow){
			    .kind = RECORD_CONNECT_FAILED,
			    .flow = flow,
			    .now = now,
			    .reason = "end",
			    .error = error ? error : "timeout",
			    .attempts = fold_take(&log->failures, place),
			    .final = true,
			});
}

/* The record of many has the sums of all. */
static void keep_failure(struct flow_log *log, uint32_t place, const struct vsock_flow *flow)
{
	struct vsock_flow *kept = &log->failed[place];
	const struct vsock_flow before = *kept;

	*kept = *flow;
	if (log->failures.places[place].folded < 2)
		return;
	for (int side = 0; side < 2; side++) {
		kept->side[side].packets += before.side[side].packets;
		kept->side[side].bytes += before.side[side].bytes;
	}
}

/* Whether the failed flow gets a record of its own. */
static bool is_own_failure(struct flow_log *log, const struct vsock_flow *flow, const char *error,
			   uint64_t now)
{
	const uint64_t second = now / NANOSECONDS_PER_SECOND;
	const struct fold_key key = {flow->client_cid, flow->server_cid, flow->server_port,
				     word_of(error)};
	const uint32_t place = fold_find(&key);

	if (fold_due(&log->failures, place, &key, second))
		write_folded_failures(log, place, now);
	if (fold_add(&log->failures, place, &key, second))
		return true;
	keep_failure(log, place, flow);
	return false;
}

/* Findings ------------------------------------------------------------------------------------- */

static void write_folded_findings(struct flow_log *log, uint32_t place)
{
	log->found[place].flow = VSOCK_NO_FLOW;
	write_finding(log, &log->found[place], fold_take(&log->findings, place));
}

void log_finding(struct flow_log *log, const struct vsock_finding *finding)
{
	const uint64_t second = finding->ts / NANOSECONDS_PER_SECOND;
	const struct fold_key key = {finding->client_cid, finding->server_cid, finding->server_port,
				     finding->code};
	const uint32_t place = fold_find(&key);

	if (log->metrics && !finding->update)
		metrics_finding(log->metrics, finding);
	if (!log->writer || (record_settings(log)->notable && finding->severity < VSOCK_SUSPICIOUS))
		return;
	if (fold_due(&log->findings, place, &key, second))
		write_folded_findings(log, place);
	if (fold_add(&log->findings, place, &key, second))
		write_finding(log, finding, 1);
	else
		log->found[place] = *finding;
}

/* All events of seconds other than this one. */
static void write_folded(struct flow_log *log, uint64_t now, uint64_t second)
{
	for (uint32_t i = 0; i < FOLD_PLACES; i++) {
		if (fold_due(&log->findings, i, &log->findings.places[i].key, second))
			write_folded_findings(log, i);
		if (fold_due(&log->failures, i, &log->failures.places[i].key, second))
			write_folded_failures(log, i, now);
	}
}

/* Flows ---------------------------------------------------------------------------------------- */

void log_stall(struct flow_log *log, const struct vsock_flow *flow, enum vsock_side sender)
{
	struct flow_note *note = log->writer ? flow_notes_add(&log->notes, flow->number) : NULL;

	if (note)
		note->stalls[sender]++;
}

static bool is_notable(const struct vsock_flow *flow)
{
	return flow->reported && flow->worst >= VSOCK_SUSPICIOUS;
}

static void add_to_rest(struct flow_log *log, const struct vsock_flow *flow)
{
	struct record_rest *rest = &log->rest;

	rest->flows++;
	for (int side = 0; side < 2; side++) {
		rest->packets[side] += flow->side[side].packets;
		rest->bytes[side] += flow->side[side].bytes;
	}
}

/* Whether the flow has changed since its last record. */
static bool has_news(const struct vsock_flow *flow, const struct flow_note *note)
{
	return !note || !note->ts || flow->last_ts > note->ts ||
	       note->packets[0] != flow->side[0].packets ||
	       note->packets[1] != flow->side[1].packets;
}

static void count_failure(struct flow_log *log, const struct vsock_flow *flow, const char *error)
{
	if (log->metrics)
		metrics_failure(log->metrics, flow, error);
}

/* That no connection came of the flow is known now. */
static void write_failure(struct flow_log *log, const struct vsock_flow *flow,
			  const struct flow_note *note, const char *error, uint64_t now, bool final)
{
	/* Only a flow without a record is folded, else its records would not add up. */
	if (!(note && note->ts) && !is_own_failure(log, flow, error, now))
		return;
	write_flow(log, &(struct record_flow){
			    .kind = RECORD_CONNECT_FAILED,
			    .flow = flow,
			    .note = note,
			    .now = now,
			    .reason = "end",
			    .error = error,
			    .attempts = 1,
			    .final = final,
			});
}

static void write_last(struct flow_log *log, const struct vsock_flow *flow,
		       const struct flow_note *note, uint64_t now, const char *reason)
{
	/* A flow that had a record has a last one, too. */
	if (record_settings(log)->notable && !is_notable(flow) && !(note && note->ts)) {
		add_to_rest(log, flow);
		return;
	}
	write_flow(log, &(struct record_flow){
			    .kind = RECORD_FLOW,
			    .flow = flow,
			    .note = note,
			    .now = now,
			    .reason = reason,
			    .attempts = 1,
			    .final = true,
			});
}

void log_flow(struct flow_log *log, const struct vsock_flow *flow, uint64_t now, const char *reason)
{
	const struct flow_note *note = flow_notes_find(&log->notes, flow->number);
	const char *error = record_failure(flow, now);
	const bool known = note && note->failed;

	if (error && !known)
		count_failure(log, flow, error);
	else if (!error && log->metrics)
		metrics_closed(log->metrics, flow);
	if (!error && !(known && !has_news(flow, note)))
		write_last(log, flow, note, now, reason);
	else if (error && !(known && !has_news(flow, note)))
		write_failure(log, flow, note, error, now, true);
	if (note)
		flow_notes_remove(&log->notes, flow->number);
}

/* How many records are due until this age of a flow. */
static uint64_t records_due(uint64_t interval, uint64_t age)
{
	const uint64_t seconds = age / NANOSECONDS_PER_SECOND;

	if (interval)
		return age / interval;
	return seconds < FIRST_AGE ? 0 : 1 + seconds / EACH_AGE;
}

static bool is_due(const struct flow_log *log, const struct vsock_flow *flow,
		   const struct flow_note *note, uint64_t now)
{
	const uint64_t interval = log->run.session->settings->flow.interval;
	const uint64_t last = note && note->ts ? note->ts : flow->first_ts;

	if (now <= last || records_due(interval, now - flow->first_ts) <=
			       records_due(interval, last - flow->first_ts))
		return false;
	return has_news(flow, note) || now - last >= LOG_SILENT_SECONDS * NANOSECONDS_PER_SECOND;
}

static void note_record(struct flow_note *note, const struct vsock_flow *flow, uint64_t now)
{
	note->ts = now;
	note->seq++;
	for (int side = 0; side < 2; side++) {
		note->packets[side] = flow->side[side].packets;
		note->bytes[side] = flow->side[side].bytes;
	}
}

static void write_interim(struct flow_log *log, const struct vsock_flow *flow,
			  struct flow_note *note, uint64_t now)
{
	if (record_settings(log)->notable && !is_notable(flow))
		return;
	write_flow(log, &(struct record_flow){
			    .kind = RECORD_INTERIM,
			    .flow = flow,
			    .note = note,
			    .now = now,
			    .reason = "interim",
			    .attempts = 1,
			});
	note_record(note, flow, now);
}

/* A flow that is open, or that waits in vain for its answer. */
static void look_at(struct flow_log *log, const struct vsock_flow *flow, uint64_t now)
{
	struct flow_note *note = flow_notes_find(&log->notes, flow->number);
	const char *error = record_failure(flow, now);

	if (error ? note && note->failed : !log->writer || !is_due(log, flow, note, now))
		return;
	/* Without room for a note, there is only the last record: else they would not add up. */
	note = flow_notes_add(&log->notes, flow->number);
	if (!note)
		return;
	if (!error) {
		write_interim(log, flow, note, now);
		return;
	}
	count_failure(log, flow, error);
	write_failure(log, flow, note, error, now, false);
	note->failed = true;
	note_record(note, flow, now);
}

/* A part of the table in each second, so that all of it takes a round. */
static void look_around(struct flow_log *log, uint64_t now, uint64_t passed)
{
	const struct session *session = log->run.session;
	const uint64_t interval = session->settings->flow.interval / NANOSECONDS_PER_SECOND;
	const uint64_t round =
	    interval && interval / 10 < LOG_ROUND_SECONDS ? interval / 10 + 1 : LOG_ROUND_SECONDS;
	const uint32_t slots = vsock_flow_table_slots(session->flows);
	uint64_t count = passed >= round ? slots : slots * passed / round + 1;

	for (; count > 0 && slots > 0; count--) {
		const struct vsock_flow *flow;

		if (log->next_slot >= slots)
			log->next_slot = 0;
		flow = vsock_flow_table_in_slot(session->flows, log->next_slot++);
		if (flow && !vsock_flow_state_ended((enum vsock_flow_state)flow->state) &&
		    session_wants(session, flow))
			look_at(log, flow, now);
	}
}

void log_tick(struct flow_log *log, uint64_t now, uint64_t passed)
{
	look_around(log, now, passed);
	if (!log->writer)
		return;
	write_folded(log, now, now / NANOSECONDS_PER_SECOND);
	if (now - log->reported >= LOG_CAPTURE_SECONDS * NANOSECONDS_PER_SECOND) {
		write_rest(log, now);
		write_capture(log, "interval", now);
		log->reported = now;
	}
	writer_pass(log->writer, now);
	writer_report(log->writer);
}

static const char *reason_of(const struct vsock_flow *flow)
{
	return vsock_flow_state_ended((enum vsock_flow_state)flow->state) ? "end" : "capture-end";
}

void log_end(struct flow_log *log, uint64_t now)
{
	struct session *session = log->run.session;
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (flow_list_walk(session, &walk)) {
		while ((flow = flow_list_next(session, &walk)))
			log_flow(log, flow, now, reason_of(flow));
		vsock_flow_walk_end(&walk);
	}
	if (log->writer) {
		write_folded(log, now, UINT64_MAX);
		write_rest(log, now);
		write_capture(log, "end", now);
	}
	if (log->notes.dropped)
		notice("some flows have only their last record: no room for more notes");
	flow_notes_free(&log->notes);
}
