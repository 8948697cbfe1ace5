/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * varlink, QMP and JSON-RPC: first lines only. A packet whose bytes are whole messages shows its
 * first one. Others show nothing, so no state is needed, and nothing can be lost.
 */
#include "lib/protocols/jsonrpc.h"
#include "lib/protocols/qmp.h"
#include "lib/protocols/varlink.h"
#include "tool/inside/first-line.h"
#include "tool/inside/follow.h"

struct json_line {
	const char *what; /* "QMP", "QMP error" */
	struct json_text name;
	size_t size;
};

static bool read_varlink(const uint8_t *bytes, size_t length, struct json_line *line)
{
	struct varlink_message message;

	if (varlink_read(bytes, length, &message) != PROTOCOL_YES)
		return false;
	line->size = message.size;
	line->name = message.method.at ? message.method : message.error;
	line->what = message.method.at  ? "varlink"
		     : message.error.at ? "varlink error"
					: "varlink reply";
	return true;
}

static bool read_qmp(const uint8_t *bytes, size_t length, struct json_line *line)
{
	static const char *const names[] = {
	    [QMP_UNKNOWN] = "QMP",       [QMP_GREETING] = "QMP greeting", [QMP_COMMAND] = "QMP",
	    [QMP_RETURN] = "QMP return", [QMP_ERROR] = "QMP error",       [QMP_EVENT] = "QMP event",
	};
	struct qmp_message message;

	if (qmp_read(bytes, length, &message) != PROTOCOL_YES)
		return false;
	*line = (struct json_line){names[message.type], message.name, message.size};
	return true;
}

static bool read_jsonrpc(const uint8_t *bytes, size_t length, struct json_line *line)
{
	struct jsonrpc_message message;

	if (jsonrpc_read(bytes, length, &message) != PROTOCOL_YES)
		return false;
	line->size = message.size;
	line->name = message.type == JSONRPC_CALL ? message.method : message.code;
	line->what = message.type == JSONRPC_CALL     ? "JSON-RPC"
		     : message.type == JSONRPC_RESULT ? "JSON-RPC result"
						      : "JSON-RPC error";
	return true;
}

static bool read_message(const struct turn *turn, const uint8_t *bytes, size_t length,
			 struct json_line *line)
{
	switch (turn->connection->protocol) {
	case STREAM_VARLINK:
		return read_varlink(bytes, length, line);
	case STREAM_QMP:
		return read_qmp(bytes, length, line);
	default:
		return read_jsonrpc(bytes, length, line);
	}
}

static void show(const struct turn *turn, const struct json_line *line)
{
	struct output *out = first_line_begin(turn->inside);

	if (!out)
		return;
	output_text(out, line->what);
	if (line->name.length == 0)
		return;
	output_char(out, ' ');
	first_line_text(out, (const char *)line->name.at, line->name.length);
}

static void json_begin(const struct turn *turn)
{
	(void)turn;
}

static enum follow_result json_follow(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct json_line first = {.size = 0};
	size_t at = 0;
	unsigned count = 0;

	while (at < length && qmp_filling(bytes + at, length - at) < length - at) {
		struct json_line line = {.size = 0};

		if (!read_message(turn, bytes + at, length - at, &line))
			return FOLLOW_ON;
		if (count++ == 0)
			first = line;
		at += line.size;
	}
	if (count == 0)
		return FOLLOW_ON;
	show(turn, &first);
	turn->inside->line_count += count - 1;
	return FOLLOW_ON;
}

static enum follow_result json_skip(const struct turn *turn, uint64_t length)
{
	(void)turn;
	(void)length;
	return FOLLOW_ON;
}

const struct follower_row follow_json = {
    .stateless = true,
    .begin = json_begin,
    .read = json_follow,
    .skip = json_skip,
};
