/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --follow for people. A heading says whose turn it is; the lines of payload below it begin with
 * "> " or "< ", and what is said about the payload stands in brackets on a line of its own.
 */
#include <inttypes.h>

#include "lib/common/plural.h"
#include "tool/mode/follower.h"
#include "tool/print/address.h"
#include "tool/print/hexdump.h"

static void print_address(struct follow *follow, const struct vsock_flow *flow,
			  enum vsock_side side)
{
	bool client = side == VSOCK_CLIENT;

	address_print(follow->run->out, follow->run->settings,
		      client ? flow->client_cid : flow->server_cid,
		      client ? flow->client_port : flow->server_port);
}

static void print_heading(struct follow *follow, const struct seen *seen, enum vsock_side side)
{
	struct run *run = follow->run;
	uint64_t ts = seen->record->ts;
	uint64_t reference = run->first_ts;

	if (run->settings->time == TIME_DELTA)
		reference = follow->headed ? follow->headed_ts : ts;
	stream_text_break(&follow->text);
	output_colour(run->out, COLOUR_HEADING);
	timestamp_print(run->out, &run->time_cache, run->settings->time, run->nanosecond, ts,
			reference);
	output_text(run->out, stream_side_name(side));
	output_char(run->out, ' ');
	print_address(follow, seen->event.flow, side);
	output_text(run->out, " > ");
	print_address(follow, seen->event.flow, vsock_peer(side));
	output_colour(run->out, COLOUR_NONE);
	output_char(run->out, '\n');
	follow->headed = true;
	follow->turn = side;
	follow->headed_ts = ts;
}

static struct output *open_note(struct follow *follow, enum colour colour)
{
	stream_text_break(&follow->text);
	output_colour(follow->run->out, colour);
	output_char(follow->run->out, '[');
	return follow->run->out;
}

static void close_note(struct output *out)
{
	output_char(out, ']');
	output_colour(out, COLOUR_NONE);
	output_char(out, '\n');
}

static void print_bytes(struct follow *follow, const struct stream_piece *piece)
{
	const struct vsock_segment *segment = piece->segment;
	struct output *out = follow->run->out;
	enum payload_style style = follow->run->settings->payload;

	if (style != PAYLOAD_HEX && style != PAYLOAD_HEX_ASCII) {
		stream_text_print(&follow->text, piece->side, segment->data, segment->known);
		return;
	}
	output_colour(out, stream_text_colour(piece->side));
	hexdump_print_at(out, style, stream_text_prefix(piece->side), piece->offset, segment->data,
			 segment->known);
	output_colour(out, COLOUR_NONE);
}

static void print_unknown(struct follow *follow, const struct vsock_segment *segment)
{
	uint32_t unknown = segment->length - segment->known;
	struct output *out = open_note(follow, COLOUR_ODD);

	output_printf(out, "%" PRIu32 " byte%s ", unknown, plural(unknown));
	output_text(out, segment->misplaced
			     ? "not known: part of a packet whose start was not captured"
			     : "not captured");
	close_note(out);
}

static void print_message_end(struct follow *follow, const struct vsock_segment *segment)
{
	struct output *out = open_note(follow, COLOUR_DIM);

	output_printf(out, "end of %s, %" PRIu32 " byte%s",
		      !segment->end_of_message ? "record"
		      : segment->end_of_record ? "message and record"
					       : "message",
		      segment->message, plural(segment->message));
	close_note(out);
}

static void print_piece(struct follow *follow, const struct seen *seen,
			const struct stream_piece *piece)
{
	const struct vsock_segment *segment = piece->segment;

	if (!follow->headed || follow->turn != piece->side)
		print_heading(follow, seen, piece->side);
	if (segment->known > 0)
		print_bytes(follow, piece);
	if (segment->known < segment->length)
		print_unknown(follow, segment);
	if (segment->end_of_message || segment->end_of_record)
		print_message_end(follow, segment);
	follow->message[piece->side] = segment->end_of_message ? 0 : segment->message;
}

static void print_loss(struct follow *follow, const struct stream_loss *loss)
{
	struct output *out = open_note(follow, COLOUR_ODD);
	const char *who = stream_side_name(loss->side);

	if (loss->bytes)
		output_printf(out, "lost: at least %" PRIu64 " byte%s of the %s", loss->bytes,
			      plural(loss->bytes), who);
	else if (loss->offset)
		output_printf(out, "lost: bytes of the %s", who);
	else
		output_printf(out, "what the %s sent before was not captured", who);
	close_note(out);
}

static void print_end(struct follow *follow)
{
	stream_text_break(&follow->text);
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		struct output *out;

		if (follow->message[side] == 0)
			continue;
		out = open_note(follow, COLOUR_ODD);
		output_printf(out, "message of the %s not ended, %" PRIu32 " bytes",
			      stream_side_name((enum vsock_side)side), follow->message[side]);
		close_note(out);
	}
}

const struct follower follow_text = {
    .loss = print_loss,
    .piece = print_piece,
    .end = print_end,
};
