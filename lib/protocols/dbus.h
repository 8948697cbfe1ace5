/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * D-Bus. A connection begins with text: the client sends a zero byte, then lines, which the server
 * answers, until the client says BEGIN. After that both send binary messages.
 *
 * A line may contain who the client is, or a secret: its argument is not for terminals.
 *
 * Source: the D-Bus specification, "Authentication Protocol" and "Message Format".
 */
#ifndef LIB_PROTOCOLS_DBUS_H
#define LIB_PROTOCOLS_DBUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"

/* The longest line, with its end. libdbus ends a connection that has a longer one. */
#define DBUS_LINE_MAX 16384

/* The longest message, and the most bytes of header fields in it. */
#define DBUS_MESSAGE_MAX (UINT32_C(1) << 27)
#define DBUS_FIELDS_MAX  (UINT32_C(1) << 26)

#define DBUS_HEADER_SIZE 16

struct dbus_text {
	const char *at; /* NULL: the line does not have it */
	size_t length;
};

struct dbus_line {
	struct dbus_text command;
	struct dbus_text mechanism;  /* of AUTH, if the client names one */
	struct dbus_text mechanisms; /* of REJECTED: names with blanks between them */
	struct dbus_text argument;   /* all after the command */
	size_t size;                 /* with its end; 0 if it is not complete */
};

/* Reads a line of either side, with one of the commands of the specification. */
enum protocol_answer dbus_line_read(const uint8_t *bytes, size_t length, struct dbus_line *line);

/*
 * Reads what a client sends first: a zero byte and the line AUTH. `size` is of both. No other
 * protocol begins like this.
 */
enum protocol_answer dbus_start_read(const uint8_t *bytes, size_t length, struct dbus_line *line);

/*
 * Reads the fixed part of a message. `size` is of the message, and 0 if it is not known yet.
 * PROTOCOL_YES: all of it is here.
 */
enum protocol_answer dbus_message_read(const uint8_t *bytes, size_t length, uint32_t *size);

/* Whether the first header field fits, too: this is certain in the middle of a connection. */
bool dbus_message_is_certain(const uint8_t *bytes, size_t length);

#endif
