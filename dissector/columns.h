/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packet's line in the list: the columns Protocol and Info. */
#ifndef VSOCK_DISSECTOR_COLUMNS_H
#define VSOCK_DISSECTOR_COLUMNS_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "core/packet.h"
#include "dissector/records.h"

/* `frame` may be NULL. */
void columns_fill(packet_info *pinfo, const struct vsock_packet *packet,
		  const struct frame_record *frame);

#endif
