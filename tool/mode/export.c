/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --export: writes one file for each side of each flow, with the bytes that the side sent and that
 * its peer's application read. Further files say where SEQPACKET messages end and which bytes are
 * missing. A flow's place in its files follows from its own counters, so flows cost no memory
 * beyond the table's.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/common/plural.h"
#include "tool/message.h"
#include "tool/mode/export-index.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/mode.h"
#include "tool/mode/stream-files.h"
#include "tool/print/stream-segment.h"

/* A quarter of the descriptors that a process has by default. */
#define FILES_OPEN_MAX 256

/* If the folder was removed, each file has an error: only the first ones are printed. */
#define FAILURES_REPORTED 10

struct export
{
	struct session *session;
	struct stream_files *files;
	struct output index;
	uint64_t streams; /* sides that sent data */
	uint64_t gapped;  /* sides with missing bytes */
	uint64_t failed;  /* files that ended with an error */
};

static void report_failure(const struct session *session, const char *name, int error)
{
	const char *words = error == ESTALE ? "another process replaced it" : strerror(error);

	print_error("%s%s%s: %s", session->settings->flow.export_directory, *name ? "/" : "", name,
		    words);
}

/* Ends the export, so only the first error is reported. An empty name means the directory. */
static void export_fail(struct session *session, const char *name, int error)
{
	if (session->failure != EXIT_OK)
		return;
	report_failure(session, name, error);
	session->failure = EXIT_OUTPUT;
}

static void export_check(struct export *export, int error)
{
	const char *name = stream_files_failed(export->files);

	if (!error)
		return;
	if (stream_files_broken(export->files))
		export_fail(export->session, name, error);
	else if (export->failed++ < FAILURES_REPORTED)
		report_failure(export->session, name, error);
}

static void add_folder(struct export *export)
{
	struct output_folders *folders = &export->session->folders;
	struct output_folder folder = stream_files_folder(export->files);

	folder.file = export->index.fd;
	folder.path = export->session->settings->flow.export_directory;
	folders->list[folders->count++] = folder;
}

static bool open_files(struct export *export)
{
	struct session *session = export->session;
	char failed[NAME_MAX + 1];
	int fd;

	export->files =
	    stream_files_open(session->settings->flow.export_directory, FILES_OPEN_MAX, failed);
	if (!export->files) {
		export_fail(session, failed, errno);
		return false;
	}
	fd = stream_files_create(export->files, STREAM_FILES_INDEX);
	if (fd >= 0 && output_open(&export->index, fd, false)) {
		add_folder(export);
		return true;
	}
	export_fail(session, STREAM_FILES_INDEX, fd < 0 ? errno : ENOMEM);
	if (fd >= 0)
		close(fd);
	stream_files_close(export->files);
	return false;
}

static void export_begin(struct session *session)
{
	struct export *export = calloc(1, sizeof(*export));

	if (!export) {
		export_fail(session, "", ENOMEM);
		return;
	}
	export->session = session;
	if (open_files(export))
		session->own = export;
	else
		free(export);
}

/* Writes a line "NUMBER NUMBER WORD" to a file next to the data. */
static void append_line(struct export *export, const struct stream_file *file, uint64_t offset,
			uint64_t length, const char *word)
{
	char line[80];
	int n = snprintf(line, sizeof(line), "%" PRIu64 " %" PRIu64 " %s\n", offset, length, word);

	export_check(export, stream_files_append(export->files, file, line, (size_t)n));
}

static void write_message(struct export *export, uint64_t flow,
			  const struct stream_segment *segment)
{
	struct stream_file file = {flow, segment->side, STREAM_MESSAGES};

	append_line(export, &file, stream_segment_message(segment), segment->content->message,
		    segment->content->end_of_record ? "eom,eor" : "eom");
}

static void write_segment(struct export *export, uint64_t flow,
			  const struct stream_segment *segment)
{
	const struct vsock_segment *content = segment->content;
	const uint32_t known = vsock_segment_known(content);
	const uint32_t zeros = stream_segment_zeros(content);
	struct stream_file file = {flow, segment->side, STREAM_DATA};

	if (content->length > 0) {
		export->streams += segment->offset == 0;
		export_check(export, stream_files_put(export->files, &file, segment->offset == 0,
						      content->data, known, zeros));
	}
	if (known < content->length) {
		file.kind = STREAM_GAPS;
		append_line(export, &file, segment->offset + known, content->length - known,
			    zeros ? "unknown" : "claimed");
	}
	if (content->end_of_message)
		write_message(export, flow, segment);
}

