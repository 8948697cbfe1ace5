/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/pipeline.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "lib/common/time.h"
#include "tool/message.h"
#include "tool/mode/stream-files.h"
#include "tool/print/json-capture.h"
#include "tool/print/standard-output.h"

/* However the process ends, this much of what was captured is lost with it at most. */
#define FLUSH_INTERVAL NANOSECONDS_PER_SECOND

static void on_flow_left(void *context, const struct vsock_flow *flow)
{
	struct pipeline *pipeline = context;
	if (pipeline->mode->flow_left)
		pipeline->mode->flow_left(&pipeline->run, flow);
}

/* The last of the packets that a finding rests on is the one that proves it. */
static bool proved_by(const struct vsock_finding *finding, uint64_t packet)
{
	return finding->packet_count > 0 && finding->packets[finding->packet_count - 1] == packet;
}

/* What the current packet proves is kept until it is shown; what a timer found precedes it. */
static void on_finding(void *context, const struct vsock_finding *finding)
{
	struct pipeline *pipeline = context;
	bool proved = pipeline->in_packet && proved_by(finding, pipeline->run.packets);
	save_finding(&pipeline->save, finding, !proved);
	if (proved) {
		if (pipeline->finding_count < PIPELINE_FINDINGS)
			pipeline->findings[pipeline->finding_count++] = *finding;
	} else if (pipeline->mode->finding) {
		pipeline->mode->finding(&pipeline->run, finding);
	}
}

static enum exit_status open_flows(struct pipeline *pipeline)
{
	if (!pipeline->mode->needs_flows && !pipeline->run.settings->annotate)
		return EXIT_OK;
	struct vsock_analysis_config config = {
	    .flows = {.max_flows = pipeline->run.settings->max_flows,
		      .keep_ended = pipeline->mode->keep_ended_flows,
		      .on_leave = on_flow_left,
		      .context = pipeline},
	    .on_finding = pipeline->run.settings->no_findings ? NULL : on_finding,
	};
	if (getrandom(config.flows.key, sizeof(config.flows.key), 0) != sizeof(config.flows.key)) {
		message("random numbers: %s", strerror(errno));
		return EXIT_FAILED;
	}
	pipeline->run.analysis = vsock_analysis_new(&config);
	if (pipeline->run.analysis) {
		pipeline->run.flows = vsock_analysis_flows(pipeline->run.analysis);
		return EXIT_OK;
	}
	message("not enough memory for the table of flows");
	return EXIT_FAILED;
}

static enum exit_status open_output(struct pipeline *pipeline)
{
	if (standard_output_open(&pipeline->out, pipeline->run.settings))
		return EXIT_OK;
	message("not enough memory");
	return EXIT_FAILED;
}

static void release(struct pipeline *pipeline)
{
	vsock_analysis_free(pipeline->run.analysis);
	pipeline->run.analysis = NULL;
	pipeline->run.flows = NULL;
}

enum exit_status pipeline_open(struct pipeline *pipeline, const struct settings *settings,
			       const struct packet_source *source)
{
	*pipeline = (struct pipeline){
	    .run = {.settings = settings,
		    .out = &pipeline->out,
		    .nanosecond = (source->show_nanosecond || settings->nanosecond) &&
				  !settings->microsecond},
	    .source = *source,
	    .mode = mode_for(settings),
	    .limit = settings->count ? settings->count : UINT64_MAX,
	    .prompt = isatty(STDOUT_FILENO) || settings->line_buffered || settings->packet_buffered,
	};
	pipeline->decode =
	    pipeline->mode->packet || pipeline->mode->needs_flows || settings->annotate;
	pipeline->flushed = clock_now(CLOCK_MONOTONIC_COARSE);

	enum exit_status status = open_flows(pipeline);
	if (status == EXIT_OK)
		status = open_output(pipeline);
	if (status == EXIT_OK) {
		status = save_open(&pipeline->save, settings, source, pipeline->run.nanosecond);
		if (status != EXIT_OK)
			output_close(&pipeline->out);
	}
	if (status != EXIT_OK) {
		release(pipeline);
		return status;
	}
	if (pipeline->mode->begin)
		pipeline->mode->begin(&pipeline->run);
	return pipeline->run.failure == EXIT_OK ? EXIT_OK : pipeline_close(pipeline);
}

