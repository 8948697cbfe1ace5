/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The messages of sd_notify(3): lines of KEY=VALUE. A guest's systemd sends them to the host, one
 * message a connection, and gets no answer.
 */
#ifndef LIB_PROTOCOLS_NOTIFY_H
#define LIB_PROTOCOLS_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"

struct notify_line {
	const uint8_t *key; /* the first byte of the line */
	size_t key_length;
	const uint8_t *value; /* after "=" */
	size_t value_length;
	size_t size; /* with its line feed, if it has one */
};

/*
 * Whether these bytes are such a message. The key of the first line must be one that systemd knows,
 * and each line must have the form KEY=VALUE without control characters. The end of a message is
 * the end of the stream, so PROTOCOL_YES says that complete lines fit; a last line without a line
 * feed counts as complete if it has a value. PROTOCOL_MORE: the first line is not complete.
 */
enum protocol_answer notify_recognize(const uint8_t *bytes, size_t length);

/* Reads the first line of at least one byte. False if it has not the form KEY=VALUE. */
bool notify_next_line(const uint8_t *bytes, size_t length, struct notify_line *line);

#endif
