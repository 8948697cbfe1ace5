/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Streams of JSON messages: recognizes a protocol, cuts its bytes into messages, and shows JSON.
 * The parsers are in lib/protocols.
 */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_MESSAGES_H
#define VSOCK_DISSECTOR_PROTOCOLS_MESSAGES_H

#include "dissector/wireshark.h"

#include <epan/expert.h>
#include <epan/packet.h>

#include "lib/protocols/answer.h"
#include "lib/protocols/json-object.h"

/* What a protocol says about the first bytes of a message. */
struct message_start {
	enum protocol_answer answer;
	size_t size;    /* of the message */
	size_t filling; /* bytes before it that say nothing */
	bool certain;   /* what is here is of no other protocol */
};

/* A message that is being shown. */
struct message_view {
	tvbuff_t *tvb; /* of the message alone */
	const uint8_t *bytes;
	size_t length;
	packet_info *pinfo;
	proto_tree *tree;
	proto_item *item;
};

struct message_protocol {
	const char *name; /* for the column */
	const char *heuristic;
	int id;
	int ett;
	expert_field cut;
	expert_field malformed;
	dissector_handle_t handle;
	struct message_start (*start)(const uint8_t *bytes, size_t length);
	void (*show)(const struct message_view *view);
};

/* As a dissector: 0 if the bytes do not begin with a message. */
int messages_dissect(struct message_protocol *protocol, tvbuff_t *tvb, packet_info *pinfo,
		     proto_tree *tree);

/* As a heuristic: recognizes the protocol, which then gets the connection. */
bool messages_dissect_heuristic(struct message_protocol *protocol, tvbuff_t *tvb,
				packet_info *pinfo, proto_tree *tree);

/* Adds the heuristic, and the protocol to Decode As. Wireshark's JSON dissector may be missing. */
void messages_handoff(struct message_protocol *protocol, heur_dissector_t heuristic,
		      const char *title);

/*
 * Whether the heuristic of one of these protocols accepts the bytes. `whole`: the capture has not
 * cut them. PROTOCOL_MORE: that depends on later bytes.
 */
enum protocol_answer messages_recognize(const uint8_t *bytes, size_t length, bool whole);

/* Adds a text as a field, and returns a printable copy of it for columns. */
const char *messages_add_text(const struct message_view *view, int field, struct json_text text);

/* Adds a value as a field, with the tree of Wireshark's JSON dissector if it has brackets. */
void messages_add_value(const struct message_view *view, int field, int ett,
			struct json_text value);

#endif
