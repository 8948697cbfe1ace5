/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP/2, and gRPC over it: each call is a stream. The names of an older connection are not known,
 * because its table of headers began before the capture.
 */
#include <string.h>

#include "lib/protocols/ttrpc.h"
#include "tool/inside/first-line.h"
#include "tool/inside/follow.h"

/* RST_STREAM after a complete answer: the rest of the request is not wanted. */
#define RESET_NO_ERROR 0

static void http2_begin(const struct turn *turn)
{
	const struct connection *connection = turn->connection;
	bool preface = !turn->answers && !connection->late;
	struct hpack *hpack = connection->late ? NULL : hpack_new(&turn->inside->budget);

	turn->side->is.http2.reader = http2_reader_of(preface, hpack);
	hpack_begin(&turn->side->is.http2.fields);
}

static void http2_release(struct connection *connection, enum vsock_side side)
{
	struct http2_reader *reader = &connection->side[side].is.http2.reader;

	hpack_free(reader->hpack);
	reader->hpack = NULL;
}

static void show_request(const struct turn *turn, const struct hpack_fields *fields)
{
	struct output *out = first_line_begin(turn->inside);
	size_t length = strlen(fields->path);

	if (!out)
		return;
	if (fields->grpc) {
		output_text(out, "gRPC ");
		first_line_path(out, fields->path + (*fields->path == '/'),
				length - (*fields->path == '/'));
		return;
	}
	output_text(out, "HTTP/2 ");
	first_line_text(out, fields->method, strlen(fields->method));
	output_char(out, ' ');
	first_line_path(out, fields->path, length);
}

static void show_answer(const struct turn *turn, const struct hpack_fields *fields, bool grpc)
{
	struct output *out;
	const char *code;

	if (fields->grpc_status < 0 && (grpc || fields->grpc || fields->status < 0))
		return;
	out = first_line_begin(turn->inside);
	if (!out)
		return;
	if (fields->grpc_status < 0) {
		output_printf(out, "HTTP/2 %d", (int)fields->status);
		return;
	}
	code = ttrpc_code_name((uint32_t)fields->grpc_status);
	if (code)
		output_printf(out, "gRPC %s", code);
	else
		output_printf(out, "gRPC status %d", (int)fields->grpc_status);
}

static void name_call(const struct turn *turn, struct open_call *call,
		      const struct hpack_fields *fields)
{
	char name[CALL_NAME_SIZE];

	if (fields->grpc)
		call_name_method(name, fields->path, strlen(fields->path));
	else
		call_name_http(name, fields->method, strlen(fields->method), fields->path,
			       strlen(fields->path));
	turn->connection->grpc |= fields->grpc;
	turn_name_call(turn, call, fields->grpc ? CALL_GRPC : CALL_HTTP2, name);
}

/* A call without a name gets its protocol as soon as its data shows it, or never. */
static void name_unseen(const struct turn *turn, struct open_call *call, bool grpc)
{
	if (call->class)
		return;
	turn->connection->grpc |= grpc;
	turn_name_call(turn, call, turn->connection->grpc ? CALL_GRPC : CALL_HTTP2,
		       CALL_NAME_NOT_SEEN);
}

static bool is_new_stream(const struct turn *turn, uint32_t stream)
{
	if (stream % 2 == 0 || stream <= turn->connection->last_stream)
		return false;
	turn->connection->last_stream = stream;
	return true;
}

static void request_headers(const struct turn *turn, const struct http2_frame *frame)
{
	const struct hpack_fields *fields = &turn->side->is.http2.fields;
	struct open_call *call;

	if (!is_new_stream(turn, frame->stream))
		return;
	if (frame->known && *fields->path)
		show_request(turn, fields);
	call = turn_call(turn, frame->stream, CALL_HTTP2, NULL);
	if (!call)
		return;
	call->packet = turn->side->is.http2.reader.began;
	if (frame->known && *fields->path)
		name_call(turn, call, fields);
}

static void take_request(const struct turn *turn, const struct http2_frame *frame)
{
	struct open_call *call;

	if (frame->type == HTTP2_HEADERS)
		request_headers(turn, frame);
	call = open_calls_find(&turn->inside->open, turn->connection, frame->stream);
	if (!call)
		return;
	if (frame->type == HTTP2_DATA)
		name_unseen(turn, call, frame->grpc);
	call->bytes[0] += frame->size;
	if (frame->type == HTTP2_RST_STREAM) {
		name_unseen(turn, call, false);
		turn_end_call(turn, call, (uint16_t)(CALL_STATUS_RESET + (frame->number & 0xff)));
		return;
	}
	turn_asked(turn, call);
	call->whole |= frame->end;
	call->streams = !call->whole;
}

/* The status of a call whose answer is complete. */
static uint16_t status_of(const struct turn *turn, const struct open_call *call,
			  const struct http2_frame *frame)
{
	const struct hpack_fields *fields = &turn->side->is.http2.fields;

	if (frame->type != HTTP2_HEADERS || !frame->known)
		return call->status;
	if (call->protocol != CALL_GRPC)
		return call->status == CALL_STATUS_UNKNOWN && fields->status >= 0
			   ? (uint16_t)fields->status
			   : call->status;
	return fields->grpc_status >= 0 && fields->grpc_status < CALL_STATUS_RESET
		   ? (uint16_t)fields->grpc_status
		   : CALL_STATUS_UNKNOWN;
}

