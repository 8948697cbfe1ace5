/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pairs the calls and replies of a connection, for protocols whose messages do not say which belong
 * together, or only if they want to. That happens during the first visit to the packets in their
 * order. Later visits, in any order, look up what the first one found: by the frame, and by how
 * many messages of the protocol the frame had before this one.
 */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_CALLS_H
#define VSOCK_DISSECTOR_PROTOCOLS_CALLS_H

#include "dissector/wireshark.h"

#include <epan/conversation.h>
#include <epan/packet.h>

struct call {
	const char *name;
	const char *id; /* may be NULL */
	uint32_t request_frame;
	uint32_t response_frame; /* of the last reply; 0: not captured */
	nstime_t request_time;
	bool several; /* a reply need not be the last one */
	bool ends;    /* after the reply, the stream is of another protocol */
};

struct calls {
	wmem_list_t *open;   /* in the order of the calls */
	wmem_map_t *places;  /* of messages: the call it belongs to */
	uint32_t last_frame; /* if not 0: later frames are of another protocol */
};

/* The fields of the protocol that show what belongs together. */
struct call_fields {
	int response_in;
	int response_to;
	int time;
};

/* Those of the packet's connection, made if they do not exist. */
struct calls *calls_of(packet_info *pinfo, int protocol);

/* Finds the call of a message during the first visit. NULL: no call fits. */
typedef struct call *calls_find_fn(struct calls *calls, packet_info *pinfo, const void *message);

/* The call that the next message of this packet belongs to, or NULL. */
const struct call *calls_next(struct calls *calls, packet_info *pinfo, int protocol,
			      calls_find_fn *find, const void *message);

/* A new call. It waits for a reply unless `replies` is false. */
struct call *calls_begin(struct calls *calls, packet_info *pinfo, const char *name, bool replies);

/* The call that waits longest, or NULL. */
struct call *calls_oldest(const struct calls *calls);

/* The open call with this id, or NULL. */
struct call *calls_with_id(const struct calls *calls, const char *id);

/* The call waits for no more replies. */
void calls_end(struct calls *calls, struct call *call);

/* Adds links and, to a reply, its time. */
void calls_add_links(const struct call *call, const struct call_fields *fields, bool is_request,
		     packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb);

/* "12.4 ms": from the call to this packet. */
const char *calls_time_text(const struct call *call, packet_info *pinfo);

#endif
