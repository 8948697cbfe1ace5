/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP/1: answers come in the order of the requests. An interim response (1xx) is no answer.
 */
#include <string.h>

#include "tool/inside/first-line.h"
#include "tool/inside/follow.h"

static void http1_begin(const struct turn *turn)
{
	turn->side->is.http1 = http1_reader_of(turn->answers);
	turn->side->passed = 0;
}

static bool is_method(const struct http1_line *line, const char *method)
{
	return line->method.length == strlen(method) &&
	       memcmp(line->method.at, method, line->method.length) == 0;
}

static void show_request(const struct turn *turn, const struct http1_line *line)
{
	struct output *out = first_line_begin(turn->inside);

	if (!out)
		return;
	first_line_text(out, line->method.at, line->method.length);
	output_char(out, ' ');
	first_line_path(out, line->target.at, line->target.length);
}

static void show_response(const struct turn *turn, const struct http1_line *line)
{
	struct output *out = first_line_begin(turn->inside);

	if (!out)
		return;
	output_printf(out, "HTTP/1.%u %u", line->minor, line->status);
	if (line->reason.length == 0)
		return;
	output_char(out, ' ');
	first_line_text(out, line->reason.at, line->reason.length);
}

/* False if there is no room for it: then the order of the answers has no meaning. */
static bool begin_call(const struct turn *turn, const struct http1_line *line)
{
	char name[CALL_NAME_SIZE];
	struct open_call *call;

	if (!turn->inside->calls)
		name[0] = '\0';
	else
		call_name_http(name, line->method.at, line->method.length, line->target.at,
			       line->target.length);
	call = turn_call(turn, 0, CALL_HTTP1, name);
	if (!call)
		return false;
	call->packet = turn->side->is.http1.began;
	call->head = is_method(line, "HEAD");
	call->connects = is_method(line, "CONNECT");
	return true;
}

/* The call whose request is under way. It is not there if it was answered before its end. */
static struct open_call *present_request(const struct turn *turn)
{
	struct open_call *call = open_calls_last(&turn->inside->open, turn->connection);

	return call && !call->whole ? call : NULL;
}

static void end_request(const struct turn *turn, struct open_call *call)
{
	if (call) {
		call->whole = true;
		call->bytes[0] = turn->side->passed;
	}
	turn->side->passed = 0;
}

static enum follow_result read_requests(const struct turn *turn, const uint8_t *bytes,
					size_t length)
{
	struct http1_reader *reader = &turn->side->is.http1;
	struct http1_line line;
	enum http1_event event;
	size_t at = 0;

	do {
		size_t before = at;
		struct open_call *call;

		event = http1_read(reader, bytes, length, &at, turn->packet, &line);
		turn->side->passed += at - before;
		if (event == HTTP1_WRONG)
			return FOLLOW_WRONG;
		if (event == HTTP1_LINE) {
			show_request(turn, &line);
			if (!begin_call(turn, &line))
				return FOLLOW_WRONG;
		}
		call = present_request(turn);
		if (call)
			turn_asked(turn, call);
		if (event == HTTP1_END)
			end_request(turn, call);
	} while (event != HTTP1_MORE);
	return FOLLOW_ON;
}

/* The reader has read the first line of the answer. */
static void begin_answer(const struct turn *turn, const struct http1_line *line)
{
	struct http1_reader *reader = &turn->side->is.http1;
	struct open_call *call = open_calls_first(&turn->inside->open, turn->connection);

	show_response(turn, line);
	if (http1_is_interim(line->status))
		return;
	reader->tunnel = line->status == 101;
	if (!call) {
		turn_stray_answer(turn);
		return;
	}
	reader->bodiless = call->head;
	reader->tunnel |= call->connects && line->status / 100 == 2;
	call->status = line->status;
	turn_answered(call, turn_began(turn, reader->began));
}

static void end_answer(const struct turn *turn)
{
	struct open_call *call = open_calls_first(&turn->inside->open, turn->connection);

	/* Without a call, or with an interim response, nothing has ended. */
	if (call && call->answered) {
		call->bytes[1] = turn->side->passed;
		turn_end_call(turn, call, call->status);
		turn->side->passed = 0;
	}
}

static enum follow_result read_answers(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct http1_reader *reader = &turn->side->is.http1;
	struct http1_line line;
	enum http1_event event;
	size_t at = 0;

	do {
		size_t before = at;
		bool tunnel = reader->tunnel;

		event = http1_read(reader, bytes, length, &at, turn->packet, &line);
		turn->side->passed += at - before;
		if (event == HTTP1_WRONG)
			return FOLLOW_WRONG;
		if (event == HTTP1_LINE)
			begin_answer(turn, &line);
		if (event != HTTP1_END)
			continue;
		end_answer(turn);
		if (tunnel)
			return FOLLOW_DONE;
	} while (event != HTTP1_MORE);
	return FOLLOW_ON;
}

static enum follow_result http1_follow(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct http1_reader *reader = &turn->side->is.http1;
	enum follow_result result =
	    turn->answers ? read_answers(turn, bytes, length) : read_requests(turn, bytes, length);

	turn_keep_beginning(turn, reader->began, http1_is_idle(reader));
	return result;
}

static enum follow_result http1_skip_bytes(const struct turn *turn, uint64_t length)
{
	enum http1_event event = http1_skip(&turn->side->is.http1, length);
	struct open_call *call = turn->answers ? NULL : present_request(turn);

	turn->side->passed += length;
	if (event == HTTP1_WRONG)
		return FOLLOW_WRONG;
	if (turn->answers) {
		if (event == HTTP1_END)
			end_answer(turn);
		return FOLLOW_ON;
	}
	if (call)
		turn_asked(turn, call);
	if (event == HTTP1_END)
		end_request(turn, call);
	return FOLLOW_ON;
}

/* The caller has sent nothing that the capture lacks, and waits for just one answer. */
static bool http1_resumes(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	bool response = false;

	return turn->connection->open_calls == 1 &&
	       http1_recognize(bytes, length, &response) == PROTOCOL_YES && response;
}

static void http1_flow_end(const struct turn *turn)
{
	struct open_call *call = open_calls_first(&turn->inside->open, turn->connection);

	if (turn->side->state != SIDE_READ || !http1_ends_with_stream(&turn->side->is.http1))
		return;
	if (call && call->answered) {
		call->bytes[1] = turn->side->passed;
		turn_end_call(turn, call, call->status);
	}
}

const struct follower_row follow_http1 = {
    .begin = http1_begin,
    .read = http1_follow,
    .skip = http1_skip_bytes,
    .resumes = http1_resumes,
    .flow_end = http1_flow_end,
};
