/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/pipeline.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/finding-text.h"
#include "core/names.h"
#include "lib/common/time.h"
#include "tool/message.h"
#include "tool/print/json-capture.h"
#include "tool/print/standard-output.h"
#include "tool/run/flow-selection.h"
#include "tool/version.h"

/* However the process ends, this much of what was captured is lost with it at most. */
#define FLUSH_INTERVAL NANOSECONDS_PER_SECOND

static void on_flow_left(void *context, const struct vsock_flow *flow)
{
	struct pipeline *pipeline = context;

	finding_store_forget(&pipeline->held, flow->number);
	if (pipeline->mode->flow_left && session_wants(&pipeline->session, flow))
		pipeline->mode->flow_left(&pipeline->session, flow);
}

/* The last of the packets that a finding rests on is the one that proves it. */
static bool proved_by(const struct vsock_finding *finding, uint64_t packet)
{
	return finding->packet_count > 0 && finding->packets[finding->packet_count - 1] == packet;
}

static void show_finding(struct pipeline *pipeline, const struct vsock_finding *finding)
{
	if (pipeline->mode->finding)
		pipeline->mode->finding(&pipeline->session, finding);
}

/*
 * A finding that the current packet proves is kept until the packet is shown. A finding of a timer
 * comes before the packet. Findings of a flow that no packet has selected yet are held back.
 */
static void on_finding(void *context, const struct vsock_finding *finding)
{
	struct pipeline *pipeline = context;
	bool proved = pipeline->in_packet && proved_by(finding, pipeline->seen.number);

	if (finding->severity > VSOCK_INFORMATION && !finding->update)
		pipeline->session.findings++;
	if (proved && pipeline->chosen) {
		output_file_finding(&pipeline->file, finding, false);
		if (pipeline->seen.finding_count < PIPELINE_FINDINGS)
			pipeline->findings[pipeline->seen.finding_count++] = *finding;
	} else if (!pipeline->session.choosy || finding->selected) {
		output_file_finding(&pipeline->file, finding, true);
		show_finding(pipeline, finding);
	} else if (finding->flow != VSOCK_NO_FLOW) {
		finding_store_add(&pipeline->held, finding);
	}
}

/* The flow's first packet that is chosen: what was found of it before is shown now. */
static void select_flow(struct pipeline *pipeline, struct vsock_flow *flow)
{
	const struct vsock_finding *finding = NULL;

	flow->marks |= VSOCK_FLOW_SELECTED;
	while ((finding = finding_store_next(&pipeline->held, flow->number, finding)))
		show_finding(pipeline, finding);
	finding_store_forget(&pipeline->held, flow->number);
}

static enum exit_status open_flows(struct pipeline *pipeline)
{
	struct vsock_analysis_config config;

	if (!pipeline->mode->needs_flows && !pipeline->session.settings->file.annotate)
		return EXIT_OK;
	config = (struct vsock_analysis_config){
	    .flows = {.max_flows = pipeline->session.settings->flow.most,
		      .keep_ended = pipeline->mode->keep_ended_flows,
		      .on_leave = on_flow_left,
		      .context = pipeline},
	    .on_finding = pipeline->session.settings->flow.no_findings ? NULL : on_finding,
	    .filtered = pipeline->source.live && !pipeline->source.complete,
	    .unfiltered = pipeline->source.live && pipeline->source.complete,
	    .payload = capture_origin_payload(&pipeline->source.origin),
	    .slow_handshake = pipeline->session.settings->flow.slow_handshake,
	    .stall = pipeline->session.settings->flow.stall,
	};
	if (getrandom(config.flows.key, sizeof(config.flows.key), 0) != sizeof(config.flows.key)) {
		print_error("random numbers: %s", strerror(errno));
		return EXIT_FAILED;
	}
	pipeline->session.analysis = vsock_analysis_new(&config);
	if (pipeline->session.analysis) {
		pipeline->session.flows = vsock_analysis_flows(pipeline->session.analysis);
		return EXIT_OK;
	}
	print_error("not enough memory for the table of flows");
	return EXIT_FAILED;
}

