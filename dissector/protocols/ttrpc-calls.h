/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds out which messages of a ttRPC connection belong together, during the first visit to the
 * packets in their order. Later visits, in any order, look it up by the place of the message: frame
 * and offset.
 */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_TTRPC_CALLS_H
#define VSOCK_DISSECTOR_PROTOCOLS_TTRPC_CALLS_H

#include "dissector/wireshark.h"

#include <epan/conversation.h>
#include <epan/packet.h>

#include "dissector/protocols/ttrpc-envelope.h"
#include "lib/protocols/ttrpc.h"

struct ttrpc_call {
	const char *name; /* "service/method" */
	guint32 request_frame;
	guint32 response_frame; /* 0: not captured */
	guint32 end_frame;      /* of data with which the server ends the stream; 0: none yet */
	guint32 data_messages;  /* in both directions */
	nstime_t request_time;
	nstime_t response_time;
	int row; /* in the statistics */
};

struct ttrpc_connection {
	guint32 first_frame; /* the frame that was recognized */
	gboolean client_known;
	address client;
	guint32 client_port;
	wmem_map_t *unanswered; /* by stream id: its last call */
	wmem_map_t *messages;   /* by place: the call it belongs to */
};

void ttrpc_calls_register(int proto);

/* NULL: no ttRPC was seen on it up to this frame. */
struct ttrpc_connection *ttrpc_find_connection(packet_info *pinfo);

/* If the connection is new, `handle` gets its later bytes. */
struct ttrpc_connection *ttrpc_make_connection(packet_info *pinfo, dissector_handle_t handle);

/* NULL if it is not known. The place of a message is the same in each visit. */
const struct ttrpc_call *ttrpc_call_of(struct ttrpc_connection *connection, packet_info *pinfo,
				       guint32 offset, const struct ttrpc_header *header,
				       const struct ttrpc_envelope *envelope);

gboolean ttrpc_from_client(const struct ttrpc_connection *connection, const packet_info *pinfo);

/* For the table of service response times. */
void ttrpc_count_response(const struct ttrpc_call *call, packet_info *pinfo);

#endif