void pipeline_needs(const struct pipeline *pipeline, struct confinement *confinement)
{
	confinement->folders = pipeline->run.folders;
	save_needs(&pipeline->save, confinement);
	if (pipeline->run.settings->export_directory)
		confine_allow(confinement, stream_files_system_calls);
}

bool pipeline_ended(const struct pipeline *pipeline)
{
	return save_ended(&pipeline->save) || output_error(&pipeline->out) || pipeline->run.failure;
}

uint64_t pipeline_not_written(const struct pipeline *pipeline)
{
	return save_lost(&pipeline->save, pipeline->run.packets);
}

/* Decodes, and finds what there is to find. */
static void look(struct pipeline *pipeline, const struct capture_record *record)
{
	struct run *run = &pipeline->run;
	struct seen seen;
	seen.record = record;
	vsock_decode(&seen.packet, record->data, record->captured, record->on_wire);
	pipeline->finding_count = 0;
	if (run->analysis) {
		pipeline->in_packet = true;
		vsock_analysis_packet(run->analysis, &seen.packet, run->packets, record->ts,
				      &seen.event);
		pipeline->in_packet = false;
	} else {
		seen.event = (struct vsock_flow_event){0};
	}
	seen.findings = pipeline->findings;
	seen.finding_count = pipeline->finding_count;
	/* First the file, with what was found: what is shown is then also in it. */
	save_packet(&pipeline->save, record);
	if (pipeline->mode->packet)
		pipeline->mode->packet(run, &seen);
}

bool pipeline_packet(struct pipeline *pipeline, const struct capture_record *record)
{
	struct run *run = &pipeline->run;
	if (save_is_over(&pipeline->save, record->ts))
		return false;
	if (run->packets++ == 0)
		run->first_ts = run->previous_ts = record->ts;
	if (record->ts > run->latest_ts)
		run->latest_ts = record->ts;
	if (pipeline->decode)
		look(pipeline, record);
	else
		save_packet(&pipeline->save, record);
	run->previous_ts = record->ts;
	return run->packets < pipeline->limit && !pipeline_ended(pipeline);
}

void pipeline_tick(struct pipeline *pipeline, uint64_t now)
{
	if (pipeline->run.analysis)
		vsock_analysis_tick(pipeline->run.analysis, now);
	pipeline_clock(pipeline, now);
}

void pipeline_clock(struct pipeline *pipeline, uint64_t now)
{
	save_tick(&pipeline->save, now);
}

bool pipeline_flush(struct pipeline *pipeline)
{
	pipeline->flushed = clock_now(CLOCK_MONOTONIC_COARSE);
	output_flush(&pipeline->out);
	save_flush(&pipeline->save);
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
	if (!pipeline->run.settings->json)
		return;
	struct capture_statistics statistics = packet_source_statistics(source);
	if (source->live || *source->origin.os || statistics.kernel_drops != CAPTURE_NOT_KNOWN ||
	    statistics.interface_drops != CAPTURE_NOT_KNOWN)
		json_capture(&pipeline->out, &source->origin, &statistics, pipeline->run.packets,
			     pipeline_not_written(pipeline));
}

void pipeline_snapshot(struct pipeline *pipeline)
{
	print_capture(pipeline);
	if (pipeline->mode->snapshot)
		pipeline->mode->snapshot(&pipeline->run);
	pipeline_flush(pipeline);
}

enum exit_status pipeline_close(struct pipeline *pipeline)
{
	/* Timers that the last packet's time makes due, but that were too many to handle with it.
	 */
	if (pipeline->run.analysis)
		vsock_analysis_tick(pipeline->run.analysis, pipeline->run.latest_ts);
	save_finish(&pipeline->save);
	print_capture(pipeline);
	if (pipeline->mode->end)
		pipeline->mode->end(&pipeline->run);
	/* Standard output first, so that its data stands before the messages. */
	enum exit_status shown = standard_output_close(&pipeline->out);
	enum exit_status written = save_close(&pipeline->save);
	release(pipeline);
	if (written != EXIT_OK)
		return written;
	return shown != EXIT_OK ? shown : pipeline->run.failure;
}
