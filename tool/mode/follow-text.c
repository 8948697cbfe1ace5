/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --follow for people. A heading says which side sent. The lines of payload below it begin with
 * "> " or "< ". Remarks on the payload are in brackets, on separate lines.
 */
#include <inttypes.h>

#include "lib/common/plural.h"
#include "tool/mode/follower.h"
#include "tool/print/address.h"
#include "tool/print/color.h"
#include "tool/print/hexdump.h"

static void print_address(struct follow *follow, const struct vsock_flow *flow,
			  enum vsock_side side)
{
	bool client = side == VSOCK_CLIENT;

	address_print_marked(follow->session->out, &follow->session->settings->print,
			     client ? flow->client_cid : flow->server_cid,
			     client ? flow->client_port : flow->server_port,
			     flow->made_up >> side & 1);
}

static void print_heading(struct follow *follow, const struct seen *seen, enum vsock_side side)
{
	struct session *session = follow->session;
	uint64_t ts = seen->record->ts;
	uint64_t reference = session->first_ts;

	if (session->settings->print.time == TIME_DELTA)
		reference = follow->headed ? follow->headed_ts : ts;
	stream_text_break(&follow->text);
	color_print(session->out, COLOR_HEADING);
	timestamp_print(session->out, &follow->time_cache, session->settings->print.time,
			session->nanosecond, ts, reference);
	if (follow->many)
		output_printf(session->out, "flow %" PRIu64 ", ", follow->number);
	output_text(session->out, stream_side_name(side));
	output_char(session->out, ' ');
	print_address(follow, seen->event.flow, side);
	output_text(session->out, " > ");
	print_address(follow, seen->event.flow, vsock_peer(side));
	color_print(session->out, COLOR_NONE);
	output_char(session->out, '\n');
	follow->headed = true;
	follow->turn = side;
	follow->turn_flow = follow->number;
	follow->headed_ts = ts;
}

static struct output *open_note(struct follow *follow, enum color color)
{
	stream_text_break(&follow->text);
	color_print(follow->session->out, color);
	output_char(follow->session->out, '[');
	if (follow->many && (!follow->headed || follow->turn_flow != follow->number))
		output_printf(follow->session->out, "flow %" PRIu64 ": ", follow->number);
	return follow->session->out;
}

static void close_note(struct output *out)
{
	output_char(out, ']');
	color_print(out, COLOR_NONE);
	output_char(out, '\n');
}

static void print_bytes(struct follow *follow, const struct stream_segment *segment)
{
	const struct vsock_segment *content = segment->content;
	struct output *out = follow->session->out;
	enum payload_style style = follow->session->settings->print.payload;

	if (style != PAYLOAD_HEX && style != PAYLOAD_HEX_ASCII) {
		stream_text_print(&follow->text, segment->side, content->data, content->known);
		return;
	}
	color_print(out, stream_text_color(segment->side));
	hexdump_print_at(out, style, stream_text_prefix(segment->side), segment->offset,
			 content->data, content->known);
	color_print(out, COLOR_NONE);
}

static void print_unknown(struct follow *follow, const struct vsock_segment *content)
{
	uint32_t unknown = content->length - vsock_segment_known(content);
	struct output *out = open_note(follow, COLOR_ODD);

	output_printf(out, "%" PRIu32 " byte%s ", unknown, plural(unknown));
	output_text(out, content->mixed ? "not known: two connections of these addresses are mixed"
			 : content->unreliable ? "not known: this kernel's tap copies them wrongly"
			 : content->misplaced  ? "not known: part of a packet whose start was not "
						 "captured"
					       : "not captured");
	close_note(out);
}

static void print_message_end(struct follow *follow, const struct vsock_segment *content)
{
	struct output *out = open_note(follow, COLOR_DIM);

	output_printf(out, "end of %s, %" PRIu32 " byte%s",
		      !content->end_of_message ? "record"
		      : content->end_of_record ? "message and record"
					       : "message",
		      content->message, plural(content->message));
	close_note(out);
}

static void text_segment(struct follow *follow, const struct seen *seen,
			 const struct stream_segment *segment)
{
	const struct vsock_segment *content = segment->content;

	if (!follow->headed || follow->turn != segment->side || follow->turn_flow != follow->number)
		print_heading(follow, seen, segment->side);
	if (vsock_segment_known(content) > 0)
		print_bytes(follow, segment);
	if (vsock_segment_known(content) < content->length)
		print_unknown(follow, content);
	if (content->end_of_message || content->end_of_record)
		print_message_end(follow, content);
}

static void text_loss(struct follow *follow, const struct stream_loss *loss)
{
	struct output *out = open_note(follow, COLOR_ODD);
	const char *who = stream_side_name(loss->side);

	if (loss->bytes)
		output_printf(out, "lost: at least %" PRIu64 " byte%s of the %s", loss->bytes,
			      plural(loss->bytes), who);
	else if (loss->offset)
		output_printf(out, "lost: bytes of the %s", who);
	else
		output_printf(out, "earlier data of the %s was not captured", who);
	close_note(out);
}

static void text_flow_end(struct follow *follow, const struct vsock_flow *flow,
			  enum vsock_side side)
{
	uint32_t bytes = flow->side[side].message;
	struct output *out;

	if (bytes == 0)
		return;
	out = open_note(follow, COLOR_ODD);
	output_printf(out, "message of the %s not ended, %" PRIu32 " byte%s",
		      stream_side_name(side), bytes, plural(bytes));
	close_note(out);
}

static void text_end(struct follow *follow)
{
	stream_text_break(&follow->text);
}

const struct follower follow_text = {
    .loss = text_loss,
    .segment = text_segment,
    .flow_end = text_flow_end,
    .end = text_end,
};