static enum exit_status open_output(struct pipeline *pipeline)
{
	if (standard_output_open(&pipeline->out, &pipeline->session.settings->print))
		return EXIT_OK;
	print_error("not enough memory");
	return EXIT_FAILED;
}

static void release_flows(struct pipeline *pipeline)
{
	vsock_analysis_free(pipeline->session.analysis);
	finding_store_free(&pipeline->held);
	json_context_free(&pipeline->session.json);
	pipeline->session.analysis = NULL;
	pipeline->session.flows = NULL;
}

enum exit_status pipeline_open(struct pipeline *pipeline, const struct settings *settings,
			       const struct packet_source *source)
{
	const enum time_precision chosen = settings->print.precision;
	enum exit_status status;

	*pipeline = (struct pipeline){
	    .session = {.settings = settings,
			.program = version_program(),
			.out = &pipeline->out,
			.lowest_ts = UINT64_MAX,
			.statistics = source->statistics,
			.source = source->context,
			.json = {.describe = source->describe,
				 .count = source->points,
				 .source = source->context},
			.choosy = settings->source.skip || settings->flow.ladder_worst ||
				  ((!source->live || source->complete) &&
				   (settings->print.filtered || source->point >= 0)),
			.nanosecond = chosen == PRECISION_NANO ||
				      (source->show_nanosecond && chosen != PRECISION_MICRO)},
	    .source = *source,
	    .mode = settings->mode,
	    .limit = settings->source.count ? settings->source.count : UINT64_MAX,
	    .prompt = isatty(STDOUT_FILENO) || settings->print.line_buffered ||
		      settings->file.packet_buffered || settings->mode->prints_live,
	};
	pipeline->picky = pipeline->session.choosy;
	pipeline->decode = pipeline->mode->packet || pipeline->mode->needs_flows ||
			   settings->file.annotate ||
			   (settings->print.processes && settings->file.name);
	pipeline->flushed = clock_now(CLOCK_MONOTONIC_COARSE);

	status = open_flows(pipeline);
	if (status == EXIT_OK)
		status = open_output(pipeline);
	if (status == EXIT_OK) {
		status = output_file_open(&pipeline->file, settings, source,
					  pipeline->session.nanosecond);
		if (status != EXIT_OK)
			output_close(&pipeline->out);
	}
	if (status != EXIT_OK) {
		release_flows(pipeline);
		return status;
	}
	pipeline->seen.findings = pipeline->findings;
	if (pipeline->mode->begin)
		pipeline->mode->begin(&pipeline->session);
	return pipeline->session.failure == EXIT_OK ? EXIT_OK : pipeline_close(pipeline);
}

void pipeline_needs(const struct pipeline *pipeline, struct confinement *confinement)
{
	confinement->folders = pipeline->session.folders;
	output_file_needs(&pipeline->file, confinement);
	if (pipeline->mode->system_calls)
		confine_allow(confinement, pipeline->mode->system_calls);
}

/*
 * Standard output takes no more. But if it was only given up when we were asked to end, -w still
 * gets the packets that came before.
 */
static bool output_is_over(const struct pipeline *pipeline)
{
	const int error = output_error(&pipeline->out);

	return error && !(error == ECANCELED && pipeline->file.open);
}

bool pipeline_ended(const struct pipeline *pipeline)
{
	return output_file_ended(&pipeline->file) || output_is_over(pipeline) ||
	       pipeline->session.failure;
}

uint64_t pipeline_not_written(const struct pipeline *pipeline)
{
	return output_file_lost(&pipeline->file, pipeline->session.packets);
}