static bool answer_headers(const struct turn *turn, struct open_call *call,
			   const struct http2_frame *frame)
{
	const struct hpack_fields *fields = &turn->side->is.http2.fields;

	if (!frame->known)
		return true;
	show_answer(turn, fields, call && call->protocol == CALL_GRPC);
	if (fields->status >= 100 && fields->status < 200)
		return false;
	if (call && call->protocol == CALL_HTTP2 && call->status == CALL_STATUS_UNKNOWN &&
	    fields->status >= 0)
		call->status = (uint16_t)fields->status;
	return true;
}

static void reset_by_server(const struct turn *turn, struct open_call *call, uint32_t reason)
{
	/* Servers answer early, and say so with a reset that is no error. */
	bool good = reason == RESET_NO_ERROR && call->answered;

	turn_end_call(turn, call,
		      good ? call->status : (uint16_t)(CALL_STATUS_RESET + (reason & 0xff)));
}

static void take_answer(const struct turn *turn, const struct http2_frame *frame)
{
	struct open_call *call =
	    open_calls_find(&turn->inside->open, turn->connection, frame->stream);
	bool final = frame->type != HTTP2_HEADERS || answer_headers(turn, call, frame);

	if (!call)
		return;
	call->bytes[1] += frame->size;
	if (frame->type == HTTP2_DATA)
		name_unseen(turn, call, frame->grpc);
	if (!final || frame->type == HTTP2_WINDOW_UPDATE || frame->type == HTTP2_PRIORITY)
		return;
	if (frame->type != HTTP2_RST_STREAM)
		turn_answered(call, turn_began(turn, turn->side->is.http2.reader.began));
	if (!frame->end && frame->type != HTTP2_RST_STREAM)
		return;
	name_unseen(turn, call, false);
	if (frame->type == HTTP2_RST_STREAM)
		reset_by_server(turn, call, frame->number);
	else
		turn_end_call(turn, call, status_of(turn, call, frame));
}

/* The server does not handle streams above this number. */
static void take_goaway(const struct turn *turn, uint32_t last)
{
	struct open_call *call = open_calls_first(&turn->inside->open, turn->connection);

	while (call) {
		struct open_call *next = open_calls_next(&turn->inside->open, call);

		if (call->id > last) {
			name_unseen(turn, call, false);
			turn_end_call(turn, call, CALL_STATUS_GOAWAY);
		}
		call = next;
	}
}

static void take_frame(const struct turn *turn, const struct http2_frame *frame)
{
	if (frame->type == HTTP2_GOAWAY && turn->answers)
		take_goaway(turn, frame->number);
	else if (frame->stream == 0 || frame->type == HTTP2_PUSH_PROMISE)
		return;
	else if (turn->answers)
		take_answer(turn, frame);
	else if (frame->type != HTTP2_WINDOW_UPDATE && frame->type != HTTP2_PRIORITY)
		take_request(turn, frame);
}

/* What a side allows bounds the table of its peer. */
static void allow_table(const struct turn *turn, uint32_t size)
{
	struct side *peer = &turn->connection->side[vsock_peer(turn->who)];

	if (peer->state == SIDE_READ && peer->is.http2.reader.hpack)
		hpack_allow_table(peer->is.http2.reader.hpack, size);
}

static enum follow_result http2_follow(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct http2_reader *reader = &turn->side->is.http2.reader;
	struct http2_frame frame;
	enum http2_step step;
	size_t at = 0;

	do {
		step = http2_read(reader, bytes, length, &at, turn->packet, &frame,
				  &turn->side->is.http2.fields);
		if (step == HTTP2_TABLE)
			allow_table(turn, frame.number);
		if (step == HTTP2_FRAME)
			take_frame(turn, &frame);
	} while (step == HTTP2_FRAME || step == HTTP2_TABLE);
	turn_keep_beginning(turn, reader->began, http2_is_idle(reader));
	return step == HTTP2_BROKEN ? FOLLOW_WRONG : FOLLOW_ON;
}

static enum follow_result http2_skip_bytes(const struct turn *turn, uint64_t length)
{
	return http2_skip(&turn->side->is.http2.reader, length) == HTTP2_BROKEN ? FOLLOW_WRONG
										: FOLLOW_ON;
}

/* HEADERS of a stream that waits for its answer. */
static bool http2_resumes(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	uint32_t stream;

	if (length < HTTP2_HEADER_SIZE || bytes[3] != HTTP2_HEADERS || bytes[0] != 0 ||
	    (bytes[4] & ~5) != 0 || bytes[5] >> 7)
		return false;
	stream = (uint32_t)bytes[5] << 24 | (uint32_t)bytes[6] << 16 | (uint32_t)bytes[7] << 8 |
		 bytes[8];
	return stream && open_calls_find(&turn->inside->open, turn->connection, stream);
}

const struct follower_row follow_http2 = {
    .begin = http2_begin,
    .read = http2_follow,
    .skip = http2_skip_bytes,
    .resumes = http2_resumes,
    .release = http2_release,
};
