/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/message.h"
#include "tool/pipeline.h"
#include "tool/standard-output.h"
#include "tool/stream-files.h"

/* Of a capture file made from a source that does not know; libpcap's largest. */
#define SNAPLEN_DEFAULT 262144

/* A crash or a pulled plug shall not cost more than this much of what was captured. */
#define FLUSH_SECONDS 1

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
	if (pipeline->in_packet && proved_by(finding, pipeline->run.packets)) {
		if (pipeline->finding_count < PIPELINE_FINDINGS)
			pipeline->findings[pipeline->finding_count++] = *finding;
	} else if (pipeline->mode->finding) {
		pipeline->mode->finding(&pipeline->run, finding);
	}
}

static enum exit_status open_flows(struct pipeline *pipeline)
{
	if (!pipeline->mode->needs_flows)
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

static bool stat_path(const char *path, int standard_fd, struct stat *status)
{
	return (strcmp(path, "-") == 0 ? fstat(standard_fd, status) : stat(path, status)) == 0;
}

/* Opening the input for writing would empty it before it is read. */
static bool writes_over_input(const struct settings *settings)
{
	struct stat in;
	struct stat out;
	return settings->read_file && stat_path(settings->read_file, STDIN_FILENO, &in) &&
	       stat_path(settings->write_file, STDOUT_FILENO, &out) && S_ISREG(in.st_mode) &&
	       in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

static const char *write_name(const struct settings *settings)
{
	return strcmp(settings->write_file, "-") == 0 ? "standard output" : settings->write_file;
}

static enum exit_status open_writer(struct pipeline *pipeline, struct pipeline_input input)
{
	const struct settings *settings = pipeline->run.settings;
	if (!settings->write_file)
		return EXIT_OK;
	if (strcmp(settings->write_file, "-") == 0 && isatty(STDOUT_FILENO)) {
		message("a capture file is not for a terminal: redirect standard output, "
			"or name a file with -w");
		return EXIT_USAGE;
	}
	if (writes_over_input(settings)) {
		message("%s: is also the input, which would be lost", write_name(settings));
		return EXIT_USAGE;
	}

	uint32_t snaplen =
	    input.snaplen > 0 && input.snaplen <= SNAPLEN_DEFAULT ? input.snaplen : SNAPLEN_DEFAULT;
	if (settings->snaplen > 0 && (uint32_t)settings->snaplen < snaplen)
		snaplen = (uint32_t)settings->snaplen;
	struct capture_writer_options options = {
	    .nanosecond = pipeline->run.nanosecond,
	    .packet_buffer = settings->packet_buffered,
	    .snaplen = snaplen,
	};
	pipeline->writer = capture_writer_open(settings->write_file, &options);
	if (pipeline->writer)
		return EXIT_OK;
	message("%s: %s", write_name(settings), strerror(errno));
	return EXIT_OUTPUT;
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
			       struct pipeline_input input)
{
	*pipeline = (struct pipeline){
	    .run = {.settings = settings,
		    .out = &pipeline->out,
		    .nanosecond =
			(input.nanosecond || settings->nanosecond) && !settings->microsecond},
	    .mode = mode_for(settings),
	    .limit = settings->count ? settings->count : UINT64_MAX,
	    .prompt = isatty(STDOUT_FILENO) || settings->line_buffered || settings->packet_buffered,
	};
	pipeline->decode = pipeline->mode->packet || pipeline->mode->needs_flows;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &pipeline->flushed);

	enum exit_status status = open_flows(pipeline);
	if (status == EXIT_OK)
		status = open_output(pipeline);
	if (status == EXIT_OK) {
		status = open_writer(pipeline, input);
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
	if (pipeline->writer)
		confine_allow(confinement, capture_writer_system_calls);
	if (pipeline->run.settings->export_directory)
		confine_allow(confinement, stream_files_system_calls);
}

bool pipeline_failed(const struct pipeline *pipeline)
{
	return pipeline->write_error || output_error(&pipeline->out) || pipeline->run.failure;
}

static void show(struct pipeline *pipeline, const struct capture_record *record)
{
	struct run *run = &pipeline->run;
	struct seen seen;
	seen.record = record;
	vsock_decode(&seen.packet, record->data, record->captured, record->on_wire);
	pipeline->finding_count = 0;
	if (run->analysis) {
		pipeline->in_packet = true;
		seen.event =
		    vsock_analysis_packet(run->analysis, &seen.packet, run->packets, record->ts);
		pipeline->in_packet = false;
	} else {
		seen.event = (struct vsock_flow_event){0};
	}
	seen.findings = pipeline->findings;
	seen.finding_count = pipeline->finding_count;
	if (pipeline->mode->packet)
		pipeline->mode->packet(run, &seen);
}

bool pipeline_packet(struct pipeline *pipeline, const struct capture_record *record)
{
	struct run *run = &pipeline->run;
	if (run->packets++ == 0)
		run->first_ts = run->previous_ts = record->ts;
	if (record->ts > run->latest_ts)
		run->latest_ts = record->ts;
	/* First the file: what is shown is then also in it. */
	if (pipeline->writer)
		pipeline->write_error = capture_writer_write(pipeline->writer, record);
	if (pipeline->decode)
		show(pipeline, record);
	run->previous_ts = record->ts;
	return run->packets < pipeline->limit && !pipeline_failed(pipeline);
}

void pipeline_tick(struct pipeline *pipeline, uint64_t now)
{
	if (pipeline->run.analysis)
		vsock_analysis_tick(pipeline->run.analysis, now);
}

bool pipeline_flush(struct pipeline *pipeline)
{
	clock_gettime(CLOCK_MONOTONIC_COARSE, &pipeline->flushed);
	output_flush(&pipeline->out);
	if (pipeline->writer && !pipeline->write_error)
		pipeline->write_error = capture_writer_flush(pipeline->writer);
	return !pipeline_failed(pipeline);
}

bool pipeline_before_wait(struct pipeline *pipeline)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (now.tv_sec - pipeline->flushed.tv_sec > FLUSH_SECONDS)
		return pipeline_flush(pipeline);
	if (pipeline->prompt)
		output_flush(&pipeline->out);
	return !pipeline_failed(pipeline);
}

void pipeline_snapshot(struct pipeline *pipeline)
{
	if (pipeline->mode->snapshot)
		pipeline->mode->snapshot(&pipeline->run);
	pipeline_flush(pipeline);
}

/* Every record written is readable: the writer takes back what it could not finish. */
static enum exit_status close_writer(struct pipeline *pipeline)
{
	if (!pipeline->writer)
		return EXIT_OK;
	/* How many there are is known when the last of them went out, or did not. */
	capture_writer_flush(pipeline->writer);
	uint64_t records = capture_writer_records(pipeline->writer);
	int error = capture_writer_close(pipeline->writer);
	pipeline->writer = NULL;
	if (pipeline->write_error)
		error = pipeline->write_error;
	if (!error)
		return EXIT_OK;
	message("%s: %s: %" PRIu64 " packet%s written before %s readable",
		write_name(pipeline->run.settings), strerror(error), records,
		records == 1 ? "" : "s", records == 1 ? "is" : "are");
	return EXIT_OUTPUT;
}

enum exit_status pipeline_close(struct pipeline *pipeline)
{
	/* Timers that the last packet's time makes due, but that were too many to handle with it.
	 */
	pipeline_tick(pipeline, pipeline->run.latest_ts);
	if (pipeline->mode->end)
		pipeline->mode->end(&pipeline->run);
	/* Standard output first, so that its data stands before the messages. */
	enum exit_status shown = standard_output_close(&pipeline->out);
	enum exit_status written = close_writer(pipeline);
	release(pipeline);
	if (written != EXIT_OK)
		return written;
	return shown != EXIT_OK ? shown : pipeline->run.failure;
}
