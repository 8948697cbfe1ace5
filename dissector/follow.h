/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follow Stream: what tshark's form and the window share. */
#ifndef VSOCK_DISSECTOR_FOLLOW_H
#define VSOCK_DISSECTOR_FOLLOW_H

#include "dissector/wireshark.h"

#include <epan/follow.h>
#include <epan/packet.h>

/* The filter for a stream. To be freed with g_free(). */
char *follow_filter(guint stream);

/* Listens to the tap TAP_FOLLOW_NAME; `context` is a follow_info_t. */
tap_packet_status follow_note_packet(void *context, packet_info *pinfo, epan_dissect_t *edt,
				     const void *tapped, tap_flags_t flags);

#endif
