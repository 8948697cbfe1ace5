/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS, SSH and sd_notify: only the beginning of these streams is readable, or worth a line. The
 * bytes that showed the protocol contain it, so nothing is kept. The hellos of TLS count as a call:
 * how long the server took to answer.
 */
#include <string.h>

#include "lib/protocols/notify.h"
#include "lib/protocols/ssh.h"
#include "lib/protocols/tls.h"
#include "tool/inside/first-line.h"
#include "tool/inside/follow.h"

static void hello_begin(const struct turn *turn)
{
	(void)turn;
}

static void show_tls(const struct turn *turn, const struct tls_hello *hello)
{
	struct output *out = first_line_begin(turn->inside);

	if (!out)
		return;
	output_text(out, hello->server ? "TLS server hello" : "TLS client hello");
	if (!hello->name)
		return;
	output_text(out, ", ");
	first_line_text(out, hello->name, hello->name_length);
}

static enum follow_result tls_answer(const struct turn *turn, const struct tls_hello *hello)
{
	struct open_call *call = open_calls_first(&turn->inside->open, turn->connection);

	if (call) {
		turn_answered(call, turn->ts);
		turn_end_call(turn, call, hello->server ? 0 : CALL_STATUS_UNKNOWN);
	}
	return FOLLOW_DONE;
}

static enum follow_result read_tls(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct tls_hello hello;
	struct open_call *call;

	if (tls_hello_read(bytes, length, &hello) == PROTOCOL_YES)
		show_tls(turn, &hello);
	else
		hello.server = false;
	if (turn->answers)
		return tls_answer(turn, &hello);
	if (!open_calls_first(&turn->inside->open, turn->connection)) {
		call = turn_call(turn, 0, CALL_TLS, "(encrypted)");
		if (!call)
			return FOLLOW_DONE;
		turn_asked(turn, call);
		call->whole = true;
		call->bytes[0] = length;
	}
	return FOLLOW_ON;
}

static void show_notify(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct output *out = first_line_begin(turn->inside);
	struct notify_line line;

	if (!out || !notify_next_line(bytes, length, &line))
		return;
	output_text(out, "sd_notify ");
	first_line_text(out, (const char *)line.key, line.key_length);
	/* Other values may be anything. */
	if (line.value_length == 1 && line.value[0] == '1')
		output_text(out, "=1");
}

static void show_ssh(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct output *out;
	size_t line;

	if (ssh_banner_read(bytes, length, &line) != PROTOCOL_YES)
		return;
	out = first_line_begin(turn->inside);
	if (out)
		first_line_text(out, (const char *)bytes, line);
}

static enum follow_result hello_follow(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	if (turn->connection->protocol == STREAM_TLS)
		return read_tls(turn, bytes, length);
	if (turn->connection->protocol == STREAM_SSH)
		show_ssh(turn, bytes, length);
	else
		show_notify(turn, bytes, length);
	turn->side->state = SIDE_DONE;
	/* The other banner may still come. */
	return turn->connection->protocol == STREAM_SSH &&
		       turn->connection->side[vsock_peer(turn->who)].state != SIDE_DONE
		   ? FOLLOW_ON
		   : FOLLOW_DONE;
}

static enum follow_result hello_skip(const struct turn *turn, uint64_t length)
{
	(void)turn;
	return length ? FOLLOW_DONE : FOLLOW_ON;
}

static bool hello_resumes(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	(void)turn;
	(void)bytes;
	(void)length;
	return false;
}

const struct follower_row follow_hello = {
    .begin = hello_begin,
    .read = hello_follow,
    .skip = hello_skip,
    .resumes = hello_resumes,
};
