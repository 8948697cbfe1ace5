/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --follow --raw: the bytes and nothing else. Bytes that are not known are zeros, so that those
 * behind them keep their place; messages on standard error and the exit status tell of them.
 */
#include <inttypes.h>

#include "tool/message.h"
#include "tool/mode/follower.h"

/* A capture with a small snap length has a hole in each packet: the first ones say enough. */
#define HOLES_TOLD 10

static void tell_hole(struct follow *follow, enum vsock_side side)
{
	if (follow->hole[side].length == 0)
		return;
	if (follow->holes++ < HOLES_TOLD)
		message("flow %" PRIu64 ", %s: bytes %" PRIu64 " to %" PRIu64 " are not known",
			follow->run->settings->follow, stream_side_name(side),
			follow->hole[side].offset,
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

/* Holes that touch are told of as one. */
static void add_hole(struct follow *follow, const struct stream_piece *piece)
{
	uint64_t offset = piece->offset + piece->segment->known;
	uint32_t length = piece->segment->length - piece->segment->known;

	if (follow->hole[piece->side].length == 0)
		follow->hole[piece->side].offset = offset;
	follow->hole[piece->side].length += length;
	follow->unknown += length;
	print_zeros(follow->run->out, length);
}

static void print_piece(struct follow *follow, const struct seen *seen,
			const struct stream_piece *piece)
{
	const struct vsock_segment *segment = piece->segment;

	(void)seen;
	if (segment->known > 0) {
		tell_hole(follow, piece->side);
		output_bytes(follow->run->out, (const char *)segment->data, segment->known);
	}
	if (segment->known < segment->length)
		add_hole(follow, piece);
}

static void tell_loss(struct follow *follow, const struct stream_loss *loss)
{
	uint64_t flow = follow->run->settings->follow;
	const char *who = stream_side_name(loss->side);

	follow->lossy = true;
	tell_hole(follow, loss->side);
	if (loss->bytes)
		message("flow %" PRIu64 ", %s: at least %" PRIu64 " bytes before byte %" PRIu64
			" were lost and are left out",
			flow, who, loss->bytes, loss->offset);
	else if (loss->offset)
		message("flow %" PRIu64 ", %s: bytes before byte %" PRIu64
			" were lost and are left out",
			flow, who, loss->offset);
	else
		message("flow %" PRIu64 ", %s: what came before the capture is left out", flow,
			who);
}

static void end(struct follow *follow)
{
	tell_hole(follow, VSOCK_CLIENT);
	tell_hole(follow, VSOCK_SERVER);
	if (follow->unknown > 0)
		message("flow %" PRIu64 ": zeros stand for what is not known, %" PRIu64 " in all",
			follow->run->settings->follow, follow->unknown);
	if (follow->unknown > 0 || follow->lossy)
		follow->run->failure = EXIT_INPUT;
}

const struct follower follow_raw = {
    .loss = tell_loss,
    .piece = print_piece,
    .end = end,
};
