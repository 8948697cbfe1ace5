/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark writes down each dissector that a packet goes through, and takes 500 of them for a
 * dissector that calls itself without end. A packet of ours can hold more small messages than
 * that, one behind the other. The first ones stay in the list, which is what one sees as
 * frame.protocols; those of the others are taken out again when the message is done.
 */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_LAYERS_H
#define VSOCK_DISSECTOR_PROTOCOLS_LAYERS_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

/* For layers_end. */
guint layers_begin(const packet_info *pinfo);

void layers_end(packet_info *pinfo, guint before);

#endif