static void write_loss(struct export *export, uint64_t flow, const struct stream_loss *loss)
{
	struct stream_file file = {flow, loss->side, STREAM_GAPS};

	append_line(export, &file, loss->offset, loss->bytes, "lost");
}

static void export_packet(struct session *session, const struct seen *seen)
{
	struct export *export = session->own;
	struct stream_loss losses[STREAM_LOSSES_MAX];
	struct stream_segment segment;
	size_t count = stream_losses(seen, losses);

	for (size_t i = 0; i < count; i++)
		write_loss(export, seen->event.flow->number, &losses[i]);
	if (stream_segment_of(seen, &segment))
		write_segment(export, seen->event.flow->number, &segment);
}

static void end_side(struct export *export, const struct vsock_flow *flow, enum vsock_side side)
{
	struct stream_file file = {flow->number, side, STREAM_MESSAGES};
	const struct vsock_flow_side *own = &flow->side[side];
	struct stream_loss loss;

	if (!stream_side_spoke(flow, side))
		return;
	if (own->message > 0 && own->bytes >= own->message)
		append_line(export, &file, own->bytes - own->message, own->message, "unfinished");
	if (stream_loss_at_end(flow, side, &loss))
		write_loss(export, flow->number, &loss);
	file.kind = STREAM_GAPS;
	export->gapped += stream_files_have(export->files, &file);
}

static void export_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct export *export = session->own;

	end_side(export, flow, VSOCK_CLIENT);
	end_side(export, flow, VSOCK_SERVER);
	export_check(export, stream_files_close_flow(export->files, flow->number));
	export_index_print(&export->index, session, export->files, flow);
	if (output_error(&export->index))
		export_fail(session, STREAM_FILES_INDEX, output_error(&export->index));
}

static void export_snapshot(struct session *session)
{
	struct export *export = session->own;

	if (output_flush(&export->index))
		export_fail(session, STREAM_FILES_INDEX, output_error(&export->index));
}

static void end_all_flows(struct session *session)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(session, &walk))
		return;
	while ((flow = flow_list_next(session, &walk)))
		export_flow_left(session, flow);
	vsock_flow_walk_end(&walk);
}

static void close_files(struct export *export)
{
	int fd = export->index.fd;
	int error = output_close(&export->index);

	if (close(fd) < 0 && errno != EINTR && error == 0)
		error = errno;
	if (error)
		export_fail(export->session, STREAM_FILES_INDEX, error);
	stream_files_close(export->files);
}

static void export_report(const struct export *export)
{
	struct vsock_flow_stats stats = vsock_flow_table_stats(export->session->flows);

	notice("%" PRIu64 " flow%s, %" PRIu64 " of their sides with data", stats.opened,
	       plural(stats.opened), export->streams);
	if (export->gapped > 0)
		notice("%" PRIu64 " side%s incomplete: see the .gaps files", export->gapped,
		       plural(export->gapped));
	if (export->failed > 0)
		notice("%" PRIu64 " file%s ended early because of an error", export->failed,
		       plural(export->failed));
	if (stats.evicted > 0)
		notice("%" PRIu64 " flows left the table while alive: their later data are in "
		       "files of other numbers (see --max-flows)",
		       stats.evicted);
}

static void export_end(struct session *session)
{
	struct export *export = session->own;

	if (!export)
		return;
	end_all_flows(session);
	close_files(export);
	export_report(export);
	if (export->failed > 0 && session->failure == EXIT_OK)
		session->failure = EXIT_OUTPUT;
	free(export);
	session->own = NULL;
}

const struct mode mode_export = {
    .option = "--export",
    .whole_flows = true,
    .takes = MODE_TAKES_NO_FINDINGS,
    .prints_at_end = true,
    .silenced_by_w = true,
    .system_calls = stream_files_system_calls,
    .needs_flows = true,
    .begin = export_begin,
    .packet = export_packet,
    .flow_left = export_flow_left,
    .snapshot = export_snapshot,
    .end = export_end,
};
