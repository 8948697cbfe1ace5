/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packet's details: its headers, and what the capture tells of it. */
#ifndef VSOCK_DISSECTOR_TREE_H
#define VSOCK_DISSECTOR_TREE_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "core/packet.h"
#include "dissector/records.h"

/*
 * Adds the protocol's item with all header fields that are there, and returns its tree. `tree`
 * may be NULL: nothing is added then.
 */
proto_tree *tree_add_headers(tvbuff_t *tvb, proto_tree *tree, const struct vsock_packet *packet);

/* Adds what `frame` (NULL: nothing) says to the tree made before. */
void tree_add_analysis(tvbuff_t *tvb, proto_tree *tree, const struct frame_record *frame);

#endif
