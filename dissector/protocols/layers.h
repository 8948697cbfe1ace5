/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark lists each dissector of a packet as a layer. If there are 500 layers, it assumes that a
 * dissector calls itself without end. But a vsock packet can have more small messages than that,
 * one after the other. The layers of the first ones stay in the list, which frame.protocols shows.
 * Those of the others are removed after each message.
 */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_LAYERS_H
#define VSOCK_DISSECTOR_PROTOCOLS_LAYERS_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

/* For layers_end. */
guint layers_begin(const packet_info *pinfo);

void layers_end(packet_info *pinfo, guint before);

#endif
