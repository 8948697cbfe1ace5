/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark lists each dissector of a packet as a layer, and treats 500 of them as a dissector that
 * calls itself without end. A vsock packet can hold more small messages than that, one after the
 * other. The layers of the first ones stay in the list, which frame.protocols shows. Those of the
 * others are removed when the message is done.
 */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_LAYERS_H
#define VSOCK_DISSECTOR_PROTOCOLS_LAYERS_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

/* For layers_end. */
guint layers_begin(const packet_info *pinfo);

void layers_end(packet_info *pinfo, guint before);

#endif
