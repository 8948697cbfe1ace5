/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --flow-log and --metrics: what programs that watch many hosts take. Nothing is printed. Once a
 * second, by the clock of the packets, what is due is handed to the writer.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/siphash.h"
#include "core/time-units.h"
#include "lib/common/time.h"
#include "tool/message.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/mode.h"
#include "tool/records/log.h"
#include "tool/records/metrics.h"
#include "tool/records/record-files.h"

/* Seconds between metrics, unless --interval says less. */
#define METRICS_SECONDS 15

struct records {
	struct writer *writer;
	struct flow_log log;
	struct metrics metrics;
	bool began;
	uint64_t tick; /* when the last one was */
	uint64_t metrics_due;
};

static bool is_live(const struct session *session)
{
	return session->settings->source.file_count == 0;
}

static void records_begin(struct session *session)
{
	const struct record_settings *settings = &session->settings->records;
	struct records *records;

	if (!session_make_own(session, sizeof(*records)))
		return;
	records = session->own;
	records->writer = writer_new(settings, is_live(session));
	if (!records->writer) {
		session->failure = EXIT_OUTPUT;
		session_free_own(session);
		return;
	}
	writer_folders(records->writer, &session->folders);
	session->json.host = settings->host_id;
	records->metrics.session = session;
	log_begin(&records->log, session, settings->log ? records->writer : NULL,
		  settings->metrics ? &records->metrics : NULL);
	/* A file has no host of its own: the one that reads it is another. */
	if (is_live(session))
		gethostname(records->log.run.host_name, sizeof(records->log.run.host_name) - 1);
}

static void write_metrics(struct records *records, uint64_t now)
{
	const bool logs = records->log.writer;
	struct output out;
	char *room;

	if (!records->log.metrics)
		return;
	metrics_vms_expire(&records->metrics.vms, now);
	room = writer_metrics_room(records->writer);
	if (!room)
		return;
	output_memory(&out, room, WRITER_BLOCK_SIZE);
	metrics_print(&out, &records->metrics,
		      &(struct metrics_records){
			  .records = logs ? records->log.records : NULL,
			  .lost = writer_lost(records->writer),
		      });
	writer_put_metrics(records->writer, out.length);
}

static void begin_run(struct records *records, uint64_t ts, uint64_t salt)
{
	records->began = true;
	records->tick = ts;
	records->metrics.start = ts;
	log_first(&records->log, ts, salt);
	write_metrics(records, ts);
}

/* The same file gives the same run. */
static uint64_t salt_of(const struct capture_record *record)
{
	static const struct vsock_siphash_key key;
	uint64_t words[8] = {0};

	memcpy(words, record->data,
	       record->captured < sizeof(words) ? record->captured : sizeof(words));
	return vsock_siphash(&key, words, sizeof(words) / sizeof(words[0]));
}

/* `ts` and `salt` are for a file. */
static void begin(struct records *records, const struct session *session, uint64_t ts,
		  uint64_t salt)
{
	if (records->began)
		return;
	if (is_live(session)) {
		ts = clock_now(CLOCK_REALTIME);
		(void)!getrandom(&salt, sizeof(salt), 0);
	}
	begin_run(records, ts, salt);
}

static uint64_t metrics_interval(const struct session *session)
{
	const uint64_t usual = METRICS_SECONDS * NANOSECONDS_PER_SECOND;
	const uint64_t wanted = session->settings->flow.interval;

	return wanted && wanted < usual ? wanted : usual;
}

static void tick(struct session *session, uint64_t now)
{
	struct records *records = session->own;
	const uint64_t passed = (now - records->tick) / NANOSECONDS_PER_SECOND;

	records->tick = now;
	log_tick(&records->log, now, passed);
	if (now < records->metrics_due)
		return;
	write_metrics(records, now);
	writer_report(records->writer);
	records->metrics_due = now + metrics_interval(session);
}

static bool is_due(const struct records *records, uint64_t now)
{
	return now > records->tick && now - records->tick >= NANOSECONDS_PER_SECOND;
}

static void records_finding(struct session *session, const struct vsock_finding *finding)
{
	struct records *records = session->own;

	begin(records, session, finding->ts, 0);
	log_finding(&records->log, finding);
}

static void records_packet(struct session *session, const struct seen *seen)
{
	struct records *records = session->own;
	const struct vsock_flow_event *event = &seen->event;

	if (!records->began)
		begin(records, session, seen->record->ts, salt_of(seen->record));
	if (records->log.metrics)
		metrics_packet(&records->metrics, seen);
	if (event->flow && event->facts & VSOCK_FACT_STALL_ENDED &&
	    event->stalled_us >= STALL_LEAST_US)
		log_stall(&records->log, event->flow, vsock_peer(event->sender));
	for (size_t i = 0; i < seen->finding_count; i++)
		records_finding(session, &seen->findings[i]);
	if (is_due(records, event->moment.ts) && !event->moment.timeless)
		tick(session, event->moment.ts);
}

static void records_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct records *records = session->own;

	log_flow(&records->log, flow, flow_list_now(session),
		 flow->state == VSOCK_FLOW_EVICTED ? "evicted" : "end");
}

static void records_clock(struct session *session, uint64_t now)
{
	struct records *records = session->own;

	begin(records, session, now, 0);
	if (is_due(records, now))
		tick(session, now);
}

static uint64_t records_due(const struct session *session)
{
	const struct records *records = session->own;

	return records->began ? records->tick + NANOSECONDS_PER_SECOND : 0;
}

static void records_snapshot(struct session *session)
{
	struct records *records = session->own;

	writer_pass(records->writer, records->tick);
	write_metrics(records, records->tick);
}

static void records_end(struct session *session)
{
	struct records *records = session->own;
	uint64_t now;

	if (!records)
		return;
	/* A file without packets has no time. */
	begin(records, session, 0, 0);
	now = flow_list_now(session);
	if (now < records->tick)
		now = records->tick;
	writer_wait(records->writer);
	log_end(&records->log, now);
	write_metrics(records, now);
	if (!writer_close(records->writer))
		session->failure = EXIT_OUTPUT;
	flow_list_report_evicted(session);
	session_free_own(session);
}

const struct mode mode_records = {
    .option = "--flow-log or --metrics",
    .takes = MODE_TAKES_INTERVAL | MODE_TAKES_RECORDS,
    .prints_at_end = true,
    .whole_flows = true,
    .needs_flows = true,
    .system_calls = record_files_system_calls,
    .begin = records_begin,
    .packet = records_packet,
    .finding = records_finding,
    .flow_left = records_flow_left,
    .clock = records_clock,
    .clock_due = records_due,
    .snapshot = records_snapshot,
    .end = records_end,
};
