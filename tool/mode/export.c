/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --export: what each side of each flow sent, which is what its peer's application read, in a
 * file of its own; beside it where SEQPACKET messages end and which bytes are missing. A flow's
 * place in its files follows from its own counters, so flows cost no memory beyond the table's.
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
#include "tool/print/stream-piece.h"

/* A quarter of the descriptors that a process has by default. */
#define FILES_OPEN_MAX 256

struct export
{
	struct run *run;
	struct stream_files *files;
	struct output index;
	uint64_t streams; /* sides that sent data */
	uint64_t gapped;  /* sides of which something is missing */
};

/* The first failure is told of; NULL as name: it was the directory. */
static void fail(struct run *run, const char *name, int error)
{
	if (run->failure != EXIT_OK)
		return;
	message("%s%s%s: %s", run->settings->export_directory, name ? "/" : "", name ? name : "",
		strerror(error));
	run->failure = EXIT_OUTPUT;
}

static void check(struct export *export, int error)
{
	if (error)
		fail(export->run, stream_files_failed(export->files), error);
}

static void add_folder(struct export *export)
{
	struct output_folders *folders = &export->run->folders;
	struct output_folder folder = stream_files_folder(export->files);

	folder.file = export->index.fd;
	folder.path = export->run->settings->export_directory;
	folders->list[folders->count++] = folder;
}

static bool open_files(struct export *export)
{
	struct run *run = export->run;
	int fd;

	export->files = stream_files_open(run->settings->export_directory, FILES_OPEN_MAX);
	if (!export->files) {
		fail(run, NULL, errno);
		return false;
	}
	fd = stream_files_create(export->files, STREAM_FILES_INDEX);
	if (fd >= 0 && output_open(&export->index, fd, false)) {
		add_folder(export);
		return true;
	}
	fail(run, STREAM_FILES_INDEX, fd < 0 ? errno : ENOMEM);
	if (fd >= 0)
		close(fd);
	stream_files_close(export->files);
	return false;
}

static void begin(struct run *run)
{
	struct export *export = calloc(1, sizeof(*export));

	if (!export) {
		fail(run, NULL, ENOMEM);
		return;
	}
	export->run = run;
	if (open_files(export))
		run->own = export;
	else
		free(export);
}

/* A line "NUMBER NUMBER WORD" in a file beside the data. */
static void append_line(struct export *export, const struct stream_file *file, uint64_t offset,
			uint64_t length, const char *word)
{
	char line[80];
	int n = snprintf(line, sizeof(line), "%" PRIu64 " %" PRIu64 " %s\n", offset, length, word);

	check(export, stream_files_append(export->files, file, line, (size_t)n));
}

static void write_message(struct export *export, uint64_t flow, const struct stream_piece *piece)
{
	struct stream_file file = {flow, piece->side, STREAM_MESSAGES};

	append_line(export, &file, stream_piece_message(piece), piece->segment->message,
		    piece->segment->end_of_record ? "eom,eor" : "eom");
}

static void write_piece(struct export *export, uint64_t flow, const struct stream_piece *piece)
{
	const struct vsock_segment *segment = piece->segment;
	struct stream_file file = {flow, piece->side, STREAM_DATA};

	if (segment->length > 0) {
		export->streams += piece->offset == 0;
		check(export, stream_files_put(export->files, &file, piece->offset, segment->data,
					       segment->known, piece->offset + segment->length));
	}
	if (segment->known < segment->length) {
		file.kind = STREAM_GAPS;
		append_line(export, &file, piece->offset + segment->known,
			    segment->length - segment->known, "unknown");
	}
	if (segment->end_of_message)
		write_message(export, flow, piece);
}

static void write_loss(struct export *export, uint64_t flow, const struct stream_loss *loss)
{
	struct stream_file file = {flow, loss->side, STREAM_GAPS};

	append_line(export, &file, loss->offset, loss->bytes, "lost");
}

static void take_packet(struct run *run, const struct seen *seen)
{
	struct export *export = run->own;
	struct stream_loss losses[STREAM_LOSSES_MAX];
	struct stream_piece piece;
	size_t count = stream_losses(seen, losses);

	for (size_t i = 0; i < count; i++)
		write_loss(export, seen->event.flow->number, &losses[i]);
	if (stream_piece_of(seen, &piece))
		write_piece(export, seen->event.flow->number, &piece);
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

static void end_flow(struct run *run, const struct vsock_flow *flow)
{
	struct export *export = run->own;

	end_side(export, flow, VSOCK_CLIENT);
	end_side(export, flow, VSOCK_SERVER);
	check(export, stream_files_close_flow(export->files, flow->number));
	export_index_print(&export->index, export->files, flow,
			   vsock_flow_state_at(flow, flow_list_now(run)));
	if (output_error(&export->index))
		fail(run, STREAM_FILES_INDEX, output_error(&export->index));
}

static void flush_index(struct run *run)
{
	struct export *export = run->own;

	if (output_flush(&export->index))
		fail(run, STREAM_FILES_INDEX, output_error(&export->index));
}

static void end_all_flows(struct run *run)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(run, &walk))
		return;
	while ((flow = vsock_flow_walk_next(&walk)))
		end_flow(run, flow);
	vsock_flow_walk_end(&walk);
}

static void close_files(struct export *export)
{
	int fd = export->index.fd;
	int error = output_close(&export->index);

	if (close(fd) < 0 && errno != EINTR && error == 0)
		error = errno;
	if (error)
		fail(export->run, STREAM_FILES_INDEX, error);
	stream_files_close(export->files);
}

static void tell(const struct export *export)
{
	struct vsock_flow_stats stats = vsock_flow_table_stats(export->run->flows);

	notice("%" PRIu64 " flow%s, %" PRIu64 " of their sides with data", stats.opened,
	       plural(stats.opened), export->streams);
	if (export->gapped > 0)
		notice("%" PRIu64 " side%s incomplete: see the .gaps files", export->gapped,
		       plural(export->gapped));
	if (stats.evicted > 0)
		notice("%" PRIu64 " flows left the table while alive: what they said later is in "
		       "files of other numbers (see --max-flows)",
		       stats.evicted);
}

static void end(struct run *run)
{
	struct export *export = run->own;

	if (!export)
		return;
	end_all_flows(run);
	close_files(export);
	tell(export);
	free(export);
	run->own = NULL;
}

const struct mode mode_export = {
    .name = "export",
    .needs_flows = true,
    .begin = begin,
    .packet = take_packet,
    .flow_left = end_flow,
    .snapshot = flush_index,
    .end = end,
};
