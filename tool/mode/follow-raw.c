/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --follow --raw: the bytes and nothing else. Unknown bytes are zeros, so that later bytes keep
 * their place. Messages on standard error and the exit status report them.
 */
#include <inttypes.h>

#include "tool/message.h"
#include "tool/mode/follower.h"

/*
 * A capture with a small snap length has a hole in each packet: only the first ones are reported.
 */
#define HOLES_REPORTED 10

static void report_hole(struct follow *follow, enum vsock_side side)
{
	if (follow->hole[side].length == 0)
		return;
	if (follow->holes++ < HOLES_REPORTED)
		print_error("flow %" PRIu64 ", %s: bytes %" PRIu64 " to %" PRIu64 " are not known",
			    follow->number, stream_side_name(side), follow->hole[side].offset,
			    follow->hole[side].offset + follow->hole[side].length - 1);
	follow->hole[side].length = 0;
}

static void print_zeros(struct output *out, uint32_t count)
{
	static const char zeros[4096];

	while (count > 0 && output_error(out) == 0) {
		uint32_t n = count < sizeof(zeros) ? count : (uint32_t)sizeof(zeros);

		output_bytes(out, zeros, n);
		count -= n;
	}
}

/* Adjacent holes are reported as one. */
static void add_hole(struct follow *follow, const struct stream_segment *segment)
{
	uint32_t known = vsock_segment_known(segment->content);
	uint64_t offset = segment->offset + known;
	uint32_t length = segment->content->length - known;

	if (follow->hole[segment->side].length == 0)
		follow->hole[segment->side].offset = offset;
	follow->hole[segment->side].length += length;
	follow->unknown += length;
	print_zeros(follow->session->out, length);
}

static void leave_out(struct follow *follow, const struct stream_segment *segment)
{
	uint32_t known = vsock_segment_known(segment->content);

	report_hole(follow, segment->side);
	follow->lossy = true;
	if (follow->claims++ < HOLES_REPORTED)
		print_error(
		    "flow %" PRIu64 ", %s: a header claims %" PRIu32 " bytes more than were "
		    "captured, at byte %" PRIu64 ": no kernel sends more than %d at once, "
		    "so they are left out",
		    follow->session->settings->flow.follow, stream_side_name(segment->side),
		    segment->content->length - known, segment->offset + known, VSOCK_MAX_RW_LEN);
}

static void raw_segment(struct follow *follow, const struct seen *seen,
			const struct stream_segment *segment)
{
	const struct vsock_segment *content = segment->content;
	const uint32_t known = vsock_segment_known(content);

	(void)seen;
	if (known > 0) {
		report_hole(follow, segment->side);
		output_bytes(follow->session->out, (const char *)content->data, known);
	}
	if (stream_segment_zeros(content) > 0)
		add_hole(follow, segment);
	else if (known < content->length)
		leave_out(follow, segment);
}

static void raw_loss(struct follow *follow, const struct stream_loss *loss)
{
	uint64_t flow = follow->number;
	const char *who = stream_side_name(loss->side);

	follow->lossy = true;
	report_hole(follow, loss->side);
	if (loss->bytes)
		print_error("flow %" PRIu64 ", %s: at least %" PRIu64 " bytes before byte %" PRIu64
			    " were lost and are left out",
			    flow, who, loss->bytes, loss->offset);
	else if (loss->offset)
		print_error("flow %" PRIu64 ", %s: bytes before byte %" PRIu64
			    " were lost and are left out",
			    flow, who, loss->offset);
	else
		print_error("flow %" PRIu64 ", %s: the bytes before the capture are left out", flow,
			    who);
}

static void raw_end(struct follow *follow)
{
	report_hole(follow, VSOCK_CLIENT);
	report_hole(follow, VSOCK_SERVER);
	if (follow->unknown > 0)
		print_error("flow %" PRIu64 ": zeros replace unknown bytes, %" PRIu64 " in total",
			    follow->number, follow->unknown);
	if (follow->unknown > 0 || follow->lossy)
		follow->session->failure = EXIT_INPUT;
}

const struct follower follow_raw = {
    .loss = raw_loss,
    .segment = raw_segment,
    .end = raw_end,
};