/* A capture point that was not asked for, or the copy of a flow that is shown already. */
static bool is_hidden(const struct pipeline *pipeline, const struct seen *seen)
{
	const struct vsock_flow *flow = seen->event.flow;

	if (pipeline->source.point >= 0)
		return seen->record->point != pipeline->source.point;
	return flow && flow->marks & VSOCK_FLOW_COPY;
}

/* Whether the flow of this packet is selected from now on. */
static bool selects(const struct pipeline *pipeline, const struct seen *seen)
{
	bool known = flow_selection_has(pipeline->selection, seen->event.flow->number);

	/* The first pass has left only one flow. */
	if (pipeline->selection && pipeline->session.settings->flow.ladder_worst)
		return known;
	return pipeline->chosen || (seen->event.facts & VSOCK_FACT_OPENED && known);
}

/* Whether the mode gets the packet, where not all packets are shown. */
static bool choose(struct pipeline *pipeline, const struct seen *seen)
{
	struct vsock_flow *flow = seen->event.flow;

	if (is_hidden(pipeline, seen)) {
		pipeline->chosen = false;
		pipeline->hidden++;
	}
	if (flow && pipeline->session.choosy && !(flow->marks & VSOCK_FLOW_SELECTED) &&
	    selects(pipeline, seen))
		select_flow(pipeline, flow);
	if (pipeline->mode->whole_flows)
		return flow && session_wants(&pipeline->session, flow);
	return pipeline->chosen;
}

static void analyze(struct pipeline *pipeline, const struct vsock_moment *moment)
{
	if (moment->timeless)
		pipeline->session.timeless = true;
	if (moment->point)
		pipeline->picky = true;
	pipeline->in_packet = true;
	vsock_analysis_packet(pipeline->session.analysis, pipeline->seen.packet, moment,
			      &pipeline->seen.event);
	pipeline->in_packet = false;
}

/* Finds what there is to find of a decoded packet, and shows it. */
static void look_at_packet(struct pipeline *pipeline, const struct taken *taken,
			   const struct vsock_moment *moment)
{
	const struct capture_record *record = &taken->record;
	struct session *session = &pipeline->session;
	struct seen *seen = &pipeline->seen;

	seen->record = record;
	if (!vsock_has_virtio(seen->packet) && !vsock_is_bare(seen->packet) &&
	    record->captured < record->on_wire)
		session->cut_headers++;
	seen->finding_count = 0;
	if (session->analysis)
		analyze(pipeline, moment);
	/* First the file, with what was found: what is shown is then also in it. */
	if (taken->matches)
		output_file_packet(&pipeline->file, record, seen);
	if ((!pipeline->picky || choose(pipeline, seen)) && pipeline->mode->packet)
		pipeline->mode->packet(session, seen);
}

static inline void note_span(struct session *session, uint64_t ts)
{
	if (ts > session->latest_ts)
		session->latest_ts = ts;
	if (ts < session->lowest_ts)
		session->lowest_ts = ts;
}

static inline void decode(struct pipeline *pipeline, const struct taken *taken, size_t i)
{
	const struct capture_record *record = &taken[i].record;
	struct vsock_moment *moment = &pipeline->moments[i];

	vsock_decode(&pipeline->packets[i], record->data, record->captured, record->on_wire);
	moment->number = record->number;
	moment->ts = record->ts;
	moment->point = record->point;
	moment->timeless = record->clock != CAPTURE_TIME_GOOD;
	moment->flow_hash = 0;
}

/* False like pipeline_packets(). */
static inline bool handle_packet(struct pipeline *pipeline, const struct taken *taken,
				 const struct vsock_moment *moment)
{
	const struct capture_record *record = &taken->record;
	struct session *session = &pipeline->session;

	if (output_file_is_over(&pipeline->file, record->ts))
		return false;
	pipeline->chosen = taken->matches;
	pipeline->seen.number = record->number;
	if (pipeline->source.point < 0 || record->point == pipeline->source.point)
		note_span(session, record->ts);
	if (taken->matches && session->packets++ == 0)
		session->first_ts = session->previous_ts = record->ts;
	if (pipeline->decode)
		look_at_packet(pipeline, taken, moment);
	else if (taken->matches)
		output_file_packet(&pipeline->file, record, NULL);
	if (pipeline->chosen)
		session->previous_ts = record->ts;
	return session->packets < pipeline->limit && !pipeline_ended(pipeline);
}

