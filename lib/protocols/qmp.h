/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * QMP, the protocol of QEMU's monitor and of its guest agent: JSON objects, one after the other,
 * with line feeds between them. Replies come in the order of the commands, except of those that are
 * executed out of band. An "id" of a command is repeated in its reply.
 *
 * The byte 0xff in front of a command makes the agent discard what it has not understood so far. In
 * front of a reply, it says that all before it is to be discarded.
 */
#ifndef LIB_PROTOCOLS_QMP_H
#define LIB_PROTOCOLS_QMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"
#include "lib/protocols/json-object.h"

enum qmp_type {
	QMP_UNKNOWN, /* the member that decides has not come */
	QMP_GREETING,
	QMP_COMMAND,
	QMP_RETURN,
	QMP_ERROR,
	QMP_EVENT
};

struct qmp_message {
	enum qmp_type type;
	size_t start; /* of the object: blanks and 0xff may come before it */
	size_t size;  /* with what comes before the object; 0 if it is not complete */
	bool reset;   /* there is a 0xff in front of it */
	bool out_of_band;
	struct json_text name;  /* of a command or event; the class of an error */
	struct json_text text;  /* the description of an error */
	struct json_text id;    /* as it is in the text; a string is without its quotes */
	struct json_text value; /* arguments, what was returned, or the data of an event */
	enum json_kind kind;    /* of the value */
};

/*
 * Reads the message at the first byte, or after the blanks there. With PROTOCOL_MORE, the
 * complete members are in `message`. Its type is known once the deciding member is complete.
 */
enum protocol_answer qmp_read(const uint8_t *bytes, size_t length, struct qmp_message *message);

/* How many blanks and bytes 0xff there are at the beginning. */
size_t qmp_filling(const uint8_t *bytes, size_t length);

#endif
