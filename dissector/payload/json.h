/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stream of JSON values, the protocol of QEMU's guest agent and many small services. */
#ifndef VSOCK_DISSECTOR_PAYLOAD_JSON_H
#define VSOCK_DISSECTOR_PAYLOAD_JSON_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

/* The dissector of such a stream; NULL without Wireshark's own JSON dissector. */
dissector_handle_t payload_json_handoff(void);

#endif