static void expect_packets(struct pipeline *pipeline, size_t count)
{
	const struct vsock_analysis *analysis = pipeline->session.analysis;
	uint32_t slots[PIPELINE_PACKETS];

	vsock_analysis_expect(analysis, pipeline->packets, pipeline->moments, count);
	if (!pipeline->mode->expect)
		return;
	for (size_t i = 0; i < count; i++)
		slots[i] = vsock_analysis_expected_slot(analysis, &pipeline->moments[i]);
	pipeline->mode->expect(&pipeline->session, slots, count);
}

bool pipeline_packets(struct pipeline *pipeline, const struct taken *taken, size_t count)
{
	for (size_t i = 0; pipeline->decode && i < count; i++)
		decode(pipeline, taken, i);
	if (count > 1 && pipeline->session.analysis)
		expect_packets(pipeline, count);
	for (size_t i = 0; i < count; i++) {
		pipeline->seen.packet = &pipeline->packets[i];
		if (!handle_packet(pipeline, &taken[i], &pipeline->moments[i]))
			return false;
	}
	return true;
}

void pipeline_tick(struct pipeline *pipeline, uint64_t now)
{
	if (pipeline->session.analysis)
		vsock_analysis_tick(pipeline->session.analysis, now);
	if (pipeline->mode->clock)
		pipeline->mode->clock(&pipeline->session, now);
	pipeline_clock(pipeline, now);
}

void pipeline_clock(struct pipeline *pipeline, uint64_t now)
{
	output_file_tick(&pipeline->file, now);
}

void pipeline_found_name(struct pipeline *pipeline, uint32_t cid, const char *name)
{
	struct session *session = &pipeline->session;

	/* A bad name is a stranger's; without memory, the number is shown. */
	(void)vsock_cid_names_add_found(session->settings->print.names, cid, name);
	if (pipeline->mode->names_changed && session->own)
		pipeline->mode->names_changed(session);
}

void pipeline_point_end(struct pipeline *pipeline, uint16_t point, uint64_t end)
{
	if (pipeline->session.analysis)
		vsock_analysis_point_end(pipeline->session.analysis, point, end);
	if (pipeline->mode->point_end && pipeline->session.own)
		pipeline->mode->point_end(&pipeline->session, point, end);
}

/* CIDs up to the host's are not those of guests. */
static enum vsock_connect_failure failure_detail(const struct process_entry *failed)
{
	if (failed->error != ENODEV)
		return VSOCK_FAILED_OTHER;
	return failed->addresses.remote_cid <= VSOCK_CID_HOST ? VSOCK_FAILED_NO_MODULE
							      : VSOCK_FAILED_NO_CID;
}

void pipeline_failed_connect(struct pipeline *pipeline, const struct process_entry *failed)
{
	const struct process_addresses *a = &failed->addresses;
	struct process_table *table = pipeline->session.settings->print.processes;
	const struct vsock_finding finding = {
	    .code = VSOCK_FINDING_CONNECT_FAILED,
	    .severity = vsock_finding_severity(VSOCK_FINDING_CONNECT_FAILED),
	    .about = VSOCK_SERVER,
	    .detail = failure_detail(failed),
	    .flow = VSOCK_NO_FLOW,
	    .ts = failed->ts,
	    .amount = failed->error,
	    .client_cid = a->local_cid,
	    .client_port = a->local_port,
	    .server_cid = a->remote_cid,
	    .server_port = a->remote_port,
	};

	/* Other errors have packets, or are mistakes of the caller. */
	if (!vsock_errno_name(failed->error))
		return;
	process_table_add(table, failed);
	output_file_process(&pipeline->file, process_table_failure(table, a, failed->ts));
	if (!pipeline->session.analysis || pipeline->session.settings->flow.no_findings ||
	    pipeline->session.settings->print.filtered || pipeline->session.choosy)
		return;
	pipeline->session.findings++;
	show_finding(pipeline, &finding);
}

