/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * D-Bus: how a client authenticates, up to its BEGIN. Each packet is read alone, because programs
 * send whole lines. The text after a command may be an identity or a secret. It is not shown,
 * except the names of mechanisms.
 */
#include <string.h>

#include "lib/protocols/dbus.h"
#include "tool/inside/first-line.h"
#include "tool/inside/follow.h"

static void dbus_begin(const struct turn *turn)
{
	(void)turn;
}

static void show_text(struct output *out, const char *before, struct dbus_text text)
{
	if (!text.at)
		return;
	output_text(out, before);
	first_line_text(out, text.at, text.length);
}

static void show_dbus(const struct turn *turn, const struct dbus_line *line)
{
	struct output *out = first_line_begin(turn->inside);

	if (!out)
		return;
	show_text(out, "D-Bus ", line->command);
	show_text(out, " ", line->mechanism);
	show_text(out, " ", line->mechanisms);
}

/* The server may still answer what came before. */
static enum follow_result side_over(const struct turn *turn)
{
	turn->side->state = SIDE_DONE;
	return turn->connection->side[vsock_peer(turn->who)].state == SIDE_DONE ? FOLLOW_DONE
										: FOLLOW_ON;
}

static enum follow_result dbus_follow(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	struct dbus_line line;

	if (!turn->answers && length > 0 && bytes[0] == '\0') {
		bytes++;
		length--;
	}
	while (length > 0) {
		if (dbus_line_read(bytes, length, &line) != PROTOCOL_YES)
			return side_over(turn);
		show_dbus(turn, &line);
		if (line.command.length == 5 && memcmp(line.command.at, "BEGIN", 5) == 0)
			return side_over(turn);
		bytes += line.size;
		length -= line.size;
	}
	return FOLLOW_ON;
}

static enum follow_result dbus_skip(const struct turn *turn, uint64_t length)
{
	(void)turn;
	return length ? FOLLOW_DONE : FOLLOW_ON;
}

static bool dbus_resumes(const struct turn *turn, const uint8_t *bytes, size_t length)
{
	(void)turn;
	(void)bytes;
	(void)length;
	return false;
}

const struct follower_row follow_dbus = {
    .begin = dbus_begin,
    .read = dbus_follow,
    .skip = dbus_skip,
    .resumes = dbus_resumes,
};
