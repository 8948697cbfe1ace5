/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * varlink, the calls of systemd's services: each message is a JSON object and a zero byte. Replies
 * come in the order of the calls. A call with "more" has any number of replies. All except the last
 * one say that the replies continue.
 */
#ifndef LIB_PROTOCOLS_VARLINK_H
#define LIB_PROTOCOLS_VARLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"
#include "lib/protocols/json-object.h"

struct varlink_message {
	size_t size;                 /* with the zero byte; 0 if it is not complete */
	struct json_text method;     /* of a call: "interface.Method" */
	struct json_text error;      /* of a reply: "interface.Error" */
	struct json_text parameters; /* an object, with its brackets */
	bool oneway;                 /* a call: no reply comes */
	bool more;                   /* a call: several replies may come */
	bool upgrade;   /* a call: after the reply, the stream is of another protocol */
	bool continues; /* a reply: it is not the last one */
	/* What is here is enough to say that it is varlink. An empty object is not. */
	bool certain;
};

/*
 * Reads the message at the first byte. It has a method if it is a call, and none if it is a reply.
 * With PROTOCOL_MORE, the complete members are in `message`.
 */
enum protocol_answer varlink_read(const uint8_t *bytes, size_t length,
				  struct varlink_message *message);

#endif
