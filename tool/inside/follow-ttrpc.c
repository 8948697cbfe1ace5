/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ttRPC: each call is a stream. */
#include <string.h>

#include "lib/protocols/ttrpc-methods.h"
#include "tool/inside/first-line.h"
#include "tool/inside/follow.h"

static void ttrpc_begin(const struct turn *turn)
{
	turn->side->is.ttrpc = ttrpc_reader_of();
	turn->side->passed = 0;
}

static void show_request(const struct turn *turn, const char *name)
{
	struct output *out = first_line_begin(turn->inside);

	if (!out)
		return;
	output_text(out, "ttRPC ");
	first_line_text(out, name, strlen(name));
}

static void show_response(const struct turn *turn, uint32_t code)
{
	struct output *out = first_line_begin(turn->inside);
	const char *name = ttrpc_code_name(code);

	if (!out)
		return;
	if (name)
		output_printf(out, "ttRPC %s", name);
	else
		output_printf(out, "ttRPC status %u", (unsigned)code);
}

static void begin_call(const struct turn *turn, const struct ttrpc_reader *reader)
{
	const struct ttrpc_header *header = &reader->header;
	const struct ttrpc_method *method;
	char name[CALL_NAME_SIZE];
	char full[TTRPC_NAME_MAX];
	struct open_call *call;
	bool seen = ttrpc_reader_name(reader, full);

	if (seen)
		show_request(turn, full);
	call_name_method(name, full, seen ? strlen(full) : 0);
	call = turn_call(turn, header->stream, CALL_TTRPC, seen ? name : CALL_NAME_NOT_SEEN);
	if (!call)
		return;
	call->packet = reader->began;
	method = seen ? ttrpc_method_find(full) : NULL;
	call->waits = (method && method->waits) || header->flags & TTRPC_REMOTE_CLOSED;
	call->streams = header->flags & TTRPC_REMOTE_OPEN;
	if (call->class)
		call->class->waits |= call->waits;
}

static void head_of_request(const struct turn *turn, const struct ttrpc_reader *reader)
{
	turn->side->call = reader->header.stream;
	if (reader->header.type == TTRPC_REQUEST)
		begin_call(turn, reader);
}

static struct open_call *call_of(const struct turn *turn)
{
	return open_calls_find(&turn->inside->open, turn->connection, turn->side->call);
}

static void end_of_request(const struct turn *turn, const struct ttrpc_reader *reader)
{
	struct open_call *call = call_of(turn);

	if (!call)
		return;
	call->bytes[0] += turn->side->passed;
	if (reader->header.type == TTRPC_DATA && reader->header.flags & TTRPC_REMOTE_CLOSED)
		call->streams = false;
	call->whole = !call->streams;
}

static void head_of_answer(const struct turn *turn, const struct ttrpc_reader *reader)
{
	struct open_call *call;
	uint32_t code;

	turn->side->call = reader->header.stream;
	call = call_of(turn);
	if (ttrpc_reader_status(reader, &code)) {
		show_response(turn, code);
		if (call)
			call->status =
			    code < CALL_STATUS_RESET ? (uint16_t)code : CALL_STATUS_UNKNOWN;
	}
	if (call)
		turn_answered(call, turn_began(turn, reader->began));
	else if (reader->header.type == TTRPC_RESPONSE)
		turn_stray_answer(turn);
}

static void end_of_answer(const struct turn *turn, const struct ttrpc_reader *reader)
{
	struct open_call *call = call_of(turn);
	bool last =
	    reader->header.type == TTRPC_RESPONSE || reader->header.flags & TTRPC_REMOTE_CLOSED;

	if (!call)
		return;
	call->bytes[1] += turn->side->passed;
	if (!last)
		return;
	/* The stream's end is its status. */
	turn_end_call(turn, call, reader->header.type == TTRPC_RESPONSE ? call->status : 0);
}

static void take_event(const struct turn *turn, enum ttrpc_event event)
{
	const struct ttrpc_reader *reader = &turn->side->is.ttrpc;

	if (event == TTRPC_HEAD && turn->answers)
		head_of_answer(turn, reader);
	else if (event == TTRPC_HEAD)
		head_of_request(turn, reader);
	else if (turn->answers)
		end_of_answer(turn, reader);
	else
		end_of_request(turn, reader);
	if (event == TTRPC_END)
		turn->side->passed = 0;
}

/* The bytes were of the message that began last, unless they begin another one. */
static void note_asked(const struct turn *turn, enum ttrpc_event event)
{
	const struct ttrpc_reader *reader = &turn->side->is.ttrpc;
	struct open_call *call;

	if (turn->answers ||
	    (event == TTRPC_MORE && (!reader->headed || reader->header_kept < TTRPC_HEADER_SIZE)))
		return;
	call = call_of(turn);
	if (call)
		turn_asked(turn, call);
}

static enum follow_result ttrpc_follow(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct ttrpc_reader *reader = &turn->side->is.ttrpc;
	enum ttrpc_event event;
	size_t at = 0;

	do {
		size_t before = at;

		event = ttrpc_read(reader, bytes, length, &at, turn->packet);
		turn->side->passed += at - before;
		if (event == TTRPC_WRONG)
			return FOLLOW_WRONG;
		if (event != TTRPC_MORE)
			take_event(turn, event);
		note_asked(turn, event);
	} while (event != TTRPC_MORE);
	turn_keep_beginning(turn, reader->began, ttrpc_is_idle(reader));
	return FOLLOW_ON;
}

static enum follow_result ttrpc_skip_bytes(const struct turn *turn, uint64_t length)
{
	enum ttrpc_event event = ttrpc_skip(&turn->side->is.ttrpc, length);

	turn->side->passed += length;
	if (event == TTRPC_WRONG)
		return FOLLOW_WRONG;
	if (event == TTRPC_END)
		take_event(turn, event);
	note_asked(turn, event);
	return FOLLOW_ON;
}

/* A response to a call that waits. */
static bool ttrpc_resumes(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct ttrpc_header header;

	if (length < TTRPC_HEADER_SIZE || ttrpc_recognize(bytes, length) == PROTOCOL_NO)
		return false;
	ttrpc_read_header(bytes, &header);
	return header.type == TTRPC_RESPONSE &&
	       open_calls_find(&turn->inside->open, turn->connection, header.stream);
}

const struct follower_row follow_ttrpc = {
    .begin = ttrpc_begin,
    .read = ttrpc_follow,
    .skip = ttrpc_skip_bytes,
    .resumes = ttrpc_resumes,
};
