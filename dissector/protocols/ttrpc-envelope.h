/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The envelope between a ttRPC header and the caller's bytes: the protobuf messages Request and
 * Response, and the google.rpc.Status in a Response. They are decoded here, because Wireshark's
 * protobuf dissector needs .proto files to name a field.
 */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_TTRPC_ENVELOPE_H
#define VSOCK_DISSECTOR_PROTOCOLS_TTRPC_ENVELOPE_H

#include "dissector/wireshark.h"

#include <epan/expert.h>
#include <epan/packet.h>

#include "lib/protocols/ttrpc.h"

struct ttrpc_envelope {
	const char *service; /* NULL: not there; of the packet's scope */
	const char *method;
	gboolean whole;    /* nothing is missing or malformed */
	guint32 code;      /* of google.rpc.Status; 0 is OK */
	tvbuff_t *payload; /* NULL: none */
};

void ttrpc_envelope_register(int proto, expert_module_t *experts);

/* Adds fields to the tree, and fills in the envelope as far as the bytes are well formed. */
void ttrpc_dissect_envelope(tvbuff_t *body, packet_info *pinfo, proto_tree *tree,
			    enum ttrpc_type type, struct ttrpc_envelope *envelope);

#endif
