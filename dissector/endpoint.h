/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CID and port of one end in one text, "host:5000", as tables and filters use it.
 *
 * A stream keeps its two ends, named as the client dialled them. A packet's addresses differ if
 * the client dialled an alias: it sends to "host:5000", and "local:5000" answers.
 */
#ifndef VSOCK_DISSECTOR_ENDPOINT_H
#define VSOCK_DISSECTOR_ENDPOINT_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "core/packet.h"
#include "dissector/address.h"
#include "dissector/records.h"

#define ENDPOINT_TEXT_SIZE ADDRESS_END_SIZE

struct endpoint_texts {
	char source[ENDPOINT_TEXT_SIZE];
	char destination[ENDPOINT_TEXT_SIZE];
};

/*
 * The ends of the packet's stream, or the packet's addresses if it belongs to no stream. `frame`
 * may be NULL. False if the packet has no addresses.
 */
bool endpoint_texts(struct endpoint_texts *texts, const struct vsock_packet *packet,
		    const struct frame_record *frame);

/* Adds the fields vsock.endpoint, .src_endpoint and .dst_endpoint, hidden, for filters. */
void endpoint_add_fields(proto_tree *tree, tvbuff_t *tvb, const struct vsock_packet *packet,
			 const struct frame_record *frame);

#endif
