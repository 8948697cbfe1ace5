/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/flow-selection.h"

#include <stdlib.h>

#include "core/analysis.h"
#include "lib/capture-file/merge.h"
#include "lib/capture-file/reader.h"
#include "tool/message.h"
#include "tool/mode/mode.h"

/* One bit for each flow, by its number. */
struct flow_selection {
	uint8_t *bits;
	uint64_t bytes;
};

void flow_selection_free(struct flow_selection *selection)
{
	if (selection)
		free(selection->bits);
	free(selection);
}

bool flow_selection_has(const struct flow_selection *selection, uint64_t number)
{
	return selection && number / 8 < selection->bytes &&
	       selection->bits[number / 8] >> number % 8 & 1;
}

static bool selection_add(struct flow_selection *selection, uint64_t number)
{
	if (number / 8 >= selection->bytes) {
		uint64_t bytes = selection->bytes ? selection->bytes : 4096;
		uint8_t *bits;

		while (number / 8 >= bytes)
			bytes *= 2;
		bits = realloc(selection->bits, bytes);
		if (!bits)
			return false;
		for (uint64_t i = selection->bytes; i < bytes; i++)
			bits[i] = 0;
		selection->bits = bits;
		selection->bytes = bytes;
	}
	selection->bits[number / 8] |= (uint8_t)(1u << number % 8);
	return true;
}

static bool read_flows(struct capture_reader *reader, struct vsock_analysis *analysis,
		       const struct filter *filter, struct flow_selection *selection)
{
	struct capture_record record;

	while (capture_reader_next(reader, &record) == CAPTURE_READ_RECORD) {
		struct vsock_moment moment = {
		    .number = record.number, .ts = record.ts, .point = record.point};
		struct vsock_flow_event event;
		struct vsock_packet packet;
		bool matches = filter_passes(filter, &record);

		vsock_decode(&packet, record.data, record.captured, record.on_wire);
		vsock_analysis_packet(analysis, &packet, &moment, &event);
		if (matches && event.flow && !selection_add(selection, event.flow->number))
			return false;
	}
	return true;
}

enum exit_status flow_selection_read(const struct settings *settings, const struct filter *filter,
				     struct flow_selection **selection)
{
	char error[CAPTURE_ERROR_MAX];
	struct vsock_analysis_config config = {
	    .flows = {.max_flows = settings->flow.most,
		      .keep_ended = settings->mode->keep_ended_flows}};
	struct capture_reader *reader =
	    capture_merge_open(settings->source.files, settings->source.file_count, error);
	struct vsock_analysis *analysis = vsock_analysis_new(&config);
	bool ok;

	*selection = calloc(1, sizeof(**selection));
	ok = reader && analysis && *selection && read_flows(reader, analysis, filter, *selection);
	if (!ok) {
		print_error("%s", reader ? "not enough memory" : error);
		flow_selection_free(*selection);
		*selection = NULL;
	}
	vsock_analysis_free(analysis);
	if (reader)
		capture_reader_close(reader);
	return ok ? EXIT_OK : EXIT_FAILED;
}