bool pipeline_flush(struct pipeline *pipeline)
{
	pipeline->flushed = clock_now(CLOCK_MONOTONIC_COARSE);
	output_flush(&pipeline->out);
	output_file_flush(&pipeline->file);
	return !pipeline_ended(pipeline);
}

static int64_t nanoseconds_to_flush(const struct pipeline *pipeline)
{
	uint64_t passed = clock_now(CLOCK_MONOTONIC_COARSE) - pipeline->flushed;

	return (int64_t)(FLUSH_INTERVAL - passed);
}

int pipeline_flush_due(const struct pipeline *pipeline)
{
	int64_t left = nanoseconds_to_flush(pipeline);

	return left > 0 ? (int)(left / (int64_t)NANOSECONDS_PER_MILLISECOND) + 1 : 0;
}

bool pipeline_before_wait(struct pipeline *pipeline)
{
	if (nanoseconds_to_flush(pipeline) <= 0)
		return pipeline_flush(pipeline);
	if (pipeline->prompt)
		output_flush(&pipeline->out);
	return !pipeline_ended(pipeline);
}

/* Files that say nothing of themselves need no such line. */
static void print_capture(struct pipeline *pipeline)
{
	const struct packet_source *source = &pipeline->source;
	const struct session *session = &pipeline->session;
	struct capture_statistics statistics;

	if (!pipeline->mode->prints_json)
		return;
	statistics = packet_source_statistics(source);
	if (source->live || *source->origin.os || statistics.kernel_drops != CAPTURE_NOT_KNOWN ||
	    statistics.interface_drops != CAPTURE_NOT_KNOWN)
		json_capture(&pipeline->out, &pipeline->session.json,
			     &(struct json_capture_facts){
				 .origin = &source->origin,
				 .statistics = &statistics,
				 .packets = session->packets,
				 .not_written = pipeline_not_written(pipeline),
				 .first_ts = session->lowest_ts,
				 .last_ts = session->latest_ts,
			     });
}

void pipeline_snapshot(struct pipeline *pipeline)
{
	print_capture(pipeline);
	if (pipeline->mode->snapshot)
		pipeline->mode->snapshot(&pipeline->session);
	pipeline_flush(pipeline);
}

enum exit_status pipeline_close(struct pipeline *pipeline)
{
	enum exit_status shown;
	enum exit_status written;

	if (pipeline->session.analysis) {
		/* What the last packet's time makes due, but was too much to handle with it. */
		vsock_analysis_tick(pipeline->session.analysis, pipeline->session.latest_ts);
		vsock_analysis_end(pipeline->session.analysis, pipeline->end_known, pipeline->end);
	}
	/* The capture lasted as long as the findings say: a stall may reach up to its end. */
	if (pipeline->end_known && pipeline->end > pipeline->session.latest_ts)
		pipeline->session.latest_ts = pipeline->end;
	pipeline->session.ended = true;
	output_file_finish(&pipeline->file);
	print_capture(pipeline);
	if (pipeline->mode->end)
		pipeline->mode->end(&pipeline->session);
	/* Standard output first, so that its data comes before the messages. */
	shown = standard_output_close(&pipeline->out);
	written = output_file_close(&pipeline->file);
	release_flows(pipeline);
	if (written != EXIT_OK)
		return written;
	return shown != EXIT_OK ? shown : pipeline->session.failure;
}
