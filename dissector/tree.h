/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packet's details: its headers, and what the analysis found. */
#ifndef VSOCK_DISSECTOR_TREE_H
#define VSOCK_DISSECTOR_TREE_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "core/packet.h"
#include "dissector/records.h"

/*
 * Adds the protocol's item with all header fields that the packet has, and returns its tree.
 * Adds nothing if `parent` is NULL.
 */
proto_tree *tree_add_headers(tvbuff_t *tvb, proto_tree *parent, const struct vsock_packet *packet);

/* Adds the values of `frame` (NULL: none) to the tree of tree_add_headers(). */
void tree_add_analysis(tvbuff_t *tvb, proto_tree *parent, const struct frame_record *frame);

#endif
