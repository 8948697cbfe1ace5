/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture points: where in the machine a packet was captured. Streams of two points never mix.
 *
 * An interface of the capture file is a point. An interface of a later section is the same point if
 * it has the same name and description. So the files of one rotating capture may be joined. With
 * Linux cooked headers v2, each interface index is a point.
 */
#ifndef VSOCK_DISSECTOR_CAPTURE_POINT_H
#define VSOCK_DISSECTOR_CAPTURE_POINT_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

/* Makes Wireshark forget the points when it opens and closes a capture file. */
void capture_point_register(void);

/* The point of the packet whose vsock frame is `tvb`. Points are numbered as they appear. */
uint16_t capture_point_of(const packet_info *pinfo, tvbuff_t *tvb);

#endif
